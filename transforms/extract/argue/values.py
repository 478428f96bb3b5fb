"""Gathers what speaks for and against each item, sum and date that may be an event's."""

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Token

from transforms.extract import attach
from transforms.extract.argue.nesting import Nesting, nest_signs, nesting
from transforms.extract.argue.question import NONE, TAKEN, Argument, Question, heard, ranked
from transforms.extract.dates import Date
from transforms.extract.items import Thing
from transforms.extract.money import Money
from transforms.extract.reader.questions import ROLES

_ITEM, _AMOUNT, _DATE = (ROLES.index(r) for r in ("item", "amount", "date"))


def item_arguments(
    question: Question, chosen: Sequence[Thing], others: Iterable[Thing]
) -> list[tuple[Argument, Thing]]:
    """Return all that may be an item of an event: what the rules chose, and the other nouns of its sentence."""
    taken = {t.item.start for t in chosen}
    things = [t for _, t in sorted({t.item.start: t for t in (*others, *chosen)}.items(), key=lambda p: p[0] or 0)]
    nested = nesting(t.head for t in things if t.head.doc is question.sentence.doc)
    found = [_item_argument(question, t, nested, t.item.start in taken) for t in things]
    return list(zip(ranked(found), things, strict=True))


def _item_argument(question: Question, thing: Thing, nested: Nesting, chosen: bool) -> Argument:
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
        names += _hold_signs(question, thing.head.idx, thing.head.idx + len(thing.head))
        names += [sign for name in nest_signs(thing.head, nested) for sign in (name, f"{question.event_class}/{name}")]
    signs = dict.fromkeys(names, 1.0)
    return Argument("item", rule, thing.item, signs | heard(question, _ITEM, thing.item.start, thing.item.end))


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
        dict.fromkeys(names, 1.0) | heard(question, _AMOUNT, start + money.start, start + money.whole_end),
    )


def _hold_signs(question: Question, start: int, end: int) -> Iterator[str]:
    """Yield what the place of an item, sum or date tells: on what it hangs, and whether another event is nearer."""
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
        "date", rule, date, dict.fromkeys(names, 1.0) | heard(question, _DATE, start + date.start, start + date.end)
    )
