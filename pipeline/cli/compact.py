"""`cordiale compact`: many small files become few large ones."""

import argparse

from pipeline.cli import exits
from pipeline.errors import UsageError

SUMMARY = "merge the small files of a dataset that has grown; no row changes, and readers may be at work"
EXAMPLES = """\
  cordiale compact OUT
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale compact`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument("--quiet", action="store_true", help="say nothing")


def execute(args: argparse.Namespace) -> int:
    """Compact the dataset and say what came of it."""
    from pipeline.cli.opened import files_of

    files_of(args.dataset, None)
    from pipeline.feed import told_if_full
    from transforms.write import LockedError, one_writer
    from transforms.write.compact import compact

    try:
        with one_writer(args.dataset) as root, told_if_full(root):
            done = compact(root)
    except LockedError as error:
        raise UsageError(str(error)) from error
    if not args.quiet:
        print(
            f"{done.before:,} files are {done.after:,} now"
            if done.after < done.before
            else f"nothing to merge among {done.before:,} files"
        )
    return exits.OK
