"""How far an event has come and how it stands in the world, from tense, modality, negation and cues."""

from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from schemas.ontology import Ontology

DENIALS = ("no", "without", "never")
"""Words that deny what they belong to, beside those that the parser calls negations."""

_HYPOTHETICAL_MODALS = {"would", "could", "might", "may", "should", "can", "must"}
_FUTURE_MODALS = {"will", "shall", "'ll", "’ll", "wo"}
_STRONG = ("rejected", "cancelled", "suspended", "negotiating", "proposed")
_STEPS = 4
_OPENING = 600
_HAVE = {"have", "has", "'ve", "’ve", "having"}
_NONFINITE = {"infinitive", "gerund", "participle", "base"}
_TIMES = {"past_time", "future_time", "now", "possible", "refuse", "cancel", "suspend"}


def status_and_realis(head: Token, governors: Sequence[Token], event_type: str, ontology: Ontology) -> tuple[str, str]:
    """Return the status and realis of an event.

    Args:
        head: The trigger's head token.
        governors: Tokens that carry the trigger: its support verb, and what it depends on, nearest first.
        event_type: "class/type", for the defaults.
        ontology: For cues and defaults.
    """
    chain = [head, *governors]
    modals = {c.lower_ for t in chain if t.pos_ in ("VERB", "AUX") for c in t.children if c.tag_ == "MD"}
    negated = any(c.dep_ == "neg" or c.lower_ in DENIALS for t in chain for c in t.children)
    cued = _cued(chain, ontology)
    hypothetical = (
        bool(modals & _HYPOTHETICAL_MODALS) or _conditional(chain) or _cue_in(chain, ontology, "hypothetical")
    )
    status = _status(head, chain, modals, cued, event_type, ontology)
    if hypothetical and status not in ("rejected", "cancelled", "suspended", "negotiating"):
        return "proposed", "hypothetical"
    if negated and status not in ("rejected", "cancelled", "suspended"):
        return _negated_status(status), "negated"
    return status, "asserted"


def signs(head: Token, light: Token | None, others: Sequence[Token], ontology: Ontology) -> tuple[str, ...]:
    """Return readable signs of an event's stage: the forms of the verbs that carry it, the words above and beside it.

    Words count both as themselves and by their class in the ontology's `stage_words`, so that what is learnt of one
    holds for its kin.

    Args:
        head: The head of the leading trigger.
        light: Its support verb, if any.
        others: The heads of the other triggers that report the same event.
        ontology: For classes of words.
    """
    above = [light] if light is not None else []
    above += [t for t in governors_of(head, ontology, purposes=True) if t is not light]
    chain = [head, *above]
    found = [f"dep={head.dep_}", f"tag={head.tag_}", *_form_signs(chain)]
    nearest: list[str] = []
    for i, token in enumerate(chain):
        place = ("self", "above", "above2")[min(i, 2)]
        words = _classes(token.lemma_.lower(), ontology)
        form = next((verb_form(t) for t in chain[i:] if t.pos_ in ("VERB", "AUX")), "none")
        if i:
            found.append(f"above={token.lemma_.lower()}")
            if words and not nearest:
                nearest = words
                found += [f"says={c}/{form}" for c in words]
        else:
            found += [f"itself={c}/{form}" for c in words]
        found += [f"{c}@{place}" for c in words]
        found += _beside(token, i, ontology)
    found += [f"nearest={c}" for c in nearest or ("none",)]
    found += [f"{c}@sentence" for t in head.doc for c in _classes(t.lemma_.lower(), ontology) if c in _TIMES]
    found += _outer_signs([head, *others], ontology)
    return tuple(dict.fromkeys(found))


def _outer_signs(heads: Sequence[Token], ontology: Ontology) -> Iterator[str]:
    """Yield signs of the outermost trigger ("signed" in "signed a contract to supply"), and classes of the others."""
    outer = min(heads, key=lambda t: (sum(1 for _ in t.ancestors), t.i))
    chain = [outer, *governors_of(outer, ontology, purposes=True)]
    form = next((verb_form(t) for t in chain if t.pos_ in ("VERB", "AUX")), "none")
    yield f"outer={form}"
    for name in _classes(outer.lemma_.lower(), ontology):
        yield f"outer={name}/{form}"
    yield from (f"{c}@group" for t in heads[1:] for c in _classes(t.lemma_.lower(), ontology))


def _form_signs(chain: Sequence[Token]) -> Iterator[str]:
    """Yield the form of the nearest verb, and that of the finite verb above it."""
    forms = [verb_form(t) for t in chain if t.pos_ in ("VERB", "AUX")]
    if not forms:
        yield "form=none"
        return
    top = next((f for f in forms if f not in _NONFINITE), "none")
    yield f"form={forms[0]}"
    yield f"top={top}"
    yield f"forms={forms[0]}<{top}"
    yield from (f"modal={f}" for f in forms if f in ("would", "should", "future", "going_to"))


