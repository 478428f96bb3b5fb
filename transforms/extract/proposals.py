"""Adds candidates where the trained reader sees a trigger that the ontology does not have."""

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from schemas.ontology import Frame, Ontology, Trigger
from transforms.extract import attach
from transforms.extract.reader.model import Reading
from transforms.extract.sentence import Place
from transforms.extract.triggers import Candidate, commands

PROPOSED = "proposed"
"""The name of the frame of such candidates: parties by what prepositions mostly mean."""
_PREPOSITIONS = {
    "to": "recipient",
    "from": "supplier",
    "with": "party",
    "between": "party",
    "among": "party",
    "by": "party",
}
_OPEN = dict.fromkeys(_PREPOSITIONS, "party")
_CONTENT = ("NOUN", "PROPN", "VERB", "ADJ", "ADV")


def propose(
    doc: Doc, place: Place, reading: Reading, candidates: Sequence[Candidate], ontology: Ontology
) -> list[Candidate]:
    """Return the candidates of a sentence with those that the reader adds, in order.

    Any of several words can be called the trigger of one event, and the reader marks them all: words are added only
    where none of the ontology's is heard to report an event of the class.
    """
    known = [reading.event([(place.start + _start(c), place.start + _end(c))]) for c in candidates]
    heard = {r.heard.event_class for r in known if r is not None and r.heard.loudness > 0}
    taken = {i for c in candidates for i in range(c.first, c.last + 1)} | commands(doc, ontology)
    added: dict[int, Candidate] = {}
    loudest = sorted(reading.triggers((place.start, place.end)), key=lambda t: -t[2])
    for (start, end), event_type, _ in loudest:
        token = _token(doc, start - place.start, end - place.start)
        if token is None or token.i in taken or token.i in added or token.pos_ not in _CONTENT:
            continue
        event_class = event_type.partition("/")[0]
        if event_type in ontology.types and event_class not in heard:
            heard.add(event_class)
            added[token.i] = Candidate(token, token.i, token.i, (_entry(token, event_type, ontology),))
    return sorted([*candidates, *added.values()], key=lambda c: c.first)


def _start(candidate: Candidate) -> int:
    return candidate.head.doc[candidate.first].idx


def _end(candidate: Candidate) -> int:
    last = candidate.head.doc[candidate.last]
    return last.idx + len(last)


def _token(doc: Doc, start: int, end: int) -> Token | None:
    token = attach.token_at(doc, start)
    return token or next((t for t in doc if t.idx < end and start < t.idx + len(t)), None)


def _entry(token: Token, event_type: str, ontology: Ontology) -> Trigger:
    directed = ontology.types[event_type].directed
    frame = Frame(PROPOSED, "party", "item" if directed else "party", None, _PREPOSITIONS if directed else _OPEN)
    return Trigger(event_type, (token.lemma_.lower(),), token.pos_ == "VERB", frame, (), frozenset(), {})
