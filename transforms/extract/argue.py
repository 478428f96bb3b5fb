"""Weighs what speaks for and against each phrase that may be a party, an item, a sum or the date of an event.

The rules' own choice is one sign among others; where they stand, what they are, and what the trained reader says of
their words are the rest. One logistic model for each kind of argument, fitted by `pipeline.fit_arguments`.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from spacy.tokens import Token

from schemas.lexicon import maker
from schemas.ontology import Frame
from schemas.records import Item
from transforms.extract import attach
from transforms.extract.context import DocumentContext, Party
from transforms.extract.dates import Date
from transforms.extract.drafts import Draft
from transforms.extract.items import Thing
from transforms.extract.money import Money
from transforms.extract.present import Presence
from transforms.extract.reader.model import EventReading
from transforms.extract.reader.questions import ROLES, SCALE, SIDES
from transforms.extract.score import dot, sigmoid
from transforms.extract.sentence import Sentence
from transforms.extract.weights import Weights

NONE, TAKEN = "none", "taken"
_ITEM, _AMOUNT, _DATE = (ROLES.index(r) for r in ("item", "amount", "date"))
_UNSEEN = -2.0
_NEAR = (4, 8, 16, 32)
_WITHIN = ("conj", "appos", "compound", "amod", "nmod", "flat")
_CLIMB = 4
_TINY = 1e-9
_LAST = 3
_SAID = ("reader", "reader:any", *(f"reader:{side}" for side in SIDES))
_EITHER = 2.0
"""So many times likelier may the side of a party be on which all others are, for it to be put on the other side."""

Cast = Sequence[tuple[str, Party]]


@dataclasses.dataclass(frozen=True)
class Argument:
    """A phrase that may take a part in an event.

    Attributes:
        kind: `party`, `item`, `amount` or `date`.
        rule: What the rules make of it: a role, `taken`, or `none`.
        said: What it says, by kind.
        signs: Features by name, 1 where they merely hold.
    """

    kind: str
    rule: str
    said: Party | Item | Money | Date
    signs: Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Question:
    """The event of which arguments are sought.

    Attributes:
        event_type: Its type, as settled.
        directed: Whether one gives and another gets.
        drafts: Its drafts, the leading one first.
        frames: Their frames, as their words have them when they report an event of this type.
        sentence: Its sentence.
        context: Its document.
        reading: What the trained reader makes of it, where it is asked.
        told: Who took part, and how, in the events of the class before, the last first.
    """

    event_type: str
    directed: bool
    drafts: Sequence[Draft]
    frames: Sequence[Frame]
    sentence: Sentence
    context: DocumentContext
    reading: EventReading | None
    told: Sequence[tuple[str, Party]] = ()

    @property
    def event_class(self) -> str:
        """`deal` or `cooperation`."""
        return self.event_type.partition("/")[0]

    @property
    def direction(self) -> str:
        """Whether one gives and another gets, as features call it."""
        return "directed" if self.directed else "open"


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


def ranked(found: Sequence[Argument]) -> list[Argument]:
    """Return arguments of a kind with how each stands to the others in what the reader says of them."""
    return [dataclasses.replace(one, signs={**one.signs, **_beside(one, found)}) for one in found]


def _beside(one: Argument, found: Sequence[Argument]) -> dict[str, float]:
    """Return how much surer the reader is of an argument than of the surest other, and of how many it is surer."""
    signs: dict[str, float] = {}
    for name in (n for n in _SAID if n in one.signs):
        value, others = one.signs[name], [o.signs[name] for o in found if o is not one]
        margin = value - max(others, default=_UNSEEN)
        rank = min(_LAST, sum(other > value for other in others))
        signs |= {f"{name}/margin": margin, f"{name}/first={margin > 0}": 1.0, f"{name}/rank={rank}": 1.0}
    return signs


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
        value = max((_scaled(float(odds[i])) for odds in heard if odds is not None), default=_UNSEEN)
        names = (f"reader:{role}", f"reader:{role}/{question.direction}", f"reader:{role}/where={where}")
        signs.update(dict.fromkeys(names, value))
    signs["reader:any"] = max(signs[f"reader:{role}"] for role in SIDES)
    return signs


def _scaled(odds: float) -> float:
    """Return log-odds in the size of other features, within bounds."""
    return max(_UNSEEN, min(-_UNSEEN, odds / SCALE))


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


def item_arguments(
    question: Question, chosen: Sequence[Thing], others: Iterable[Thing]
) -> list[tuple[Argument, Thing]]:
    """Return all that may be an item of an event: what the rules chose, and the other nouns of its sentence."""
    taken = {t.item.start for t in chosen}
    things = [t for _, t in sorted({t.item.start: t for t in (*others, *chosen)}.items(), key=lambda p: p[0] or 0)]
    found = [_item_argument(question, t, t.item.start in taken) for t in things]
    return list(zip(ranked(found), things, strict=True))


def _item_argument(question: Question, thing: Thing, chosen: bool) -> Argument:
    rule = TAKEN if chosen else NONE
    kind = "solid" if thing.solid else "plain"
    names = [
        f"rule={rule}",
        f"{question.event_type}/rule={rule}",
        f"{kind}/rule={rule}",
        f"{question.event_class}/{kind}/rule={rule}",
    ]
    names += [f"class={c}" for c in thing.classes] + [f"{question.event_type}/class={c}" for c in thing.classes]
    names += [
        f"{question.event_type}",
        f"counted={thing.item.quantity is not None}",
        f"words={min(len(thing.item.text.split()), 4)}",
        f"hollow={thing.hollow}",
    ]
    names += [f"pos={thing.head.pos_}", f"dep={thing.head.dep_}", f"number={thing.head.tag_}"]
    if thing.head.doc is question.sentence.doc:
        steps = attach.steps_to(question.drafts, thing.head.idx, thing.head.doc)
        names += [f"steps={min(int(steps), 8)}", f"{question.event_class}/steps={min(int(steps), 8)}"]
        names += [f"side={'left' if thing.head.i < question.drafts[0].candidate.first else 'right'}"]
    signs = dict.fromkeys(names, 1.0)
    return Argument("item", rule, thing.item, signs | _heard(question, _ITEM, thing.item.start, thing.item.end))


def amount_arguments(question: Question, chosen: Sequence[Money]) -> list[Argument]:
    """Return the sums of a sentence, which may be an event's."""
    taken = {m.start for m in chosen}
    return ranked([_amount_argument(question, m, m.start in taken) for m in question.sentence.sums])


