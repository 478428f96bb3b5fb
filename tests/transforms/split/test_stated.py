import datetime

import pytest

from transforms.split.paragraphs import split_paragraphs
from transforms.split.stated import Stated, read_stated

TITLE = "Ruritania orders two ferries from Freedonia"
BODY = (
    "Ruritania has ordered two ferries from a yard in Freedonia, the harbour board said, and will pay for them in salt."
)
MORE = (
    "The yard built tugs for the board before. The contract was signed on 4 March 2017, and the tugs came a year later."
)
LAST = "Neither side named the price, and nobody at the harbour was willing to guess at it, least of all the fishermen."
DAY = datetime.date(2019, 5, 2)


def stated(*paragraphs: str) -> Stated:
    text = "\n\n".join(paragraphs)
    return read_stated(text, split_paragraphs(text))


@pytest.mark.parametrize(
    "line",
    [
        "07:05, 2 May 2019",
        "Thursday, May 2, 2019",
        "Published: May 2, 2019",
        "Posted on 2 May 2019 by admin",
        "By Jane Doe | May 2, 2019",
        "(Source: Harbour News; issued May 02, 2019)",
        "Source: Harbour News| 2019-05-02 20:15:30|Editor: Jane Doe",
        "For Immediate Release: May 2, 2019",
        "Last updated: 2 May 2019",
    ],
)
def test_the_day_stands_above_the_article(line):
    assert stated(TITLE, line, BODY, MORE, LAST).published == DAY


@pytest.mark.parametrize(
    "dateline",
    [
        "ZENDA, Ruritania, May 2, 2019 / Wire / -- ",
        "ZENDA ARSENAL, RU – May 2, 2019 – ",
        "RURITANIAN SEA (May 2, 2019) ",
        "ZENDA, May 2, 2019 (Wire) - ",
        "Zenda, 2 May 2019 – ",
    ],
)
def test_the_day_stands_in_the_dateline(dateline):
    assert stated(TITLE, dateline + BODY, MORE).published == DAY


def test_a_line_below_the_article_may_say_when_it_was_published():
    assert stated(TITLE, BODY, MORE, LAST, "Published on 2 May 2019").published == DAY


@pytest.mark.parametrize(
    "paragraph",
    [
        MORE,
        "On 4 March 2017 – a Saturday – the contract was signed by both sides, and the tugs came a year later.",
        "On March 4, 2017, the contract was signed by both sides, and the tugs came a year later.",
        "ZENDA, March 4 (Wire) -- The contract was signed by both sides, and the tugs came a year later.",
    ],
)
def test_a_date_in_the_body_is_no_day_of_publication(paragraph):
    assert stated(TITLE, paragraph, LAST).published is None


def test_the_first_publication_is_preferred_to_an_update():
    assert stated(TITLE, "Updated: May 9, 2019", "Published: May 2, 2019", BODY, MORE).published == DAY


def test_an_ambiguous_date_is_left_out():
    assert stated(TITLE, "Published: 03/04/2019", BODY, MORE).published is None


@pytest.mark.parametrize(
    "line", ["Source : Harbour News", "(Source: Harbour News; issued May 02, 2019)", "Source: Harbour News| x"]
)
def test_the_source_is_named_with_a_label(line):
    assert stated(TITLE, line, BODY, MORE).source == "Harbour News"


def test_a_press_release_names_its_source_at_the_end():
    assert stated(TITLE, BODY, MORE, LAST, "SOURCE Freedonia Yards").source == "Freedonia Yards"


@pytest.mark.parametrize("dateline", ["ZENDA (Wire) - ", "ZENDA, May 2 (Wire) -- ", "ZENDA, May 2. /WIRE/. "])
def test_an_agency_signs_the_dateline(dateline):
    assert (stated(TITLE, dateline + BODY, MORE).source or "").upper() == "WIRE"


def test_a_source_that_names_nobody_is_none():
    assert stated(TITLE, BODY, MORE, "Source: Press Release").source is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("By Jane Doe / Staff reporter", "Jane Doe"),
        ("By Jane Doe | May 2, 2019", "Jane Doe"),
        ("Author : Jane Doe, Institute of Ferries", "Jane Doe, Institute of Ferries"),
        ("Jane Doe, Secretary of Trade", "Jane Doe, Secretary of Trade"),
        ("Office of the Spokesperson", "Office of the Spokesperson"),
    ],
)
def test_the_author_stands_under_the_title(line, author):
    assert stated(TITLE, line, BODY, MORE).author == author


def test_the_title_is_given_in_one_line():
    text = "Ruritania orders two  ferries from Freedonia\n\n" + BODY
    assert read_stated(text, split_paragraphs(text)).title == TITLE


def test_nothing_stated_is_nothing_read():
    assert stated(BODY, MORE) == Stated()
