"""Whom annotations mean: a firm by its name, a state by whoever acts for it."""

import pytest

from pipeline.meant import meant
from transforms.extract.party import Party

BUYER = ("recipient", "Marvela Foods", "PER")
SELLER = ("supplier", "Ostra Mills", "PER")


def party(name: str, kind: str | None, country: str = "PER") -> Party:
    return Party(name, 0, len(name), name, kind, country)


@pytest.mark.parametrize(
    ("said", "role"),
    [
        (party("Marvela", "company"), "recipient"),
        (party("Ostra Mills", "company"), "supplier"),
        (party("Ostra Mills", "company", ""), "supplier"),
        (party("Banco Quillay", "company"), None),
        (party("Banco Quillay", "company", ""), None),
    ],
)
def test_a_firm_is_known_by_its_name(said: Party, role: str | None) -> None:
    found = meant([BUYER, SELLER], said)
    assert (found[0] if found else None) == role


@pytest.mark.parametrize(
    ("said", "role"),
    [
        (party("Peru", "country"), "recipient"),
        (party("Peruvian air force", "military"), "recipient"),
        (party("the Peruvian firm", "company"), "recipient"),
        (party("Spain", "country", "ESP"), None),
    ],
)
def test_a_state_is_whoever_acts_for_it(said: Party, role: str | None) -> None:
    found = meant([("recipient", "Ministry of Defence", "PER"), ("supplier", "Navantia", "ITA")], said)
    assert (found[0] if found else None) == role


def test_a_firm_may_act_for_its_state() -> None:
    assert meant([("supplier", "Spain", "ESP")], party("Navantia", "company", "ESP")) == ("supplier", "Spain", "ESP")


def test_of_two_of_one_state_the_more_alike_is_meant() -> None:
    both = [("recipient", "Peruvian Navy", "PER"), ("supplier", "SIMA", "PER")]
    assert meant(both, party("the navy of Peru", "military")) == both[0]
