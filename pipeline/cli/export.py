"""`cordiale export`: the dataset in other formats."""

import argparse
import sys

from pipeline.cli import exits
from pipeline.cli.schema import DATASETS

SUMMARY = "write a dataset as CSV, JSON Lines, Avro, or in the shape of SIPRI's register or PLOVER"
FORMATS = ("csv", "jsonl", "avro", "sipri-csv", "plover-jsonl")
EXAMPLES = """\
  cordiale export OUT --format csv --output events.csv
  cordiale export OUT --format csv --dataset mentions --output mentions.csv
  cordiale export OUT --format avro --dataset documents --output documents.avro
  cordiale export OUT --format sipri-csv --output register.csv
  cordiale export OUT --format plover-jsonl --output - | head -1

docs/exports.md describes every format field by field.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale export`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what to write")
    parser.add_argument("--output", required=True, metavar="FILE", help="file to write, or - for standard output")
    parser.add_argument(
        "--dataset",
        dest="part",
        choices=DATASETS,
        metavar="DATASET",
        help=f"{', '.join(DATASETS)} (default: events, or what the format is for)",
    )
    parser.add_argument("--quiet", action="store_true", help="show no summary")


def execute(args: argparse.Namespace) -> int:
    """Export, and say how many rows."""
    from pipeline.export import export
    from pipeline.export_view import open_view

    number = export(open_view(args.dataset), args.format, args.part, args.output)
    if not args.quiet:
        rows = "1 row" if number == 1 else f"{number:,} rows"
        print(f"{rows} written to {args.output}", file=sys.stderr)
    return exits.OK
