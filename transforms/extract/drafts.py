"""Fills the frame of each candidate: which phrase around a trigger takes which role, and what is missing."""

import dataclasses
from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from schemas.lexicon import maker
from schemas.ontology import Frame, Ontology, Trigger
from transforms.extract.arguments import Argument, conjuncts, is_passive, noun_arguments, verb_arguments
from transforms.extract.items import ItemReader, Thing
from transforms.extract.parties import PartyFinder
from transforms.extract.party import Party
from transforms.extract.phrases import party_noun
from transforms.extract.triggers import Candidate

_SIDES = {"supplier", "recipient", "counterpart"}
_BY_ORDER = 4
"""The distance of a party found by word order: it may fill a side, but does not make a word a trigger."""
_NEED_RANK = {"flow": 7, "money_object": 6, "stake": 5, "arms": 4, "item": 3, "parties": 2, "party": 1}


@dataclasses.dataclass(frozen=True)
class Filled:
    """A party in a role, with how directly the trigger's own grammar put it there (0: its own argument)."""

    role: str
    party: Party
    distance: int


@dataclasses.dataclass
class Draft:
    """A candidate read by one entry of the ontology."""

    candidate: Candidate
    entry: Trigger
    frame: Frame
    parties: list[Filled]
    items: list[Thing]
    light: Token | None
    has_money: bool
    unmet: tuple[str, ...] = ()

    @property
    def event_type(self) -> str:
        """The type of event as "class/type"."""
        return self.entry.event_type


