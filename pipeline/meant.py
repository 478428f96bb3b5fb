"""Which annotated party a phrase of a document stands for."""

import functools
import re
from collections.abc import Iterable, Sequence

from pipeline.evaluate import party_key
from schemas.lexicon import gazetteer
from transforms.extract.names import kind_of_name
from transforms.extract.party import FIRMS, Party

_EMPTY = frozenset({"the", "a", "an", "of", "and", "for", "in", "its", "group", "plc", "inc", "ltd", "corp", "co"})

Annotated = Sequence[str]
"""A party as annotated: role, name, country."""


def meant(parties: Iterable[Annotated], party: Party) -> Annotated | None:
    """Return the annotated party that a party of the text stands for; None if it stands for none.

    Who has the same state or body behind them is the same, unless both are firms with different names: an annotated
    buyer is not every firm of its state. Where one state stands on both sides (a ministry and a firm), it is the one
    whose name is more like the phrase. A firm is known by its name even where its state is not.
    """
    every = list(parties)
    said = _words(f"{party.text or ''} {party.name}")
    firm = _is_firms_name(party.name, party.kind)
    same = [p for p in every if party_key(p[1], p[2]) in (party.key, party.key.upper())]
    if firm:
        same = [p for p in same if said & _words(p[1]) or not _is_firms_name(p[1], None)]
    if not same and (firm or not party.country):
        same = [p for p in every if _words(p[1]) and (_words(p[1]) <= said or _words(party.name) <= _words(p[1]))]
    return max(same, key=lambda p: len(said & _words(p[1])), default=None)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.lower())) - _EMPTY


@functools.cache
def _is_firms_name(name: str, kind: str | None) -> bool:
    """Whether a name is that of a firm, or of what no lexicon has; descriptions ("the Italian carmaker") are none."""
    last = name.rpartition(" ")[2]
    if kind not in (*FIRMS, None) or not last[:1].isupper():
        return False
    known = [m for m in gazetteer().find(name) if (m.start, m.end) == (0, len(name))]
    if known:
        return known[-1].name.kind in FIRMS
    return kind_of_name(name.split()) in (*FIRMS, None)
