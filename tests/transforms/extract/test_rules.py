import dataclasses
import datetime

import pytest

from schemas.ontology import DEFAULT
from transforms.extract.interface import ExtractorOptions, TooSlowError
from transforms.extract.load import load_extractor
from transforms.extract.parse import ModelError


def roles(mention):
    return {(p.role, p.country) for p in mention.participants}


@pytest.mark.parametrize(
    ("text", "event_type", "expected"),
    [
        ("Sweden sold 14 fighters to Brazil in 2013.", "sale", {("supplier", "SWE"), ("recipient", "BRA")}),
        ("Brazil bought 14 fighters from Sweden.", "sale", {("supplier", "SWE"), ("recipient", "BRA")}),
        ("The fighters were sold to Brazil by Sweden.", "sale", {("supplier", "SWE"), ("recipient", "BRA")}),
        ("Brazil took delivery of six submarines from France.", "sale", {("supplier", "FRA"), ("recipient", "BRA")}),
        ("Saab sold four fighters to Hungary.", "sale", {("supplier", "SWE"), ("recipient", "HUN")}),
        ("Poland ordered 32 helicopters from Leonardo of Italy.", "sale", {("supplier", "ITA"), ("recipient", "POL")}),
        (
            "Peru bought six patrol boats from South Korea through Ostra Trading of Panama.",
            "sale",
            {("recipient", "PER"), ("supplier", "KOR"), ("broker", "PAN")},
        ),
        (
            "Norway and Finland signed a defence cooperation agreement.",
            "agreement",
            {("party", "NOR"), ("party", "FIN")},
        ),
        ("The presidents of Chile and Peru met in Lima.", "dialogue", {("party", "CHL"), ("party", "PER")}),
        ("India and Japan held a joint naval exercise.", "exercise", {("party", "IND"), ("party", "JPN")}),
        ("Kenya and Uganda will exchange intelligence on smugglers.", "exchange", {("party", "KEN"), ("party", "UGA")}),
    ],
)
def test_who_does_what_to_whom(read, text, event_type, expected):
    (mention,) = read(text)
    assert mention.event_type == event_type
    assert roles(mention) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The new mayor will have a great deal of work to do.",
        "The doctor told her patients to exercise caution on icy roads.",
        "He never sold the idea to his own party.",
        "Critics were in agreement that the film was too long.",
        "The striker had to deal with a knee problem.",
    ],
)
def test_look_alikes_of_triggers_are_no_events(read, text):
    assert read(text) == []


def test_every_value_stands_where_it_says(read):
    text = (
        "Lima, 3 May 2024. Peru signed a 120 million dollar contract with Hyundai for two patrol vessels on Monday.\n\n"
        "The two countries also agreed to hold talks in Seoul next year. They will exchange officers."
    )
    for mention in read(text):
        assert text[mention.trigger_start : mention.trigger_end] == mention.trigger
        assert text[mention.sentence_start : mention.sentence_end] == mention.sentence
        for part in (*mention.participants, *mention.items, *mention.amounts):
            if part.start is not None:
                assert text[part.start : part.end] == part.text
        for item in mention.items:
            if item.quantity_start is not None:
                assert text[item.quantity_start : item.quantity_end] == item.quantity_text
        if mention.event_date_text_start is not None:
            assert text[mention.event_date_text_start : mention.event_date_text_end] == mention.event_date_text


def test_sum_count_and_date_of_a_deal_are_read(read):
    (mention,) = read("Peru ordered two patrol vessels from Hyundai for $120 million in March 2023.")
    assert [(a.amount, a.currency) for a in mention.amounts] == [(120e6, "USD")]
    assert [(i.text, i.quantity, i.category) for i in mention.items] == [("patrol vessels", 2.0, "Ships")]
    assert mention.event_date == "2023-03"
    assert mention.event_date_earliest == datetime.date(2023, 3, 1)


def test_both_sides_are_those_named_before_and_marked_as_resolved(read):
    text = "Turkey and Greece met on Tuesday. Both sides agreed to hold talks on gas."
    later = read(text)[-1]
    assert {p.country for p in later.participants} == {"TUR", "GRC"}
    assert all(p.resolved for p in later.participants)