def _beside(token: Token, i: int, ontology: Ontology) -> Iterator[str]:
    """Yield signs of the words that hang on one of the chain: negation, conjunctions, particles, modifiers."""
    place = "self" if i == 0 else "above"
    for child in token.children:
        word = child.lemma_.lower()
        if child.dep_ in ("neg", "mark", "prt") or word in DENIALS:
            yield f"{child.dep_}={word}"
        if child.dep_ in ("amod", "advmod", "acomp", "det", "compound", "npadvmod", "attr", "oprd"):
            yield from (f"{c}%{place}" for c in _classes(word, ontology))
            if i < 2:
                yield f"beside={word}"
        if child.dep_ in ("nsubj", "nsubjpass"):
            yield from (f"subject={word}" for _ in range(word in ("we", "i", "he", "she", "they", "it")))
        if child.dep_ == "prep" and i < 2:
            yield f"prep={child.lower_}@{place}"
    if token.dep_ == "pobj":
        yield f"under={token.head.lower_}@{place}"


def verb_form(verb: Token) -> str:
    """Return the form of a verb with its auxiliaries, those of the verb that it is coordinated with included."""
    auxiliaries = _auxiliaries(verb)
    if auxiliaries & _FUTURE_MODALS:
        return "future"
    for name, modals in (
        ("would", {"would", "could", "might", "may", "'d", "’d"}),
        ("should", {"should", "must", "can", "ought"}),
    ):
        if auxiliaries & modals:
            return name
    if "to" in auxiliaries:
        return (
            "going_to" if verb.head.lemma_.lower() in ("be", "go", "set", "due", "slate", "schedule") else "infinitive"
        )
    passive = any(c.dep_ == "auxpass" for c in verb.children)
    if auxiliaries & _HAVE:
        return "perfect_passive" if passive else "perfect"
    if "had" in auxiliaries:
        return "pluperfect"
    past = bool(auxiliaries & {"was", "were", "did"})
    if verb.tag_ == "VBG":
        return ("past_progressive" if past else "progressive") if auxiliaries else "gerund"
    if verb.tag_ == "VBN":
        return (
            "participle"
            if not auxiliaries
            else "progressive_passive"
            if "being" in auxiliaries
            else "past_passive"
            if past
            else "passive"
        )
    return "past" if verb.tag_ == "VBD" or past else "present" if verb.tag_ in ("VBZ", "VBP") else "base"


def _auxiliaries(verb: Token) -> set[str]:
    own = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass") or c.tag_ == "MD"}
    if (
        not own
        and verb.dep_ == "conj"
        and verb.tag_ in ("VB", "VBN", "VBG")
        and not _has_subject(verb)
        and verb.head.pos_ == "VERB"
    ):
        return _auxiliaries(verb.head)
    return own


def _classes(word: str, ontology: Ontology) -> list[str]:
    return [name for name, words in ontology.stage_words.items() if word in words]


def genre(text: str, ontology: Ontology) -> str:
    """Return the kind of document that its beginning tells: a readout, a fact sheet, news by default."""
    opening = text[:_OPENING].lower()
    return next((name for name, words in ontology.genres.items() if any(w in opening for w in words)), "news")


def governors_of(head: Token, ontology: Ontology, *, purposes: bool = False) -> list[Token]:
    """Return the words that a trigger depends on, nearest first, up to the main verb of its clause and the one above.

    Args:
        head: The trigger's head.
        ontology: For the verbs that report what others say.
        purposes: Whether to go on from an infinitive of purpose, and to pass over verbs that the trigger's is only
            coordinated with.
    """
    found: list[Token] = []
    token = head
    while token.head.i != token.i and len(found) < _STEPS:
        below, dep, token = token, token.dep_, token.head
        purpose = purposes and dep == "advcl" and any(c.lower_ == "to" for c in below.children)
        if (dep in ("relcl", "advcl", "parataxis") and not purpose) or (
            dep == "conj" and token.pos_ == "VERB" and _has_subject(found[-1] if found else head)
        ):
            break
        if dep == "ccomp" and token.lemma_.lower() in ontology.reporting_verbs:
            break
        if token.pos_ in ("VERB", "AUX", "NOUN", "ADJ", "PROPN") and not (purposes and dep == "conj"):
            found.append(token)
    return found


def _has_subject(token: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)


def _cued(chain: Sequence[Token], ontology: Ontology) -> list[str]:
    """Return the statuses that the chain's words and their modifiers speak for, nearest first."""
    found: list[str] = []
    for i, token in enumerate(chain):
        words = {token.lemma_.lower()} if i else set()
        words |= {
            c.lemma_.lower() for c in token.children if c.dep_ in ("amod", "compound", "advmod", "acomp", "prt", "nmod")
        }
        words |= {f"{token.lemma_.lower()} {c.lower_}" for c in token.children if c.dep_ in ("prt", "prep", "advmod")}
        stages = (*_STRONG, "agreed", "completed")
        found.extend(s for s in stages if words & ontology.status_cues.get(s, frozenset()))
        if i and token.pos_ == "VERB" and token.lemma_.lower() in ontology.support_verbs:
            found.append(ontology.support_verbs[token.lemma_.lower()])
    return found


def _status(
    head: Token, chain: Sequence[Token], modals: set[str], cued: list[str], event_type: str, ontology: Ontology
) -> str:
    for status in cued:
        if status in ("rejected", "cancelled", "suspended"):
            return status
    stages = ontology.stages.get(event_type) or {}
    own = next(
        (s for s in ("completed", "agreed", *_STRONG) if head.lemma_.lower() in ontology.status_cues.get(s, ())), None
    )
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
        if (
            token.tag_ == "VB"
            and any(c.lower_ == "to" for c in token.children)
            and token.head.lemma_ in ("be", "go", "set")
        ):
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
