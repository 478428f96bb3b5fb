"""`WatchInputs`: inputs as they come, without an end.

Beam's own `MatchContinuously` goes by its file matcher, which leaves out links without a word and takes `[` in names
for a pattern, and it gives a file away while it is still being written. So the project's own walk looks at the inputs,
time and again, on one worker; a state for each input tells what has settled and what was given before.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam import coders, pvalue
from apache_beam.metrics import Metrics
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Duration, Timestamp

import schemas.coders  # noqa: F401  (registers the records)
from schemas.records import DeadLetter, Part, Source
from transforms.read.listed import Entry, hashes_of

Look = Callable[[], Iterable[Source | DeadLetter]]
"""Lists the inputs as they are now; must be of a module that workers can import."""

_FORGET = 3_600
"""Seconds for which an input is remembered; by then the dataset holds it, and it is not looked at again."""
_ONE = "one"
_EARLY = 0.9
"""Of an interval: ticks are not quite even."""


class WatchInputs(beam.PTransform):
    """Gives inputs as they come; applied to a pipeline.

    Output: a PCollection of (key, `Entry`), an entry for each state of an input that has stayed the same for an
    interval, stamped with the time at which it was found so. Entries of one input have one key.

    Args:
        look: Lists the inputs as they are now, but for those that are known to be done with.
        interval: Seconds between two looks.
        ticks: Applied to a pipeline, gives something at least once in an interval, stamped with the time.
    """

    def __init__(self, look: Look, *, interval: float, ticks: beam.PTransform) -> None:
        super().__init__()
        self._do = _LookAround(look, interval)
        self._settle = _Settle(interval)
        self._ticks = ticks

    def expand(self, root: pvalue.PBegin) -> pvalue.PCollection:
        """Look on one worker, and spread what was found by key."""
        ticks = root | "Tick" >> self._ticks | "One" >> beam.Map(_keyed).with_output_types(tuple[str, int])
        found = ticks | "Look" >> beam.ParDo(self._do).with_output_types(tuple[str, Entry])
        return found | "Settle" >> beam.ParDo(self._settle).with_output_types(tuple[str, Entry])


def _keyed(_: Any) -> tuple[str, int]:
    return _ONE, 0


class _LookAround(beam.DoFn):
    LAST = ReadModifyWriteStateSpec("last", coders.VarIntCoder())

    def __init__(self, look: Look, interval: float) -> None:
        self._look = look
        self._interval = round(interval * 1_000_000)
        self._looks = Metrics.counter("watch", "looks")

    def process(
        self,
        tick: tuple[str, int],
        now: Any = beam.DoFn.TimestampParam,
        last: Any = beam.DoFn.StateParam(LAST),  # noqa: B008
    ) -> Iterator[tuple[str, Entry]]:
        """Yield what is there, if it is time to look; ticks come in heaps when a stream goes on after a pause."""
        del tick
        if now.micros - (last.read() or 0) < self._interval * _EARLY:
            return
        last.write(now.micros)
        self._looks.inc()
        for found in self._look():
            yield f"{hashes_of(found)[0]:016x}", Entry(found if isinstance(found, DeadLetter) else Part(found))


class _Settle(beam.DoFn):
    STATE = ReadModifyWriteStateSpec("input", coders.FastPrimitivesCoder())
    FORGET = TimerSpec("forget", TimeDomain.REAL_TIME)

    def __init__(self, interval: float) -> None:
        self._interval = round(interval * 1_000_000)
        self._settled = Metrics.counter("watch", "settled")

    def process(
        self,
        element: tuple[str, Entry],
        now: Any = beam.DoFn.TimestampParam,
        state: Any = beam.DoFn.StateParam(STATE),  # noqa: B008
        forget: Any = beam.DoFn.TimerParam(FORGET),  # noqa: B008
    ) -> Iterator[tuple[str, Entry]]:
        """Yield an input when it has been as it is for an interval, once for each state that it has."""
        _, stamp, told = hashes_of(element[1].listed)
        step, settled = settle(state.read(), (stamp, told), now.micros, self._interval * _EARLY)
        if step is not None:
            state.write(step)
            forget.set(Timestamp.now() + Duration(_FORGET))
        if settled:
            self._settled.inc()
            yield element

    @on_timer(FORGET)
    def forget(self, state: Any = beam.DoFn.StateParam(STATE)) -> None:  # noqa: B008
        """Let go of an input."""
        state.clear()


Step = tuple[int, int, int | None]
"""Of an input: its state and what is told of it, and since when it was found so; None once it has been given."""


def settle(before: Step | None, state: tuple[int, int], now: int, interval: float) -> tuple[Step | None, bool]:
    """Return what to remember of an input, None for what is remembered already, and whether to give it now.

    Args:
        before: What is remembered of it.
        state: Hashes of its state and of what is told of it, as it was found.
        now: When it was found so, in microseconds.
        interval: For how long it must have been so, in microseconds.
    """
    if before is None or before[:2] != state:
        return (*state, now), False
    if before[2] is None or now - before[2] < interval:
        return None, False
    return (*state, None), True
