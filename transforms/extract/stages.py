"""How far an event has come and how it stands in the world: status and realis from tense, modality, negation and cues."""

from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from schemas.ontology import Ontology

_HYPOTHETICAL_MODALS = {"would", "could", "might", "may", "should", "can", "must"}
_FUTURE_MODALS = {"will", "shall", "'ll", "’ll", "wo"}
_REPORTING = {"say", "report", "announce", "confirm", "tell", "add", "reveal", "note", "state", "claim", "deny", "disclose", "explain", "write", "believe", "think"}
_STRONG = ("rejected", "cancelled", "suspended", "negotiating", "proposed")
_STEPS = 4


def status_and_realis(head: Token, governors: Sequence[Token], event_type: str, ontology: Ontology) -> tuple[str, str]:
    """Return the status and realis of an event.

    Args:
        head: The trigger's head token.
        governors: Tokens that carry the trigger: its support verb, and the verbs and nouns it depends on, nearest first.
        event_type: "class/type", for the defaults.
        ontology: For cues and defaults.
    """
    chain = [head, *governors]
    modals = {c.lower_ for t in chain if t.pos_ in ("VERB", "AUX") for c in t.children if c.tag_ == "MD"}
    negated = any(c.dep_ == "neg" or c.lower_ in ("no", "without", "never") for t in chain for c in t.children)
    cued = _cued(chain, ontology)
    hypothetical = bool(modals & _HYPOTHETICAL_MODALS) or _conditional(chain) or _cue_in(chain, ontology, "hypothetical")
    status = _status(head, chain, modals, cued, event_type, ontology)
    if hypothetical and status not in ("rejected", "cancelled", "suspended", "negotiating"):
        return "proposed", "hypothetical"
    if negated and status not in ("rejected", "cancelled", "suspended"):
        return _negated_status(status), "negated"
    return status, "asserted"


def signs(head: Token, governors: Sequence[Token]) -> tuple[str, ...]:
    """Return readable signs of an event's stage: tense, modals, negation, conditions, and the words around the trigger."""
    chain = [head, *governors]
    found: list[str] = []
    verbs = [t for t in chain if t.pos_ in ("VERB", "AUX")]
    if verbs:
        found.append(f"tense={_tense(verbs[0])}")
        found.append(f"tag={verbs[0].tag_}")
    for i, token in enumerate(chain):
        if i:
            found.append(f"above={token.lemma_.lower()}")
        for child in token.children:
            if child.tag_ == "MD":
                found.append(f"modal={child.lower_}")
            elif child.dep_ in ("aux", "auxpass", "prt"):
                found.append(f"aux={child.lower_}")
            elif child.dep_ == "mark" or child.dep_ == "neg":
                found.append(f"{child.dep_}={child.lower_}")
            elif child.dep_ in ("amod", "advmod", "acomp", "det") and i < 2:
                found.append(f"beside={child.lemma_.lower()}")
    found.append(f"dep={head.dep_}")
    return tuple(dict.fromkeys(found))


def governors_of(head: Token) -> list[Token]:
    """Return the words that a trigger depends on, nearest first, up to the main verb of its clause and the verb above it."""
    found: list[Token] = []
    token = head
    while token.head.i != token.i and len(found) < _STEPS:
        dep, token = token.dep_, token.head
        if dep in ("relcl", "advcl", "parataxis") or (dep == "conj" and token.pos_ == "VERB" and _has_subject(found[-1] if found else head)):
            break
        if dep == "ccomp" and token.lemma_.lower() in _REPORTING:
            break
        if token.pos_ in ("VERB", "AUX", "NOUN", "ADJ", "PROPN"):
            found.append(token)
    return found


def _has_subject(token: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)


def _cued(chain: Sequence[Token], ontology: Ontology) -> list[str]:
    """Return the statuses that the chain's words and their modifiers speak for, nearest first."""
    found: list[str] = []
    for i, token in enumerate(chain):
        words = {token.lemma_.lower()} if i else set()
        words |= {c.lemma_.lower() for c in token.children if c.dep_ in ("amod", "compound", "advmod", "acomp", "prt", "nmod")}
        words |= {f"{token.lemma_.lower()} {c.lower_}" for c in token.children if c.dep_ in ("prt", "prep", "advmod")}
        for status in (*_STRONG, "agreed", "completed"):
            if words & ontology.status_cues.get(status, frozenset()):
                found.append(status)
        if i and token.pos_ == "VERB" and token.lemma_.lower() in ontology.support_verbs:
            found.append(ontology.support_verbs[token.lemma_.lower()])
    return found


def _status(head: Token, chain: Sequence[Token], modals: set[str], cued: list[str], event_type: str, ontology: Ontology) -> str:
    for status in cued:
        if status in ("rejected", "cancelled", "suspended"):
            return status
    stages = ontology.stages.get(event_type) or {}
    own = next((s for s in ("completed", "agreed", *_STRONG) if head.lemma_.lower() in ontology.status_cues.get(s, ())), None)
    if cued and cued[0] in ("negotiating", "proposed"):
        return cued[0]
    future = bool(modals & _FUTURE_MODALS) or _going_to(chain)
    if future:
        return str(stages.get("future", "agreed"))
    verb = next((t for t in chain if t.pos_ in ("VERB", "AUX")), None)
    if head.pos_ != "VERB":
        return cued[0] if cued else str(stages.get("noun", "agreed"))
    if cued:
        return cued[0]
    tense = _tense(verb or head)
    if own is not None and tense == "past":
        return own
    return str(stages.get(tense, "agreed"))


def _tense(verb: Token) -> str:
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if verb.tag_ == "VBG" and not auxiliaries & {"was", "were", "had"}:
        return "present"
    if auxiliaries & {"is", "are", "being"} and verb.tag_ == "VBG":
        return "present"
    if verb.tag_ in ("VBD", "VBN"):
        return "past"
    if verb.tag_ == "VB" and "to" in auxiliaries:
        return "future"
    return "present"


def _going_to(chain: Sequence[Token]) -> bool:
    """ "Is to buy", "is going to buy", "is set to buy": an infinitive under "be"."""
    for token in chain:
        if token.tag_ == "VB" and any(c.lower_ == "to" for c in token.children) and token.head.lemma_ in ("be", "go", "set"):
            return True
    return False


def _conditional(chain: Sequence[Token]) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether") for t in chain for c in t.children)


def _cue_in(chain: Sequence[Token], ontology: Ontology, kind: str) -> bool:
    cues = ontology.realis_cues.get(kind, frozenset())
    return any(word in cues for word in _words(chain))


def _words(chain: Sequence[Token]) -> Iterator[str]:
    for i, token in enumerate(chain):
        if i:
            yield token.lemma_.lower()
        yield from (c.lemma_.lower() for c in token.children if c.dep_ in ("amod", "advmod", "acomp"))


def _negated_status(status: str) -> str:
    return status if status in ("proposed", "negotiating") else "rejected"
