import datetime
from typing import Any

import pytest

from pipeline.report.figures import Flow, bin_of, fitting_unit, flows, main_amount, money, timeline

DAY = datetime.date(2020, 5, 17)


def event(*participants: tuple[str, str | None], **changes: Any) -> dict[str, Any]:
    return {
        "event_class": "deal",
        "sector": "military",
        "day": DAY,
        "first_published": None,
        "participants": [{"role": role, "country": code, "name": code or "a firm"} for role, code in participants],
        "amounts": [],
        **changes,
    }


def amount(value: float, currency: str | None) -> dict[str, Any]:
    return {"amount": value, "currency": currency}


def test_suppliers_flow_to_recipients() -> None:
    counted = flows([event(("supplier", "FRA"), ("recipient", "IND"))] * 2)
    assert counted == {Flow("FRA", "IND", "military", directed=True): 2}


def test_partners_have_no_direction_whatever_their_order() -> None:
    events = [event(("party", "IND"), ("party", "FRA")), event(("party", "FRA"), ("party", "IND"))]
    assert flows(events) == {Flow("FRA", "IND", "military", directed=False): 2}


def test_two_firms_of_one_country_count_once_and_not_with_each_other() -> None:
    assert flows([event(("supplier", "FRA"), ("supplier", "FRA"), ("recipient", "FRA"))]) == {}


def test_a_side_without_a_country_goes_by_its_name() -> None:
    assert list(flows([event(("supplier", None), ("recipient", "IND"))])) == [
        Flow("a firm", "IND", "military", directed=True)
    ]


def test_brokers_take_no_side() -> None:
    assert flows([event(("broker", "QAT"), ("recipient", "IND"))]) == {}


def test_timeline_has_bins_without_events_between_those_with() -> None:
    events = [event(day=datetime.date(2018, 12, 31)), event(day=datetime.date(2021, 1, 1))]
    assert timeline(events, "event_class", "year") == (["2018", "2019", "2020", "2021"], {"deal": [1, 0, 0, 1]})


@pytest.mark.parametrize("unit", ["day", "month", "quarter", "year", "decade"])
def test_timeline_misses_no_bin(unit: str) -> None:
    first, last = datetime.date(1999, 12, 31), datetime.date(2003, 1, 1)
    days = [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]
    expected = list(dict.fromkeys(bin_of(day, unit) for day in days))
    assert timeline([event(day=first), event(day=last)], "event_class", unit)[0] == expected


def test_events_without_a_day_stand_at_their_first_report_or_nowhere() -> None:
    events = [event(day=None, first_published=DAY), event(day=None)]
    assert timeline(events, "event_class", "year") == (["2020"], {"deal": [1]})


def test_nothing_dated_makes_no_timeline() -> None:
    assert timeline([event(day=None)], "event_class") == ([], {})


@pytest.mark.parametrize(
    ("days", "unit"), [(0, "day"), (45, "day"), (46, "month"), (2000, "quarter"), (9000, "year"), (99_999, "decade")]
)
def test_longer_spans_get_wider_bins(days: int, unit: str) -> None:
    assert fitting_unit(datetime.timedelta(days=days)) == unit


def test_the_first_sum_of_a_known_currency_stands_for_an_event() -> None:
    told = event(amounts=[amount(5, None), amount(7, "EUR"), amount(8, "USD")])
    assert main_amount(told) == amount(7, "EUR")


def test_money_adds_up_by_year_and_currency() -> None:
    events = [event(amounts=[amount(2, "EUR")]), event(amounts=[amount(3, "EUR")]), event(amounts=[amount(9, "USD")])]
    assert money(events) == {(2020, "EUR"): 5, (2020, "USD"): 9}


def test_sums_without_a_date_are_in_no_year() -> None:
    assert money([event(day=None, amounts=[amount(2, "EUR")])]) == {}
