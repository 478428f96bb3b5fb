"""Reads who did what to whom from the dependencies around a trigger, as (relation, token) pairs.

Relations are those of the ontology's frames: `subject`, `object`, `indirect`, `prep:X`, and `modifier` for the
adjectives, compounds and possessives of a noun. Passives, infinitives, participles, relative clauses and coordination
are undone here, so that a frame is written once for the plain active clause.
"""

import dataclasses
from collections.abc import Iterator

from spacy.tokens import Token

_SUBJECTS = ("nsubj", "csubj", "expl")
_OBJECT_CONTROL = {
    "ask",
    "allow",
    "help",
    "urge",
    "permit",
    "enable",
    "invite",
    "persuade",
    "force",
    "want",
    "let",
    "require",
    "push",
    "encourage",
    "expect",
    "see",
    "authorize",
    "authorise",
    "lead",
    "commission",
    "task",
}
_ABOVE = {"xcomp", "advcl", "conj", "ccomp", "pcomp", "prep", "acl", "relcl", "dobj", "pobj", "attr"}


@dataclasses.dataclass(frozen=True)
class Argument:
    """A token in a relation to a trigger; `distance` counts the steps by which it was inherited."""

    relation: str
    token: Token
    distance: int = 0


def conjuncts(token: Token) -> list[Token]:
    """Return a token and what is coordinated with it ("France, Italy and Germany")."""
    found = [token]
    for child in token.children:
        if child.dep_ == "conj":
            found += conjuncts(child)
    return found


def verb_arguments(verb: Token) -> Iterator[Argument]:
    """Yield the arguments of a verb."""
    passive = is_passive(verb)
    for child in verb.children:
        yield from _verb_child(child)
    has = {c.dep_ for c in verb.children}
    if not has & {"nsubj", "nsubjpass", "csubj"}:
        yield from _inherited_subject(verb, passive)
    if verb.dep_ in ("relcl", "acl"):
        yield from _antecedent(verb, passive, has)


def is_passive(verb: Token) -> bool:
    """Whether a verb is in the passive: with a passive subject or auxiliary, or a bare participle after its noun."""
    deps = {c.dep_ for c in verb.children}
    if deps & {"nsubjpass", "auxpass"}:
        return True
    return verb.tag_ == "VBN" and (verb.dep_ in ("acl", "amod") or "agent" in deps) and "aux" not in deps


def _verb_child(child: Token) -> Iterator[Argument]:
    if child.dep_ in _SUBJECTS:
        yield Argument("subject", child)
    elif child.dep_ == "nsubjpass":
        yield Argument("object", child)
    elif child.dep_ == "agent":
        yield from (Argument("subject", t) for t in _objects(child))
    elif child.dep_ in ("dobj", "attr", "oprd"):
        yield Argument("object", child)
    elif child.dep_ == "dative":
        tokens = list(_objects(child)) or [child]
        yield from (Argument("indirect", t) for t in tokens)
    elif child.dep_ == "prep":
        yield from prepositional(child)
    elif child.dep_ == "xcomp" and child.pos_ in ("NOUN", "PROPN"):
        yield Argument("object", child)


def prepositional(prep: Token, distance: int = 0) -> Iterator[Argument]:
    """Yield the objects of a preposition and of prepositions chained to it ("from Russia for two billion")."""
    for obj in _objects(prep):
        yield Argument(f"prep:{prep.lower_}", obj, distance)
    for child in prep.children:
        if child.dep_ in ("prep", "conj") and child.pos_ == "ADP":
            yield from prepositional(child, distance)


def _objects(prep: Token) -> Iterator[Token]:
    for child in prep.children:
        if child.dep_ in ("pobj", "pcomp") and child.pos_ not in ("VERB", "AUX"):
            yield child


def _inherited_subject(verb: Token, passive: bool) -> Iterator[Argument]:
    """The subject of an infinitive, participle or coordinated verb is that of the verb above it."""
    relation = "object" if passive else "subject"
    head, current, steps = verb.head, verb, 1
    while current.dep_ in _ABOVE and head.i != current.i and steps <= 5:
        if current.dep_ in ("xcomp", "ccomp") and head.lemma_ in _OBJECT_CONTROL:
            objects = [c for c in head.children if c.dep_ in ("dobj", "nsubjpass")]
            if objects:
                yield from (Argument(relation, o, steps) for o in objects)
                return
        if current.dep_ in ("dobj", "pobj", "attr", "nsubj") and current.pos_ not in ("VERB", "NOUN", "AUX"):
            return
        if current.dep_ in ("acl", "relcl") and head.pos_ in ("NOUN", "PROPN"):
            if current.tag_ == "VB":  # "a plan to buy": the subject is that of the noun's own clause
                yield from _owner(head, relation, steps)
            return
        subjects = [c for c in head.children if c.dep_ in ("nsubj", "nsubjpass")]
        if subjects:
            yield from (Argument(relation, s, steps) for s in subjects)
            return
        agents = [t for c in head.children if c.dep_ == "agent" for t in _objects(c)]
        if agents and current.dep_ != "conj":
            yield from (Argument(relation, t, steps) for t in agents)
            return
        current, head, steps = head, head.head, steps + 1


def _owner(noun: Token, relation: str, steps: int) -> Iterator[Argument]:
    for child in noun.children:
        if child.dep_ == "poss":
            yield Argument(relation, child, steps)
            return
    governor = noun.head
    while governor.dep_ in ("prep", "pobj", "conj") and governor.head.i != governor.i:
        governor = governor.head
    yield from (Argument(relation, c, steps) for c in governor.children if c.dep_ == "nsubj" and c.i != noun.i)


def _antecedent(verb: Token, passive: bool, has: set[str]) -> Iterator[Argument]:
    """The noun before a relative clause or participle fills the gap in it."""
    noun = verb.head
    relative = [c for c in verb.children if c.tag_ in ("WDT", "WP") or c.lower_ == "that"]
    gap = relative[0].dep_ if relative else None
    if gap == "nsubj":
        yield Argument("subject", noun)
    elif (
        gap == "nsubjpass"
        or (verb.dep_ == "acl" and verb.tag_ == "VBN")
        or gap == "dobj"
        or (verb.dep_ == "relcl" and "dobj" not in has and not passive)
    ):
        yield Argument("object", noun)
    elif verb.dep_ == "acl" and verb.tag_ == "VBG":
        yield Argument("subject", noun)


def noun_arguments(noun: Token) -> Iterator[Argument]:
    """Yield the arguments of a noun: possessives, modifiers, prepositional phrases, those of a participle after it."""
    for child in noun.children:
        if child.dep_ == "poss":
            yield Argument("possessive", child)
        elif child.dep_ in ("amod", "compound", "nmod", "npadvmod"):
            yield from (Argument("modifier", t) for t in _modifiers(child))
        elif child.dep_ == "prep":
            yield from prepositional(child)
        elif child.dep_ == "acl" and child.tag_ == "VBN":
            yield from (a for a in verb_arguments(child) if a.relation == "subject" or a.relation.startswith("prep:"))


def _modifiers(token: Token) -> Iterator[Token]:
    yield token
    for child in token.children:
        if child.dep_ in ("amod", "compound", "nmod", "conj", "npadvmod"):
            yield from _modifiers(child)
