"""Firms that a text introduces count like those of the lexicon, and whose they are takes no part by itself."""

import pytest

from schemas.lexicon import gazetteer
from transforms.extract.context import DocumentContext
from transforms.extract.firms import Firms, read_firms
from transforms.extract.interface import ExtractorOptions
from transforms.extract.parse import Parser
from transforms.extract.parties import PartyFinder
from transforms.extract.present import everyone


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(ExtractorOptions().model)


def firms(text: str) -> Firms:
    return read_firms(text, gazetteer().find(text))


def called(text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.name.country) for m in sorted(firms(text).names, key=lambda m: m.start)]


def present(parser: Parser, text: str, sentence: str) -> set[tuple[str | None, str, str]]:
    context = DocumentContext(text, [(0, len(text))], None)
    at = text.index(sentence)
    with parser.zone():
        (doc,) = parser.parse([sentence])
        found = everyone(doc, PartyFinder(context, at, at + len(sentence)))
        return {(p.party.text, p.party.name, p.party.country) for p in found}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Chilean shipbuilder Marvela Naval won. Marvela will build two.", ["Marvela Naval", "Marvela"]),
        ("Dorvik, a Norwegian drone firm, sold ten. Then Dorvik sold five.", ["Dorvik", "Dorvik"]),
        ("Oslo-based maker Dorvik and Swedish firm Halmark agreed.", ["Dorvik", "Halmark"]),
        ("Norway's Dorvik lost. Dorvik said it was sad.", ["Dorvik", "Dorvik"]),
    ],
)
def test_a_firm_that_is_introduced_is_found_wherever_it_stands(text: str, names: list[str]) -> None:
    assert [name for name, _ in called(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "The Swedish investor Karl Berg won. Karl Berg left.",  # may be a person
        "The French carrier Marianne sailed.",  # a ship
        "Norway's Dorvik lies by the sea.",  # a place
        "The German firm Thales is known.",  # in the lexicon, which knows better
        "The Munich company will lease Halden a room.",  # its customer
    ],
)
def test_what_may_be_no_firm_is_not_taken_for_one(text: str) -> None:
    assert not called(text)


def test_a_common_word_does_not_stand_for_the_whole_name() -> None:
    assert called("The Chilean bank Harvest Trust paid. The harvest was good. Harvest time came.") == [
        ("Harvest Trust", "CHL")
    ]


def test_it_is_the_firm_and_not_its_country(parser: Parser) -> None:
    text = "Shares in the US software firm Tarvox rose. It agreed to buy Quell."
    assert ("It", "Tarvox", "USA") in present(parser, text, "It agreed to buy Quell.")


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("The German group Lindau bought it.", "German"),
        ("Brazil's Cantaro sold the ships.", "Brazil"),
        ("Cantaro of Brazil sold the ships.", "Brazil"),
        ("Northbank, the British lender, sold it.", "the British lender"),
        ("A NATO member bought tanks.", "NATO"),
        ("Isar Aerospace of Germany built them.", "Germany"),
        ("London-based Marlow Brokers sold them.", "London"),
        ("Chile ordered six ships from Navantia, beating Fincantieri.", "Fincantieri"),
        ("Chile ordered six ships from Navantia, beating a bid from Fincantieri.", "Fincantieri"),
        ("Navantia beat Fincantieri's offer.", "Fincantieri"),
        ("Navantia won the bid against Fincantieri to build six ships.", "Fincantieri"),
        ("Chile chose Navantia over Fincantieri and Naval Group for its ships.", "Naval Group"),
        ("Chile ordered the ships from Navantia instead of Fincantieri.", "Fincantieri"),
        ("Chile orders Italian frigates to replace British-built ships.", "British"),
        ("Spain sold Peru two tugs despite Chile's repeated objections to the deal.", "Chile"),
        ("Chile condemned the sale of two tugs to Peru.", "Chile"),
        ("Peru bought the tugs, Defense Secretary Robert Gates said.", "Defense Secretary"),
    ],
)
def test_what_only_describes_takes_no_part(parser: Parser, sentence: str, alone: str) -> None:
    assert alone not in {text for text, _, _ in present(parser, sentence, sentence)}


@pytest.mark.parametrize(
    "sentence",
    ["Chile took a bid from Fincantieri.", "The ships flew over Chile.", "Chile leased six of Fincantieri's ships."],
)
def test_who_makes_a_bid_or_is_flown_over_has_not_lost(parser: Parser, sentence: str) -> None:
    named = "Chile" if "flew" in sentence else "Fincantieri"
    assert any(named in (text or "") for text, _, _ in present(parser, sentence, sentence))


def test_who_condemns_one_thing_may_do_another(parser: Parser) -> None:
    sentence = "Chile condemned the attack and signed a pact with Peru."
    assert "Chile" in {text for text, _, _ in present(parser, sentence, sentence)}


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        ("The European nation sold jets.", "PRT"),
        ("The island state sold jets.", "FJI"),
        ("The kingdom sold jets.", "JOR"),
        ("The South American country sold jets.", "PER"),
    ],
)
def test_a_description_goes_back_to_whom_it_fits(parser: Parser, sentence: str, country: str) -> None:
    text = f"Portugal, Fiji, Jordan, Peru and Mali met in May. {sentence}"
    assert country in {code for _, _, code in present(parser, text, sentence)}


@pytest.mark.parametrize(
    ("text", "sentence", "country"),
    [
        ("Peru said Spain had offered it two corvettes.", "Peru said Spain had offered it two corvettes.", "PER"),
        (
            "Zambia turned east when Britain, which sold it trainers, stopped the supply.",
            "Zambia turned east when Britain, which sold it trainers, stopped the supply.",
            "ZMB",
        ),
    ],
)
def test_it_is_not_the_subject_of_its_own_clause(parser: Parser, text: str, sentence: str, country: str) -> None:
    assert ("it", country) in {(word, code) for word, _, code in present(parser, text, sentence)}


def test_it_may_stand_for_a_sale(parser: Parser) -> None:
    text = "Libya paid. It was the first sale of its kind."
    assert "It" not in {word for word, _, _ in present(parser, text, "It was the first sale of its kind.")}
