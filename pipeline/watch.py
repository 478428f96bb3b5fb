"""Feeds a dataset from folders, look by look, until it is told to stop."""

import contextlib
import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from pipeline.execute import Prepared, feeding, link_what_has_come, listed, prepare
from pipeline.feed import Feed
from pipeline.options import RunOptions
from pipeline.slices import Wanted, wanted
from schemas.records import DeadLetter
from transforms.read.listed import hashes_of
from transforms.write import Manifest

Say = Callable[[str], None]
_BARE = ("empty_folder", "missing")
"""Why a folder that is watched may have nothing to read yet."""
_BLINK = 0.1
REST = 9
"""Linking looks at the whole dataset: for so many times as long as it took, it is not done again."""
_STOPS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Says that it is time to end. Unlike `threading.Event` it takes no lock, so a handler of signals may set it."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Say so."""
        self._is_set = True

    def is_set(self) -> bool:
        """Tell whether it was said."""
        return self._is_set

    def wait(self, seconds: float) -> None:
        """Wait until it is said, but no longer than some seconds."""
        end = time.monotonic() + seconds
        while not self._is_set and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _BLINK))


def watch(options: RunOptions, *, interval: float, say: Say, stop: Stop | None = None) -> list[Manifest]:
    """Feed the dataset with what is in the inputs and with what comes, until a signal or an event says stop.

    What has come is linked when there is nothing else to do.

    Args:
        options: What to do; the inputs are looked at again and again, and may be empty to begin with.
        interval: Seconds between two looks, and for which a file must have stayed the same to count as written.
        say: Takes a line for each commit.
        stop: Ends it after the slice at hand; SIGTERM and SIGINT do in any case.

    Returns:
        The manifests of the commits.

    Raises:
        UsageError, FullError: As `run`.
    """
    with contextlib.ExitStack() as stack:
        ended = stack.enter_context(stopped_by_signals(stop or Stop()))
        prepared = prepare(options, must_exist=False)
        feed = stack.enter_context(feeding(prepared))
        rest = Settling(interval)
        say(f"watching {', '.join(options.inputs)}; {len(feed.known):,} inputs are in the dataset")
        link_from = 0.0
        while not ended.is_set():
            is_idle = _look(feed, prepared, rest, ended, say) == 0 and len(feed.known) > 0
            if is_idle and not ended.is_set() and time.monotonic() >= link_from:
                link_from = time.monotonic() + REST * _link(feed.root, options, say)
            ended.wait(interval)
        say(f"stopped; {len(feed.manifests):,} commits made")
        return feed.manifests


class Settling:
    """Tells files that are written from files that are being written.

    Args:
        interval: Seconds for which a file must have stayed the same.
    """

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._since: Mapping[int, tuple[int, float]] = {}

    def settled(self, inputs: list[Wanted], *, now: float, clock: float) -> list[Wanted]:
        """Return the inputs that have stayed the same for an interval, and remember the others.

        Args:
            inputs: What was found now.
            now: A clock that only goes forward, in seconds.
            clock: The time of day, in seconds since 1970.
        """
        since: dict[int, tuple[int, float]] = {}
        found = []
        for item in inputs:
            key, stamp, _ = hashes_of(item.found)
            before = self._since.get(key)
            since[key] = before if before is not None and before[0] == stamp else (stamp, now)
            is_old = _age(item, clock) >= self._interval
            if is_old or now - since[key][1] >= self._interval:
                found.append(item)
        self._since = since
        return found


def _age(item: Wanted, clock: float) -> float:
    """Return for how many seconds an input has been as it is; 0 if that is not known."""
    if isinstance(item.found, DeadLetter) or item.found.modified is None:
        return 0.0
    return clock - item.found.modified / 1e9


def _look(feed: Feed, prepared: Prepared, rest: Settling, ended: Stop, say: Say) -> int:
    """Commit what is ready, slice by slice, and return how many commits were made."""
    before = len(feed.manifests)
    bare = set(prepared.options.inputs)
    found = (item for item in listed(prepared) if not _is_bare(item, bare))
    ready = rest.settled(list(wanted(found, feed.known)), now=time.monotonic(), clock=time.time())
    for entries in itertools.takewhile(lambda _: not ended.is_set(), feed.slices(ready)):
        counts = feed.commit(entries).counts
        feed.known.add(entries)
        letters = f", {counts['dead_letters']:,} dead letters" if counts["dead_letters"] else ""
        say(f"{counts['documents']:,} documents, {counts['mentions']:,} mentions{letters}")
    return len(feed.manifests) - before


def _link(root: str, options: RunOptions, say: Say) -> float:
    """Link what has come, if that is wanted, and return how many seconds it took."""
    linked = link_what_has_come(root, options)
    if linked is None:
        return 0.0
    say(f"linked: {linked.mentions:,} mentions tell of {linked.events:,} events")
    return linked.seconds


def _is_bare(item: object, arguments: set[str]) -> bool:
    return isinstance(item, DeadLetter) and item.reason in _BARE and item.uri in arguments


@contextlib.contextmanager
def stopped_by_signals(ended: Stop) -> Iterator[Stop]:
    """Set the event when a signal to stop comes, for as long as the context lasts; a second one stops at once."""
    if threading.current_thread() is not threading.main_thread():
        yield ended
        return

    def stop(number: int, _: object) -> None:
        ended.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, stop) for number in _STOPS}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
