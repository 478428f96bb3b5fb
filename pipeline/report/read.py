"""Reads what a report shows, through the manifests: events with their mentions, or mentions that nobody has linked."""

import dataclasses
import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline.cli.opened import files_of, read_while_it_changes
from schemas.arrow import DATASETS, PARTITION_COLUMNS, arrow_schema
from transforms.extract.dates import interval
from transforms.write.manifest import read_manifests

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Found:
    """What a dataset holds.

    Attributes:
        events: Rows of `events/`, then, for each mention that is in none of them, an event made of it alone; each has
            `realis` of its mentions and the first `day` that it may have happened on besides the columns.
        mentions: Rows of `mentions/` by their ids.
        documents: Rows of `documents/` by their ids.
        linked: How many of the events come from `events/`.
        finished: When the last run was committed.
    """

    events: Sequence[Row]
    mentions: Mapping[str, Row]
    documents: Mapping[str, Row]
    linked: int
    finished: datetime.datetime


def source(root: str, dataset: str) -> Any:
    """Return one of the datasets as a `pyarrow.dataset.Dataset` of exactly the committed files.

    Raises:
        UsageError: If `root` holds no dataset.
    """
    return _opened(dataset, files_of(root, dataset))


def read(root: str) -> Found:
    """Read a dataset whole.

    Raises:
        UsageError: If `root` holds no dataset.
    """
    mentions = {row["mention_id"]: row for row in _rows(root, "mentions")}
    documents = {row["doc_id"]: row for row in _rows(root, "documents")}
    linked = [_completed(row, mentions) for row in _rows(root, "events")]
    taken = {mention_id for event in linked for mention_id in event["mention_ids"]}
    alone = [_completed(alone_event(row), mentions) for key, row in mentions.items() if key not in taken]
    finished = max(manifest.finished for manifest in read_manifests(root))
    return Found([*linked, *alone], mentions, documents, len(linked), finished)


def paragraphs_of(root: str, doc_id: str) -> list[Row]:
    """Return the paragraphs of a document in order; none where a run has left them out."""
    rows: list[Row] = source(root, "paragraphs").to_table(filter=pc.field("doc_id") == doc_id).to_pylist()
    return sorted(rows, key=lambda row: row["paragraph"])


def alone_event(mention: Row) -> Row:
    """Return the event that a mention is where nobody has linked it to others."""
    first = {"published": mention["published"], "doc_id": mention["doc_id"], "mention_id": mention["mention_id"]}
    return {
        "event_id": mention["mention_id"],
        **{name: mention[name] for name in ("event_class", "event_type", "sector", "status", "event_date")},
        "status_history": [{"status": mention["status"], "date": mention["event_date"], **first}],
        "participants": [dict(party, n_sources=1) for party in mention["participants"]],
        "items": [dict(item, n_sources=1) for item in mention["items"]],
        "amounts": [dict(amount, n_sources=1) for amount in mention["amounts"]],
        "first_published": mention["published"],
        "last_published": mention["published"],
        "n_documents": 1,
        "n_mentions": 1,
        "mention_ids": [mention["mention_id"]],
        "doc_ids": [mention["doc_id"]],
        "confidence": mention["confidence"],
    }


def _opened(dataset: str, files: Sequence[str]) -> Any:
    schema = arrow_schema(DATASETS[dataset])
    if not files:  # a dataset from before this folder was thought of
        return ds.dataset(schema.empty_table())
    partitioning = ds.partitioning(flavor="hive") if dataset in PARTITION_COLUMNS else None
    return ds.dataset(list(files), schema=schema, format="parquet", partitioning=partitioning)


def _rows(root: str, dataset: str) -> list[Row]:
    read_files = functools.partial(_opened, dataset)
    return read_while_it_changes(root, dataset, lambda files: list(read_files(files).to_table().to_pylist()))


def _completed(event: Row, mentions: Mapping[str, Row]) -> Row:
    own = [mentions[key] for key in event["mention_ids"] if key in mentions]
    return {**event, "realis": _realis(own), "day": _first_day(event["event_date"])}


def _realis(mentions: Iterable[Row]) -> str:
    """Return what most speaks for an event: that one mention asserts it, or else denies it."""
    said = {mention["realis"] for mention in mentions}
    return next((realis for realis in ("asserted", "negated", "hypothetical") if realis in said), "asserted")


def _first_day(edtf: str | None) -> datetime.date | None:
    try:
        return interval(edtf)[0] if edtf else None
    except ValueError:
        return None