def _amount_argument(question: Question, money: Money, chosen: bool) -> Argument:
    rule = TAKEN if chosen else NONE
    steps = min(int(attach.steps_to(question.drafts, money.start, question.sentence.doc)), 8)
    names = [f"rule={rule}", f"{question.event_class}/rule={rule}", f"steps={steps}", f"each={money.each}"]
    names += [f"{question.event_type}", f"others={min(len(question.sentence.sums), 3)}", f"bracketed={money.bracketed}"]
    names += [
        f"cue={cue}"
        for cue in attach.path(question.drafts, money.start, question.sentence.doc)
        & question.sentence.ontology.not_prices
    ]
    names += _hold_signs(question, money.start, money.end)
    start = question.sentence.place.start
    return Argument(
        "amount",
        rule,
        money,
        dict.fromkeys(names, 1.0) | _heard(question, _AMOUNT, start + money.start, start + money.whole_end),
    )


def _hold_signs(question: Question, start: int, end: int) -> Iterator[str]:
    """Yield what the place of a sum or date tells: on what it hangs, and whether another event is nearer to it."""
    sentence, drafts = question.sentence, question.drafts
    preposition, holder = attach.hold(start, end, sentence.doc)
    kind = _holder_kind(holder, question) if holder is not None else "none"
    mine = attach.steps_to(drafts, start, sentence.doc)
    rival = min((attach.steps_to(g, start, sentence.doc) for g in sentence.groups if g is not drafts), default=None)
    nearer = "none" if rival is None else "mine" if mine < rival else "same" if mine == rival else "theirs"
    before = start < drafts[0].candidate.head.idx
    yield from (f"holder={kind}", f"preposition={preposition}", f"holder={kind}/preposition={preposition}")
    yield from (
        f"nearer={nearer}",
        f"nearer={nearer}/holder={kind}",
        f"before={before}",
        f"before={before}/holder={kind}",
    )
    yield f"verb={drafts[0].candidate.verb}/holder={kind}"


