"""Calls the command line in processes forked from one that has loaded everything, so that they start at once.

A test can kill a run twenty-five times. `python -m tests.end_to_end.forks real|fake` takes requests, a JSON line each,
on stdin, answers with the process id, and when the process has ended with its exit code (negative for a signal).
"""

import contextlib
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator

from tests.conftest import ROOT


class Forks:
    """The calling side: one call at a time."""

    def __init__(self, process: "subprocess.Popen[str]", folder: pathlib.Path) -> None:
        self._process = process
        self._said = folder / "said"
        self._child: int | None = None

    def start(self, *arguments: str, file_size: int | None = None) -> int:
        """Begin a call and return its process id.

        Args:
            arguments: Of the command line.
            file_size: Bytes that no file may exceed, as if the disk were full then.
        """
        assert self._process.stdin is not None
        self._said.write_text("", "utf-8")  # what the call before has said must not be taken for this one's
        request = {"arguments": arguments, "file_size": file_size, "said": str(self._said)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        self._child = self._answer()
        return self._child

    def wait(self) -> int:
        """Wait for the end of the call and return its exit code."""
        code, self._child = self._answer(), None
        return code

    def end(self) -> None:
        """End the call that a failed test may have left."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)

    def call(self, *arguments: str, file_size: int | None = None) -> int:
        """Begin a call and wait for its end."""
        self.start(*arguments, file_size=file_size)
        return self.wait()

    def said(self) -> str:
        """Return what the last call has printed."""
        return self._said.read_text("utf-8")

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextlib.contextmanager
def forks(extractor: str, folder: pathlib.Path) -> Iterator[Forks]:
    """Give a process to call the command line through.

    Args:
        extractor: `real`, or `fake` for the one of `tests.pipeline.fakes`.
        folder: Where the output of calls is kept.
    """
    command = [sys.executable, "-m", "tests.end_to_end.forks", extractor]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        called = Forks(process, folder)
        try:
            yield called
        finally:
            called.end()
            process.kill()


def _main(extractor: str) -> None:
    import apache_beam  # noqa: F401  (what is loaded before forking need not be loaded after it)
    from apache_beam.runners.portability.fn_api_runner import fn_runner  # noqa: F401

    import pipeline.feed
    import pipeline.retry
    import pipeline.watch  # noqa: F401
    from transforms.extract import ptransforms
    from transforms.extract.interface import ExtractorOptions

    if extractor == "fake":
        from tests.pipeline.fakes import FakeExtractor

        setattr(ptransforms, "load_extractor", lambda options: FakeExtractor())  # noqa: B010
    ptransforms.shared_extractor(ExtractorOptions())
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _call(request)
        _answer(child)
        _answer(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _call(request: dict[str, object]) -> None:
    from pipeline.cli.main import main

    said = os.open(str(request["said"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if request["file_size"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_size"], request["file_size"]))  # type: ignore[arg-type]
    code = main(request["arguments"])  # type: ignore[arg-type]
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    _main(sys.argv[1])