class DraftReader:
    """Reads the drafts of one sentence."""

    def __init__(
        self, finder: PartyFinder, items: ItemReader, ontology: Ontology, money: Sequence[tuple[int, int]]
    ) -> None:
        """Take the readers of the sentence and the character spans of its sums of money."""
        self._finder = finder
        self._items = items
        self._ontology = ontology
        self._money = money

    def read(self, candidate: Candidate) -> Draft:
        """Return the best reading of a candidate: its needs met first, then the most demanding entry."""
        drafts = [self._draft(candidate, entry) for entry in candidate.entries]
        return min(drafts, key=_plausible)

    def read_as(self, draft: Draft, event_type: str) -> Draft:
        """Return a draft read again by the entry of a type, where its word has one: "an offer for Foo" may be a bid."""
        if draft.event_type == event_type:
            return draft
        entries = [e for e in draft.candidate.entries if e.event_type == event_type]
        return min((self._draft(draft.candidate, e) for e in entries), key=_plausible, default=draft)

    def _draft(self, candidate: Candidate, entry: Trigger) -> Draft:
        head = candidate.head
        light = None if entry.verb else support_verb(head, self._ontology)
        frame = entry.light.get(light.lemma_.lower(), entry.frame) if light is not None else entry.frame
        draft = Draft(candidate, entry, frame, [], [], light, has_money=False)
        for argument in self._arguments(candidate, light):
            self._fill(draft, argument)
        draft.parties += self._in_order(draft)
        draft.unmet = tuple(n for n in entry.needs if not self._met(n, draft))
        if entry.object_words and not self._object_word(candidate, entry):
            draft.unmet = (*draft.unmet, "object_words")
        return draft

    def _arguments(self, candidate: Candidate, light: Token | None) -> Iterator[Argument]:
        head = candidate.head
        inside = range(candidate.first, candidate.last + 1)
        own = verb_arguments(head) if candidate.verb else noun_arguments(head)
        yield from (a for a in own if a.token.i not in inside)
        if candidate.verb:  # arguments that hang on the object of a phrase ("take delivery of", "hold talks with")
            for i in inside:
                if i != head.i and head.doc[i].pos_ in ("NOUN", "PROPN"):
                    yield from (a for a in noun_arguments(head.doc[i]) if a.token.i not in inside)
        if light is not None:
            for argument in verb_arguments(light):
                if argument.token.i not in inside and (argument.relation != "object" or head.dep_ == "pobj"):
                    yield dataclasses.replace(argument, distance=argument.distance + 1)

    def _fill(self, draft: Draft, argument: Argument) -> None:
        slot = self._slot(draft, argument)
        if slot is None:
            return
        if slot == "item":
            self._fill_item(draft, argument)
            return
        for token in conjuncts(argument.token):
            parties = self._modifier(token) if argument.relation == "modifier" else self._finder.parties(token)
            if not parties and slot in ("party", "recipient") and argument.relation == "object":
                self._fill_item(draft, Argument("object", token))
            draft.parties += [Filled(slot, p, argument.distance) for p in parties]
            if token.i == argument.token.i:
                draft.parties += [
                    Filled(slot, p, argument.distance + 1) for one in parties for p in self._finder.listed(one)
                ]
            if argument.relation in ("object", "subject") and not parties and token.pos_ == "NOUN":
                draft.parties += [Filled(slot, p, argument.distance + 1) for p in self._possessor(token)]

    def _slot(self, draft: Draft, argument: Argument) -> str | None:
        frame, relation = draft.frame, argument.relation
        if relation.startswith("prep:"):
            return self._prepositional_slot(draft, relation[5:], argument.token)
        if relation in ("subject", "possessive"):
            return frame.subject
        if relation == "modifier":
            return (
                frame.subject if self._finder.name_at(argument.token) else ("item" if frame.object == "item" else None)
            )
        return frame.indirect if relation == "indirect" else frame.object

    def _prepositional_slot(self, draft: Draft, preposition: str, token: Token) -> str | None:
        frame = draft.frame
        if preposition in frame.prepositions:
            slot = frame.prepositions[preposition]
            if (
                slot == "recipient"
                and preposition == "for"
                and not self._finder.name_at(token)
                and not party_noun(token)
            ):
                return "item"
            return slot
        if preposition == "of" and not (draft.candidate.verb and token.head.head.i == draft.candidate.head.i):
            return frame.object  # also of the noun inside a verbal phrase: "take delivery of"
        if preposition == "by":
            return frame.subject
        return "party" if preposition in ("between", "among") else None

    def _modifier(self, token: Token) -> list[Party]:
        party = self._finder.adjective(token)
        return [party] if party else []

    def _possessor(self, token: Token) -> Iterator[Party]:
        """ "Russia's bid": the possessor of a subject that is no party itself acts through it."""
        for child in token.children:
            if child.dep_ == "poss":
                yield from self._finder.parties(child)

    def _fill_item(self, draft: Draft, argument: Argument) -> None:
        for token in conjuncts(argument.token):
            if any(s <= token.idx < e for s, e in self._money):
                draft.has_money = True
                continue
            draft.parties += self._adjuncts(draft, token, argument.distance + 1)
            draft.parties += self._owned(token)
        for thing in self._items.read_all(argument.token):
            if self._is_item(draft, argument, thing):
                draft.items.append(thing)
                draft.parties += self._maker(thing)
                for party in self._own_parties(thing.head):
                    draft.parties.append(Filled("origin", party, 2))

    def _adjuncts(self, draft: Draft, token: Token, distance: int) -> Iterator[Filled]:
        """Givers and getters that the parser hangs on the goods, not on the trigger: "ordered two ships from X"."""
        for prep in token.children:
            if prep.dep_ not in ("prep", "dative"):
                continue
            slot = draft.frame.prepositions.get(prep.lower_)
            for obj in (o for o in prep.children if o.dep_ == "pobj"):
                if prep.lower_ == "of":
                    yield from self._adjuncts(draft, obj, distance)
                elif slot in _SIDES and (self._finder.name_at(obj) or party_noun(obj)):
                    yield from (Filled(slot, p, distance) for one in conjuncts(obj) for p in self._finder.parties(one))

    def _is_item(self, draft: Draft, argument: Argument, thing: Thing) -> bool:
        """Whether a thing is new to the draft and neither money, nor one who takes part, nor a mere modifier."""
        if any(t.item.start == thing.item.start for t in draft.items):
            return False
        if any(s <= thing.head.idx < e for s, e in self._money):
            return False
        if argument.relation == "modifier" and not thing.classes:
            return False
        if thing.classes & {"arms", "goods"} or draft.entry.event_type == "deal/investment":
            return True
        match = self._finder.name_at(thing.head)
        return match is None

    def _in_order(self, draft: Draft) -> list[Filled]:
        """Named parties after the trigger in its own clause, by preposition alone: what a wrong parse hangs elsewhere.

        Only a side that the grammar left empty is filled so.
        """
        taken = {f.role for f in draft.parties}
        found: list[Filled] = self._indirect(draft) if draft.frame.indirect not in taken else []
        for token in _clause_after(draft.candidate):
            before = token.nbor(-1).lower_ if token.nbor(-1).lower_ != "the" else token.nbor(-2).lower_
            slot = draft.frame.prepositions.get(before) if before in ("to", "from", "with") else None
            if slot not in (*_SIDES, "party") or slot in taken or (slot == "party" and len(draft.parties) > 1):
                continue
            found += [Filled(slot, p, _BY_ORDER) for p in self._finder.named(token)]
        return found if found or taken - {"maker", "owned"} else self._to_the_left(draft)

    def _indirect(self, draft: Draft) -> list[Filled]:
        """ "Lend Peru two tugs": a name between a verb and a counted or determined noun gets what is given."""
        slot, after = draft.frame.indirect, draft.candidate.head.doc[draft.candidate.last + 1 :]
        if slot is None or not draft.candidate.verb:
            return []
        for token in after[1:6]:
            if token.pos_ in ("NUM", "DET") or token.tag_ == "PRP$":
                return [Filled(slot, p, _BY_ORDER) for p in self._finder.named(after[0])]
            if token.pos_ != "PROPN":
                break
        return []

    def _to_the_left(self, draft: Draft) -> list[Filled]:
        """The nearest name before the trigger that no preposition governs, where the parse gives no party at all."""
        slot, candidate = draft.frame.subject, draft.candidate
        if slot is None or (candidate.verb and is_passive(candidate.head)):
            return []
        for token in reversed(candidate.head.doc[: candidate.first]):
            if token.text in (";", ":") or token.tag_ in ("VBD", "VBZ", "VBP"):
                return []
            parties = self._finder.named(token)
            if parties:
                before = token.nbor(-1) if token.i else None
                return (
                    []
                    if before is not None and before.pos_ == "ADP"
                    else [Filled(slot, p, _BY_ORDER + 2) for p in parties]
                )
        return []

    def _owned(self, token: Token) -> Iterator[Filled]:
        """A firm that is bought, or in which a stake is bought, stands for its owner where none is named."""
        near = (
            o
            for c in token.children
            for o in (c, *c.children)
            if c.dep_ in ("poss", "compound") or c.lower_ in ("in", "of")
        )
        for one in (token, *near):
            for party in self._finder.named(one):
                if party.kind == "company":
                    yield Filled("owned", party, 2)

    def _maker(self, thing: Thing) -> Iterator[Filled]:
        """The state that makes a type of arms tells which of the parties is the seller; it is no party by itself."""
        country = maker(thing.item.text)
        if country:
            yield Filled("maker", Party(None, None, None, country, "country", country), 2)

    def _own_parties(self, token: Token) -> Iterator[Party]:
        """The nationality of goods: "two French Mistral-class ships", "Russia's S-400"."""
        for child in token.children:
            if child.dep_ in ("amod", "compound", "nmod", "poss"):
                for word in (child, *child.lefts):  # "American-made" hangs the nationality on "made"
                    party = self._finder.adjective(word)
                    if party is not None and party.kind in ("country", "company"):
                        yield party

    def _met(self, need: str, draft: Draft) -> bool:
        real = {
            f.party.key for f in draft.parties if f.role not in ("origin", "maker", "owned") and f.distance < _BY_ORDER
        }
        classes = {c for t in draft.items for c in t.classes}
        if need == "party":
            return bool(real)
        if need == "parties":
            return len(real) >= 2
        if need == "item":
            return bool(classes & {"arms", "goods", "flow"}) or any(t.item.quantity for t in draft.items)
        if need == "money_object":
            return draft.has_money or "money" in classes
        if need == "stake":
            return "stake" in classes or any(self._company(t) for t in draft.items)
        return need in classes

    def _company(self, thing: Thing) -> bool:
        match = self._finder.name_at(thing.head)
        return match is not None and match.name.kind == "company"

    def _object_word(self, candidate: Candidate, entry: Trigger) -> bool:
        for argument in verb_arguments(candidate.head):
            if argument.relation == "object":
                words = {t.lemma_.lower() for token in conjuncts(argument.token) for t in (token, *token.lefts)}
                if words & entry.object_words:
                    return True
        return False


