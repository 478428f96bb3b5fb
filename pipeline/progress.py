"""Tells how far a run is: workers on this machine append one byte to a file for each input that they are done with.

Beam's local runners hand out metrics only when all is over; a file's size can be read at any time and from any process.
"""

import contextlib
import os
import pathlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam import pvalue

INTERVAL = 0.2
"""Seconds between two looks at the file."""


class CountFinished(beam.PTransform):
    """Counts inputs that are done with. Input: one element for each of them. Output: nothing.

    Args:
        path: The file to append to; on a machine that does not have its folder, nothing is counted.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def expand(self, finished: pvalue.PCollection) -> pvalue.PCollection:
        """Append one byte for each element."""
        return finished | "Append" >> beam.ParDo(_Append(self._path))


class _Append(beam.DoFn):
    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None

    def setup(self) -> None:
        """Open the file, if its folder is there."""
        if pathlib.Path(self._path).is_file():
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def process(self, _: Any) -> None:
        """Count one input."""
        if self._descriptor is not None:
            os.write(self._descriptor, b".")

    def teardown(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def followed(update: Callable[[int], None]) -> Iterator[str]:
    """Give the path of a file for `CountFinished`, and report its count from a thread while the context lasts.

    Args:
        update: Takes the number of inputs that are done with so far.
    """
    with tempfile.TemporaryDirectory(prefix="cordiale-") as folder:
        path = pathlib.Path(folder, "finished")
        path.touch()
        stop = threading.Event()
        thread = threading.Thread(target=_follow, args=(path, update, stop), name="progress", daemon=True)
        thread.start()
        try:
            yield str(path)
        finally:
            stop.set()
            thread.join()


def _follow(path: pathlib.Path, update: Callable[[int], None], stop: threading.Event) -> None:
    last = 0
    while not stop.wait(INTERVAL):
        count = path.stat().st_size
        if count != last:
            update(count)
            last = count
