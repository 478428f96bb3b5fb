"""Which window an input goes to, and when windows are committed."""

import dataclasses
import datetime
from typing import Final

import apache_beam as beam
from apache_beam.transforms.trigger import AccumulationMode, AfterProcessingTime, AfterWatermark
from apache_beam.transforms.window import FixedWindows, IntervalWindow
from apache_beam.utils.timestamp import Duration, Timestamp

ARRIVAL, PUBLICATION = "arrival", "publication"
BY: Final = (ARRIVAL, PUBLICATION)
MICROS: Final = 1_000_000


@dataclasses.dataclass(frozen=True)
class Windows:
    """How a stream is cut into commits.

    Attributes:
        by: `arrival`: an input belongs to the window in which it was found; `publication`: to that of the day on which
            its first document was published, if that is known.
        size: Seconds of a window.
        early: Seconds after which what a window holds so far is committed.
        wait: Seconds for which a window is kept open beyond its end.
        lateness: Seconds for which a window is then still known. What comes even later goes to the window of its
            arrival: nothing is left out.
    """

    by: str = ARRIVAL
    size: float = 3_600.0
    early: float = 30.0
    wait: float = 0.0
    lateness: float = 7 * 86_400.0

    def place(self, published: datetime.date | None, arrival: int) -> int:
        """Return where in time an input belongs, in microseconds since 1970.

        Args:
            published: The day on which it was published, if that is known.
            arrival: When it was found, in microseconds since 1970.
        """
        if self.by == ARRIVAL or published is None:
            return arrival
        midnight = datetime.datetime.combine(published, datetime.time(), datetime.timezone.utc)
        told = int(midnight.timestamp()) * MICROS
        forgotten = self.start(told) + round((self.size + self.wait + self.lateness) * MICROS)
        return arrival if told > arrival or forgotten <= arrival else told

    def start(self, moment: int) -> int:
        """Return the beginning of the window that a moment lies in; both in microseconds since 1970."""
        size = round(self.size * MICROS)
        return moment - moment % size

    def stamp(self, start: int) -> Timestamp:
        """Return the timestamp of what belongs to the window that begins at `start`.

        Engines close a window when their watermark has passed its end. Theirs is the present time, so what is to be
        kept open longer is moved on by as much, and is given its right name when it is noted.
        """
        return Timestamp(micros=start + round(self.wait * MICROS))

    def named(self, window: IntervalWindow) -> IntervalWindow:
        """Return the window that is meant by one of the engine's."""
        return IntervalWindow(window.start - Duration(self.wait), window.end - Duration(self.wait))

    def into(self) -> beam.WindowInto:
        """Return the windowing: panes hold what has come since the one before, and no row is in two."""
        again = AfterProcessingTime(max(1, round(self.early)))
        return beam.WindowInto(
            FixedWindows(Duration(self.size), Timestamp(self.wait)),
            trigger=AfterWatermark(early=again, late=again),
            accumulation_mode=AccumulationMode.DISCARDING,
            allowed_lateness=Duration(self.lateness),
        )
