import datetime

import pytest

from transforms.split.dates import find_date, is_date_line, is_placed_date_line


@pytest.mark.parametrize(
    "line",
    [
        "07:05, 23 November 2016",
        "Monday, November 23, 2016",
        "Nov. 23, 2016",
        "Nov 23, 2016 10:30 am ET",
        "2016-11-23 20:15:30",
        "14:48 23.11.2016",
        "23rd of November, 2016",
        "Mon, 23 Nov 2016 14:00:01 GMT",
        "23/11/2016",
    ],
)
def test_a_line_with_a_date_only(line):
    assert is_date_line(line)
    assert find_date(line) == datetime.date(2016, 11, 23)


@pytest.mark.parametrize("line", ["November 2016", "23 November", "On 23 November 2016 the sides met in Zenda", "2019"])
def test_other_lines_are_no_date_lines(line):
    assert not is_date_line(line)


@pytest.mark.parametrize("text", ["03/04/2019", "30 February 2019", "November 2016", "99.99.2019", "no date at all"])
def test_no_day_is_guessed(text):
    assert find_date(text) is None


@pytest.mark.parametrize(
    "line", ["Zenda, 23 November 2016", "ZENDA, Ruritania, 23 November 2016", "November 23, 2016 – Zenda"]
)
def test_a_line_with_a_place_and_a_date(line):
    assert is_placed_date_line(line)
    assert find_date(line) == datetime.date(2016, 11, 23)


def test_a_headline_with_a_date_is_no_date_line():
    assert not is_placed_date_line("Ruritania buys two ferries, 23 November 2016")
