"""Entry point: finds the subcommand, and turns every error into one line and an exit code."""

import argparse
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Sequence
from typing import NoReturn

from cordiale import __version__
from pipeline.cli import exits
from pipeline.cli.commands import COMMANDS, Command
from pipeline.cli.logs import log_as_json
from pipeline.errors import UsageError

_EPILOG = """\
examples:
  cordiale run articles/ --output OUT      find events and write the dataset
  cordiale show OUT                        look at them
  cordiale COMMAND --help                  what else a command can do
"""
_WITH_BEAM = ("run", "watch", "stream", "retry", "link")
"""Commands that take options of Beam."""
_LONGEST = 400
"""Characters of an unexpected error's message that are worth showing on one line."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    own, beam_args = _split(list(sys.argv[1:] if argv is None else argv))
    args = _parser().parse_args(own)
    args.beam_args = tuple(beam_args)
    _settle_logging(debug=args.debug)
    if getattr(args, "log_format", "text") == "json":
        log_as_json()
    try:
        return _execute(args)
    except UsageError as error:
        return _complain(str(error), exits.BAD_USAGE)
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.OK
    except Exception as error:  # noqa: BLE001  (the last resort of the command line)
        if _is_interrupt(error):
            return _stopped()
        if args.debug:
            traceback.print_exc()
        return _complain(f"failed: {_one_line(error)} (--debug shows where)", exits.FAILED)


def _execute(args: argparse.Namespace) -> int:
    if args.beam_args and args.command not in _WITH_BEAM:
        raise UsageError(f"options of Beam after `--` go with `cordiale run`, not with `cordiale {args.command}`")
    return COMMANDS[args.command].execute(args)


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in argv:
        return argv, []
    cut = argv.index("--")
    return argv[:cut], argv[cut + 1 :]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(exits.BAD_USAGE, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cordiale",
        description="Finds deals and cooperation events in news archives and writes them as Parquet.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cordiale {__version__}")
    subcommands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for name, command in COMMANDS.items():
        _add_subcommand(subcommands, name, command)
    return parser


def _add_subcommand(subcommands: "argparse._SubParsersAction[_Parser]", name: str, command: Command) -> None:
    parser = subcommands.add_parser(
        name,
        help=command.SUMMARY,
        description=command.SUMMARY[0].upper() + command.SUMMARY[1:] + ".",
        epilog="examples:\n" + command.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="log what happens, and show where an error comes from")


def _settle_logging(*, debug: bool) -> None:
    """Keep Beam and spaCy quiet: what matters of their messages comes back as an error or a dead letter."""
    logging.basicConfig(level=logging.INFO if debug else logging.CRITICAL)
    if not debug:
        logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")


def _one_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[-1] if lines else type(error).__name__
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_interrupt(error: BaseException | None) -> bool:
    """Tell whether an error is what Beam made of an interrupt that met a worker in this process."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _stopped() -> int:
    threading.excepthook = lambda _: None  # Beam's threads complain that the run is gone
    return _complain("stopped; what is committed is whole, and the same command goes on from there", exits.INTERRUPTED)


def _complain(message: str, code: int) -> int:
    print(f"cordiale: {message}", file=sys.stderr)
    return code
