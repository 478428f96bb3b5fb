"""Who a sentence names: whole names and no parts of them, whom a text speaks for, whom officials serve."""

import pytest

from schemas.lexicon import gazetteer, members, rows
from transforms.extract.cast import names_office
from transforms.extract.context import DocumentContext
from transforms.extract.firms import names_a_trade
from transforms.extract.interface import ExtractorOptions
from transforms.extract.names import names_nobody
from transforms.extract.parse import Parser
from transforms.extract.parties import PartyFinder
from transforms.extract.present import everyone


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(ExtractorOptions().model)


def said(text: str) -> DocumentContext:
    return DocumentContext(text, [(0, len(text))], None)


def present(parser: Parser, text: str) -> set[tuple[str | None, str]]:
    context = said(text)
    with parser.zone():
        (doc,) = parser.parse([text])
        return {(p.party.text, p.party.country) for p in everyone(doc, PartyFinder(context, 0, len(text)))}


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("The Bergen Ministry of Interior bought boats.", "Ministry of Interior", ["Interior", "Ministry"]),
        ("Peru hired Lima Harbour Services Ltd.", "Lima Harbour Services Ltd", ["Lima", "Harbour", "Services"]),
        ("Thales Australia signed it.", "Thales Australia", ["Thales", "Australia"]),
    ],
)
def test_parts_of_a_name_are_nobody(parser: Parser, text: str, whole: str, parts: list[str]) -> None:
    names = {name or "" for name, _ in present(parser, text)}
    assert any(whole.rstrip(".") in name for name in names)
    assert not names & set(parts)


def test_first_names_and_initials_belong_to_an_official(parser: Parser) -> None:
    names = {name for name, _ in present(parser, "Secretary Antony J. Blinken left for Oslo.")}
    assert "Antony J. Blinken" in names
    assert not names & {"Antony", "J.", "Blinken"}


def test_a_state_in_the_name_of_its_minister_stays(parser: Parser) -> None:
    assert "CHL" in {country for _, country in present(parser, "Chilean Foreign Minister Ana Doe met them.")}


@pytest.mark.parametrize("name", ["Ka-52", "C-130J", "T129", "Su-30SM", "Aerospace", "Reuters"])
def test_types_of_arms_bare_trades_and_news_agencies_take_no_part(name: str) -> None:
    assert names_nobody([name])


@pytest.mark.parametrize(
    ("words", "office"),
    [("Deputy Prime Minister", True), ("Under Secretary of State", True), ("Air Force", False), ("Energy", False)],
)
def test_an_office_has_an_office_noun(words: str, office: bool) -> None:
    assert names_office(words.split()) is office


@pytest.mark.parametrize(
    ("noun", "trade"), [("winemaker", True), ("boatbuilder", True), ("bank", True), ("cake", False)]
)
def test_a_noun_for_who_makes_things_means_a_firm(noun: str, trade: bool) -> None:
    assert names_a_trade(noun) is trade


def test_a_sum_of_money_names_no_state(parser: Parser) -> None:
    found = present(parser, "Poland paid 13 billion zloty (U.S. $3 billion) to Leonardo.")
    assert "USA" not in {country for _, country in found}
    assert {"POL", "ITA"} <= {country for _, country in found}


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("The following text was released by the Governments of Peru, Chile and Brazil.\n\nWe agree.", "PER CHL BRA"),
        ("On behalf of the people and government of Ghana, we greet Togo.", "GHA"),
        ("Office of the Spokesperson\n\nThe Counselor will travel to Romania, Romania and Romania.", "USA"),
        ("Emmanuel Macron, President\n\nWe thank Chile. Chile and Peru are friends. Chile helps.", "FRA"),
        ("President Emmanuel Macron met the President of Chile. The Chilean guest and Chile agreed.", "FRA"),
    ],
)
def test_a_text_says_whom_it_speaks_for(text: str, speakers: str) -> None:
    assert [party.country for party in said(text).voices(len(text))] == speakers.split()


