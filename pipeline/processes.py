"""Works on many documents at once, a process for each processor."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

_AT_ONCE = 8
"""Tasks that a process takes at a time."""

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")


@contextlib.contextmanager
def on_all_processors(
    load: Callable[..., Callable[[_Task], _Answer]], *arguments: Any
) -> Iterator[Callable[[Iterable[_Task]], Iterator[_Answer]]]:
    """Yield what `map` is to one process: a function that takes tasks, and returns their answers in order.

    Args:
        load: Called once in each process, which loads what it needs; what it returns is called with each task.
        arguments: Of `load`. Like tasks and answers, they must be fit for pickling.
    """
    processes = os.cpu_count() or 1
    if processes == 1:
        work = load(*arguments)
        yield lambda tasks: map(work, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(processes, _load, (load, arguments)) as pool:
        yield lambda tasks: pool.imap(_answer, tasks, _AT_ONCE)


_work: Callable[[Any], Any]


def _load(load: Callable[..., Callable[[Any], Any]], arguments: Iterable[Any]) -> None:
    global _work  # noqa: PLW0603 - a process loads once
    _work = load(*arguments)


def _answer(task: Any) -> Any:
    return _work(task)
