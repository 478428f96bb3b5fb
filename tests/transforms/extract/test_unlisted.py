"""Names that only a firm can have are found, whatever state they are of."""

import pytest

from schemas.lexicon import gazetteer
from transforms.extract.context import DocumentContext
from transforms.extract.firms import read_firms
from transforms.extract.unlisted import surnames


def named(text: str) -> set[tuple[str, str]]:
    return {(m.name.name, m.name.country) for m in read_firms(text, gazetteer().find(text)).names}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It has raised its stake in Quillay Foods to a third.", "Quillay Foods"),
        ("The board of the brewer Ostra met. Ostra's shareholders agreed.", "Ostra"),
        ("A bid for Marvela is likely, and Marvela shares rose.", "Marvela"),
        ("The chocolate maker Dorvik said it was for sale.", "Dorvik"),
        ("Tarvox, a private lender, was sold.", "Tarvox"),
        ("The rest is owned by Tarvox, which employs 300 people.", "Tarvox"),
    ],
)
def test_what_only_a_firm_has_tells_its_name(text: str, name: str) -> None:
    assert name in {n for n, _ in named(text)}


@pytest.mark.parametrize(
    "text",
    [
        "The plan for Quillay was dropped in May.",
        "The owner of Norway was not asked.",
        "Mr Quillay shares the prize, and Quillay owns a house.",
        "They have a stake in Dorset.",
        "PC sales rose, and DVD stores closed.",
    ],
)
def test_other_names_are_no_firms(text: str) -> None:
    assert not named(text)


def test_its_state_may_stand_anywhere_beside_it() -> None:
    assert ("Ostra", "MAR") in named("Shares in Ostra rose. Morocco's phosphate giant Ostra sold a mine to Spain.")


def test_people_have_titles_or_ages() -> None:
    assert "Holm" in surnames("Lars Holm sold it. Mr Holm left.")
    assert "Holm" in surnames("Lars Holm, 52, sold it.")
    assert "Holm" not in surnames("Lars Holm sold it.")


def test_the_company_goes_back_to_such_a_name() -> None:
    text = "Shares in Quillay Foods fell. The company will sell a mill."
    found = DocumentContext(text, [(0, len(text))], None).last_of_kind(text.index("The company"), ("company",))
    assert found is not None
    assert found.name == "Quillay Foods"


def test_a_longer_name_is_not_the_firm_whose_name_it_begins_with() -> None:
    text = "The Canadian trader bought the Australian grain company ABB Grain. ABB Grain had 900 staff."
    context = DocumentContext(text, [(0, len(text))], None)
    assert {(m.name.name, m.name.country) for m in context.names if "ABB" in m.name.name} == {("ABB Grain", "AUS")}
