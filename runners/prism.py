"""Runs a graph on Prism, Beam's portable runner for one machine, from a binary that the user has."""

import pathlib
from collections.abc import Iterator
from contextlib import contextmanager

from apache_beam.runners.portability.prism_runner import PrismRunner

from runners.arguments import beam_options, check_arguments, value_of
from runners.interface import Engine, NotReadyError, Request
from runners.rows import PLUGIN

SUMMARY = "Prism on this machine, by --prism_location=BINARY after `--`"


def check(request: Request) -> None:
    """Check Beam's options, and that the binary is there: left to itself, Beam would try to download one."""
    check_arguments(request.beam_args)
    location = value_of("--prism_location", request.beam_args)
    if location is None:
        raise NotReadyError(
            "the prism runner needs its binary: add `-- --prism_location=PATH`, or take --runner direct"
        )
    if not pathlib.Path(location).is_file():
        raise NotReadyError(f"there is no Prism binary at {location}: correct --prism_location")


@contextmanager
def engine(request: Request) -> Iterator[Engine]:
    """Give a PrismRunner with loopback workers."""
    flags = ["--environment_type=LOOPBACK", f"--sdk_worker_parallelism={request.workers}"]
    yield Engine(PrismRunner(), beam_options(flags, PLUGIN, request.beam_args), local=True)
