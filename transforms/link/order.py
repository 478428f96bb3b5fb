"""The total order of mentions, which decides what comes first: it knows nothing of when rows came."""

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from transforms.link.profiles import Array

Row = Mapping[str, Any]


def order_key(row: Row) -> tuple[Any, ...]:
    """Return what a mention is ordered by: day of publication (the unknown last), document, place in it, id."""
    return (
        row["published"] or datetime.date.max,
        row["uri"],
        row["doc_id"],
        row["trigger_start"],
        row["mention_id"],
    )


def in_order(rows: Iterable[Row]) -> tuple[Sequence[Row], Array]:
    """Return mentions in their total order, and the number of the document of each, from 0 on without gaps."""
    ordered = sorted(rows, key=order_key)
    new = [i == 0 or row["doc_id"] != ordered[i - 1]["doc_id"] for i, row in enumerate(ordered)]
    return ordered, np.cumsum(new, dtype=np.int64) - 1 if ordered else np.zeros(0, dtype=np.int64)


def content_key(row: Row) -> bytes:
    """Return what tells a mention by its words alone, so that the same documents elsewhere are linked the same way."""
    said = f"{row['title'] or ''}\x1f{row['trigger_start']}\x1f{row['sentence']}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest().encode()


def story_order(published: Array, first: Array) -> Array:
    """Return the rows of stories in their total order: by day of publication (the unknown last), then by their words.

    Args:
        published: First day of publication of each story, as an ordinal, or NaN.
        first: `content_key` of each story's first mention.
    """
    return np.lexsort((first, np.nan_to_num(published, nan=np.inf)))
