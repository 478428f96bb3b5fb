"""Finds mentions in a dataset for people to look at, through the manifests, so that nothing half-written is shown."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas.arrow import DATASETS, arrow_schema

_ORDER = [("uri", "ascending"), ("trigger_start", "ascending"), ("mention_id", "ascending")]


@dataclasses.dataclass(frozen=True)
class Filters:
    """Which mentions are wanted; empty fields ask for nothing.

    Attributes:
        classes, types: Event classes and types, any of which will do.
        countries: ISO codes, bodies' acronyms or names of participants, any of which will do.
        text: What the sentence holds, in upper or lower case.
    """

    classes: Sequence[str] = ()
    types: Sequence[str] = ()
    countries: Sequence[str] = ()
    text: str | None = None


def find_mentions(files: Sequence[str], filters: Filters, limit: int | None) -> tuple[pa.Table, int]:
    """Return mentions from Parquet files in order of document and place, and how many there are in all.

    Args:
        files: The files of `mentions/`, under their hive-style folders.
        filters: Which mentions are wanted.
        limit: At most so many rows are returned; None for all.
    """
    schema = arrow_schema(DATASETS["mentions"])
    source = ds.dataset(list(files), schema=schema, format="parquet", partitioning=_partitioning())
    best, total = schema.empty_table(), 0
    for batch in source.to_batches(filter=_pushed_down(filters)):
        table = _having_countries(pa.Table.from_batches([batch]), filters.countries)
        total += table.num_rows
        best = pa.concat_tables([best, table]).sort_by(_ORDER).slice(0, limit)
    return best, total


def _partitioning() -> Any:
    return ds.partitioning(pa.schema([("event_class", pa.string())]), flavor="hive")


def _pushed_down(filters: Filters) -> Any:
    condition = ds.scalar(value=True)
    if filters.classes:
        condition &= ds.field("event_class").isin(list(filters.classes))
    if filters.types:
        condition &= ds.field("event_type").isin(list(filters.types))
    if filters.text:
        condition &= pc.match_substring(ds.field("sentence"), filters.text, ignore_case=True)
    return condition


def _having_countries(table: pa.Table, countries: Sequence[str]) -> pa.Table:
    if not countries:
        return table
    participants = table["participants"].combine_chunks()
    flat = pc.list_flatten(participants)
    wanted = pa.array([country.upper() for country in countries])
    hits = pc.or_(
        pc.fill_null(pc.is_in(pc.struct_field(flat, "country"), wanted), fill_value=False),
        pc.is_in(pc.utf8_upper(pc.struct_field(flat, "name")), wanted),
    )
    rows = pc.unique(pc.list_parent_indices(participants).filter(hits))
    return table.take(rows)
