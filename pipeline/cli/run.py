"""`cordiale run`: articles in, a dataset out."""

import argparse
import contextlib
import datetime
import io
from collections.abc import Iterator

from pipeline.cli import exits
from runners.registry import RUNNERS
from transforms.extract.interface import ExtractorOptions

SUMMARY = "read articles and write what they report as a dataset"
EXAMPLES = """\
  cordiale run articles/ --output OUT
  cordiale run 'archive/2018-*.txt' more.txt --output OUT --metadata metadata.csv --workers 4
  cordiale run articles/ --output OUT --fresh --published 2018-07-23
  cordiale run s3://bucket/articles/ --output s3://bucket/events --runner portable -- --job_endpoint=localhost:8099

options of Beam and of its runners go after `--`.
exit codes: 0 all good, 1 failed, 2 bad usage, 3 finished with dead letters under --strict.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale run`."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, glob or URL")
    parser.add_argument("--output", required=True, metavar="OUT", help="folder or URL for the dataset")
    parser.add_argument("--fresh", action="store_true", help="delete a dataset that is there, and start over")
    parser.add_argument("--strict", action="store_true", help="exit with 3 if any input could not be used")
    parser.add_argument("--quiet", action="store_true", help="show neither progress nor summary")
    _add_reading(parser.add_argument_group("reading"))
    _add_extraction(parser.add_argument_group("extraction"))
    _add_running(parser.add_argument_group("running"))


def execute(args: argparse.Namespace) -> int:
    """Run the pipeline and print the closing summary."""
    from pipeline.cli.display import choose_display
    from pipeline.execute import run
    from pipeline.options import RunOptions
    from pipeline.summary import summarise

    fields = {name: value for name, value in vars(args).items() if name in RunOptions.__dataclass_fields__}
    options = RunOptions(**{**fields, "inputs": tuple(args.inputs)})
    display = choose_display(quiet=args.quiet)
    with _unheard(debug=args.debug):
        outcome = run(options, display)
    if not args.quiet:
        print(summarise(outcome))
    if options.strict and outcome.manifest.counts.get("dead_letters"):
        return exits.DEAD_LETTERS
    return exits.OK


def _add_reading(group: "argparse._ArgumentGroup") -> None:
    from pipeline.options import MAX_BYTES, MAX_PARAGRAPHS

    group.add_argument(
        "--metadata", metavar="FILE.csv", help="a column `file`, then any of published, title, source, url, language"
    )
    group.add_argument(
        "--published", type=_date, metavar="DATE", help="publication date of inputs for which none is known"
    )
    group.add_argument("--follow-links", action="store_true", help="follow symbolic links that lead out of the inputs")
    group.add_argument(
        "--max-bytes", type=_integer, default=MAX_BYTES, metavar="N", help=f"of a document (default: {MAX_BYTES:,})"
    )
    group.add_argument(
        "--max-paragraphs",
        type=_integer,
        default=MAX_PARAGRAPHS,
        metavar="N",
        help=f"of a document (default: {MAX_PARAGRAPHS:,})",
    )
    group.add_argument(
        "--no-paragraphs", dest="paragraphs", action="store_false", help="do not store the paragraphs' text"
    )


def _add_extraction(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--model",
        default=ExtractorOptions.model,
        help="installed spaCy pipeline with tagger and parser (default: %(default)s)",
    )
    group.add_argument("--ontology", metavar="FILE", help="ontology to use instead of the one that is shipped")
    group.add_argument(
        "--min-confidence", type=float, default=0.0, metavar="P", help="leave out mentions below it (default: 0)"
    )


def _add_running(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--runner", choices=tuple(RUNNERS), default="direct", help="where to run (default: direct, on this machine)"
    )
    group.add_argument("--workers", type=_integer, default=1, metavar="N", help="worker processes (default: 1)")


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2018-07-23") from error


def _integer(text: str) -> int:
    try:
        return int(text.replace(",", ""))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from error


@contextlib.contextmanager
def _unheard(*, debug: bool) -> Iterator[None]:
    """Drop what Beam's workers print to stderr when a run fails: the error itself comes back as an exception."""
    with contextlib.nullcontext() if debug else contextlib.redirect_stderr(io.StringIO()):
        yield
