"""Chooses the items of an event: what its triggers say, what stands in its part of the sentence, what it goes on with.

An item is rarely the plain object of the leading trigger. Deals name their goods under another trigger, after "covers"
or "is worth ... for", in a list that the parse hangs on the buyer, or one sentence earlier ("It was ordered in May").
Cooperation has topics ("on energy security", "to combat piracy") where deals have goods.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from schemas.ontology import Ontology
from transforms.extract.arguments import verb_arguments
from transforms.extract.drafts import Draft
from transforms.extract.items import ItemReader, Thing
from transforms.extract.parties import PartyFinder

_TOPIC_PREPOSITIONS = frozenset(
    {"on", "in", "about", "concerning", "regarding", "towards", "toward", "against", "over"}
)
_AIMED = frozenset({"cooperation/agreement", "cooperation/joint_project"})
_NO_ITEMS = frozenset({"cooperation/dialogue"})
_NAMED = frozenset(
    {"deal/investment", "deal/financing"}
)  # their items are companies and funds, which no lexicon of goods has
_COVERS = frozenset({"cover", "include", "involve", "comprise", "concern", "total", "be", "encompass", "call"})
_LINK = re.compile(r",|\band\b|\bplus\b|\bas well as\b|\balong with\b|\btogether with\b|\bor\b|&|;", re.IGNORECASE)
_PRONOUNS = frozenset({"it", "they", "them", "these", "those", "which", "that", "one", "ones", "this", "type"})
_FARTHEST = 160
_BEHIND = 60  # goods after a trigger are likelier than those before it
_GAP = 8
_SHORT = 2


@dataclasses.dataclass(frozen=True)
class Scene:
    """What the chooser looks at in a sentence: its parse, its readers, and the events that compete for the goods."""

    doc: Doc
    offset: int
    reader: ItemReader
    finder: PartyFinder
    groups: Sequence[Sequence[Draft]]
    ontology: Ontology


def direct(drafts: Sequence[Draft]) -> list[Thing]:
    """Return the items in the frames of an event: those of its leading trigger, else of the others; goods first."""
    found: list[list[Thing]] = []
    for draft in drafts:
        named = [
            (p.party.start, p.party.end) for p in draft.parties if p.party.start is not None and p.role != "origin"
        ]
        found.append(
            [t for t in draft.items if not any(s <= t.item.start and t.item.end <= (e or s) for s, e in named)]
        )
    solid = [t for t in found if any(thing.solid for thing in t)]
    return next(iter(solid or [t for t in found if t]), [])


def choose(drafts: Sequence[Draft], event_type: str, scene: Scene, before: Sequence[Thing]) -> list[Thing]:
    """Return the items of an event whose type is settled.

    Args:
        drafts: The drafts of the event, the leading one first.
        event_type: Its type, as "class/type".
        scene: The sentence.
        before: The goods of the deal before, for pronouns.
    """
    if event_type in _NO_ITEMS:
        return []
    found = direct(drafts)
    if event_type.startswith("cooperation/"):
        return _worked_on(drafts, event_type, found, scene)
    if all(_vague(t) for t in found):
        found = _covered(drafts, scene) or found
    if not found and event_type not in _NAMED:
        found = _in_trigger(drafts, scene) or _nearby(drafts, scene)
    if not found:
        found = _referred(drafts, before, scene)
    if found and all(_vague(t) for t in found):
        found = [t for t in scene.reader.listed_after(found[-1].item.end) if t.solid] or found
    if event_type == "deal/financing":
        found = _funds(drafts, scene) or [t for t in found if "money" in t.classes] or found
    return _listed(found, scene)


def _covered(drafts: Sequence[Draft], scene: Scene) -> list[Thing]:
    """Return the objects of a verb that unfolds a trigger: "it covers 21 trams", "its purchase was a bank"."""
    found: list[Thing] = []
    for draft in drafts:
        head = draft.candidate.head
        verb = head.head
        if draft.candidate.verb or head.dep_ not in ("nsubj", "nsubjpass") or verb.lemma_.lower() not in _COVERS:
            continue
        for argument in verb_arguments(verb):
            if argument.relation in ("object", "prep:for", "prep:of"):
                found += scene.reader.read_all(argument.token)
    return found if any(t.solid for t in found) else []


def _nearby(drafts: Sequence[Draft], scene: Scene) -> list[Thing]:
    """Goods of the lexicon in the event's part of the sentence, although the parse does not put them in its frame."""
    taken = {t.item.start for g in scene.groups for d in g for t in d.items}
    rivals = [g for g in scene.groups if g[0].event_type.startswith("deal/") and not g[0].unmet] or [drafts]
    near: list[Thing] = []
    for good, thing in scene.reader.loose(0, len(scene.doc.text)):
        if thing.item.start in taken or any(thing.item.start == t.item.start for t in near):
            continue
        if scene.finder.name_at(thing.head) is not None:  # "Eagle Helicopters" sells, and is not sold
            continue
        if (
            min(rivals, key=lambda g: _distance(g, good.start)) is not drafts
            or _distance(drafts, good.start) > _FARTHEST
        ):
            continue
        near.append(thing)
    at = drafts[0].candidate.head.idx + scene.offset
    near.sort(key=lambda t: abs(t.item.start - at) + (_BEHIND if t.item.start < at else 0))
    return near[:1]