def test_leaving_a_sentence_out_does_not_change_the_others(read):
    one, two = "Norway sold five ships to Chile.", "Spain ordered ten tanks from Germany."
    both = [m for m in read(f"{one} It rained all day. {two}") if m.sentence == two]
    alone = read(two)
    facts = [(m.trigger, m.event_type, roles(m), [i.text for i in m.items]) for m in alone]
    assert [(m.trigger, m.event_type, roles(m), [i.text for i in m.items]) for m in both] == facts


def test_ids_and_rows_are_the_same_on_every_run(extractor, document_of):
    document = document_of("Norway sold five ships to Chile and agreed to train the crews.")
    assert extractor.extract(document).mentions == extractor.extract(document).mentions


def test_each_candidate_has_a_decision_with_a_reason(extractor, document_of):
    extraction = extractor.extract(document_of("Norway sold five ships to Chile. Sales rose in May."))
    assert {d.reason for d in extraction.decisions if d.kept} == {"kept"}
    assert all(d.reason for d in extraction.decisions)


def test_boilerplate_is_not_read_for_events(extractor, document_of):
    document = document_of("A calm day in town.\n\nRead also: Norway sells five ships to Chile")
    assert extractor.extract(document).mentions == []


def test_a_higher_bar_keeps_fewer_mentions(document_of, extractor):
    strict = load_extractor(ExtractorOptions(min_confidence=0.95))
    document = document_of("Norway sold five ships to Chile. The two countries will work together on ferries.")
    kept = strict.extract(document).mentions
    assert all(m.confidence >= 0.95 for m in kept)
    assert len(kept) < len(extractor.extract(document).mentions)


def test_a_document_that_takes_too_long_is_given_up(extractor, document_of):
    hasty = load_extractor(ExtractorOptions(max_seconds=-1.0))
    with pytest.raises(TooSlowError):
        hasty.extract(document_of("Norway sold five ships to Chile."))


def test_a_model_that_is_not_installed_is_refused_with_what_to_do():
    with pytest.raises(ModelError, match="pip install"):
        load_extractor(ExtractorOptions(model="en_no_such_model"))


def test_codes_of_neighbouring_datasets_are_never_missing(read):
    mentions = read(
        "Norway sold five ships to Chile. Peru rejected an offer of tanks from Spain. Iran and Iraq held talks."
    )
    assert mentions
    assert all(m.plover and m.cameo for m in mentions)


@pytest.fixture(scope="module")
def with_sanctions(tmp_path_factory):
    """An ontology with a type of the user's own, made as docs/ontology.md says."""
    text = DEFAULT.read_text("utf-8")
    text = text.replace(
        "\nby_status:",
        '\n  - {class: cooperation, type: sanction, directed: true, plover: SANCTION, cameo: "163"}\nby_status:',
        1,
    )
    text = text.replace(
        "\ntriggers:\n",
        "\ntriggers:\n  - {type: cooperation/sanction, frame: give_to, needs: [party], "
        "verbs: [sanction, blacklist], nouns: [embargo]}\n",
        1,
    )
    path = tmp_path_factory.mktemp("ontology") / "mine.yaml"
    path.write_text(text, "utf-8")
    return load_extractor(ExtractorOptions(ontology=str(path)))


def test_a_type_of_ones_own_is_found_without_code(with_sanctions, document_of):
    mentions = with_sanctions.extract(
        document_of("Canada blacklisted two firms from Belarus. Norway sold five ships to Chile.")
    ).mentions
    found = {m.event_type: m for m in mentions}
    assert set(found) == {"sanction", "sale"}
    assert ("supplier", "CAN") in roles(found["sanction"])
    assert found["sanction"].plover == "SANCTION"


def test_documents_without_any_trigger_are_not_parsed(extractor, document_of):
    extraction = extractor.extract(document_of("It rained. The cat slept on the roof."))
    assert (extraction.sentences, extraction.sentences_parsed) == (2, 0)


def test_a_document_without_paragraphs_gives_nothing(extractor, document_of):
    empty = dataclasses.replace(document_of("Norway sold five ships to Chile."), paragraphs=())
    assert extractor.extract(empty).mentions == []


def test_the_name_of_a_currency_reports_nothing(extractor, document_of):
    text = "A South Korean loan of 90 billion won to Mongolia has been frozen pending an audit."
    (loan,) = extractor.extract(document_of(text)).mentions
    assert (loan.trigger, loan.status) == ("loan", "suspended")
