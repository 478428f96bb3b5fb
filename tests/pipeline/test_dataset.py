"""Mentions are found by class, type, country and text, in a steady order."""

import pathlib

import pytest

from pipeline.dataset import Filters, find_mentions
from tests.pipeline.mentions import CARRIED, MENTION, write_mentions


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    root: pathlib.Path = tmp_path_factory.mktemp("dataset")
    return write_mentions(root, CARRIED, MENTION)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["m1", "m2"]),
        (Filters(classes=["deal"]), ["m1"]),
        (Filters(types=["dialogue", "exercise"]), ["m2"]),
        (Filters(countries=["rus"]), ["m1", "m2"]),
        (Filters(countries=["FRA", "GBR"]), ["m1"]),
        (Filters(countries=["nato"]), ["m2"]),
        (Filters(countries=["jane doe"]), ["m2"]),
        (Filters(countries=["USA"]), []),
        (Filters(text="MISTRAL"), ["m1", "m2"]),
        (Filters(text="corvette"), []),
        (Filters(classes=["cooperation"], countries=["RUS"], text="ships"), ["m2"]),
    ],
)
def test_filters(files: list[str], filters: Filters, found: list[str]) -> None:
    table, total = find_mentions(files, filters, None)
    assert table["mention_id"].to_pylist() == found
    assert total == len(found)


def test_limit_keeps_the_first_and_counts_all(files: list[str]) -> None:
    table, total = find_mentions(files, Filters(), 1)
    assert table["uri"].to_pylist() == [MENTION.uri]
    assert total == 2


def test_a_mention_with_several_hits_is_found_once(files: list[str]) -> None:
    table, _ = find_mentions(files, Filters(countries=["NATO", "RUS"], classes=["cooperation"]), None)
    assert table.num_rows == 1
