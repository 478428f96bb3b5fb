"""Counts rows while they pass: what the manifest and the closing summary say of a commit without reading it again.

Keys are dotted paths, so that counts of files add up to those of commits and these to those of a dataset.
"""

import collections
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.records import DeadLetter, DocumentRow, Event, Mention

ALWAYS = (
    "inputs",
    "documents",
    "bytes",
    "characters",
    "paragraphs",
    "sentences",
    "sentences_parsed",
    "mentions",
    "events",
    "dead_letters",
    "dead_letters.inputs",
    "dead_letters.parts",
)
"""Counts that every manifest states, at zero too."""


def count_row(row: Any) -> Mapping[str, int]:
    """Return what one row adds to the counts.

    `inputs` are documents and dead letters with `part` null. `paragraphs` come from documents, so that they count where
    they are not stored. Mentions count by class and type (`mentions.deal.contract`), dead letters as whole inputs or
    parts and by stage and reason (`dead_letters.read.empty`).
    """
    if isinstance(row, DocumentRow):
        return _document(row)
    if isinstance(row, Mention):
        return _nested("mentions", row.event_class, row.event_type)
    if isinstance(row, DeadLetter):
        return _dead_letter(row)
    if isinstance(row, Event):
        return _nested("events", row.event_class, row.event_type)
    return {}


def add_counts(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of counts, key by key, with sorted keys."""
    total: collections.Counter[str] = collections.Counter()
    for some in counts:
        total.update(some)
    return dict(sorted(total.items()))


def _document(row: DocumentRow) -> dict[str, int]:
    return {
        "inputs": 1,
        "documents": 1,
        "bytes": row.bytes,
        "characters": row.characters,
        "paragraphs": row.paragraphs,
        "sentences": row.sentences,
        "sentences_parsed": row.sentences_parsed,
    }


def _dead_letter(row: DeadLetter) -> dict[str, int]:
    counts = {"dead_letters": 1, f"dead_letters.{row.stage}.{row.reason}": 1}
    if row.part is None:
        return {**counts, "inputs": 1, "dead_letters.inputs": 1}
    return {**counts, "dead_letters.parts": 1}


def _nested(*names: str) -> dict[str, int]:
    return {".".join(names[: depth + 1]): 1 for depth in range(len(names))}
