"""`cordiale watch`: feeds a dataset from a folder until it is stopped."""

import argparse
import sys
import time

from pipeline.cli import exits, run
from pipeline.errors import UsageError

SUMMARY = "feed a dataset from a folder or bucket prefix, slice by slice, until stopped"
EXAMPLES = """\
  cordiale watch incoming/ --output OUT
  cordiale watch s3://bucket/incoming/ --output OUT --interval 60

What is in the folder is read first, then what comes. A file counts as written when its size and time of change have
been the same for an interval. When nothing is left to read, what has come is linked to events (unless --no-link), at
most for a tenth of the time. SIGTERM and Ctrl-C end it after the slice at hand, with exit code 0.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale watch`."""
    parser.add_argument("inputs", nargs="+", metavar="FOLDER", help="folder, glob or URL to look at")
    parser.add_argument(
        "--interval", type=float, default=10.0, metavar="SECONDS", help="seconds between two looks (default: 10)"
    )
    run.add_common_arguments(parser)


def execute(args: argparse.Namespace) -> int:
    """Watch until stopped."""
    from pipeline.watch import watch

    if not args.interval > 0:
        raise UsageError(f"--interval must be more than 0 seconds, not {args.interval:g}")
    options = run.options_of(args)
    with run.unheard(debug=args.debug):
        watch(options, interval=args.interval, say=silent if args.quiet else say)
    return exits.OK


def say(line: str) -> None:
    """Print a line with the time."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stdout, flush=True)


def silent(_: str) -> None:
    """Say nothing."""
