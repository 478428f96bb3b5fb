"""Messages of a topic as inputs: each is what a file would be, in any format that is known by its content."""

import hashlib
import io
import tempfile
import urllib.parse
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam import coders, pvalue
from apache_beam.metrics import Metrics
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Duration, Timestamp

import schemas.coders  # noqa: F401  (registers the records)
from schemas.identity import canonical_uri
from schemas.records import Part, Source
from transforms.read.frames import Job
from transforms.read.guard import Guard, shared_guard
from transforms.read.limits import ReadOptions
from transforms.read.listed import Entry
from transforms.read.reader import Read, read_plain
from transforms.read.registry import recognise
from transforms.read.streams import Budget, Stream

_FORGET = 3_600
_SHORT = 63


class TakeMessages(beam.PTransform):
    """Makes inputs of messages.

    Input: (key, message), both bytes, either null. Output: (key, (`Entry`, message)); what has come again with the same
    content within an hour is left out. All of one key are given in their order, by the same worker.

    Args:
        url: What the topic was called, as `kafka://HOST:PORT/TOPIC`.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def expand(self, messages: pvalue.PCollection) -> pvalue.PCollection:
        """Name each message, and look at those of one name one after the other."""
        kind = tuple[str, tuple[Entry, bytes]]
        named = messages | "Name" >> beam.ParDo(_Name(self._url)).with_output_types(kind)
        return named | "Once" >> beam.ParDo(_Once()).with_output_types(kind)


def source_of(url: str, key: bytes | None, content: bytes) -> Source:
    """Return a message as an input.

    Its name is its key, else made of its content; where the broker is does not matter to what it is.

    Args:
        url: What the topic was called.
        key: The message's key, if it has one.
        content: The message.
    """
    digest = hashlib.sha256(content).hexdigest()
    name = urllib.parse.quote(key.decode("utf-8", "backslashreplace"), safe="") if key else digest[:32]
    topic = urllib.parse.urlsplit(url).path.strip("/")
    state = int(digest[:16], 16) % (1 << _SHORT)
    return Source(uri=f"{url}#{name}", path=f"kafka:///{topic}#{name}", size=len(content), modified=state)


def read_message(source: Source, content: bytes, options: ReadOptions, guard: Guard | None = None) -> Iterator[Read]:
    """Yield what a message holds: documents, a dead letter for all else, and notes.

    Args:
        source: The message as an input.
        content: The message.
        options: Limits and names of fields.
        guard: The process to parse in; this thread's own, if not given.
    """
    known = recognise(Stream(io.BytesIO(content), budget=Budget(0, 1)).peek(), "")
    if known.is_plain:
        yield from read_plain(source, io.BytesIO(content), len(content), options)
        return
    with tempfile.NamedTemporaryFile(prefix="cordiale-") as copy:
        copy.write(content)
        copy.flush()
        job = Job(source, canonical_uri(source.path), copy.name, "", 0, None, 0, options)
        yield from (guard or shared_guard()).read(job)


class _Name(beam.DoFn):
    def __init__(self, url: str) -> None:
        self._url = url
        self._messages = Metrics.counter("watch", "messages")

    def process(self, message: tuple[bytes | None, bytes | None]) -> Iterator[tuple[str, tuple[Entry, bytes]]]:
        """Yield the message by its name."""
        self._messages.inc()
        content = message[1] or b""
        source = source_of(self._url, message[0], content)
        yield source.path, (Entry(Part(source)), content)


class _Once(beam.DoFn):
    STATE = ReadModifyWriteStateSpec("content", coders.VarIntCoder())
    FORGET = TimerSpec("forget", TimeDomain.REAL_TIME)

    def process(
        self,
        element: tuple[str, tuple[Entry, bytes]],
        state: Any = beam.DoFn.StateParam(STATE),  # noqa: B008
        forget: Any = beam.DoFn.TimerParam(FORGET),  # noqa: B008
    ) -> Iterator[tuple[str, tuple[Entry, bytes]]]:
        """Yield a message unless the one before of this name was the same."""
        found = element[1][0].listed
        content = found.modified if isinstance(found, Source) else None
        if content is None or state.read() != content:
            state.write(content or 0)
            forget.set(Timestamp.now() + Duration(_FORGET))
            yield element

    @on_timer(FORGET)
    def forget(self, state: Any = beam.DoFn.StateParam(STATE)) -> None:  # noqa: B008
        """Let go of a name."""
        state.clear()
