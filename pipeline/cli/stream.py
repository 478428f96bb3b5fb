"""`cordiale stream`: feeds a dataset without an end, on Flink."""

import argparse

from pipeline.cli import exits, run, watch
from pipeline.errors import UsageError

SUMMARY = "feed a dataset by a stream that does not end, on Flink"
EXAMPLES = """\
  cordiale stream incoming/ --output OUT --runner flink --workers 2 --flink-master localhost:8081
  cordiale stream incoming/ --output OUT --runner flink --by publication --window 86400 --wait 3600
  cordiale stream kafka://localhost:9092/articles --output OUT --runner flink --flink-master localhost:8081

Inputs are looked at every --interval seconds, and taken when they have stayed the same from one look to the next. What
has come is committed every --early seconds and when a window closes: a commit for each window and pane. SIGTERM and
Ctrl-C end the stream, on a cluster with a savepoint: the same command goes on from there, with other --workers if you
like. Without a cluster, or with --anew, it goes on from what the dataset holds; nothing is lost either way.

exit codes: 0 stopped, 1 failed, 2 bad usage.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale stream`."""
    parser.add_argument(
        "inputs", nargs="+", metavar="FOLDER", help="folder, glob or URL to look at, or kafka://HOST:PORT/TOPIC"
    )
    group = parser.add_argument_group("streaming")
    for name, default, meaning in _SECONDS:
        group.add_argument(
            f"--{name}", type=float, default=default, metavar="SECONDS", help=f"{meaning} (default: {default:,})"
        )
    group.add_argument(
        "--by",
        choices=("arrival", "publication"),
        default="arrival",
        help="what an input's window goes by: when it was found, or the day on which it was published",
    )
    group.add_argument(
        "--anew", action="store_true", help="begin without the savepoint that the last stream ended with"
    )
    run.add_common_arguments(parser)
    parser.set_defaults(runner="flink")


def execute(args: argparse.Namespace) -> int:
    """Run the stream until it is stopped."""
    from pipeline.stream.drive import StreamOptions, stream
    from pipeline.stream.windows import Windows

    if args.window < args.early:
        raise UsageError(f"--early {args.early:g} is longer than --window {args.window:g}")
    windows = Windows(by=args.by, size=args.window, early=args.early, wait=args.wait, lateness=args.lateness)
    how = StreamOptions(windows, args.interval, args.checkpoint, args.anew)
    with run.unheard(debug=args.debug):
        stream(run.options_of(args), how, watch.silent if args.quiet else watch.say)
    return exits.OK


_SECONDS = (
    ("interval", 10, "between two looks at the inputs"),
    ("window", 3_600, "length of a window"),
    ("early", 30, "after which what a window holds so far is committed"),
    ("wait", 0, "for which a window is kept open beyond its end"),
    ("lateness", 604_800, "for which a window is then still known; what is later goes to the window of its arrival"),
    ("checkpoint", 30, "between two checkpoints"),
)
