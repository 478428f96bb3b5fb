"""Gathers what speaks for and against each party that may take part in an event."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Token

from schemas.lexicon import maker
from schemas.ontology import Frame
from transforms.extract import attach
from transforms.extract.argue.question import NONE, UNSEEN, Argument, Cast, Question, ranked, scaled
from transforms.extract.items import Thing
from transforms.extract.party import Party
from transforms.extract.present import Presence
from transforms.extract.reader.questions import SIDES

_NEAR = (4, 8, 16, 32)
_WITHIN = ("conj", "appos", "compound", "amod", "nmod", "flat")
_CLIMB = 4


def party_arguments(
    question: Question,
    settled: Cast,
    present: Sequence[Presence],
    carried: Iterable[Party],
    goods: Iterable[Thing] = (),
) -> list[Argument]:
    """Return all who may take part: those whom the rules settled on, who else is in the sentence or was spoken of.

    Args:
        question: The event.
        settled: The rules' own answer.
        present: Everyone in the sentence.
        carried: Parties from before the sentence.
        goods: What may be an item of the event; the state that makes it hardly ever buys it.
    """
    groups: dict[tuple[str, str], list[tuple[Party, Presence | None]]] = {}
    for presence in present:
        groups.setdefault(presence.group, []).append((presence.party, presence))
    for party in (*(p for _, p in settled), *carried):
        groups.setdefault(party.identity, []).append((party, None))
    chosen = {party.identity: (party, role) for role, party in settled}
    found = [
        _party_argument(question, chosen.get(group, (None, NONE)), members, len(groups))
        for group, members in groups.items()
    ]
    made = maker(" ".join(thing.item.text for thing in goods))
    return ranked([_with_maker(one, question, made, found) for one in found] if made else found)


def _with_maker(one: Argument, question: Question, made: str, found: Sequence[Argument]) -> Argument:
    """Return a party's argument with how its state stands to the one where the goods are made."""
    countries = [a.said.country for a in found if isinstance(a.said, Party)]
    mine = one.said.country if isinstance(one.said, Party) else ""
    whose = "own" if mine == made else "other" if mine else "unknown"
    names = (f"{question.direction}/made={whose}/{made in countries}", f"made={whose}/rule={one.rule}")
    return dataclasses.replace(one, signs={**one.signs, **dict.fromkeys(names, 1.0)})


def _party_argument(
    question: Question,
    chosen: tuple[Party | None, str],
    members: Sequence[tuple[Party, Presence | None]],
    number: int,
) -> Argument:
    here = [(p, x) for p, x in members if x is not None]
    best = max(here, key=lambda m: _loudest(m[0], question)) if here else members[0]
    party, rule = chosen[0] or best[0], chosen[1]
    where = "here" if any(not p.resolved for p, _ in here) else "meant" if here else "before"
    signs = dict.fromkeys(_party_signs(question, party, rule, where, number), 1.0)
    if best[1] is not None:
        signs |= dict.fromkeys(_place_signs(best[1], question), 1.0)
    places = [(p.start, p.end) for p, _ in members]
    return Argument("party", rule, party, signs | _heard_sides(question, members[0][0], places, where))


def _party_signs(question: Question, party: Party, rule: str, where: str, number: int) -> Iterator[str]:
    """Yield what a party is, what the rules make of it, and where it is spoken of."""
    directed, kind, rank = question.direction, party.kind or "unknown", _rank(party, question)
    yield from (f"rule={rule}", f"{directed}/rule={rule}", f"{question.event_type}/rule={rule}")
    yield from (f"where={where}", f"{directed}/where={where}/rule={rule}", f"{question.event_class}/where={where}")
    yield from (f"kind={kind}", f"{directed}/kind={kind}", f"{directed}/kind={kind}/rule={rule}")
    yield from (f"number={min(number, 6)}", f"country={bool(party.country)}")
    yield from (f"rank={rank}", f"rank={rank}/where={where}")
    told = next((role for role, before in question.told if party.may_be(before)), NONE)
    yield from (f"told={told}", f"{directed}/told={told}/where={where}", f"told={told}/rule={rule}")


