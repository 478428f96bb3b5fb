"""`cordiale files`: the files that count."""

import argparse

from pipeline.cli import exits
from pipeline.cli.opened import files_of
from pipeline.cli.schema import DATASETS

SUMMARY = "print the files of a dataset that committed runs list"
EXAMPLES = """\
  cordiale files OUT
  cordiale files OUT --dataset mentions
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale files`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument("--dataset", dest="part", choices=DATASETS, metavar="DATASET", help=", ".join(DATASETS))


def execute(args: argparse.Namespace) -> int:
    """Print one path per line."""
    for path in files_of(args.dataset, args.part):
        print(path)
    return exits.OK
