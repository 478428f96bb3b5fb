"""Says plainly that an event was refused, broken off or stopped, where a word that means nothing else governs it.

Most of what tells the stage of an event is weighed by fitted models. Few annotated events are refused or stopped, so
the models trust such words too little: "refused to meet", "suspended aid", "failed to reach an agreement". Where the
verb stands in a plain statement and the event is its own object or infinitive, there is nothing to weigh.
"""

from collections.abc import Iterator

from spacy.tokens import Token

from schemas.ontology import Ontology
from transforms.extract.stages import DENIALS, verb_form

_STATED = {"past", "perfect", "pluperfect", "present", "past_passive", "perfect_passive", "passive"}
_PROGRESSIVE = {"progressive", "past_progressive", "progressive_passive"}
_UNDONE = "undone"
"""The key of verbs under which the infinitive did not happen."""
_STEPS = 3


def ending(head: Token, light: Token | None, ontology: Ontology) -> tuple[str, str] | None:
    """Return the status and realis of an event that is plainly said to be refused, cancelled, stopped or not reached.

    Args:
        head: The head of the trigger.
        light: Its support verb, if any: in "refused to hold talks" it is "hold" that hangs on the refusal.
        ontology: For the words that say so (`endings`).
    """
    for token in (head, light) if light is not None else (head,):
        for carrier in _carriers(token, ontology):
            said = _governed(carrier, ontology)
            if said is not None:
                return said
    return None


def _carriers(token: Token, ontology: Ontology) -> Iterator[Token]:
    """Yield a trigger and what stands for it: the "deliveries" of aid deliveries, the "offer" of an offer to meet."""
    yield token
    for _ in range(_STEPS):
        above = token.head
        if token.dep_ in ("compound", "amod", "nmod") and above.pos_ in ("NOUN", "PROPN"):
            token = above
        elif token.dep_ == "pobj" and above.dep_ == "prep" and above.lower_ in ("of", "for"):
            token = above.head
            if token.pos_ != "NOUN" or token.lemma_.lower() not in ontology.endings.get("bearers", ()):
                return
        elif token.dep_ in ("acl", "xcomp") and above.lemma_.lower() in ontology.endings.get("bearers", ()):
            token = above
        else:
            return
        yield token


def _governed(token: Token, ontology: Ontology) -> tuple[str, str] | None:
    above = token.head
    if above.i == token.i:
        return None
    if token.dep_ in ("dobj", "nsubjpass") and above.pos_ == "VERB":
        status = _status(above, ontology)
        return (status, "asserted") if status is not None and _is_stated(above) else None
    if token.dep_ == "xcomp" and above.pos_ == "VERB" and token.pos_ in ("VERB", "AUX"):
        if above.lemma_.lower() in ontology.endings.get(_UNDONE, ()) and _is_stated(above) and not _goes_on(above):
            return "rejected", "negated"
        refused = _status(above, ontology) == "rejected" and _is_stated(above)
        return ("rejected", "asserted") if refused else None
    if token.dep_ == "pobj" and above.lower_ == "of" and above.head.pos_ == "NOUN":
        status = _status(above.head, ontology)
        return (status, "asserted") if status is not None and not _is_denied(above.head) else None
    if token.dep_ == "acl" and above.pos_ == "NOUN" and _status(above, ontology) == "rejected":
        return "rejected", "asserted"
    return None


def _status(token: Token, ontology: Ontology) -> str | None:
    """Return the status that a word speaks for; with a particle it is the two that must be known ("call off")."""
    particle = next((c.lower_ for c in token.children if c.dep_ == "prt"), None)
    word = token.lemma_.lower() if particle is None else f"{token.lemma_.lower()} {particle}"
    return next((s for s in ("rejected", "cancelled", "suspended") if word in ontology.endings.get(s, ())), None)


def _is_stated(verb: Token) -> bool:
    """Whether a verb stands in a plain statement: neither denied, nor wished, nor under a condition."""
    plain = verb_form(verb) in _STATED | _PROGRESSIVE or (verb.tag_ == "VBN" and verb.dep_ in ("acl", "ROOT"))
    return plain and not _is_denied(verb)


def _is_denied(token: Token) -> bool:
    return any(
        c.dep_ == "neg"
        or c.lower_ in (*DENIALS, "not", "nearly", "almost")
        or (c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether"))
        for c in token.children
    )


def _goes_on(verb: Token) -> bool:
    """Whether what has failed may yet come: "has so far failed to agree"."""
    return any(c.dep_ == "advmod" and c.lower_ in ("far", "yet", "still") for c in verb.children)
