"""Arrow schemas of the datasets, made from the records."""

import dataclasses
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from schemas.codes import SCHEMA_VERSION
from schemas.fields import Field, describe
from schemas.records import DeadLetter, DocumentRow, Event, Mention, ParagraphRow, SignatureRow, VectorRow

DATASETS: dict[str, type] = {
    "documents": DocumentRow,
    "paragraphs": ParagraphRow,
    "mentions": Mention,
    "events": Event,
    "dead_letters": DeadLetter,
    "_signatures": SignatureRow,
    "_vectors": VectorRow,
}
"""The folders of a dataset and the record that each holds; those that begin with `_` are for the project's own use."""

PUBLIC = tuple(name for name in DATASETS if not name.startswith("_"))
"""The folders that are for everyone."""

PARTITION_COLUMNS: dict[str, str] = {"mentions": "event_class"}
"""Columns that live in the folder's name (hive style) and not in the files."""

_SCALARS = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def arrow_schema(record: type) -> pa.Schema:
    """Return the Arrow schema of a record class, all its columns included."""
    return pa.schema([_arrow_field(f) for f in describe(record)], metadata={"schema_version": str(SCHEMA_VERSION)})


def file_schema(dataset: str) -> pa.Schema:
    """Return the schema of a dataset's files: the record's without the partition column."""
    schema = arrow_schema(DATASETS[dataset])
    partition = PARTITION_COLUMNS.get(dataset)
    return schema if partition is None else schema.remove(schema.get_field_index(partition))


def to_table(dataset: str, rows: Iterable[Any]) -> pa.Table:
    """Return records of one dataset (and one partition of it) as a table with `file_schema(dataset)`."""
    return pa.Table.from_pylist([dataclasses.asdict(row) for row in rows], schema=file_schema(dataset))


def _arrow_field(field: Field) -> pa.Field:
    kind = pa.struct([_arrow_field(f) for f in describe(field.record)]) if field.record else _SCALARS[field.storage]
    if field.repeated:
        kind = pa.list_(pa.field("element", kind, nullable=False))
    return pa.field(field.name, kind, nullable=field.nullable)
