"""The same inputs give the same rows: again, by other runners, with other neighbours."""

import pathlib
from typing import Any

import pytest

from tests.end_to_end.conftest import Ran, run_into
from tests.end_to_end.rows import comparable, rows

DATASETS = ("documents", "paragraphs", "mentions", "dead_letters")


@pytest.mark.parametrize(
    "options",
    [{}, {"workers": 2}, {"runner": "portable"}, {"runner": "portable", "workers": 2}],
    ids=["again", "two processes", "portable job service", "portable job service, two workers"],
)
def test_rows_are_equal(ran: Ran, samples: list[str], tmp_path: pathlib.Path, options: dict[str, Any]) -> None:
    other = run_into(tmp_path / "out", samples, **options)
    for dataset in DATASETS:
        assert comparable(other.root, dataset) == comparable(ran.root, dataset), dataset
    assert other.outcome.words == ran.outcome.words
    assert other.outcome.manifest.counts == ran.outcome.manifest.counts


def test_a_document_alone_gives_the_rows_that_it_gives_among_others(
    ran: Ran, samples: list[str], tmp_path: pathlib.Path
) -> None:
    one = max(samples, key=lambda path: sum(row["uri"] == path for row in rows(ran.root, "mentions")))
    alone = run_into(tmp_path / "out", [one])
    among = sorted(row["mention_id"] for row in rows(ran.root, "mentions") if row["uri"] == one)
    assert sorted(row["mention_id"] for row in rows(alone.root, "mentions")) == among


def test_min_confidence_leaves_out_mentions_and_changes_none(
    ran: Ran, samples: list[str], tmp_path: pathlib.Path
) -> None:
    confident = run_into(tmp_path / "out", samples, min_confidence=0.5)
    kept = [row for row in rows(ran.root, "mentions") if row["confidence"] >= 0.5]
    assert sorted(row["mention_id"] for row in rows(confident.root, "mentions")) == sorted(
        row["mention_id"] for row in kept
    )
