"""`cordiale show`: events with their evidence."""

import argparse
import json
import os
import sys
from typing import Any

from pipeline.cli import exits
from pipeline.cli.opened import files_of, read_while_it_changes
from pipeline.errors import UsageError
from schemas.codes import EVENT_CLASSES, EVENT_TYPES

SUMMARY = "print events with the sentences that say them"
EXAMPLES = """\
  cordiale show OUT
  cordiale show OUT --class deal --country IND
  cordiale show OUT --type sale --type contract --text frigate --limit 100
  cordiale show OUT --limit 0 --json > mentions.jsonl
"""
_TYPES = tuple(event_type for types in EVENT_TYPES.values() for event_type in types)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale show`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument(
        "--class", dest="classes", action="append", choices=EVENT_CLASSES, default=[], help="may be given again"
    )
    parser.add_argument(
        "--type", dest="types", action="append", choices=_TYPES, default=[], metavar="TYPE", help=", ".join(_TYPES)
    )
    parser.add_argument(
        "--country",
        dest="countries",
        action="append",
        default=[],
        help="ISO code (FRA), acronym (NATO) or name of a participant",
    )
    parser.add_argument("--text", help="words that the sentence holds")
    parser.add_argument("--limit", type=int, default=20, help="how many at most, 0 for all (default: 20)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line, with all columns")


def execute(args: argparse.Namespace) -> int:
    """Print the mentions that pass the filters."""
    if args.limit < 0:
        raise UsageError(f"--limit must not be negative, but is {args.limit}")
    files_of(args.dataset, "mentions")
    from pipeline.dataset import Filters, find_mentions

    filters = Filters(args.classes, args.types, args.countries, args.text)
    table, total = read_while_it_changes(
        args.dataset, "mentions", lambda files: find_mentions(files, filters, args.limit or None)
    )
    rows = table.to_pylist()
    if args.json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, default=str))
        return exits.OK
    _print(rows, total)
    return exits.OK


def _print(rows: list[dict[str, Any]], total: int) -> None:
    from rich.console import Console

    from pipeline.cli.render import mention_text

    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    console = Console(color_system=None if plain else "auto", highlight=False, soft_wrap=plain)
    for row in rows:
        console.print(mention_text(row, None if plain else console))
    if total > len(rows):
        console.print(f"{len(rows)} of {total} events; more by --limit, fewer by --type, --class, --country, --text")
    else:
        console.print(f"{total} events" if total != 1 else "1 event")
