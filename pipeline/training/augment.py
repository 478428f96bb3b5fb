"""Makes more of few annotations: the same sentence about other states and firms.

Who sells and who buys is in the grammar, not in the names; a model that has met "Russia" mostly as a seller learns the
name instead. So names are swapped at random, alike throughout a window ("Russia" and "Russian" for "Peru" and
"Peruvian"), and the annotations go with the words.
"""

import dataclasses
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tokenizers import Tokenizer

from pipeline.training.examples import Example, NamePieces, Target
from schemas.lexicon import all_names

_FORMS = ("name", "adjective")


class Swapper:
    """Swaps the names of countries and firms in windows."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Cut the gazetteer's names into word pieces."""
        tokenizer.no_padding()
        tokenizer.no_truncation()
        found: dict[str, dict[tuple[str, str], Sequence[int]]] = defaultdict(dict)
        for surface, name in all_names():
            if name.kind in ("country", "company") and name.form in _FORMS and surface.upper() != surface:
                pieces = tokenizer.encode(surface, add_special_tokens=False).ids
                found[name.country if name.kind == "country" else name.name].setdefault((name.kind, name.form), pieces)
        self._countries = [f for f in found.values() if {("country", form) for form in _FORMS} <= set(f)]
        self._companies = [f for f in found.values() if ("company", "name") in f]

    def swapped(self, example: Example, order: random.Random) -> Example:
        """Return an example with its names swapped for others of the same kind, alike for alike."""
        chosen: dict[str, Mapping[tuple[str, str], Sequence[int]]] = {}
        replaced: list[tuple[NamePieces, Sequence[int]]] = []
        for name in example.names:
            pool = self._countries if name.kind == "country" else self._companies
            other = chosen.setdefault(name.who, order.choice(pool))
            if (name.kind, name.form) in other:
                replaced.append((name, other[name.kind, name.form]))
        return _rebuilt(example, replaced) if replaced else example


def _rebuilt(example: Example, replaced: Sequence[tuple[NamePieces, Sequence[int]]]) -> Example:
    """Return an example with the pieces of names replaced, and all that counts pieces moved with them."""
    window = example.window
    starts = {n.pieces.start: (n.pieces.stop, ids) for n, ids in replaced}
    old: list[int] = []  # for each new piece, the old one whose labels it takes
    ids: list[int] = []
    at = 0
    while at < len(window.ids):
        if at in starts:
            stop, pieces = starts[at]
            ids += pieces
            old += [at] * len(pieces)
            at = stop
        else:
            ids.append(window.ids[at])
            old.append(at)
            at += 1
    place: dict[int, list[int]] = defaultdict(list)
    for new, before in enumerate(old):
        place[before].append(new)
    return dataclasses.replace(
        example,
        window=dataclasses.replace(
            window,
            ids=tuple(ids),
            segments=tuple(window.segments[o] for o in old),
            spans=tuple(window.spans[o] for o in old),
        ),
        triggers=tuple(example.triggers[o] for o in old),
        passage=tuple(example.passage[o] for o in old),
        targets=tuple(t for t in (_moved(t, place) for t in example.targets) if t.triggers),
        names=(),
    )


def _moved(target: Target, place: Mapping[int, Sequence[int]]) -> Target:
    triggers = []
    for trigger in target.triggers:
        new = [n for o in trigger for n in place.get(o, ())]
        if new:
            triggers.append(range(new[0], new[-1] + 1))
    roles = target.roles
    if roles is not None:
        roles = {role: frozenset(n for o in pieces for n in place.get(o, ())) for role, pieces in roles.items()}
    return dataclasses.replace(target, triggers=tuple(triggers), roles=roles)
