"""One record per event, not per word: candidates of a sentence that report the same event are put together."""

from collections.abc import Callable, Mapping, Sequence

from spacy.tokens import Token

from schemas.ontology import EventType
from transforms.extract.drafts import Draft
from transforms.extract.proposals import PROPOSED

_LINKS = {
    "dobj",
    "pobj",
    "prep",
    "pcomp",
    "xcomp",
    "acl",
    "nsubjpass",
    "attr",
    "compound",
    "nmod",
    "amod",
    "oprd",
    "dative",
    "advcl",
    "nsubj",
    "npadvmod",
}
_STEPS = 5
_APART = {"during", "after", "before", "following", "since", "despite", "ahead", "amid"}
_SURE = 3.0
"""Log-odds of a trigger above which a word of another type is an event of its own."""
_VAGUE = {"parties", "arms"}


def group(drafts: Sequence[Draft], types: Mapping[str, EventType]) -> list[list[Draft]]:
    """Return the drafts of a sentence in groups that report one event each, the leading draft first.

    Args:
        drafts: All readings of the sentence's triggers.
        types: The ontology's types, for how specific each is.
    """
    parent = list(range(len(drafts)))

    def find(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, one in enumerate(drafts):
        for j, other in enumerate(drafts):
            if i != j and find(i) != find(j) and _same_event(one, other):
                parent[find(i)] = find(j)
    groups: dict[int, list[Draft]] = {}
    for i, draft in enumerate(drafts):
        groups.setdefault(find(i), []).append(draft)
    return [sorted(g, key=lambda d: _leading(d, types)) for g in groups.values()]


def heard(groups: Sequence[Sequence[Draft]], hear: Callable[[Draft], tuple[str, float]]) -> list[list[Draft]]:
    """Return groups as the reader hears them: the loudest word leads, and words that are surely of other types part.

    A verb that only carries a noun never leads it: in "sign an arms deal" the deal is what is reported.

    Args:
        groups: Drafts by event, as grammar has them.
        hear: Returns the type of what the reader takes a draft's trigger for, and the log-odds that it is one.
    """
    found = []
    for drafts in groups:
        told = {id(draft): hear(draft) for draft in drafts}
        loudest_type, loudest = max(told.values(), key=lambda said: said[1])
        parts: dict[str, list[Draft]] = {}
        for draft in drafts:
            whole = next((other for other in drafts if _is_content(draft, of=other)), draft)
            same = told[id(whole)][0].partition("/")[0] == told[id(draft)][0].partition("/")[0]
            event_type, odds = told[id(whole if same else draft)]
            parts.setdefault(event_type if odds > _SURE else loudest_type, []).append(draft)
        for part in parts.values():
            carriers = {_carrier(draft) for draft in part}
            leads = [draft for draft in part if draft.candidate.head.i not in carriers] or part
            lead = max(leads, key=lambda draft: told[id(draft)][1]) if loudest > 0 else part[0]
            found.append([lead, *(draft for draft in part if draft is not lead)])
    return sorted(found, key=lambda part: min(draft.candidate.first for draft in part))


def _is_content(draft: Draft, of: Draft) -> bool:
    """Whether a noun says what another is about: the supply in "a contract for the supply" or "a supply contract"."""
    noun, whole = draft.candidate.head, of.candidate.head
    if whole.pos_ not in ("NOUN", "PROPN") or noun.i == whole.i:
        return False
    if noun.dep_ == "compound":
        return bool(noun.head.i == whole.i)
    return noun.dep_ == "pobj" and noun.head.dep_ == "prep" and bool(noun.head.head.i == whole.i)


def _carrier(draft: Draft) -> int | None:
    """Return the place of the verb whose object a noun is: the "sign" of "sign a deal", and of "a deal was signed"."""
    noun, verb = draft.candidate.head, draft.light
    if verb is None or noun.dep_ not in ("dobj", "nsubjpass") or noun.head.i != verb.i:
        return None
    return verb.i


def _leading(draft: Draft, types: Mapping[str, EventType]) -> tuple[bool, bool, int, int]:
    """Order the drafts of a group: needs met first, plain words first, the more specific type first."""
    return (
        bool(draft.unmet) or draft.frame.name == PROPOSED,
        _vague(draft),
        -types[draft.event_type].rank,
        draft.candidate.first,
    )


def _vague(draft: Draft) -> bool:
    """Whether a word reports an event only beside two named sides or arms ("effort", "approve"): plainer words lead."""
    return bool(_VAGUE & set(draft.entry.needs))


def _same_event(below: Draft, above: Draft) -> bool:
    """Whether one trigger hangs on the other without a clause of its own between them."""
    targets = {above.candidate.head.i}
    if above.light is not None:
        targets.add(above.light.i)
    token: Token = below.candidate.head
    if below.light is not None and below.light.i in targets:
        return True
    for _ in range(_STEPS):
        if token.dep_ == "relcl" and token.head.i in targets and not above.candidate.verb and _about(token):
            return True
        if token.dep_ not in _LINKS or token.head.i == token.i or token.lower_ in _APART:
            return False
        if token.dep_ == "advcl" and any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children):
            return False
        token = token.head
        if token.i in targets:
            return True
    return False


def _about(verb: Token) -> bool:
    """Whether a relative clause tells the content of its noun: "a deal in which X bought", "under which it sells"."""
    return any(c.dep_ == "prep" and any(o.lower_ == "which" for o in c.children) for c in verb.children)
