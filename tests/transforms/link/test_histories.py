"""Twenty histories: a deal announced, signed, amended, delivered ends as one event, however reports are ordered."""

import dataclasses
import random

import pytest

from schemas.records import Mention
from tests.transforms.link.telling import histories
from transforms.link.ids import Claim, settle_ids
from transforms.link.linker import link_rows
from transforms.link.merge import merge_event
from transforms.link.order import Row

HISTORIES = histories()


def name_of(row: Row) -> str:
    return str(row["uri"]).rsplit("/", 1)[0]


def linked(mentions: list[Mention]) -> list[list[Row]]:
    return link_rows(dataclasses.asdict(m) for m in mentions)


@pytest.fixture(scope="module")
def events() -> list[list[Row]]:
    """All histories in one dataset, shuffled."""
    told = [mention for _, reports in HISTORIES.values() for mention in reports]
    random.Random(7).shuffle(told)
    return linked(told)


def test_there_are_twenty() -> None:
    assert len(HISTORIES) == 20


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_one_event(events: list[list[Row]], name: str) -> None:
    mine = [event for event in events if any(name_of(row) == name for row in event)]
    assert [{row["uri"] for row in event} for event in mine] == [{report.uri for report in HISTORIES[name][1]}]


@pytest.mark.parametrize("name", HISTORIES)
def test_the_latest_status_is_right(events: list[list[Row]], name: str) -> None:
    mine = next(event for event in events if any(name_of(row) == name for row in event))
    merged = merge_event("e", mine, {})
    assert merged.status == HISTORIES[name][0]
    assert len(merged.status_history) == len(HISTORIES[name][1])


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_feeding_changes_nothing(events: list[list[Row]], seed: int) -> None:
    told = [mention for _, reports in HISTORIES.values() for mention in reports]
    random.Random(seed).shuffle(told)
    assert linked(told) == events


def test_where_files_lie_changes_nothing(events: list[list[Row]]) -> None:
    moved = [
        dataclasses.replace(m, uri=f"elsewhere/{m.uri}", doc_id=m.doc_id[::-1], mention_id=m.mention_id[::-1])
        for _, reports in HISTORIES.values()
        for m in reports
    ]
    found = [{row["mention_id"][::-1] for row in event} for event in linked(moved)]
    assert sorted(map(sorted, found)) == sorted(sorted(row["mention_id"] for row in event) for event in events)


def test_reports_that_come_days_later_join_events_that_keep_their_ids(events: list[list[Row]]) -> None:
    first = linked([mention for _, reports in HISTORIES.values() for mention in reports[1:]])
    claims = [Claim(str(i), tuple(row["mention_id"] for row in event), {}) for i, event in enumerate(first)]
    ids = settle_ids(claims)
    former = {row["mention_id"]: ids[str(i)] for i, event in enumerate(first) for row in event}
    again = []
    for i, event in enumerate(events):
        known = [former[row["mention_id"]] for row in event if row["mention_id"] in former]
        again.append(Claim(str(i), tuple(row["mention_id"] for row in event), {k: known.count(k) for k in known}))
    settled = settle_ids(again)
    assert all(settled[str(i)] in {former.get(row["mention_id"]) for row in event} for i, event in enumerate(events))
