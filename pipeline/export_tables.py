"""Exports rows as they are: CSV that is safe to open in a spreadsheet, JSON Lines, Avro by the project's schemas."""

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any

import fastavro

from pipeline.export_view import View
from schemas.arrow import DATASETS
from schemas.avro import avro_schema
from schemas.fields import describe

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet may run as a formula, or that has been made safe already."""
ESCAPE = "'"


def write_csv(view: View, dataset: str, handle: IO[bytes]) -> int:
    """Write rows as CSV: UTF-8 with a mark, so that spreadsheets know; lists and structs as JSON."""
    names = [field.name for field in describe(DATASETS[dataset])]
    return write_cells(handle, names, ([row[name] for name in names] for row in view.rows(dataset)))


def write_cells(handle: IO[bytes], header: list[str], rows: Iterator[list[Any]]) -> int:
    """Write a header and rows as CSV; return the number of rows."""
    text = io.TextIOWrapper(handle, "utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007
        writer.writerow(map(cell, row))
    text.detach()
    return number


def cell(value: Any) -> Any:
    """Return a value as a cell. Only texts can be formulas: those that might be get an apostrophe in front."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, list | dict):
        return safe(to_json(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def safe(text: str) -> str:
    """Return a text with an apostrophe in front if a spreadsheet might run it; `original` takes it away."""
    return ESCAPE + text if FORMULA.match(text) else text


def original(text: str) -> str:
    """Return what `safe` was given."""
    return text[1:] if text.startswith(ESCAPE) and FORMULA.match(text) else text


def write_jsonl(view: View, dataset: str, handle: IO[bytes]) -> int:
    """Write rows as JSON objects, one per line."""
    return write_lines(handle, view.rows(dataset))


def write_lines(handle: IO[bytes], rows: Iterator[dict[str, Any]]) -> int:
    """Write JSON objects, one per line; return their number."""
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007
        handle.write(to_json(row).encode("utf-8", "replace") + b"\n")
    return number


def to_json(value: Any) -> str:
    """Return a value as JSON; days and times as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=_iso)


def _iso(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be JSON")


def write_avro(view: View, dataset: str, handle: IO[bytes]) -> int:
    """Write rows as an Avro container by `schemas/avsc/DATASET.avsc`."""
    counted = _Counted(view.rows(dataset))
    fastavro.writer(handle, fastavro.parse_schema(avro_schema(DATASETS[dataset])), counted, codec="deflate")
    return counted.number


class _Counted:
    """Passes rows on and counts them."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._rows:
            self.number += 1
            yield row