def _clause_after(candidate: Candidate) -> Iterator[Token]:
    """Yield the words after a trigger up to the next finite verb or semicolon."""
    doc = candidate.head.doc
    for token in doc[candidate.last + 1 :]:
        if token.tag_ in ("VBD", "VBZ", "VBP", "MD") or token.text in (";", ":", "–", "—"):
            return
        if token.i > 1:
            yield token


def _plausible(draft: Draft) -> tuple[bool, int]:
    """Order readings: those with all they need first, the most demanding of them; of the others the least demanding."""
    demand = max((_NEED_RANK[n] for n in draft.entry.needs), default=0)
    return (True, demand) if draft.unmet else (False, -demand)


def support_verb(noun: Token, ontology: Ontology) -> Token | None:
    """Return the verb that lends a noun its clause: "signed a contract", "talks were held", "entered into a pact"."""
    head = noun.head
    if noun.dep_ == "conj":
        return support_verb(head, ontology) if head.pos_ in ("NOUN", "PROPN") else None
    if noun.dep_ in ("dobj", "nsubjpass", "attr") and head.pos_ == "VERB":
        return head if head.lemma_.lower() in ontology.support_verbs else None
    if (
        noun.dep_ == "pobj"
        and head.lower_ in ("in", "into", "to", "on", "for", "upon", "with")
        and head.head.pos_ in ("VERB", "AUX")
    ):
        verb = head.head
        return verb if verb.lemma_.lower() in ontology.support_verbs or verb.lemma_ == "be" else None
    if (
        noun.dep_ == "nsubj"
        and head.pos_ == "VERB"
        and head.lemma_.lower() in ("take", "begin", "start", "end", "conclude", "resume", "continue", "collapse")
    ):
        return head
    return None
