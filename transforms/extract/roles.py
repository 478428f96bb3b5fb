"""Settles who is who in one event: the parties of all its triggers, turned the right way and made distinct."""

import dataclasses
from collections.abc import Iterable, Sequence

from transforms.extract.drafts import Draft, Filled
from transforms.extract.party import Party

_STATE_KINDS = {"country", "government", "military", "igo"}
_SELLER_KINDS = {"company"}
_SIGNS = {"origin", "maker", "owned"}
"""What tells of a side without being a party by itself."""


def settle(
    drafts: Sequence[Draft], extra: Iterable[Filled], event_type: str, *, directed: bool
) -> list[tuple[str, Party]]:
    """Return the (role, party) pairs of an event, the leading trigger's first; `directed` types have two sides."""
    filled = _pooled(drafts, extra)
    if directed:
        filled = _directed(filled, event_type)
    else:
        filled = [
            f if f.role == "broker" else dataclasses.replace(f, role="party")
            for f in filled
            if f.role not in _SIGNS and _somebody(f.party)
        ]
    return [(f.role, f.party) for f in _distinct(filled)]


def rounded(parties: Sequence[tuple[str, Party]], event_type: str, *, directed: bool) -> list[tuple[str, Party]]:
    """Give a side to parties still without one: opposite the known side; alone, by kind (firms sell, states buy)."""
    if not directed:
        return list(parties)
    sides = {role for role, _ in parties} & {"supplier", "recipient"}
    if len(sides) == 1:
        other = "recipient" if sides == {"supplier"} else "supplier"
        return [(other if role == "party" else role, p) for role, p in parties]
    if event_type in ("deal/sale", "deal/contract") and [role for role, _ in parties] == ["party"]:
        kind = parties[0][1].kind
        side = "supplier" if kind in _SELLER_KINDS else "recipient" if kind in _STATE_KINDS else "party"
        return [(side, parties[0][1])]
    return list(parties)


def _somebody(party: Party) -> bool:
    """A capitalised name of no known kind and state seldom cooperates: it names an initiative or an event."""
    return party.kind is not None or bool(party.country)


def _pooled(drafts: Sequence[Draft], extra: Iterable[Filled]) -> list[Filled]:
    """The leading trigger's own arguments count most, then those of the others, then what was found around them."""
    pooled = [
        dataclasses.replace(f, distance=f.distance + 2 * min(i, 2))
        for i, draft in enumerate(drafts)
        for f in draft.parties
    ]
    return sorted([*pooled, *extra], key=lambda f: f.distance)


def _directed(filled: Sequence[Filled], event_type: str) -> list[Filled]:
    makers = {f.party.key for f in filled if f.role == "maker"}
    filled = [_owned(f, makers) for f in filled if f.role != "maker"]
    sides = {role: {f.party.key for f in filled if f.role == role} for role in ("supplier", "recipient")}
    settled: list[Filled] = []
    for one in filled:
        if one.role in ("supplier", "recipient", "broker"):
            settled.append(one)
        elif one.role == "origin":
            if (
                not sides["supplier"]
                and one.party.key not in sides["recipient"]
                and event_type in ("deal/sale", "deal/license")
            ):
                settled.append(dataclasses.replace(one, role="supplier"))
        elif one.role == "owned":
            if event_type == "deal/investment" and not sides["supplier"]:
                settled.append(dataclasses.replace(one, role="supplier"))
        elif one.role == "owner":
            if not sides["recipient"] and one.party.key not in sides["supplier"]:
                settled.append(dataclasses.replace(one, role="recipient"))
        else:
            settled.append(dataclasses.replace(one, role=_turned(one, filled, sides, makers)))
    return settled


def _owned(one: Filled, makers: set[str]) -> Filled:
    """A state before goods that another state makes ("Peruvian F-16s") has them or gets them; it does not give them."""
    if one.role == "origin" and makers and one.party.key not in makers and one.party.kind == "country":
        return dataclasses.replace(one, role="owner")
    return one


def _turned(one: Filled, filled: Sequence[Filled], sides: dict[str, set[str]], makers: set[str]) -> str:
    """Return the side of a party whose direction the grammar leaves open."""
    key = one.party.key
    for role, other in (("supplier", "recipient"), ("recipient", "supplier")):
        if key in sides[role]:
            return role
        if sides[role] and not sides[other]:
            return other
    origin = {f.party.key for f in filled if f.role == "origin"} | makers
    if key in origin:
        return "supplier"
    others = [f for f in filled if f.role in ("party", "counterpart") and f.party.key != key]
    kinds = {f.party.kind for f in others}
    if one.party.kind in _SELLER_KINDS and kinds & _STATE_KINDS:
        return "supplier"
    if one.party.kind in _STATE_KINDS and (kinds & _SELLER_KINDS or origin & {f.party.key for f in others}):
        return "recipient"
    return "party"


def _distinct(filled: Sequence[Filled]) -> list[Filled]:
    """Each party once a role, and each phrase in the one role that its nearest grammar gives it.

    The same state may stand on both sides (a ministry buys from a national firm), but not by the same words.
    """
    kept: list[Filled] = []
    for one in filled:
        if any(_same_words(one, other) for other in kept):
            continue
        held = next((i for i, k in enumerate(kept) if k.role == one.role and k.party.may_be(one.party)), None)
        if held is None:
            kept.append(one)
        elif kept[held].party.text is None and one.party.text is not None:
            kept[held] = one
    return _without_doubles(kept)


def _same_words(one: Filled, other: Filled) -> bool:
    if one.party.start is None or other.party.start is None:
        return one.party.may_be(other.party)
    return one.party.start == other.party.start and one.party.key == other.party.key


def _without_doubles(filled: list[Filled]) -> list[Filled]:
    """A party that stands without direction although its side is known, or on two sides by one name, is said twice."""
    directed = [f.party for f in filled if f.role in ("supplier", "recipient")]
    kept: list[Filled] = []
    for one in filled:
        if one.role == "party" and any(one.party.may_be(p) for p in directed):
            continue
        if any(one.party.name == other.party.name and one.role != other.role for other in kept):
            continue
        kept.append(one)
    return kept
