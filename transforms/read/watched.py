"""`WatchInputs`: inputs as they come, without an end.

Beam's own `MatchContinuously` goes by its file matcher, which leaves out links without a word and takes `[` in names for
a pattern, and it gives a file away while it is still being written. So the project's own walk looks at the inputs, at
every tick of a clock that is a splittable DoFn; a state for each input tells what has settled and what was given before.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam import coders, pvalue
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.metrics import Metrics
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

import schemas.coders  # noqa: F401  (registers the records)
from schemas.records import DeadLetter, Part, Source
from transforms.read.listed import Entry, hashes_of

Look = Callable[[], Iterable[Source | DeadLetter]]
"""Lists the inputs as they are now; must be of a module that workers can import."""

_FOR_EVER = 1 << 62
_SEEN, _GIVEN = "seen", "given"


class WatchInputs(beam.PTransform):
    """Gives inputs as they come; applied to a pipeline.

    Output: an unbounded PCollection of (key, `Entry`), an entry for each state of an input that has stayed the same from
    one look to the next, stamped with the time at which it was found so. Entries of one input have one key.

    Args:
        look: Lists the inputs as they are now, but for those that are known to be done with.
        interval: Seconds between two looks.
        wait: Seconds by which the watermark stays behind the clock.
    """

    def __init__(self, look: Look, *, interval: float, wait: float = 0.0) -> None:
        super().__init__()
        self._look = look
        self._tick = _Tick(interval, wait)

    def expand(self, root: pvalue.PBegin) -> pvalue.PCollection:
        """Look on one worker, and spread what was found by key."""
        ticks = root | beam.Impulse() | "Tick" >> beam.ParDo(self._tick).with_output_types(int)
        found = ticks | "Look" >> beam.ParDo(_LookAround(self._look)).with_output_types(tuple[str, Entry])
        return found | "Settle" >> beam.ParDo(_Settle()).with_output_types(tuple[str, Entry])


class _Ticks(RestrictionProvider):
    def initial_restriction(self, _: Any) -> OffsetRange:
        return OffsetRange(0, _FOR_EVER)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return OffsetRestrictionTracker(restriction)

    def restriction_size(self, _: Any, restriction: OffsetRange) -> int:
        del restriction
        return 1

    def truncate(self, _: Any, restriction: OffsetRange) -> None:
        """End at once when the job is drained."""
        del restriction


class _Tick(beam.DoFn):
    def __init__(self, interval: float, wait: float) -> None:
        self._interval = interval
        self._wait = wait

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        _: bytes,
        tracker: Any = beam.DoFn.RestrictionParam(_Ticks()),
        watermark: Any = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider()),
    ) -> Iterator[TimestampedValue]:
        """Yield the number of the tick, now, and go on later."""
        number = tracker.current_restriction().start
        if not tracker.try_claim(number):
            return
        now = Timestamp.now()
        before = watermark.current_watermark()
        after = now - Duration(self._wait)
        if before is None or before < after:  # clocks are set back now and then
            watermark.set_watermark(after)
        yield TimestampedValue(number, now)
        tracker.defer_remainder(Duration(self._interval))


class _LookAround(beam.DoFn):
    def __init__(self, look: Look) -> None:
        self._look = look
        self._looks = Metrics.counter("watch", "looks")

    def process(self, _: int) -> Iterator[tuple[str, Entry]]:
        """Yield what is there."""
        self._looks.inc()
        for found in self._look():
            key, _, _ = hashes_of(found)
            yield f"{key:016x}", Entry(found if isinstance(found, DeadLetter) else Part(found))


class _Settle(beam.DoFn):
    STATE = ReadModifyWriteStateSpec("input", coders.FastPrimitivesCoder())

    def __init__(self) -> None:
        self._settled = Metrics.counter("watch", "settled")

    def process(
        self, element: tuple[str, Entry], state: Any = beam.DoFn.StateParam(STATE)
    ) -> Iterator[tuple[str, Entry]]:
        """Yield an input when it is as it was at the look before, once for each state that it has."""
        _, stamp, told = hashes_of(element[1].listed)
        before = state.read()
        if before == (stamp, told, _GIVEN):
            return
        if before == (stamp, told, _SEEN):
            state.write((stamp, told, _GIVEN))
            self._settled.inc()
            yield element
        else:
            state.write((stamp, told, _SEEN))


