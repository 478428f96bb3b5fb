"""`cordiale dead-letters`: what could not be used, grouped by reason."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.cli import exits
from pipeline.cli.opened import read_while_it_changes
from pipeline.errors import UsageError
from schemas.codes import DEAD_LETTER_REASONS

SUMMARY = "print what could not be used, grouped by reason"
EXAMPLES = """\
  cordiale dead-letters OUT
  cordiale dead-letters OUT --reason truncated --limit 0
  cordiale dead-letters OUT --json > dead_letters.jsonl
"""
_COLUMNS = ("uri", "part", "stage", "reason", "detail", "bytes", "commit_id", "seen")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale dead-letters`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument(
        "--reason",
        dest="reasons",
        action="append",
        choices=tuple(DEAD_LETTER_REASONS),
        default=[],
        metavar="REASON",
        help="only these; may be given again: " + ", ".join(DEAD_LETTER_REASONS),
    )
    parser.add_argument("--limit", type=int, default=5, help="how many of each reason at most, 0 for all (default: 5)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line, all of them, with all columns")


def execute(args: argparse.Namespace) -> int:
    """Print the dead letters, the most frequent reason first."""
    if args.limit < 0:
        raise UsageError(f"--limit must not be negative, but is {args.limit}")
    rows = read_while_it_changes(args.dataset, "dead_letters", lambda files: _rows(files, args.reasons))
    for line in map(_as_json, rows) if args.json else _lines(rows, args.limit):
        print(line)
    return exits.OK


def _rows(files: Sequence[str], reasons: Sequence[str]) -> list[dict[str, Any]]:
    import pyarrow.dataset as ds

    wanted = ds.field("reason").isin(list(reasons)) if reasons else None
    table = ds.dataset(list(files), format="parquet").to_table(columns=list(_COLUMNS), filter=wanted)
    rows: list[dict[str, Any]] = table.sort_by([("uri", "ascending")]).to_pylist()
    return rows


def _as_json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _lines(rows: Sequence[Mapping[str, Any]], limit: int) -> Iterator[str]:
    from pipeline.cli.render import safe

    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["reason"], row["stage"]), []).append(row)
    for (reason, stage), group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"{reason} ({stage}): {len(group):,}, {DEAD_LETTER_REASONS.get(reason, '')}"
        shown = group[: limit or None]
        yield from (f"  {safe(_name(row))}: {safe(row['detail'])}" for row in shown)
        if len(shown) < len(group):
            yield f"  … and {len(group) - len(shown):,} more (--limit)"
    yield "1 dead letter" if len(rows) == 1 else f"{len(rows):,} dead letters"


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['uri']} [{row['part']}]" if row["part"] else str(row["uri"])
