"""Which window an input goes to."""

import datetime

import pytest
from apache_beam.transforms.window import IntervalWindow

from pipeline.stream.windows import ARRIVAL, MICROS, PUBLICATION, Windows

DAY = 86_400
NOW = int(datetime.datetime(2024, 5, 17, 15, 30, tzinfo=datetime.timezone.utc).timestamp()) * MICROS
WEEK = Windows(PUBLICATION, size=DAY, wait=3_600, lateness=7 * DAY)


def day_of(moment: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(moment / MICROS, datetime.timezone.utc).date()


def test_by_arrival_the_day_of_publication_does_not_matter() -> None:
    assert Windows(ARRIVAL).place(datetime.date(2020, 1, 1), NOW) == NOW


def test_by_publication_an_input_goes_to_its_day() -> None:
    placed = WEEK.place(datetime.date(2024, 5, 14), NOW)
    assert day_of(WEEK.start(placed)) == datetime.date(2024, 5, 14)


@pytest.mark.parametrize("published", [None, datetime.date(2024, 5, 18), datetime.date(2024, 5, 1)])
def test_what_has_no_day_or_one_to_come_or_is_too_late_goes_to_its_arrival(published: datetime.date | None) -> None:
    assert WEEK.place(published, NOW) == NOW


def test_the_last_day_that_is_known_is_the_one_whose_lateness_has_not_passed() -> None:
    arrival = NOW
    for back in range(12):
        published = datetime.date(2024, 5, 17) - datetime.timedelta(days=back)
        closed = datetime.datetime.combine(published, datetime.time(), datetime.timezone.utc).timestamp() + DAY + 3_600
        is_known = closed + 7 * DAY > arrival / MICROS
        assert (WEEK.place(published, arrival) != arrival) is is_known, back


def test_a_window_that_is_kept_open_is_named_as_it_is_meant() -> None:
    start = WEEK.start(NOW)
    stamp = WEEK.stamp(start)
    (window,) = WEEK.into().windowing.windowfn.assign(WEEK_CONTEXT(stamp))
    named = WEEK.named(window)
    assert isinstance(named, IntervalWindow)
    assert named.start.micros == start
    assert (window.end - named.end).micros == 3_600 * MICROS


class WEEK_CONTEXT:  # noqa: N801  (what Beam gives to a windowing)
    def __init__(self, timestamp: object) -> None:
        self.timestamp = timestamp