@pytest.mark.parametrize(
    ("text", "surname", "country"),
    [
        ("Under Secretary of State for Arms Control, Trade, and the Climate Ana Doe called.", "Doe", "USA"),
        ("Secretary of the Treasury Ana Doe met Minister Kofi Roe of Ghana in Accra, Ghana.", "Doe", "USA"),
        ("Secretary of the Treasury Ana Doe met Minister Kofi Roe of Ghana in Accra, Ghana.", "Roe", "GHA"),
        ("Office of the Spokesperson\n\nCounselor Ana Doe was in Bulgaria. Bulgaria thanked her.", "Doe", "USA"),
        ("Ana Doe, received the Defence Minister of India.", "Doe", None),
    ],
)
def test_an_official_serves_the_state_of_the_office_or_of_the_text(
    text: str, surname: str, country: str | None
) -> None:
    found = said(text).person(surname)
    assert (found.country if found else None) == country


@pytest.mark.parametrize(
    ("text", "firm", "country"),
    [
        ("Australian winemaker Orland grew.", "Orland", "AUS"),
        ("Norway's Orland Fjord agreed.", "Orland Fjord", "NOR"),
        ("Norway's Orland Fjord agreed with Orland Weber.", "Orland Weber", ""),
    ],
)
def test_a_text_tells_where_its_firms_are_at_home(text: str, firm: str, country: str) -> None:
    assert said(text).firm(firm) == country


def test_the_first_of_two_surnames_is_not_an_official() -> None:
    text = "President Putin Orland spoke."
    assert not [m for m in said(text).names if text[m.start : m.end] == "Putin"]
    assert [m for m in said("President Putin spoke.").names if m.name.country == "RUS"]


def test_a_firm_called_like_a_person_is_not_their_first_name() -> None:
    text = "Rafael Doe met Rafael in Haifa."
    assert [m.start for m in said(text).names if m.name.country == "ISR"] == [text.index("Rafael in")]


def test_the_italian_carmaker_is_the_one_named_before(parser: Parser) -> None:
    text = "Fiat is in Turin. The Italian carmaker sold a plant."
    context = said(text)
    start = text.index("The")
    with parser.zone():
        (doc,) = parser.parse([text[start:]])
        names = {p.party.name for p in everyone(doc, PartyFinder(context, start, len(text)))}
    assert any("Fiat" in name for name in names)


@pytest.mark.parametrize("measure", ["40 cubic yards", "the supply chain"])
def test_measures_are_no_firms(parser: Parser, measure: str) -> None:
    assert measure not in {name for name, _ in present(parser, f"Peru paid for {measure}.")}


def test_names_are_found_in_other_spellings() -> None:
    def country(text: str) -> list[str]:
        return [m.name.country for m in gazetteer().find(text)]

    assert country("the Democratic People’s Republic of Korea") == ["PRK"]
    assert country("Ryanair/Boeing") == ["IRL", "USA"]
    assert country("see news.example.org/boeing/Boeing") == []


def test_organs_act_for_the_body_that_they_belong_to() -> None:
    assert [m.name.country for m in gazetteer().find("UNHCR and NSPA")] == ["UN", "NATO"]
    codes = {row["acronym"]: row["code"] for row in rows("bodies.csv")}
    assert codes["NATO"] == ""
    assert set(members()) <= {code or acronym for acronym, code in codes.items()}


@pytest.mark.parametrize("text", ["Chile signed a contract with FOR.", "Peru sold ships to THE."])
def test_small_words_in_capitals_name_nobody(parser: Parser, text: str) -> None:
    assert len(present(parser, text)) == 1


def test_our_partners_are_not_who_speaks(parser: Parser) -> None:
    text = "We, the government of Norway, welcome this. We will work with our partners, and our navy will sail."
    context = said(text)
    start = text.index("We will")
    with parser.zone():
        (doc,) = parser.parse([text[start:]])
        found = {(p.party.text, p.party.country) for p in everyone(doc, PartyFinder(context, start, len(text)))}
    assert ("our partners", "") in found


def test_the_international_community_takes_up_nobody(parser: Parser) -> None:
    found = present(parser, "Fiji will work with the international community.")
    assert ("the international community", "") in found


@pytest.mark.parametrize("place", ["Africa", "Latin America", "the Mekong", "the Middle East"])
def test_a_part_of_the_world_is_a_group(parser: Parser, place: str) -> None:
    text = f"Norway will work with {place}."
    with parser.zone():
        (doc,) = parser.parse([text])
        kinds = {p.party.name: p.party.kind for p in everyone(doc, PartyFinder(said(text), 0, len(text)))}
    assert kinds.get(place.removeprefix("the ")) == "group"
