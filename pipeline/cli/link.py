"""`cordiale link`: one record for each real-world event."""

import argparse
import sys

from pipeline.cli import exits
from runners.registry import RUNNERS

SUMMARY = "group the mentions of a dataset into events, one record for each, and mark duplicates"
EXAMPLES = """\
  cordiale link OUT
  cordiale link OUT --skip-duplicates       leave mentions of duplicate documents out of the events
  cordiale link OUT --workers 2

`cordiale run` does this at its end, unless told --no-link. It can be done again at any time: events that are found
again keep their ids. Options of Beam and of its runners go after `--`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale link`."""
    parser.add_argument("output", metavar="OUT", help="folder that a run has written")
    parser.add_argument("--skip-duplicates", action="store_true", help="leave mentions of duplicate documents out")
    parser.add_argument(
        "--runner", choices=tuple(RUNNERS), default="direct", help="where to run (default: direct, on this machine)"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="worker processes (default: 1)")
    parser.add_argument("--quiet", action="store_true", help="show neither progress nor summary")


def execute(args: argparse.Namespace) -> int:
    """Link, and say what came of it."""
    from pipeline.link import LinkOptions, link
    from pipeline.summary import linked_lines

    names = LinkOptions.__dataclass_fields__
    options = LinkOptions(**{name: value for name, value in vars(args).items() if name in names})
    linked = link(options, None if args.quiet else print_step)
    if not args.quiet:
        print(*linked_lines(linked), sep="\n")
        print(f"dataset: {args.output}")
    return exits.OK


def print_step(step: str) -> None:
    """Show a step of the work on stderr."""
    print(step, file=sys.stderr, flush=True)
