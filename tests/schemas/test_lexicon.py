import csv
import datetime

import pycountry
import pytest

from schemas.codes import PARTY_KINDS, SECTORS
from schemas.goods import goods, units
from schemas.lexicon import DATA, gazetteer, rows

BODIES = {row["acronym"] for row in rows("bodies.csv")}
CODES = {c.alpha_3 for c in pycountry.countries} | {"XKX"}


def found(text):
    return [(text[m.start : m.end], m.name.country, m.name.form) for m in gazetteer().find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chile and Norway agreed", [("Chile", "CHL", "name"), ("Norway", "NOR", "name")]),
        ("the U.S. Navy said", [("U.S. Navy", "USA", "name")]),
        ("a Franco-German plan", [("Franco", "FRA", "adjective"), ("German", "DEU", "adjective")]),
        ("talks in the Kremlin", [("Kremlin", "RUS", "name")]),
        ("NATO and the European Union", [("NATO", "NATO", "name"), ("European Union", "EU", "name")]),
        ("Rheinmetall delivered", [("Rheinmetall", "DEU", "name")]),
    ],
)
def test_names_are_found_with_their_country(text, expected):
    assert found(text) == expected


def test_a_longer_name_wins_over_a_shorter_one_inside_it():
    assert [f[0] for f in found("South Sudan signed")] == ["South Sudan"]


def test_a_name_inside_a_word_is_no_name():
    assert found("Indianapolis and Nigerians' franc") == [("Nigerians", "NGA", "people")]


def test_words_and_numerals_are_no_surnames():
    assert found("He said in May that I may hunt, and the Major agreed: Power has its Price.") == []
    assert [n for n, _, form in found("King Juan Carlos I opened it.") if form == "surname"] == []


def test_a_first_name_that_is_a_title_elsewhere_leaves_the_surname():
    assert ("Jaber", "ARE", "surname") in found("Jaber opened the plant.")


@pytest.mark.parametrize(
    ("day", "country"),
    [(datetime.date(2003, 5, 1), "NOR"), (datetime.date(2021, 5, 1), "NATO"), (None, "NATO")],
)
def test_an_official_of_several_serves_whom_they_served_that_day(day, country):
    for text in ("Jens Stoltenberg spoke", "Stoltenberg spoke"):
        (match,) = gazetteer().find(text)
        assert match.name.at(day).country == country


def test_a_name_in_capitals_is_found():
    assert found("NORWAY BUYS")[0][1] == "NOR"


@pytest.mark.parametrize("file", ["organisations.csv", "forces.csv"])
def test_organisations_have_known_kinds_and_countries(file):
    for row in rows(file):
        assert row["kind"] in PARTY_KINDS, row
        assert row["country"] in CODES | BODIES, row


def test_sizes_that_the_project_promises():
    assert len(rows("organisations.csv")) >= 600
    assert len(rows("bodies.csv")) >= 80


def test_officials_hold_office_in_order_of_time():
    for row in rows("officials.csv"):
        assert not row["to"] or row["from"][:4] <= row["to"][:4], row


@pytest.mark.parametrize("file", ["armaments.csv", "goods.csv"])
def test_goods_have_known_sectors_and_stand_once(file):
    table = rows(file)
    assert {row["sector"] for row in table} <= set(SECTORS)
    assert len({row["term"] for row in table}) == len(table)


def test_arms_have_sipri_categories():
    categories = {row["category"] for row in rows("armaments.csv")}
    assert categories == {
        "Aircraft",
        "Air-defence systems",
        "Anti-submarine warfare weapons",
        "Armoured vehicles",
        "Artillery",
        "Engines",
        "Missiles",
        "Naval weapons",
        "Other",
        "Satellites",
        "Sensors",
        "Ships",
    }


@pytest.mark.parametrize(
    ("text", "term", "category", "arms"),
    [
        ("four offshore patrol vessels", "offshore patrol vessels", "Ships", True),
        ("twelve F-16 fighters", "F-16", "Aircraft", True),
        ("cubic metres of natural gas", "natural gas", "gas", False),
    ],
)
def test_goods_are_found_in_their_longest_form(text, term, category, arms):
    assert (term, category, arms) in [(text[g.start : g.end], g.category, g.arms) for g in goods().find(text)]


def test_units_lead_to_one_canonical_form():
    assert units()["bcm"].factor * 2 == 2e9
    assert units()["per cent"].canonical == units()["percent"].canonical


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda p: p.name)
def test_lexicon_files_have_as_many_fields_in_every_row(path):
    with path.open(encoding="utf-8", newline="") as lines:
        lengths = {len(row) for row in csv.reader(lines)}
    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Vice President Harris spoke.", "Kamala Harris"),
        ("Prime Minister Harris spoke.", "Simon Harris"),
        ("Harris spoke.", None),
    ],
)
def test_an_office_tells_which_bearer_of_a_surname_is_meant(text: str, who: str | None) -> None:
    assert next((m.name.name for m in gazetteer().find(text)), None) == who
