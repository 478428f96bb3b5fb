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
    shared: dict[int, list[tuple[int, int]]] = {}
    for band in range(BANDS):
        for row, key in _shared(signatures[:, band * ROWS : (band + 1) * ROWS]):
            shared.setdefault(row, []).append((band, key))
    firsts: dict[tuple[int, int], list[int]] = {}
    found: dict[int, int] = {}
    for row in sorted(shared):
        near = sorted({first for key in shared[row] for first in firsts.get(key, ())})
        alike = (signatures[near] == signatures[row]).mean(axis=1) >= ALIKE if near else np.zeros(0, dtype=bool)
        if alike.any():
            found[row] = near[int(np.argmax(alike))]
            continue
        for place in shared[row]:
            originals = firsts.setdefault(place, [])
            if len(originals) < MOST:
                originals.append(row)
    return found


def _shared(band: Array) -> Iterable[tuple[int, int]]:
    """Return the rows that are equal to another one, with the number of the group that they are equal in."""
    if not len(band):
        return []
    order = np.lexsort(band.T)
    same = (band[order][1:] == band[order][:-1]).all(axis=1)
    group = np.cumsum(np.r_[True, ~same])
    kept = np.r_[False, same] | np.r_[same, False]
    return zip(order[kept].tolist(), group[kept].tolist(), strict=True)