def _holder_kind(holder: Token, question: Question) -> str:
    """Return what a word is to an event: its trigger, its verb, another's trigger, a verb of saying, ..."""
    own = {d.candidate.head.i for d in question.drafts}
    if holder.i in own:
        return "trigger"
    if holder.i in {d.light.i for d in question.drafts if d.light is not None}:
        return "light"
    if holder.i in {d.candidate.head.i for g in question.sentence.groups for d in g}:
        return "other"
    if holder.lemma_.lower() in question.sentence.ontology.reporting_verbs:
        return "said"
    if holder.pos_ in ("VERB", "AUX"):
        return "below" if any(a.i in own for a in holder.ancestors) else "verb"
    above = next((a for a in holder.ancestors if a.i in own or a.pos_ in ("VERB", "AUX")), None)
    return "within" if above is not None and above.i in own else holder.pos_.lower()


def date_arguments(question: Question, chosen: Date | None, dates: Sequence[Date]) -> list[Argument]:
    """Return the dates of a sentence, and the one that the rules chose from elsewhere, which may be an event's."""
    found = {d.start: d for d in dates}
    if chosen is not None:
        found[chosen.start] = chosen
    days = [d for _, d in sorted(found.items())]
    return ranked([_date_argument(question, d, chosen is not None and d.start == chosen.start) for d in days])


def _date_argument(question: Question, date: Date, chosen: bool) -> Argument:
    rule = TAKEN if chosen else NONE
    steps = min(int(attach.steps_to(question.drafts, date.start, question.sentence.doc)), 8)
    names = [f"rule={rule}", f"{question.event_class}/rule={rule}", f"steps={steps}", f"steps={steps}/rule={rule}"]
    names += [
        f"{question.event_type}",
        f"others={min(len(question.sentence.dates), 3)}",
        f"length={len(date.edtf)}/rule={rule}",
        *_hold_signs(question, date.start, date.end),
    ]
    start = question.sentence.place.start
    return Argument(
        "date", rule, date, dict.fromkeys(names, 1.0) | _heard(question, _DATE, start + date.start, start + date.end)
    )


def _heard(question: Question, role: int, start: int | None, end: int | None) -> dict[str, float]:
    if question.reading is None:
        return {}
    odds = question.reading.roles(start, end)
    value = _UNSEEN if odds is None else _scaled(float(odds[role]))
    sides = _UNSEEN if odds is None else _scaled(float(odds[: len(SIDES)].max()))
    return {
        "reader": value,
        f"reader/{question.event_class}": value,
        f"reader/{question.event_type}": value,
        "reader:side": sides,
    }