def _listed(found: Sequence[Thing], scene: Scene) -> list[Thing]:
    """Add goods that continue a list where the parse hangs them elsewhere ("sold ten tugs to X, and two ferries")."""
    things = list(found)
    if not any(t.classes & {"arms", "goods"} or t.item.quantity for t in things):
        return things
    taken = [(t.item.start, t.item.end) for g in scene.groups for d in g for t in d.items]
    for _, thing in scene.reader.loose(0, len(scene.doc.text)):
        last = max(t.item.end for t in things)
        start = min(thing.item.start, thing.item.quantity_start or thing.item.start)
        if (
            start > last
            and not any(s < thing.item.end and thing.item.start < e for s, e in taken)
            and _continues(scene, last, start)
        ):
            things.append(thing)
    return things


def _continues(scene: Scene, last: int, start: int) -> bool:
    """Whether only a list's joints, and no verb or clause, stand between two places."""
    gap = [t for t in scene.doc if last - scene.offset <= t.idx < start - scene.offset]
    if len(gap) > _GAP or any(t.pos_ in ("VERB", "AUX", "SCONJ") for t in gap):
        return False
    text = scene.doc.text[last - scene.offset : start - scene.offset]
    return bool(_LINK.search(text)) and not re.search(r"[().:]|\b(?:for|with|from|by|than|replac\w+)\b", text)


def _vague(thing: Thing) -> bool:
    """Whether a thing is one common word or two without a count, for which a list that follows says more."""
    return (
        thing.item.quantity is None
        and thing.item.text == thing.item.text.lower()
        and len(thing.item.text.split()) <= _SHORT
    )


def _in_trigger(drafts: Sequence[Draft], scene: Scene) -> list[Thing]:
    """The goods in a trigger of several words: "arms deal"."""
    doc = scene.doc
    return [
        t
        for d in drafts
        for t in scene.reader.within(doc[d.candidate.first].idx, doc[d.candidate.last].idx + len(doc[d.candidate.last]))
    ]


def _referred(drafts: Sequence[Draft], before: Sequence[Thing], scene: Scene) -> list[Thing]:
    """Return the goods of the deal before where a pronoun or nothing stands for them: "it was ordered"."""
    for draft in drafts:
        head = draft.candidate.head
        if not draft.candidate.verb:
            if head.lemma_.lower() in scene.ontology.goods.get("continues", ()):
                return [_uncounted(t) for t in before]
            continue
        for argument in verb_arguments(draft.candidate.head):
            if argument.relation == "object" and argument.token.lower_ in _PRONOUNS and argument.token.dep_ != "mark":
                return [_uncounted(t) for t in before]
    return []


