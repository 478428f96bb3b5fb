import datetime

import pytest

from schemas.identity import content_id, doc_id
from schemas.records import Document
from transforms.extract.interface import ExtractorOptions
from transforms.extract.load import load_extractor
from transforms.split.paragraphs import split_paragraphs
from transforms.split.ptransforms import describe_document


@pytest.fixture(scope="module")
def extractor():
    return load_extractor(ExtractorOptions())


@pytest.fixture
def mentions(extractor):
    """Extract the mentions of a text published on 3 October 2018."""

    def call(text):
        uri = "memory://text"
        day = datetime.date(2018, 10, 3)
        document = Document(
            doc_id(uri),
            content_id(text),
            uri,
            text,
            "text",
            "utf-8",
            len(text),
            published=day,
            published_origin="metadata",
        )
        return extractor.extract(describe_document(document, split_paragraphs(text))).mentions

    return call


@pytest.fixture
def deal(mentions):
    """The items of the first deal of a text as (text, quantity, unit)."""

    def call(text):
        return [(i.text, i.quantity, i.unit) for m in mentions(text) if m.event_class == "deal" for i in m.items]

    return call


@pytest.mark.parametrize(
    ("text", "word", "item"),
    [
        ("Peru will buy twelve patrol boats.", "boats", ("patrol boats", 12, None)),
        ("Peru will buy up to 36 patrol boats.", "boats", ("patrol boats", 36, None)),
        ("Peru will buy a further two patrol boats.", "boats", ("patrol boats", 2, None)),
        ("Peru will buy a single patrol boat.", "boat", ("patrol boat", 1, None)),
        ("Peru will buy a patrol boat.", "boat", ("patrol boat", None, None)),
        ("Peru will buy a fleet of 12 patrol boats.", "fleet", ("patrol boats", 12, None)),
        ("Peru will buy a number of patrol boats.", "number", ("patrol boats", None, None)),
        ("Peru received the last of six patrol boats.", "last", ("patrol boats", 6, None)),
        ("Peru will buy a 5,000-ton frigate.", "frigate", ("5,000-ton frigate", None, None)),
        ("Peru will buy 24 155mm howitzers.", "howitzers", ("155mm howitzers", 24, None)),
        ("Peru will buy two Boeing 737 airliners.", "airliners", ("Boeing 737 airliners", 2, None)),
        ("Peru will buy ten used F-16 Block 40 fighters.", "fighters", ("used F-16 Block 40 fighters", 10, None)),
    ],
)
def test_a_count_belongs_to_the_goods_and_figures_of_a_name_do_not(items_of, text, word, item):
    assert items_of(text, word) == [item]


@pytest.mark.parametrize(
    ("text", "word", "item"),
    [
        ("The group bought a nine percent stake in the brewery.", "stake", ("stake in the brewery", 9, "percent")),
        ("The group bought a 59.5% stake in the brewery.", "stake", ("stake in the brewery", 59.5, "percent")),
        ("It sells 2 million tonnes of wheat.", "tonnes", ("wheat", 2e6, "t")),
        ("It sells 40 million doses of vaccine.", "doses", ("vaccine", 4e7, "dose")),
        ("It gave 40 million vaccine doses.", "doses", ("vaccine doses", 4e7, None)),
        ("It sells 300,000 barrels of oil a day.", "barrels", ("oil", 3e5, "barrel/day")),
        ("It sells 1.5 billion cubic metres of gas annually.", "metres", ("gas", 1.5e9, "m3/year")),
    ],
)
def test_a_measure_has_a_unit_and_a_flow_its_time(items_of, text, word, item):
    assert items_of(text, word) == [item]


def test_a_list_is_read_one_by_one(items_of):
    text = "Peru will buy six tugboats, two ferries and a dredger."
    assert items_of(text, "tugboats") == [("tugboats", 6, None), ("ferries", 2, None), ("dredger", None, None)]


def test_the_members_of_a_collection_stand_for_it(items_of):
    text = "Peru will buy other vessels, including six tugboats and two ferries."
    assert items_of(text, "vessels") == [("tugboats", 6, None), ("ferries", 2, None)]


@pytest.mark.parametrize("word", ["order", "addition", "2019", "year"])
def test_acts_circumstances_and_dates_are_no_goods(items_of, word):
    assert items_of("In addition, an order came in 2019, a good year.", word) == []


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Peru has taken delivery of six patrol boats from Spain.", [("patrol boats", 6, None)]),
        ("Spain won an order for six patrol boats from Peru.", [("patrol boats", 6, None)]),
        (
            "Peru signed a contract with Spain worth $40 million. The contract covers six patrol boats.",
            [("patrol boats", 6, None)],
        ),
        ("Peru agreed an arms deal with Spain worth $40 million.", [("arms", None, None)]),
    ],
)
def test_goods_are_found_wherever_a_deal_names_them(deal, text, items):
    assert deal(text) == items


def test_a_pronoun_stands_for_the_goods_of_the_deal_before(deal):
    text = "Peru bought the patrol ship Tucana from Spain. It was delivered in May."
    assert [text for text, _, _ in deal(text)][-1].endswith("Tucana")


def test_talks_have_no_items(mentions):
    found = mentions("The president of Peru met the president of Spain in Lima on Tuesday to discuss fisheries.")
    assert "dialogue" in {m.event_type for m in found}
    assert all(m.items == () for m in found if m.event_type == "dialogue")


def test_cooperation_has_topics(mentions):
    found = mentions("Peru and Spain agreed to deepen their cooperation on fisheries and coastal radar.")
    assert found
    assert all([i.text for i in m.items] == ["fisheries", "coastal radar"] for m in found)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (
            "Peru bought six tugboats from Spain in May, and Chile ordered two ferries from Italy in June.",
            ["2018-05", "2018-06"],
        ),
        ("In February, Peru bought six tugboats from Spain.", ["2018-02"]),
    ],
)
def test_each_event_has_the_date_of_its_clause(mentions, text, date):
    assert [m.event_date for m in mentions(text) if m.event_class == "deal"] == date


def test_each_deal_has_its_own_price(mentions):
    text = (
        "Peru bought six tugboats from Spain for $9 million, "
        "while Chile ordered two ferries from Italy for 70 million euros."
    )
    assert [[(a.amount, a.currency) for a in m.amounts] for m in mentions(text)] == [[(9e6, "USD")], [(7e7, "EUR")]]


def test_a_word_to_which_another_is_joined_does_not_name_the_goods(mentions):
    (mention,) = mentions("Westinghouse sold fuel-assembly equipment to Jordan.")
    assert [(i.text, i.category) for i in mention.items] == [("fuel-assembly equipment", None)]
