"""`cordiale plot`: figures for papers."""

import argparse
import sys

from pipeline.cli import exits
from pipeline.cli.report import output_file
from pipeline.errors import UsageError
from schemas.codes import EVENT_CLASSES

SUMMARY = "draw a figure for a paper, as SVG, PDF or PNG"
EXAMPLES = """\
  cordiale plot OUT flows --output flows.svg
  cordiale plot OUT flows --class cooperation --top 8 --output partners.png
  cordiale plot OUT timeline --by status --output timeline.svg
  cordiale plot OUT money --width 8.5 --height 6 --output money.png
"""
KINDS = ("flows", "timeline", "money")
ENDINGS = (".svg", ".png", ".pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale plot`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument(
        "kind",
        choices=KINDS,
        metavar="KIND",
        help="flows (who with whom; partners, who have no direction, stand in the order of the alphabet), "
        "timeline (how many events when), money (sums by year and currency)",
    )
    parser.add_argument("--output", required=True, metavar="FILE", help="ends in .svg, .png or .pdf")
    parser.add_argument("--class", dest="event_class", choices=EVENT_CLASSES, help="only these events")
    parser.add_argument(
        "--by",
        choices=("class", "type", "status", "sector"),
        help="timeline: what colours tell apart (default: class)",
    )
    parser.add_argument(
        "--top", type=int, default=10, help="flows: suppliers and recipients shown; money: currencies (default: 10)"
    )
    parser.add_argument("--width", type=float, default=17.0, metavar="CM", help="default: 17")
    parser.add_argument("--height", type=float, default=10.0, metavar="CM", help="default: 10")


def execute(args: argparse.Namespace) -> int:
    """Draw the figure."""
    path = output_file(args.output, ENDINGS)
    if args.by and args.kind != "timeline":
        raise UsageError(f"--by goes with timeline, not with {args.kind}")
    if not 1 <= args.top <= 30:
        raise UsageError(f"--top must be from 1 to 30, but is {args.top}")
    for name, size in (("--width", args.width), ("--height", args.height)):
        if not 4 <= size <= 100:
            raise UsageError(f"{name} must be from 4 to 100 centimetres, but is {size:g}")
    from pipeline.cli.opened import files_of

    files_of(args.dataset, "mentions")
    from pipeline.report.plots import Size, draw
    from pipeline.report.read import read

    print(f"reading {args.dataset}", file=sys.stderr, flush=True)
    events = [event for event in read(args.dataset).events if args.event_class in (None, event["event_class"])]
    shown = draw(args.kind, events, path, by=args.by or "class", top=args.top, size=Size(args.width, args.height))
    print(f"{path}: {shown:,} of {len(events):,} events")
    return exits.OK
