"""Beam's own options, as the user gives them after `--`."""

import argparse
from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions

from runners.interface import NotReadyError


def beam_options(*argument_lists: Sequence[str]) -> PipelineOptions:
    """Return Beam's options from lists of arguments; later lists win."""
    return PipelineOptions([argument for arguments in argument_lists for argument in arguments])


def value_of(option: str, arguments: Sequence[str]) -> str | None:
    """Return the value that the user gives to one option, or None."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(option, dest="value")
    known, _ = parser.parse_known_args(list(arguments))
    return None if known.value is None else str(known.value)


def check_arguments(arguments: Sequence[str], *, known: Sequence[str] = ()) -> None:
    """Refuse what Beam would drop with no more than a line in the log.

    Args:
        arguments: What the user gives after `--`.
        known: Options that the runner has beyond Beam's own.

    Raises:
        NotReadyError: If an argument belongs to no option of Beam.
    """
    parser = _Parser(add_help=False, allow_abbrev=False)
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)  # noqa: SLF001  (Beam has no public way to ask)
    for name in known:
        parser.add_argument(f"--{name}", nargs="?")  # some are flags
    _, unknown = parser.parse_known_args(list(arguments))
    if unknown:
        raise NotReadyError(f"Beam knows no option {unknown[0]!r} (it stands after `--`, where Beam's options go)")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise NotReadyError(f"Beam's options after `--`: {message}")
