"""`cordiale retry`: tries dead letters again."""

import argparse

from pipeline.cli import exits, run

SUMMARY = "read the inputs again that ended as dead letters, with the options of their run or better ones"
EXAMPLES = """\
  cordiale retry OUT
  cordiale retry OUT --max-bytes 50,000,000 --max-seconds 300
  cordiale retry OUT --text-field story
  cordiale retry OUT --any-language

Options that are not given are those of the run that met the dead letters. Rows of the same containers that were good
stay as they are; letters of inputs that are no longer there stay, too.
exit codes: 0 all good, 1 failed, 2 bad usage, 3 dead letters are left under --strict.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale retry`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument("--strict", action="store_true", help="exit with 3 if dead letters are left")
    parser.add_argument("--quiet", action="store_true", help="show neither progress nor summary")
    run.add_option_groups(parser)
    for action in parser._actions:  # noqa: SLF001  (no public way to tell what is given from what is the default)
        if action.dest not in ("dataset", "strict", "quiet", "help"):
            action.default = argparse.SUPPRESS


def execute(args: argparse.Namespace) -> int:
    """Retry, and say what came of it."""
    from pipeline.cli.display import choose_display
    from pipeline.cli.opened import files_of

    files_of(args.dataset, None)
    from pipeline.options import RunOptions
    from pipeline.retry import retry

    names = set(RunOptions.__dataclass_fields__) - {"strict"}
    given = {name: value for name, value in vars(args).items() if name in names}
    display = choose_display(quiet=args.quiet)
    with run.unheard(debug=args.debug):
        retried = retry(args.dataset, given, display)
    if not args.quiet:
        print(retried.summary())
    return exits.DEAD_LETTERS if args.strict and retried.left else exits.OK
