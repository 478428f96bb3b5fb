"""Says which date and which sums of a sentence belong to which event, by the steps between them in the parse.

Distance in letters misleads in long sentences: a date at the end of one clause stands next to the verb of another. Steps in
the parse count clauses: those into and out of a clause of its own cost more.
"""

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from transforms.extract.dates import Date
from transforms.extract.drafts import Draft

_CLAUSES = {"relcl": 4, "acl": 2, "advcl": 3, "ccomp": 3, "parataxis": 4, "conj": 2, "dep": 2, "appos": 2}
_FARTHEST = 12
_CLAIM = 4
_EXACT = 7


def date_of(drafts: Sequence[Draft], dates: Sequence[Date], groups: Sequence[Sequence[Draft]], doc: Doc) -> Date | None:
    """Return the date that is fewest steps from an event's triggers, unless another event has the better claim to it."""
    best: tuple[float, Date] | None = None
    for date in dates:
        mine = steps_to(drafts, date.start, doc)
        rival = min((steps_to(g, date.start, doc) for g in groups if g is not drafts), default=_FARTHEST)
        if mine > _FARTHEST or rival + _CLAIM < mine:
            continue
        cost = mine - (1.5 if len(date.edtf) > _EXACT else 0)
        if best is None or cost < best[0]:
            best = cost, date
    return best[1] if best else None


def steps_to(drafts: Sequence[Draft], at: int, doc: Doc) -> float:
    """Return the least number of steps from the word at a place to the triggers of an event."""
    token = next((t for t in doc if t.idx <= at < t.idx + len(t)), None)
    if token is None:
        return float(_FARTHEST + 1)
    heads = [d.candidate.head for d in drafts] + [d.light for d in drafts if d.light is not None]
    return min(_steps(token, head) for head in heads)


def _steps(one: Token, other: Token) -> float:
    """Return the cost of the path between two words: to the word above both, and down."""
    up = _costs(one)
    down = _costs(other)
    return min((cost + down[i] for i, cost in up.items() if i in down), default=float(_FARTHEST + 1))


def _costs(token: Token) -> dict[int, float]:
    """Return the cost of reaching each word above a word."""
    costs, cost = {token.i: 0.0}, 0.0
    while token.head.i != token.i:
        cost += _CLAUSES.get(token.dep_, 1)
        token = token.head
        costs[token.i] = cost
    return costs
