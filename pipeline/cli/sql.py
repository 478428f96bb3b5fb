"""`cordiale sql`: questions to a dataset."""

import argparse
import csv
import sys
from collections.abc import Sequence
from typing import Any

from pipeline.cli import exits

SUMMARY = "answer an SQL query over a dataset, by DuckDB"
EXAMPLES = """\
  cordiale sql OUT "select event_type, status, count(*) as n from events group by all order by n desc"
  cordiale sql OUT "select sentence from mentions where sentence ilike '%frigate%'" --format csv > found.csv
  cordiale sql OUT "describe events"

the views are documents, paragraphs, mentions, events and dead_letters (`cordiale schema` shows their columns); they
hold what committed runs have written. Nothing can be changed, and no other file read. docs/queries.md has more queries.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale sql`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument("query", metavar="QUERY", help="one statement of DuckDB's SQL, or - to read it from stdin")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="default: table")


def execute(args: argparse.Namespace) -> int:
    """Print the answer."""
    from pipeline.export_view import open_view
    from pipeline.query import ask

    query = sys.stdin.read() if args.query == "-" else args.query
    answer = ask(open_view(args.dataset).files, query)
    _PRINTERS[args.format](answer.columns, answer.rows)
    return exits.OK


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from pipeline.export_tables import cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)


def _json(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    import json

    for row in rows:
        print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str))


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    table = Table(*map(escape, columns), box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    plain = not sys.stdout.isatty()
    Console(width=160 if plain else None, color_system=None if plain else "auto", highlight=False).print(table)
    print("1 row" if len(rows) == 1 else f"{len(rows):,} rows")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return str(value)


_PRINTERS = {"table": _table, "csv": _csv, "json": _json}
