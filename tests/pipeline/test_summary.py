"""The closing summary tells what was done, what was not, and what to do next."""

import datetime

import pytest

from pipeline.execute import Outcome
from pipeline.summary import below, summarise
from transforms.write import Manifest

COUNTS = {
    "inputs": 4,
    "documents": 3,
    "paragraphs": 1234,
    "mentions": 3,
    "mentions.deal": 2,
    "mentions.deal.sale": 1,
    "mentions.deal.contract": 1,
    "mentions.cooperation": 1,
    "mentions.cooperation.dialogue": 1,
    "dead_letters": 1,
    "dead_letters.inputs": 1,
    "dead_letters.read.empty": 1,
}
NOW = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)


def summary(root: str = "out", **changes: int) -> list[str]:
    manifest = Manifest("c", 1, {}, {}, {**COUNTS, **changes}, (), NOW, NOW)
    return summarise(Outcome(root, (manifest,), words=10_000, seconds=4.0, notes=("look",))).splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "3 of 4 inputs read, 1,234 paragraphs",
        "10,000 words in 4.0 s, 2,500 words per second",
        "3 mentions",
        "  deal                2",
        "    sale              1",
        "  cooperation         1",
        "1 dead letter",
        "  empty                   1  no bytes, or nothing but white space, or a container without records",
        "note: look",
        "dataset: out",
        "next:    cordiale show out",
        "why not: cordiale dead-letters out",
    ],
)
def test_lines(line: str) -> None:
    assert line in summary()


def test_a_run_without_events_names_no_next_step() -> None:
    assert not any(line.startswith("next") for line in summary(mentions=0))


def test_names_that_a_shell_would_split_are_quoted() -> None:
    assert "next:    cordiale show 'my out'" in summary("my out")


def test_below_takes_one_level_and_sorts_by_number() -> None:
    assert below({"a.x": 1, "a.y": 3, "a.y.z": 2, "b": 9}, "a", depth=1) == [("y", 3), ("x", 1)]
