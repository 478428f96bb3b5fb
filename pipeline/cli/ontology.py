"""`cordiale ontology`: where the ontology lies, and what is wrong with one of your own."""

import argparse

from pipeline.cli import exits

SUMMARY = "print or check an ontology of event types"
EXAMPLES = """\
  cordiale ontology show > mine.yaml        a copy to change
  cordiale ontology check mine.yaml         mistakes, each with its line
  cordiale run news/ --output OUT --ontology mine.yaml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale ontology`."""
    parser.add_argument(
        "action", choices=("show", "check"), help="show: print the one that is shipped; check: look for mistakes"
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="the ontology to check (default: the one that is shipped)"
    )


def execute(args: argparse.Namespace) -> int:
    """Print an ontology, or its mistakes."""
    from schemas.ontology import DEFAULT, check_ontology

    path = args.file or DEFAULT
    if args.action == "show":
        print(DEFAULT.read_text("utf-8"), end="")
        return exits.OK
    mistakes = check_ontology(path)
    for mistake in mistakes:
        print(f"{path}: {mistake}")
    if mistakes:
        return exits.FAILED
    print(f"{path}: no mistakes")
    return exits.OK
