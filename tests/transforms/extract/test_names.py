import pytest

from transforms.extract.context import DocumentContext
from transforms.extract.names import kind_of_name, names_nobody, seat


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Kiel Shipyard", "company"),
        ("Ministry of Energy", "government"),
        ("Department of Defense", "government"),
        ("Falcon Carrier Strike Group", "military"),
        ("Orland Systems for Robotic Farming", "company"),
        ("Institute of Marine Research", "organisation"),
        ("Bluebird", None),
    ],
)
def test_the_head_of_a_name_says_what_it_is(name: str, kind: str | None) -> None:
    assert kind_of_name(name.split()) == kind


@pytest.mark.parametrize("name", ["Clean Harbours Act", "Treaty of Bergen", "Inc.", "Pty Ltd"])
def test_laws_texts_and_bare_legal_forms_are_nobody(name: str) -> None:
    assert names_nobody(name.split())


@pytest.mark.parametrize("name", ["Kiel Shipyard", "Actors Guild Inc."])
def test_firms_are_somebody(name: str) -> None:
    assert not names_nobody(name.split())


@pytest.mark.parametrize(
    ("name", "after", "home", "country"),
    [
        ("Orland Industries", ", Inc., said", "MAR", "USA"),
        ("Orland Industries Inc.", " said", "CAN", "CAN"),
        ("Weber Optik GmbH", " said", "CHL", "DEU"),
        ("Weber Optik GmbH", " said", "AUT", "AUT"),
        ("Nowak Foods", " Sp. z o.o. said", "", "POL"),
        ("Shanghai Bicycle Works", " said", "", "CHN"),
        ("Orland Works", " said", "NOR", ""),
    ],
)
def test_a_legal_form_or_a_region_tells_where_a_firm_is_at_home(name: str, after: str, home: str, country: str) -> None:
    assert seat(name, after, home) == country


def named(text: str) -> set[tuple[str, str]]:
    context = DocumentContext(text, [(0, len(text))], None)
    return {(text[m.start : m.end], m.name.country) for m in context.names}


def test_the_surname_of_somebody_is_no_state() -> None:
    found = named("Dr. Anna Jordan met Mr Chad in Oslo. Jordan and Chad sent envoys.")
    assert sum(name == "Jordan" for name, _ in found) == 1
    text = "Dr. Anna Jordan spoke in Oslo."
    assert {name for name, _ in named(text)} == {"Oslo"}


def test_an_acronym_with_a_number_is_learnt_from_the_text() -> None:
    assert ("CSG", "CZE") not in named("The Falcon Carrier Strike Group (CSG 4) sailed from Oslo. CSG sailors rested.")


def test_small_words_may_stand_in_an_acronym() -> None:
    text = "The Ministry of the Sea of Malta (MOTSOM) paid. MOTSOM officials flew home."
    assert ("MOTSOM", "MLT") in named(text)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Minister Jane Doe of Peru spoke.", "PER"),
        ("Jane Doe, head of the navy of Peru, spoke. Minister Jane Doe left.", None),
        ("Minister Jane Doe will meet members of Peru's parliament.", None),
        ("Minister Jane Doe, deputy head of the Navy of Peru, spoke.", "PER"),
    ],
)
def test_a_person_is_of_the_state_of_their_office_and_not_of_those_they_meet(text: str, country: str | None) -> None:
    found = DocumentContext(text, [(0, len(text))], None).person("Doe")
    assert (found.country if found else None) == country


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The bank lent Peru $5 million.", ["Peru"]),
        ("It paid US $5 million to Peru.", ["Peru"]),
        ("It paid A$5 million, or US$3 million, to Peru.", ["Peru"]),
        ("It paid Canadian $5 million to Peru.", ["Peru"]),
    ],
)
def test_whose_money_a_sum_is_in_is_nobody_but_who_is_given_it_is(text: str, names: list[str]) -> None:
    assert [m.name.name for m in DocumentContext(text, [(0, len(text))], None).names] == names
