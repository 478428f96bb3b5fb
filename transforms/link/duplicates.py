"""Finds documents that copy one another, by their signatures.

Documents are taken in a total order (day of publication, then URI), which knows nothing of when they arrived. The first
of its kind is an original; one that is all but the same as an earlier original is a duplicate of the first such. So a
chain of small changes does not lead from one text to quite another, and the same documents give the same marks
whatever the order in which they were fed.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

ALIKE = 0.7
"""Share of runs of words, of all in both texts, from which on documents are duplicates."""
BANDS, ROWS = 25, 5
"""Documents are compared if they agree in all of the `ROWS` places of any of the `BANDS`: of pairs at `ALIKE`, 99 %."""
MOST = 64
"""Originals that a document is compared with in one band at most."""

_ALONE = 0

Array = npt.NDArray[Any]


@dataclasses.dataclass(frozen=True)
class Signed:
    """A document with its signature."""

    doc_id: str
    uri: str
    published: datetime.date | None
    method: str
    signature: Sequence[int] | Array


def find_duplicates(documents: Iterable[Signed]) -> dict[str, str]:
    """Return the original of each duplicate by its id."""
    found: dict[str, str] = {}
    by_method: dict[str, list[Signed]] = {}
    for document in documents:
        by_method.setdefault(document.method, []).append(document)
    for method in sorted(by_method):
        ordered = sorted(by_method[method], key=_order)
        originals = _originals(np.array([d.signature for d in ordered], dtype=np.int32))
        found.update({ordered[copy].doc_id: ordered[first].doc_id for copy, first in originals.items()})
    return found


def _order(document: Signed) -> tuple[datetime.date, str, str]:
    return (document.published or datetime.date.max, document.uri, document.doc_id)


def _originals(signatures: Array) -> Mapping[int, int]:
    """Return the original of each duplicate, by their places in the total order."""
    groups = np.column_stack([_groups(signatures[:, b * ROWS : (b + 1) * ROWS]) for b in range(BANDS)])
    firsts: dict[tuple[int, int], list[int]] = {}
    found: dict[int, int] = {}
    for row in np.flatnonzero((groups != _ALONE).any(axis=1)).tolist():
        places = [(band, group) for band, group in enumerate(groups[row].tolist()) if group != _ALONE]
        near = sorted({first for place in places for first in firsts.get(place, ())})
        alike = (signatures[near] == signatures[row]).mean(axis=1) >= ALIKE if near else np.zeros(0, dtype=bool)
        if alike.any():
            found[row] = near[int(np.argmax(alike))]
            continue
        for place in places:
            originals = firsts.setdefault(place, [])
            if len(originals) < MOST:
                originals.append(row)
    return found


def _groups(band: Array) -> Array:
    """Return for each row the number of the group of rows that are equal in a band, `_ALONE` if it has none."""
    if not len(band):
        return np.zeros(0, dtype=np.int32)
    order = np.lexsort(band.T)
    same = (band[order][1:] == band[order][:-1]).all(axis=1)
    groups = np.empty(len(band), dtype=np.int32)
    shared = np.r_[False, same] | np.r_[same, False]
    groups[order] = np.where(shared, np.cumsum(np.r_[True, ~same]), _ALONE)
    return groups
