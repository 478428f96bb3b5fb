"""What every runner module offers, so that the pipeline can choose one by name."""

import dataclasses
from contextlib import AbstractContextManager
from typing import Any, Protocol


@dataclasses.dataclass(frozen=True)
class Request:
    """What the user asks of a runner: how many workers, and Beam options passed on as they are."""

    workers: int = 1
    beam_args: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Engine:
    """A runner made ready.

    Attributes:
        runner: Beam's runner object.
        options: Beam's `PipelineOptions`, the user's among them.
        local: Whether workers see this machine's files, so that progress can be followed through one.
        sliced: Whether a pipeline starts fast enough for one for each slice; else a run is one slice.
        staged: Whether the process that starts a pipeline does its commit; else a worker does.
    """

    runner: Any
    options: Any
    local: bool
    sliced: bool = True
    staged: bool = True


class NotReadyError(Exception):
    """A runner cannot be used as asked; the message is one sentence that says what to do."""


class RunnerModule(Protocol):
    """A module `runners.NAME`."""

    SUMMARY: str
    """One line for `--help`."""

    def check(self, request: Request) -> None:
        """Raise `NotReadyError` if something that the runner needs is missing; start nothing, and be quick."""
        ...

    def engine(self, request: Request) -> AbstractContextManager[Engine]:
        """Return a context in which the runner is ready; leaving it stops what was started."""
        ...
