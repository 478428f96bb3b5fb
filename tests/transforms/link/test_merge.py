import dataclasses
import datetime
from typing import Any

import pytest

from schemas.records import Event, Mention
from tests.transforms.link.telling import mention
from transforms.link.merge import merge_event

DAY = datetime.date(2020, 1, 2)


def merged(*mentions: Mention, sources: dict[str, str] | None = None) -> Event:
    return merge_event("e", [dataclasses.asdict(m) for m in mentions], sources or {})


def report(number: int, status: str = "agreed", *, day: int = 1, date: str | None = None, **fields: Any) -> Mention:
    return mention(f"{number}.txt", published=DAY + datetime.timedelta(days=day), status=status, date=date, **fields)


def test_copies_are_one_source() -> None:
    one, copy, other = report(1), report(2), report(3)
    event = merged(one, copy, other, sources={copy.doc_id: one.doc_id})
    assert event.n_documents == 3
    assert event.participants[0].n_sources == 2
    assert event.items[0].n_sources == 2


@pytest.mark.parametrize(
    ("reports", "latest"),
    [
        ([("agreed", 1, None), ("completed", 30, None)], "completed"),
        ([("completed", 30, None), ("agreed", 1, None)], "completed"),
        ([("cancelled", 30, None), ("agreed", 60, None)], "cancelled"),
        ([("cancelled", 30, None), ("agreed", 60, "2020-02-20")], "agreed"),
        ([("agreed", 60, "2019-05-01"), ("cancelled", 30, None)], "cancelled"),
        ([("proposed", 5, "2031"), ("agreed", 9, None)], "agreed"),
        ([("underway", 5, None), ("suspended", 9, None), ("underway", 20, None)], "underway"),
        ([("negotiating", 5, None), ("rejected", 9, None), ("proposed", 20, None)], "rejected"),
    ],
)
def test_the_latest_status_is_that_which_held_last(reports: list[tuple[str, int, str | None]], latest: str) -> None:
    event = merged(*(report(n, s, day=d, date=date) for n, (s, d, date) in enumerate(reports)))
    assert event.status == latest


def test_the_history_is_in_order_of_when_stages_held() -> None:
    event = merged(
        report(1, "completed", day=40), report(2, "agreed", day=50, date="2019-12-30"), report(3, "underway", day=9)
    )
    assert [stage.status for stage in event.status_history] == ["agreed", "underway", "completed"]


def test_what_is_denied_or_supposed_does_not_count_where_something_is_asserted() -> None:
    event = merged(
        report(1), report(2, "rejected", day=9, realis="negated"), report(3, "proposed", realis="hypothetical")
    )
    assert event.status == "agreed"
    assert event.n_mentions == 3


def test_a_direction_counts_more_than_none() -> None:
    talks = report(1, who=[("party", "France", "FRA"), ("party", "Chile", "CHL")])
    event = merged(talks, report(2), report(3, who=talks_parties()))
    assert {(p.role, p.name, p.n_sources) for p in event.participants} == {
        ("supplier", "France", 3),
        ("recipient", "Chile", 3),
    }


def talks_parties() -> list[tuple[str, str, str]]:
    return [("party", "France", "FRA"), ("party", "Chile", "CHL")]


def test_short_names_join_the_one_longer_name_that_holds_them() -> None:
    long, short = [("supplier", "BAE Systems", "GBR")], [("supplier", "BAE", "GBR")]
    event = merged(report(1, who=long), report(2, who=short))
    assert [(p.name, p.n_sources) for p in event.participants] == [("BAE Systems", 2)]


def test_every_value_is_kept_with_its_sources() -> None:
    sums = ([1.2e9, "EUR"], [1.2e9, "EUR"], [1.4e9, "USD"])
    event = merged(*(report(n, sum=said) for n, said in enumerate(sums)))
    assert [(a.amount, a.currency, a.n_sources) for a in event.amounts] == [(1.2e9, "EUR", 2), (1.4e9, "USD", 1)]


@pytest.mark.parametrize(
    ("dates", "best"),
    [
        (["2011", "2011-06-17", "2011-06"], "2011-06-17"),
        (["2011-06-17", "2011-06-18", "2011-06-18"], "2011-06-18"),
        (["2010", "2011-06-17", "2011-06"], "2011-06-17"),
        (["XXXX-06-17", "2011-06-17"], "2011-06-17"),
        ([None, None], None),
    ],
)
def test_the_date_is_the_most_supported_and_then_the_most_precise(dates: list[str | None], best: str | None) -> None:
    assert merged(*(report(n, date=date) for n, date in enumerate(dates))).event_date == best


def test_confidence_grows_with_sources_and_not_with_copies() -> None:
    one, copy = report(1), report(2)
    assert merged(one, copy, sources={copy.doc_id: one.doc_id}).confidence == pytest.approx(0.8)
    assert merged(one, copy).confidence == pytest.approx(0.96)


def test_the_order_of_mentions_changes_nothing() -> None:
    reports = [report(n, status, day=n) for n, status in enumerate(("agreed", "underway", "completed", "proposed"))]
    assert merged(*reversed(reports)) == merged(*reports)
