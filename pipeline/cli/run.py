"""`cordiale run`: articles in, a dataset out."""

import argparse
import contextlib
import datetime
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.cli import exits
from pipeline.cli.logs import FORMATS
from runners.registry import RUNNERS
from schemas.codes import EXTRACTORS
from transforms.extract.interface import ExtractorOptions

if TYPE_CHECKING:
    from pipeline.options import RunOptions

SUMMARY = "read articles and write what they report as a dataset"
EXAMPLES = """\
  cordiale run articles/ --output OUT
  cordiale run 'archive/2018-*.txt' more.txt --output OUT --metadata metadata.csv --workers 4
  cordiale run articles/ --output OUT                  again: goes on where it was, and takes what is new or changed
  cordiale run articles/ --output OUT --fresh --published 2018-07-23
  cordiale run articles/ --output OUT --runner flink --workers 2 --flink-master localhost:8081
  cordiale run s3://bucket/articles/ --output s3://bucket/events --runner portable -- --job_endpoint=localhost:8099

options of Beam and of its runners go after `--`.
exit codes: 0 all good, 1 failed, 2 bad usage, 3 finished with dead letters under --strict.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale run`."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, glob or URL")
    parser.add_argument("--fresh", action="store_true", help="delete a dataset that is there, and start over")
    parser.add_argument("--strict", action="store_true", help="exit with 3 if any input could not be used")
    add_common_arguments(parser)


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that `run` and `watch` share."""
    parser.add_argument("--output", required=True, metavar="OUT", help="folder or URL for the dataset")
    parser.add_argument("--quiet", action="store_true", help="show neither progress nor summary")
    parser.add_argument(
        "--log-format", choices=FORMATS, default="text", help="json: what happens to each document, as lines on stderr"
    )
    add_option_groups(parser)


def add_option_groups(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say how inputs are read, and where."""
    _add_reading(parser.add_argument_group("reading"))
    _add_fields(parser.add_argument_group("fields of records (JSON, CSV, Avro, Parquet); guessed where not named"))
    _add_limits(parser.add_argument_group("limits; what exceeds one is a dead letter"))
    _add_extraction(parser.add_argument_group("extraction"))
    _add_linking(parser.add_argument_group("linking"))
    _add_running(parser.add_argument_group("running"))


def options_of(args: argparse.Namespace) -> "RunOptions":
    """Return the options of a run that were given."""
    from pipeline.options import RunOptions

    fields = {name: value for name, value in vars(args).items() if name in RunOptions.__dataclass_fields__}
    master = [f"--flink_master={args.flink_master}"] if args.flink_master else []
    beam_args = (*args.beam_args, *master)
    return RunOptions(**{**fields, "inputs": tuple(args.inputs), "beam_args": beam_args})


def execute(args: argparse.Namespace) -> int:
    """Run the pipeline and print the closing summary."""
    from pipeline.cli.display import choose_display
    from pipeline.execute import run
    from pipeline.summary import summarise

    display = choose_display(quiet=args.quiet)
    options = options_of(args)
    with unheard(debug=args.debug):
        outcome = run(options, display)
    if not args.quiet:
        print(summarise(outcome))
    if args.strict and any(manifest.counts.get("dead_letters") for manifest in outcome.manifests):
        return exits.DEAD_LETTERS
    return exits.OK


def _add_reading(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--metadata", metavar="FILE.csv", help="a column `file`, then any of published, title, source, url, language"
    )
    group.add_argument(
        "--published", type=_date, metavar="DATE", help="publication date of inputs that the metadata give none for"
    )
    group.add_argument("--follow-links", action="store_true", help="follow symbolic links that lead out of the inputs")
    group.add_argument("--any-language", action="store_true", help="also read documents that are not in English")
    group.add_argument(
        "--no-paragraphs", dest="paragraphs", action="store_false", help="do not store the paragraphs' text"
    )


def _add_fields(group: "argparse._ArgumentGroup") -> None:
    for name in ("text", "title", "published", "source", "author", "url", "language"):
        group.add_argument(f"--{name}-field", metavar="NAME", help=argparse.SUPPRESS if name != "text" else _FIELDS)


def _add_limits(group: "argparse._ArgumentGroup") -> None:
    from pipeline.options import RunOptions

    for name, kind, meaning in _LIMITS:
        default = getattr(RunOptions, name)
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, type=kind, default=default, metavar="N", help=f"{meaning} (default: {default:,})")


def _add_extraction(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--model",
        default=ExtractorOptions.model,
        help=f"installed spaCy pipeline with tagger and parser (default: {ExtractorOptions.model})",
    )
    group.add_argument(
        "--extractor", choices=EXTRACTORS, default="both", help="who decides: rules, trained reader, or both (default)"
    )
    group.add_argument("--ontology", metavar="FILE", help="ontology to use instead of the one that is shipped")
    group.add_argument(
        "--min-confidence", type=float, default=0.0, metavar="P", help="leave out mentions below it (default: 0)"
    )
    group.add_argument(
        "--no-screen", dest="screen", action="store_false", help="parse every sentence, also where hardly an event is"
    )


def _add_linking(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--no-link", dest="link", action="store_false", help="do not group mentions into events (`cordiale link` does)"
    )
    group.add_argument("--skip-duplicates", action="store_true", help="leave mentions of duplicates out of events")


def _add_running(group: "argparse._ArgumentGroup") -> None:
    from pipeline.options import RunOptions

    group.add_argument(
        "--runner", choices=tuple(RUNNERS), default="direct", help="where to run (default: direct, on this machine)"
    )
    group.add_argument(
        "--slice",
        type=_integer,
        default=RunOptions.slice,
        metavar="N",
        help="inputs for each worker that are committed together: what a kill costs (default: 1,000)",
    )
    group.add_argument("--workers", type=_integer, default=1, metavar="N", help="worker processes (default: 1)")
    group.add_argument(
        "--flink-master",
        metavar="HOST:PORT",
        help="the cluster of --runner flink (default: [local], within this machine)",
    )


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


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from error


_FIELDS = (
    "name of the field that holds the text; likewise --title-field, --published-field, --source-field, --author-field, "
    "--url-field and --language-field; dots lead into objects (article.body)"
)
_LIMITS = (
    ("max_bytes", _integer, "bytes of a document, unpacked"),
    ("max_paragraphs", _integer, "paragraphs of a document"),
    ("max_depth", _integer, "archives within archives"),
    ("max_ratio", _integer, "times its size that an archive may unpack to"),
    ("max_records", _integer, "records of a container"),
    ("max_seconds", _seconds, "seconds of reading a document"),
    ("max_extract_seconds", _seconds, "seconds of the processor's time for finding events in a document"),
    ("max_nesting", _integer, "elements of HTML within each other"),
)


@contextlib.contextmanager
def unheard(*, debug: bool) -> Iterator[None]:
    """Drop what Beam's workers print to stderr when a run fails: the error itself comes back as an exception."""
    with contextlib.nullcontext() if debug else contextlib.redirect_stderr(io.StringIO()):
        yield
