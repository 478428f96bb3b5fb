"""A stream that runs beside a test: fed, watched, disturbed and stopped by it."""

import collections
import contextlib
import dataclasses
import pathlib
import threading
import time
from collections.abc import Callable, Iterator

from pipeline.options import RunOptions
from pipeline.stream.drive import StreamOptions, stream
from pipeline.watch import Stop
from transforms.write import ManifestError, list_files
from transforms.write.replace import read_groups

PATIENCE = 150.0
_BLINK = 0.2


@dataclasses.dataclass
class Streaming:
    """A stream, in a thread.

    Attributes:
        root: Its dataset.
        said: The lines that it has said.
        errors: What it has raised.
    """

    root: pathlib.Path
    said: list[str] = dataclasses.field(default_factory=list)
    errors: list[BaseException] = dataclasses.field(default_factory=list)

    def wait(self, what: str, is_so: Callable[[], bool], patience: float = PATIENCE) -> float:
        """Wait until something is so, and return how many seconds it took."""
        began = time.monotonic()
        while not is_so():
            assert not self.errors, self.errors
            assert time.monotonic() < began + patience, f"not {what} after {patience:g} s; said: {self.said}"
            time.sleep(_BLINK)
        return time.monotonic() - began

    def names(self) -> "collections.Counter[str]":
        """Return how often each input is among the documents that count, by the end of its name."""
        return collections.Counter(uri.rsplit("/", 1)[-1] for uri in self._uris())

    def _uris(self) -> Iterator[str]:
        with contextlib.suppress(FileNotFoundError, ManifestError):
            for file in list_files(str(self.root), "documents"):
                for table in read_groups(f"{self.root}/{file.path}", ("uri",)):
                    yield from table["uri"].to_pylist()


@contextlib.contextmanager
def streaming(options: RunOptions, how: StreamOptions) -> Iterator[Streaming]:
    """Have a stream for as long as the context lasts; it is stopped at its end as by a signal."""
    running = Streaming(pathlib.Path(options.output))
    stop = Stop()

    def run() -> None:
        try:
            stream(options, how, running.said.append, stop)
        except BaseException as error:  # noqa: BLE001  (told where it is looked for)
            running.errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        running.wait("started", lambda: any(line.startswith("stream ") for line in running.said))
        yield running
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive(), running.said
    assert not running.errors, running.errors
