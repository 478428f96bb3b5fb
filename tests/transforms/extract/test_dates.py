import datetime

import pytest

from transforms.extract.dates import find_dates, interval

WEDNESDAY = datetime.date(2016, 11, 23)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("on 4 May 2014", "2014-05-04"),
        ("on May 4, 2014", "2014-05-04"),
        ("on Sunday, May 4, 2014", "2014-05-04"),
        ("on 14 November", "2016-11-14"),
        ("in May 2014", "2014-05"),
        ("in early 2014", "2014"),
        ("from 3 to 9 May 2014", "2014-05-03/2014-05-09"),
        ("in June and September 2014", "2014-06/2014-09"),
        ("between 2011 and 2014", "2011/2014"),
        ("since 2011", "2011/2016"),
        ("since March 2011", "2011-03/2016-11"),
        ("in the second quarter of 2014", "2014-04/2014-06"),
        ("in fiscal 2014", "2014"),
        ("in the 1920s and early 1930s", "1920/1933"),
        ("in the late 1980s", "1987/1989"),
        ("in the spring", "2016"),
        ("yesterday", "2016-11-22"),
        ("on Monday", "2016-11-21"),
        ("next Friday", "2016-11-25"),
        ("at the weekend", "2016-11-19/2016-11-20"),
        ("this week", "2016-11"),
        ("last month", "2016-10"),
        ("last year", "2015"),
        ("later this year", "2016"),
        ("by the end of the year", "2016"),
        ("three years ago", "2013"),
        ("in two years' time", "2018"),
        ("in two and a half years' time", "2019-05"),
        ("over the next three years", "2016/2019"),
        ("over the last decade", "2006/2016"),
    ],
)
def test_a_date_is_resolved_against_the_day_of_publication(text, edtf):
    assert [d.edtf for d in find_dates(text, WEDNESDAY)] == [edtf]


def test_a_week_across_two_months_is_monday_to_friday():
    assert [d.edtf for d in find_dates("this week", datetime.date(2016, 11, 30))] == ["2016-11-28/2016-12-02"]


@pytest.mark.parametrize(("text", "edtf"), [("on 17 June", "XXXX-06-17"), ("in June", "XXXX-06"), ("in 1999", "1999")])
def test_no_year_is_invented(text, edtf):
    assert [d.edtf for d in find_dates(text, None)] == [edtf]


@pytest.mark.parametrize("text", ["last year", "on Monday", "this week", "two years ago", "later this year"])
def test_relative_dates_need_a_day_of_publication(text):
    assert find_dates(text, None) == []


@pytest.mark.parametrize("text", ["a team of 2000 soldiers", "$1999", "the year-2000-like bug", "1999.5 metres"])
def test_other_numbers_are_no_years(text):
    assert find_dates(text, WEDNESDAY) == []


def test_a_month_without_a_year_has_a_reading_for_each_tense():
    (date,) = find_dates("in February", WEDNESDAY)
    assert (date.past, date.future) == ("2016-02", "2017-02")
    assert date.as_of(date.past).earliest == datetime.date(2016, 2, 1)


def test_a_date_of_these_weeks_has_one_reading():
    (date,) = find_dates("on 2 December", WEDNESDAY)
    assert (date.edtf, date.past) == ("2016-12-02", None)


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2014", datetime.date(2014, 1, 1), datetime.date(2014, 12, 31)),
        ("2016-02", datetime.date(2016, 2, 1), datetime.date(2016, 2, 29)),
        ("2011/2014", datetime.date(2011, 1, 1), datetime.date(2014, 12, 31)),
        ("XXXX-06-17", None, None),
    ],
)
def test_an_interval_spans_all_that_a_date_may_mean(edtf, first, last):
    assert interval(edtf) == (first, last)