class Judge:
    """Decides which arguments an event has, by the fitted weights; as the rules say where none are fitted."""

    def __init__(self, weights: Weights) -> None:
        """Take the weights."""
        self._weights = weights

    @property
    def is_fitted(self) -> bool:
        """Whether there are weights for arguments."""
        return bool(self._weights.arguments)

    def probabilities(self, argument: Argument) -> dict[str, float]:
        """Return the probability of each answer (roles, `taken`, `none`); the rules' own is certain without weights."""
        table = self._weights.arguments.get(argument.kind)
        if not table:
            return {argument.rule: 1.0}
        if argument.kind != "party":
            chance = sigmoid(dot(table[TAKEN], argument.signs))
            return {TAKEN: chance, NONE: 1 - chance}
        scores = self._weights.parts[argument.kind].scores(argument.signs)
        top = max(scores.values())
        total = sum(math.exp(s - top) for s in scores.values())
        return {answer: math.exp(s - top) / total for answer, s in scores.items()}

    def parties(self, arguments: Sequence[Argument], *, directed: bool) -> list[tuple[str, Party]]:
        """Return who takes part, and how, the likeliest first."""
        cast = [(a.said, self.probabilities(a)) for a in arguments if isinstance(a.said, Party)]
        roles = sides([chances for _, chances in cast], self._weights.least.get("party", 0.5), directed=directed)
        found = [(1 - chances.get(NONE, 0.0), role, party) for (party, chances), role in zip(cast, roles, strict=True)]
        unique: list[tuple[str, Party]] = []
        for _, role, party in sorted(found, key=lambda f: (-f[0], f[1], f[2].start or -1, f[2].name)):
            if role != NONE and not any(role == r and party.may_be(p) for r, p in unique):
                unique.append((role, party))
        return _without_needless(unique, directed=directed)

    def chosen(self, kind: str, arguments: Sequence[Argument]) -> list[Argument]:
        """Return the arguments of a kind that are likely enough, the likeliest first."""
        least = self._weights.least.get(kind, 0.5)
        rated = [(self.probabilities(a).get(TAKEN, 0.0), a) for a in arguments]
        return [a for chance, a in sorted(rated, key=lambda r: -r[0]) if chance >= least]


def sides(chances: Sequence[Mapping[str, float]], least: float, *, directed: bool) -> list[str]:
    """Return the role of each who may take part in an event, `none` for those who do not.

    A party takes part if that is likely enough, whatever its role; and where one gives and another gets, not all are on
    one side: the least certain goes over unless its own side is far likelier.

    Args:
        chances: The probability of each answer for each party.
        least: The least probability of taking part.
        directed: Whether one gives and another gets.
    """
    found = []
    for chance in chances:
        allowed = sorted(a for a in chance if a != NONE and (directed or a in ("party", "broker")))
        takes_part = allowed and 1 - chance.get(NONE, 0.0) >= least
        found.append(max(allowed, key=lambda a: chance[a]) if takes_part else NONE)
    for side, other in (("supplier", "recipient"), ("recipient", "supplier")):
        taking = [i for i, role in enumerate(found) if role != NONE]
        if len(taking) > 1 and all(found[i] == side for i in taking):
            unsure = min(taking, key=lambda i: chances[i][side] / max(chances[i].get(other, 0.0), _TINY))
            if chances[unsure][side] <= _EITHER * chances[unsure].get(other, 0.0):
                found[unsure] = other
            break
    return found


def rows_completed(parties: Cast, row_of: Callable[[Party], Sequence[Party]]) -> list[tuple[str, Party]]:
    """Add the rest of a row of names of which most take part in one role: "Chad, Mali and Niger" act as one.

    Args:
        parties: Who takes part, and how.
        row_of: Returns the others in the row in which a party is named.
    """
    found = list(parties)
    for role, party in parties:
        others = row_of(party)
        roles = {p.key: r for r, p in found}
        alike = 1 + sum(roles.get(p.key) == role for p in others)
        if others and alike * 2 >= len(others) + 1:
            found += [(role, p) for p in others if p.key not in roles]
    return found


def _without_needless(parties: Sequence[tuple[str, Party]], *, directed: bool) -> list[tuple[str, Party]]:
    """Leave out who is carried over from before the sentence where the sentence itself names that side."""
    said = [(role, party.identity) for role, party in parties if party.text is not None]
    sides = {role for role, _ in said}
    full = len({identity for _, identity in said}) > 1
    return [
        (role, party) for role, party in parties if party.text is not None or not (role in sides if directed else full)
    ]
