"""Finds words and phrases that may report an event."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from schemas.ontology import Ontology, Trigger

_TOLD = {"him", "her", "us", "me"}
"""Persons who can be told to do something; "them" may be goods."""


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A trigger phrase in a sentence with every entry of the ontology that it may stand for.

    Attributes:
        head: The token that carries the grammatical relations.
        first, last: Token indices of the phrase, both inclusive.
        entries: Ontology entries with these words.
    """

    head: Token
    first: int
    last: int
    entries: tuple[Trigger, ...]

    @property
    def verb(self) -> bool:
        """Whether the phrase is headed by a verb."""
        return self.entries[0].verb

    @property
    def lemma(self) -> str:
        """The lemmas of the phrase."""
        return " ".join(self.entries[0].words)


def find_triggers(doc: Doc, ontology: Ontology) -> list[Candidate]:
    """Return the candidates of a parsed sentence in order; the longest phrase wins where several begin or overlap."""
    blocked = _other_senses(doc, ontology.not_triggers) | commands(doc, ontology)
    found: list[Candidate] = []
    taken: set[int] = set()
    for candidate in sorted(_all(doc, ontology), key=lambda c: (c.first - c.last, c.first)):
        tokens = range(candidate.first, candidate.last + 1)
        if not taken.intersection(tokens) and not blocked.intersection(tokens):
            taken.update(tokens)
            found.append(candidate)
    return sorted(found, key=lambda c: c.first)


def _all(doc: Doc, ontology: Ontology) -> Iterator[Candidate]:
    for token in doc:
        entries = [t for lemma in sorted(_lemmas(token)) for t in ontology.triggers.get(lemma, ())]
        spans: dict[tuple[int, int, bool], list[Trigger]] = {}
        for entry in entries:
            last = _phrase_end(token, entry)
            if last is not None:
                spans.setdefault((token.i, last, entry.verb), []).append(entry)
        for (first, last, verb), same in spans.items():
            head = token if verb else doc[last]
            yield Candidate(head, first, last, tuple(same))


def _lemmas(token: Token) -> tuple[str, ...]:
    """Return the forms under which a token is looked up: its lemma and, for nouns in -ing and headlines, its form."""
    return tuple(dict.fromkeys((token.lemma_.lower(), token.lower_)))


def _phrase_end(token: Token, entry: Trigger) -> int | None:
    """Return the index of the last word if the phrase stands at `token`, else None."""
    if entry.verb and not _right_part(token, entry.verb):
        return None
    at = token.i
    for word in entry.words[1:]:
        at = _next(token, at, word)
        if at < 0:
            return None
    if not entry.verb and not _right_part(token.doc[at], entry.verb):
        return None
    return at


def _next(head: Token, at: int, word: str) -> int:
    """Return the index of `word` right after `at`, or of a particle or object of `head` soon after; -1 if none."""
    doc = head.doc
    if at + 1 < len(doc) and word in _lemmas(doc[at + 1]):
        return at + 1
    for child in head.rights:
        if child.dep_ in ("prt", "dobj", "advmod") and word in _lemmas(child) and child.i - at <= 5:
            return child.i
    return -1


def _right_part(token: Token, verb: bool) -> bool:
    if verb:
        return token.pos_ in ("VERB", "AUX") or (token.tag_ in ("VBN", "VBG", "VBD") and token.dep_ in ("amod", "acl"))
    return token.pos_ in ("NOUN", "PROPN") or (
        token.tag_ == "VBG" and token.dep_ in ("pobj", "dobj", "nsubj", "compound", "pcomp")
    )


def _other_senses(doc: Doc, phrases: Sequence[str]) -> set[int]:
    """Return the tokens inside phrases in which a trigger word has another sense."""
    lowered = doc.text.lower()
    found: set[int] = set()
    for phrase in phrases:
        if phrase in lowered:
            for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", lowered):
                found.update(t.i for t in doc if t.idx < match.end() and match.start() < t.idx + len(t))
    return found


def commands(doc: Doc, ontology: Ontology) -> set[int]:
    """Return the verbs by which somebody orders an act, and buys nothing."""
    return {t.i for t in doc if t.lemma_.lower() in ontology.commands.get("verbs", ()) and _commands(t, ontology)}


def _commands(verb: Token, ontology: Ontology) -> bool:
    """Whether a court is the subject, a person is told what to do, or an act is what is ordered ("his release")."""
    subjects = [c for c in verb.children if c.dep_ == "nsubj"]
    subjects += [o for c in verb.children if c.dep_ == "agent" for o in c.children]
    if any(c.lemma_.lower() in ontology.commands.get("subjects", ()) for c in subjects):
        return True
    objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    objects += [c for b in verb.children if b.dep_ in ("ccomp", "xcomp") for c in b.children if c.dep_ == "nsubj"]
    return any(o.lower_ in _TOLD or o.lemma_.lower() in ontology.commands.get("objects", ()) for o in objects)
