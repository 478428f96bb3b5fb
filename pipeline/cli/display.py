"""Shows how far a run is: a bar on a terminal, now and then a plain line where output is piped."""

import sys
import time
from typing import Protocol

LINE_INTERVAL = 10.0
"""Seconds between two plain lines."""


class Display(Protocol):
    """Where progress is shown. All of it goes to stderr, so that stdout holds the summary alone."""

    def start(self, total: int) -> None:
        """Begin, with the number of inputs."""
        ...

    def update(self, done: int) -> None:
        """Take the number of inputs that are done with."""
        ...

    def finish(self) -> None:
        """End, whether or not all went well."""
        ...


def choose_display(*, quiet: bool) -> Display:
    """Return the display that fits where stderr goes."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Lines()


class Silent:
    """Shows nothing."""

    def start(self, total: int) -> None:
        """Show nothing."""

    def update(self, done: int) -> None:
        """Show nothing."""

    def finish(self) -> None:
        """Show nothing."""


class Lines:
    """Writes a line at intervals."""

    def __init__(self) -> None:
        self._stream = sys.stderr
        self._total = 0
        self._began = self._last = time.monotonic()

    def start(self, total: int) -> None:
        """Say how much there is to do."""
        self._total = total
        self._began = self._last = time.monotonic()
        self._say(f"reading {total:,} inputs")

    def update(self, done: int) -> None:
        """Say how much is done, if the last line is old enough."""
        now = time.monotonic()
        if now - self._last >= LINE_INTERVAL:
            self._last = now
            of = f" of {self._total:,}" if done <= self._total else ""  # records of containers count, too
            self._say(f"{done:,}{of} inputs, {now - self._began:.0f} s")

    def finish(self) -> None:
        """Show nothing: the summary follows."""

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class Bar:
    """Draws a bar on the terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        self._task = self._progress.add_task("starting", total=None, start=True)
        self._total = 0

    def start(self, total: int) -> None:
        """Draw the bar."""
        self._total = total
        self._progress.update(self._task, description="inputs", total=total)
        self._progress.start()

    def update(self, done: int) -> None:
        """Move the bar; records of containers may make it more than was announced."""
        self._total = max(self._total, done)
        self._progress.update(self._task, completed=done, total=self._total)

    def finish(self) -> None:
        """Remove the bar: the summary follows."""
        self._progress.stop()
