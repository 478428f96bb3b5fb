"""Counts rows while they pass: what the manifest and the closing summary say of a commit without reading it again.

Keys are dotted paths, so that counts of files add up to those of commits and these to those of a dataset.
"""

import collections
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

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
_SUMMED = ("bytes", "characters", "paragraphs", "sentences", "sentences_parsed")
_BETWEEN = "\x1f"
COUNTED: Mapping[str, tuple[str, ...]] = {
    "documents": _SUMMED,
    "mentions": ("event_type",),
    "events": ("event_class", "event_type"),
    "dead_letters": ("stage", "reason", "part"),
}
"""The columns that `count_table` looks at; of datasets that are not named, none."""


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


def count_table(folder: str, table: pa.Table) -> dict[str, int]:
    """Return what the rows of a table add to the counts: the sum of `count_row` over them.

    Args:
        folder: The data folder that the rows belong to (`mentions/event_class=deal`).
        table: The rows, as they are in files.
    """
    dataset, _, value = folder.partition("/event_class=")
    if dataset == "documents":
        sums = {name: pc.sum(table[name]).as_py() or 0 for name in _SUMMED}
        return {"inputs": table.num_rows, "documents": table.num_rows, **sums}
    if dataset == "mentions":
        return add_counts(_times(_nested(dataset, value, kind), n) for kind, n in _groups(table, "event_type"))
    if dataset == "events":
        groups = _groups(table, "event_class", "event_type")
        return add_counts(_times(_nested(dataset, *kinds), n) for *kinds, n in groups)
    if dataset == "dead_letters":
        columns = table.select(["stage", "reason", "part"]).to_pylist()
        return add_counts(_letter(row["stage"], row["reason"], row["part"]) for row in columns)
    return {}


def net_counts(added: Mapping[str, int], removed: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Return what was added and what was removed without what is in both: rows that were only written anew."""
    both = {name: min(count, removed.get(name, 0)) for name, count in added.items()}
    rest = {name: count - both[name] for name, count in added.items()}
    gone = {name: count - both.get(name, 0) for name, count in removed.items()}
    return rest, {name: count for name, count in gone.items() if count}


def _groups(table: pa.Table, *columns: str) -> list[tuple[Any, ...]]:
    # `Table.group_by` would load Arrow's whole engine for it.
    joined = pc.binary_join_element_wise(*(table[name] for name in columns), _BETWEEN)
    return [(*row["values"].split(_BETWEEN), row["counts"]) for row in joined.value_counts().to_pylist()]


def _times(counts: Mapping[str, int], n: int) -> dict[str, int]:
    return {name: count * n for name, count in counts.items()}


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
    return _letter(row.stage, row.reason, row.part)


def _letter(stage: str, reason: str, part: str | None) -> dict[str, int]:
    counts = {"dead_letters": 1, f"dead_letters.{stage}.{reason}": 1}
    if part is None:
        return {**counts, "inputs": 1, "dead_letters.inputs": 1}
    return {**counts, "dead_letters.parts": 1}


def _nested(*names: str) -> dict[str, int]:
    return {".".join(names[: depth + 1]): 1 for depth in range(len(names))}
