"""Reads in a process of its own, so that no input can hang, crash or fill the one that runs the pipeline.

Parsers are C code for the most part: neither a signal nor an exception stops them. A process can be stopped. It tells
which document it is about to read; where its answer does not come in time, or it dies, that document becomes a dead
letter, and a new process goes on behind it.
"""

import atexit
import dataclasses
import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Final

from schemas.records import DeadLetter, Document
from transforms.read import frames
from transforms.read.formats.interface import Cut
from transforms.read.found import Passed
from transforms.read.rejects import reject
from transforms.read.unfold import Announced, Noted, Outcome

MEMORY: Final = 900_000_000
"""Bytes that a reading process may take."""
_MOST_RESTARTS: Final = 50
"""An input that costs so many processes is given up."""
_STARTING: Final = 60.0
_READ: Final = 1 << 18


class _Stopped(Exception):  # noqa: N818
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Guard:
    """Has jobs done by a process that is started when it is first needed. For one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        atexit.register(self.close)

    def read(self, job: frames.Job) -> Iterator[Document | DeadLetter | Noted]:
        """Yield what a job comes to; whatever its input does, this ends."""
        done = 0
        for _ in range(_MOST_RESTARTS):
            announced: Announced | None = None
            try:
                for outcome in self._run(dataclasses.replace(job, skip=done)):
                    if isinstance(outcome, Announced):
                        announced = outcome
                        continue
                    if isinstance(outcome, (Document, DeadLetter)):
                        done, announced = done + 1, None
                    if isinstance(outcome, (Document, DeadLetter, Noted)):
                        yield outcome
            except _Stopped as stopped:
                self.close()
                if announced is None:
                    yield reject(job.source.uri, stopped.reason, f"{stopped.detail} (after record {job.first + done})")
                    return
                done += 1
                yield reject(announced.uri, stopped.reason, stopped.detail)
            else:
                return
        yield reject(job.source.uri, "reader_failed", f"given up after {_MOST_RESTARTS} failures")

    def cut(self, job: frames.Job) -> list[Cut]:
        """Return where the parts of a job's file begin; none if that cannot be told."""
        try:
            return [outcome for outcome in self._run(job) if isinstance(outcome, Cut)]
        except _Stopped:
            self.close()
            return []

    def close(self) -> None:
        """Stop the process, if there is one."""
        process, self._process = self._process, None
        self._buffer.clear()
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _run(self, job: frames.Job) -> Iterator[Outcome]:
        limit = job.options.limits.max_seconds
        wait = limit if self._process is not None else limit + _STARTING
        ended = False
        try:
            self._send(frames.encode_job(job))
            while (outcome := self._receive(wait)) is not None:
                wait = limit
                if not isinstance(outcome, Passed):
                    yield outcome
            ended = True
        finally:
            if not ended:  # nobody waits for the rest of its answers
                self.close()

    def _send(self, line: bytes) -> None:
        if self._process is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cordiale-")
            self._process = _start(self._folder.name)
        assert self._process.stdin is not None, "it was started with pipes"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError as error:
            raise _Stopped("reader_failed", f"the reading process is gone: {error}") from error

    def _receive(self, seconds: float) -> Outcome | None:
        deadline = time.monotonic() + seconds
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill(deadline, seconds)
        line = json.loads(bytes(self._buffer[:end]))
        length = frames.text_length(line)
        while len(self._buffer) < end + 1 + length:
            self._fill(deadline, seconds)
        text = bytes(self._buffer[end + 1 : end + 1 + length])
        del self._buffer[: end + 1 + length]
        return frames.decode(line, text)

    def _fill(self, deadline: float, seconds: float) -> None:
        assert self._process is not None, "a job was sent"
        assert self._process.stdout is not None, "it was started with pipes"
        descriptor = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise _Stopped("too_slow", f"no end after {seconds:g} seconds")
        chunk = os.read(descriptor, _READ)
        if not chunk:
            code = self._process.wait()
            raise _Stopped("reader_failed", f"the reading process died of it (exit code {code})")
        self._buffer += chunk


_LOCAL = threading.local()


def shared_guard() -> Guard:
    """Return the guard of this thread."""
    guard = getattr(_LOCAL, "guard", None)
    if guard is None:
        guard = _LOCAL.guard = Guard()
    return guard


def _start(temporary: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),  # noqa: PTH109
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": temporary,
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    return subprocess.Popen(  # noqa: S603  (this interpreter, a module of ours)
        [sys.executable, "-m", "transforms.read.worker", str(MEMORY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
