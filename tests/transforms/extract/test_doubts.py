import dataclasses
from typing import Any

import pytest

from transforms.extract.doubts import GENERAL, OWN_MONEY, doubt
from transforms.extract.party import Party
from transforms.extract.rows import Found


@dataclasses.dataclass(frozen=True)
class _Item:
    text: str
    quantity: float | None = None


@dataclasses.dataclass(frozen=True)
class _Thing:
    item: _Item


@dataclasses.dataclass(frozen=True)
class _Evidence:
    event_type: str


def named(name, country, kind="country", *, text=True):
    return Party(name if text else None, 0 if text else None, 4 if text else None, name, kind, country)


def found(event_type, parties, *things, sums=()):
    goods = [_Thing(_Item(*t)) if isinstance(t, tuple) else _Thing(_Item(t)) for t in things]
    told: Any = {"drafts": (), "evidence": _Evidence(event_type), "things": goods, "sums": sums}
    return Found(**told, parties=parties, date=None, confidence=0.6)


PERU, CHILE = named("Peru", "PER"), named("Chile", "CHL")


def test_goods_without_a_name_or_number_are_trade_in_general(ontology):
    event = found("deal/sale", [("supplier", PERU)], "more advanced weapons")
    assert doubt(event, "", ontology) == ("trade in general", GENERAL)


@pytest.mark.parametrize(
    "event",
    [
        found("deal/sale", [("supplier", PERU)], "patrol boats"),
        found("deal/sale", [("supplier", PERU)], ("weapons", 40.0)),
        found("deal/sale", [("supplier", PERU), ("recipient", CHILE)], "weapons"),
        found("deal/sale", [("supplier", PERU)], "weapons", sums=("a sum",)),
        found("deal/sale", [("supplier", PERU)]),
        found("cooperation/assistance", [("supplier", PERU)], "weapons"),
    ],
)
def test_a_name_a_number_or_both_sides_make_it_a_deal(ontology, event):
    assert doubt(event, "", ontology) is None


def test_a_side_that_is_only_carried_over_does_not_count(ontology):
    event = found("deal/sale", [("supplier", PERU), ("recipient", named("Chile", "CHL", text=False))], "weapons")
    assert doubt(event, "", ontology) is not None


def test_a_state_that_gives_money_to_its_own_bodies_has_a_budget(ontology):
    own = [("supplier", PERU), ("recipient", named("the navy", "PER", "military"))]
    sentence = "Peru raised the allocation for the navy."
    assert doubt(found("deal/financing", own), sentence, ontology) == ("own budget", OWN_MONEY)
    assert doubt(found("deal/financing", own), "Peru lent the navy two million.", ontology) is None
    assert doubt(found("deal/financing", [*own, ("recipient", CHILE)]), sentence, ontology) is None


def test_talk_of_trade_is_dropped_with_its_reason(extractor, document_of):
    text = "Campaigners say that exports of weapons are growing everywhere. Peru sold 40 rifles to Chile in May."
    decisions = extractor.extract(document_of(text)).decisions
    assert [d.mention.trigger for d in decisions if d.mention] == ["sold"]