def _uncounted(thing: Thing) -> Thing:
    """A thing without its count, which is said of the event before."""
    bare = dataclasses.replace(
        thing.item, quantity=None, quantity_text=None, quantity_start=None, quantity_end=None, unit=None
    )
    return dataclasses.replace(thing, item=bare)


def _funds(drafts: Sequence[Draft], scene: Scene) -> list[Thing]:
    """The kind of money of a financing, as its own trigger names it: "a loan", "an aid package"."""
    for draft in drafts:
        head = draft.candidate.head
        if not draft.candidate.verb and head.lemma_.lower() in scene.ontology.goods.get("money", ()):
            thing = scene.reader.read(head)
            if thing is not None:
                return [thing]
    return []


def _worked_on(drafts: Sequence[Draft], event_type: str, found: Sequence[Thing], scene: Scene) -> list[Thing]:
    """Return what is worked on: goods in the frame, else topics after on or in, or of a purpose ("to fight piracy")."""
    topics = [t for d in drafts for t in _topics(d, event_type, scene)]
    unique = {t.item.start: t for t in topics}
    if event_type in ("cooperation/assistance", "cooperation/exchange", "cooperation/joint_project"):
        return list(found) or list(unique.values())
    return list(unique.values())


def _topics(draft: Draft, event_type: str, scene: Scene) -> Iterator[Thing]:
    heads = [scene.doc[i] for i in range(draft.candidate.first, draft.candidate.last + 1)]
    inside = range(draft.candidate.first, draft.candidate.last + 1)
    for head in heads:
        if head.pos_ not in ("NOUN", "PROPN", "VERB", "ADV"):
            continue
        for child in head.children:
            if child.i in inside:
                continue
            for token in _about(child, aimed=event_type in _AIMED):
                yield from (t for t in scene.reader.read_all(token) if _topical(t, scene))


def _about(child: Token, *, aimed: bool) -> Iterator[Token]:
    """Yield the nouns that a complement of a trigger is about: after on or in, what an infinitive does something to.

    What something is `for` is its topic where it is `aimed`, and the benefit that all hope for where it is not; so
    are the purposes that a clause of its own gives.
    """
    if child.dep_ == "prep" and (child.lower_ in _TOPIC_PREPOSITIONS or (aimed and child.lower_ == "for")):
        for obj in child.children:
            if obj.dep_ == "pobj":
                yield obj
            elif obj.dep_ == "pcomp" and child.lower_ == "on":
                yield from _done_to(obj)
    elif child.dep_ in ("xcomp", "acl", "relcl") + (("advcl",) if aimed else ()) and child.tag_ == "VB":
        yield from _done_to(child)


def _done_to(verb: Token) -> Iterator[Token]:
    for child in verb.children:
        if child.dep_ == "dobj":
            yield child
        elif child.dep_ == "conj" and child.pos_ == "VERB":
            yield from _done_to(child)


def _topical(thing: Thing, scene: Scene) -> bool:
    """Whether a thing can be a topic: it is not one who takes part, nor the place, nor the cooperation itself."""
    if thing.head.pos_ == "PROPN" and scene.finder.name_at(thing.head) is not None:
        return False
    return thing.head.lemma_.lower() not in scene.ontology.goods.get("ties", ())


def _distance(drafts: Sequence[Draft], at: int) -> int:
    found = []
    for draft in drafts:
        doc, candidate = draft.candidate.head.doc, draft.candidate
        start, end = doc[candidate.first].idx, doc[candidate.last].idx + len(doc[candidate.last])
        found.append(0 if start <= at < end else min(abs(start - at), abs(end - at)))
    return min(found)
