import datetime

import pytest

from transforms.split.dates import find_date, is_date_line, is_placed_date_line


@pytest.mark.parametrize(
    "line",
    [
        "22:11, 23 September 2019",
        "Monday, September 23, 2019",
        "Sept. 23, 2019",
        "Sept 23, 2019 10:30 am ET",
        "2019-09-23 21:41:41",
        "14:48 23.09.2019",
        "23rd of September, 2019",
        "Mon, 23 Sep 2019 14:00:01 GMT",
        "23/09/2019",
    ],
)
def test_a_line_with_a_date_only(line):
    assert is_date_line(line)
    assert find_date(line) == datetime.date(2019, 9, 23)


@pytest.mark.parametrize(
    "line", ["September 2019", "23 September", "On 23 September 2019 the sides met in Zenda", "2019"]
)
def test_other_lines_are_no_date_lines(line):
    assert not is_date_line(line)


@pytest.mark.parametrize("text", ["03/04/2019", "30 February 2019", "September 2019", "99.99.2019", "no date at all"])
def test_no_day_is_guessed(text):
    assert find_date(text) is None


@pytest.mark.parametrize(
    "line", ["Zenda, 23 September 2019", "ZENDA, Ruritania, 23 September 2019", "September 23, 2019 – Zenda"]
)
def test_a_line_with_a_place_and_a_date(line):
    assert is_placed_date_line(line)
    assert find_date(line) == datetime.date(2019, 9, 23)


def test_a_headline_with_a_date_is_no_date_line():
    assert not is_placed_date_line("Ruritania buys two ferries, 23 September 2019")
