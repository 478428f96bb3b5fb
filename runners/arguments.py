"""Beam's own options, as the user gives them after `--`."""

import argparse
from collections.abc import Sequence
from typing import Any, TypeVar

from apache_beam.options.pipeline_options import PipelineOptions

from runners.interface import NotReadyError

_View = TypeVar("_View", bound=PipelineOptions)


class KeptOptions(PipelineOptions):
    """Options that keep their views: Beam asks for hundreds while it builds a pipeline, each with a parser of its own.

    All views of Beam's options share what they hold, so that one serves as well as another.
    """

    def view_as(self, cls: type[_View]) -> _View:
        """Return the view of a class, made when it is first asked for."""
        views: dict[type[PipelineOptions], Any] = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        view: _View = views[cls]
        return view

    def __getstate__(self) -> dict[str, Any]:
        """Leave the views behind when options are copied or sent: copies hold options of their own."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_views"}


def beam_options(*argument_lists: Sequence[str]) -> PipelineOptions:
    """Return Beam's options from lists of arguments; later lists win."""
    return KeptOptions([argument for arguments in argument_lists for argument in arguments])


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
    if not arguments:
        return
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
