"""The process that parses: takes jobs on stdin, answers on stdout, and may die of what it reads.

Started by `transforms.read.guard` as `python -m transforms.read.worker MEMORY`.
"""

import os
import pathlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import IO, Final

from transforms.read import confine, frames
from transforms.read.formats.interface import Cut
from transforms.read.found import PASSED, File
from transforms.read.registry import load_libraries, recognise
from transforms.read.streams import Budget, Stream
from transforms.read.unfold import Outcome, Unfolder

_PARENT_INTERVAL: Final = 2.0


def main() -> None:
    """Work until stdin ends; Ctrl-C is for the process that started this one, which may finish its slice first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine.limit_memory(int(sys.argv[1]))
    answers = _claim_stdout()
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    load_libraries()
    confinement = confine.Confinement()
    confinement.enforce()
    for line in sys.stdin.buffer:
        job = frames.decode_job(line)
        confinement.allow(job.path)
        _work(job, answers)


def _work(job: frames.Job, answers: IO[bytes]) -> None:
    def tell(outcome: Outcome | None) -> None:
        answers.write(frames.encode(outcome))
        answers.flush()

    with pathlib.Path(job.path).open("rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        budget = Budget(size, job.options.limits.max_ratio, tick=lambda: tell(PASSED))
        stream = Stream(raw, budget=budget, size=size)
        if job.cut_into is None:
            whole = not job.start and job.end is None
            file = File(job.name, stream, start=job.start, end=job.end, first=job.first, whole=whole)
            outcomes = Unfolder(job.source, job.canonical, job.options, skip=job.skip).unfold(file)
        else:
            outcomes = _cuts(stream, job.name, job.cut_into)
        for outcome in outcomes:
            tell(outcome)
    tell(None)


def _cuts(stream: Stream, name: str, size: int) -> Iterator[Cut]:
    plan = recognise(stream.peek(), name).plan
    if plan is not None:
        yield from plan(stream.open(), size)


def _claim_stdout() -> IO[bytes]:
    """Keep stdout for answers: what libraries print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _watch_parent(parent: int) -> None:
    """End where the process that started this one has ended without saying so."""
    while os.getppid() == parent:
        time.sleep(_PARENT_INTERVAL)
    os._exit(1)


if __name__ == "__main__":
    main()
