"""What a Flex Template's launcher calls: the parameters of the template become a run on Dataflow.

The launcher gives the template's parameters and Beam's options in one list. It ends when the job is handed over; a
worker does the commit.
"""

import argparse
import datetime
import sys
from collections.abc import Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.execute import feeding, listed, prepare
from pipeline.options import RunOptions
from pipeline.slices import wanted

PARAMETERS = ("input", "output", "published", "extractor", "min_confidence", "workers")


def options_of(arguments: Sequence[str]) -> RunOptions:
    """Return the run that a launcher's arguments mean.

    Raises:
        SystemExit: If a parameter is missing or not of its form.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--published", type=datetime.date.fromisoformat)
    parser.add_argument("--extractor", default=RunOptions.extractor)
    parser.add_argument("--min_confidence", type=float, default=RunOptions.min_confidence)
    parser.add_argument("--workers", type=int, default=10)
    parser.add_argument("--runner", help=argparse.SUPPRESS)
    args, beam_args = parser.parse_known_args(list(arguments))
    return RunOptions(
        inputs=(args.input,),
        output=args.output,
        published=args.published,
        extractor=args.extractor,
        min_confidence=args.min_confidence,
        workers=args.workers,
        runner="dataflow",
        link=False,
        beam_args=tuple(beam_args),
    )


def start(options: RunOptions) -> Any:
    """Hand a run over to Dataflow; returns Beam's result, or None if the dataset holds all inputs as they are.

    Raises:
        UsageError: If it cannot be done as asked.
    """
    prepared = prepare(options)
    with feeding(prepared) as feed:
        for entries in feed.slices(wanted(listed(prepared), feed.known)):
            return feed.start(entries)
    return None


if __name__ == "__main__":
    try:
        start(options_of(sys.argv[1:]))
    except UsageError as trouble:
        sys.exit(f"cordiale: {trouble}")