def _heard_sides(
    question: Question, first: Party, places: Iterable[tuple[int | None, int | None]], where: str
) -> dict[str, float]:
    """Return what the reader says of the side of a party, by all words that mean it and its last name before."""
    if question.reading is None:
        return {}
    before = question.context.last_named(first, question.sentence.place.start)
    heard = [question.reading.roles(*place) for place in (*places, *([before] if before else []))]
    signs = {}
    for i, role in enumerate(SIDES):
        value = max((scaled(float(odds[i])) for odds in heard if odds is not None), default=UNSEEN)
        names = (f"reader:{role}", f"reader:{role}/{question.direction}", f"reader:{role}/where={where}")
        signs.update(dict.fromkeys(names, value))
    signs["reader:any"] = max(signs[f"reader:{role}"] for role in SIDES)
    return signs


def _loudest(party: Party, question: Question) -> tuple[bool, float]:
    """Order phrases for one party: plain names first, then those of which the reader is surer, then nearer ones."""
    odds = question.reading.roles(party.start, party.end) if question.reading else None
    return not party.resolved, float(odds[: len(SIDES)].max()) if odds is not None else 0.0


def _rank(party: Party, question: Question) -> str:
    """Return how much a document speaks of a party's state: the most, second, third or less."""
    ordered = [country for country, _ in question.context.frequency.most_common(3)]
    return str(ordered.index(party.country)) if party.country in ordered else "other" if party.country else "none"


def _place_signs(presence: Presence, question: Question) -> Iterator[str]:
    """Yield where the word stands by which a sentence brings a party in."""
    directed = question.direction
    token = presence.token
    head = question.drafts[0].candidate.head
    steps = attach.steps_to(question.drafts, token.idx, token.doc)
    side = "left" if token.i < question.drafts[0].candidate.first else "right"
    relation = f"{token.dep_}:{token.head.lower_}" if token.dep_ in ("pobj", "pcomp") else token.dep_
    yield f"steps={min(int(steps), 8)}"
    yield f"gap={_bucket(abs(token.i - head.i))}/{side}"
    yield f"relation={relation}"
    yield f"{directed}/relation={relation}/{side}"
    yield f"{directed}/side={side}"
    yield f"verb={question.drafts[0].candidate.verb}/{directed}/side={side}"
    nearer = min(
        (attach.steps_to(g, token.idx, token.doc) for g in question.sentence.groups if g is not question.drafts),
        default=99.0,
    )
    yield f"rival={'none' if nearer > 90 else nearer < steps}"
    yield from _frame_signs(token, question, f"{relation}/{side}", min(int(steps), 4))


def _frame_signs(token: Token, question: Question, relation: str, steps: int) -> Iterator[str]:
    """Yield what a relation means under an event's frame: who stands before "buy" stands after "sell to"."""
    leader = question.drafts[0]
    slots = {place_slot(token, frame) for frame in question.frames}
    slot = "/".join(sorted(s for s in slots if s)) or NONE
    lemma = leader.candidate.lemma
    yield from (
        f"slot={slot}",
        f"slot={slot}/steps={steps}",
        f"{question.event_type}/slot={slot}",
        f"{lemma}/slot={slot}",
    )
    yield from (
        f"frame={question.frames[0].name}/{relation}",
        f"{question.event_type}/{relation}",
        f"{lemma}/{relation}",
    )


def place_slot(token: Token, frame: Frame) -> str | None:
    """Return the slot that a frame has for a word that stands as this one does, wherever it hangs.

    A name that goes with others ("and", an apposition) or within a noun phrase ("the French navy") stands as the whole.
    """
    for _ in range(_CLIMB):
        if token.dep_ not in _WITHIN or token.head is token:
            break
        token = token.head
    if token.dep_ == "nsubj":
        return frame.subject
    if token.dep_ in ("dobj", "nsubjpass"):
        return frame.object
    if token.dep_ in ("dative", "iobj"):
        return frame.indirect
    if token.dep_ != "pobj":
        return None
    return frame.subject if token.head.dep_ == "agent" else frame.prepositions.get(token.head.lower_)


def _bucket(distance: int) -> int:
    return sum(distance >= border for border in _NEAR)
