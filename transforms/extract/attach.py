"""Says which date and which sums of a sentence belong to which event, by the steps between them in the parse.

Distance in letters misleads in long sentences: a date at the end of one clause stands next to the verb of another.
Steps in the parse count clauses: those into and out of a clause of its own cost more.
"""

import bisect
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from transforms.extract.dates import Date
from transforms.extract.drafts import Draft

_CLAUSES = {"relcl": 4, "acl": 2, "advcl": 3, "ccomp": 3, "parataxis": 4, "conj": 2, "dep": 2, "appos": 2}
_FARTHEST = 12
_STARTS, _COSTS = "cordiale:starts", "cordiale:costs"
"""Where a parse keeps what has been worked out of it."""
_CLAIM = 4
_EXACT = 7


def date_of(drafts: Sequence[Draft], dates: Sequence[Date], groups: Sequence[Sequence[Draft]], doc: Doc) -> Date | None:
    """Return the date fewest steps from an event's triggers, unless another event has the better claim to it."""
    best: tuple[float, Date] | None = None
    for date in dates:
        mine = steps_to(drafts, date.start, doc)
        rival = min((steps_to(g, date.start, doc) for g in groups if g is not drafts), default=_FARTHEST)
        if mine > _FARTHEST or rival + _CLAIM < mine:
            continue
        cost = mine - (1.5 if len(date.edtf) > _EXACT else 0)
        if best is None or cost < best[0]:
            best = cost, date
    return in_tense(best[1], drafts[0], doc) if best else None


def in_tense(date: Date, leader: Draft, doc: Doc) -> Date:
    """Return a date without a year, or a weekday, as the tense of the verb over it says."""
    token = token_at(doc, date.start) or leader.candidate.head
    for _ in range(_FARTHEST):
        if token.pos_ in ("VERB", "AUX") or token.head.i == token.i:
            break
        token = token.head
    helpers = {c.lower_ for c in token.children if c.dep_ in ("aux", "auxpass")}
    if token.tag_ == "VBD" or helpers & {"was", "were", "had", "has", "have"}:
        return date.as_of(date.past)
    if helpers & {"will", "shall", "’ll", "'ll"} or (token.tag_ == "VB" and "to" in helpers):
        return date.as_of(date.future)
    return date


def token_at(doc: Doc, at: int) -> Token | None:
    """Return the word of a parse that stands at a place; None where it is a space."""
    starts: list[int] | None = doc.user_data.get(_STARTS)
    if starts is None:
        starts = doc.user_data[_STARTS] = [t.idx for t in doc]
    i = bisect.bisect_right(starts, at) - 1
    return doc[i] if i >= 0 and at < starts[i] + len(doc[i]) else None


def steps_to(drafts: Sequence[Draft], at: int, doc: Doc) -> float:
    """Return the least number of steps from the word at a place to the triggers of an event."""
    token = token_at(doc, at)
    if token is None:
        return float(_FARTHEST + 1)
    heads = [d.candidate.head for d in drafts] + [d.light for d in drafts if d.light is not None]
    return min(_steps(token, head) for head in heads)


def hold(start: int, end: int, doc: Doc) -> tuple[str, Token | None]:
    """Return by which preposition a phrase hangs on which word; none where it stands above all others.

    Those of "delivered by May" are "by" and "delivered".
    """
    token = token_at(doc, start)
    if token is None:
        return "", None
    while start <= token.idx < end and token.head.i != token.i:
        token = token.head
    if start <= token.idx < end:
        return "", None
    if token.pos_ in ("ADP", "SCONJ") and token.head.i != token.i:
        return token.lower_, token.head
    return "", token


def path(drafts: Sequence[Draft], at: int, doc: Doc) -> set[str]:
    """Return the lemmas of the words between the word at a place and the trigger above it."""
    token = token_at(doc, at)
    heads = {d.candidate.head.i for d in drafts}
    found: set[str] = set()
    while token is not None and token.i not in heads and token.head.i != token.i:
        found.add(token.lemma_.lower())
        token = token.head
    return found if token is not None and token.i in heads else set()


def _steps(one: Token, other: Token) -> float:
    """Return the cost of the path between two words: to the word above both, and down."""
    up = _costs(one)
    down = _costs(other)
    return min((cost + down[i] for i, cost in up.items() if i in down), default=float(_FARTHEST + 1))


def _costs(token: Token) -> dict[int, float]:
    """Return the cost of reaching each word above a word; it is asked for again and again, and kept with the parse."""
    known: dict[int, dict[int, float]] = token.doc.user_data.setdefault(_COSTS, {})
    if token.i in known:
        return known[token.i]
    costs, cost = {token.i: 0.0}, 0.0
    known[token.i] = costs
    while token.head.i != token.i:
        cost += _CLAUSES.get(token.dep_, 1)
        token = token.head
        costs[token.i] = cost
    return costs
