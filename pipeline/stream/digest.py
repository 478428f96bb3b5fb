"""`DigestInputs`: reads, splits, extracts and signs one input after the other.

In a batch these are stages of their own. In a stream they are the same DoFns, called one after the other by one: so the
rows of an input stay together, whatever engine runs it, and the input is committed as a whole.
"""

import dataclasses
import datetime
import logging
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

import schemas.coders  # noqa: F401  (registers the records)
from pipeline.options import RunOptions
from pipeline.stream.windows import Windows
from schemas.records import DeadLetter, Document, DocumentRow
from transforms.events import tell
from transforms.extract.ptransforms import _Extract
from transforms.link.signatures import signature_row
from transforms.read.listed import Entry
from transforms.read.messages import read_message
from transforms.read.ptransforms import _Read
from transforms.split.ptransforms import DOCUMENTS, _Split
from transforms.write.spool import Spool, render_batch

_LOGGER = logging.getLogger(__name__)
STREAM = "stream"
"""The one key of all batches: a pane is a commit, not one for each worker."""


class DigestInputs(beam.PTransform):
    """Makes rows of inputs and puts them into the spool of a dataset.

    Input: (key, `Entry`) or (key, (`Entry`, its bytes)), stamped with the time of arrival. Output: (`STREAM`, a batch
    as JSON), a batch for each bundle and window, stamped with the beginning of its window.

    Args:
        options: How to read and extract.
        root: The dataset.
        windows: Which window an input belongs to.
    """

    def __init__(self, options: RunOptions, *, root: str, windows: Windows) -> None:
        super().__init__()
        self._do = _Digest(options, root, windows)

    def expand(self, entries: pvalue.PCollection) -> pvalue.PCollection:
        """Take inputs bundle by bundle."""
        return entries | "Digest" >> beam.ParDo(self._do).with_output_types(tuple[str, str])


class _Digest(beam.DoFn):
    def __init__(self, options: RunOptions, root: str, windows: Windows) -> None:
        self._reading = options.reading
        self._read = _Read(options.reading)
        self._split = _Split(options.max_paragraphs)
        self._extract = _Extract(options.extraction, STREAM, paragraphs=options.paragraphs)
        self._stages = (self._read, self._split, self._extract)
        self._windows = windows
        self._root = root
        self._spool = Spool(root)
        self._inputs = Metrics.counter("stream", "inputs")

    def setup(self) -> None:
        """Load what the stages need."""
        for stage in self._stages:
            stage.setup()

    def teardown(self) -> None:
        """Release it."""
        for stage in self._stages:
            stage.teardown()

    def start_bundle(self) -> None:
        """Forget what a bundle that failed may have left."""
        self._spool = Spool(self._root)

    def process(
        self, element: tuple[str, Entry | tuple[Entry, bytes]], arrival: Any = beam.DoFn.TimestampParam
    ) -> None:
        """Take an input."""
        entry, content = element[1] if isinstance(element[1], tuple) else (element[1], None)
        self._spool.begin(entry)
        held: list[Any] = []
        window: int | None = None
        rows = 0
        for row in self._rows(entry, content):
            rows += 1
            if window is not None:
                self._spool.add(window, row)
                continue
            held.append(row)
            if isinstance(row, DocumentRow):
                window = self._window(row.published, arrival)
                held = self._put(window, held)
        if window is None:
            window = self._window(None, arrival)
            self._put(window, held)
        self._spool.end(window, entry)
        tell(_LOGGER, logging.DEBUG, "input", uri=entry.listed.uri, rows=rows, window=window)
        self._inputs.inc()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Yield what each window has."""
        for start, batch in self._spool.close():
            yield WindowedValue((STREAM, render_batch(batch)), self._windows.stamp(start), (GlobalWindow(),))

    def _window(self, published: datetime.date | None, arrival: Timestamp) -> int:
        return self._windows.start(self._windows.place(published, arrival.micros))

    def _put(self, window: int, rows: list[Any]) -> list[Any]:
        for row in rows:
            self._spool.add(window, row)
        return []

    def _rows(self, entry: Entry, content: bytes | None) -> Iterator[Any]:
        if isinstance(entry.found, DeadLetter):
            yield _seen(entry.found)
            return
        if content is None:
            results = self._read.process(entry.found)
        else:
            results = self._read.told(read_message(entry.found.source, content, self._reading))
        for found in results:
            yield from self._of(found)

    def _of(self, found: Any) -> Iterator[Any]:
        """Yield the rows of what reading gives."""
        if not isinstance(found, Document):
            yield _seen(found.value)
            return
        for split in self._split.process(found):
            if split.tag != DOCUMENTS:
                yield _seen(split.value)
                continue
            yield from (_seen(row.value) for row in self._extract.process(split.value))
            signature = signature_row(split.value)
            if signature is not None:
                yield signature


def _seen(row: Any) -> Any:
    if isinstance(row, DeadLetter) and row.seen is None:
        return dataclasses.replace(row, seen=datetime.datetime.now(datetime.timezone.utc))
    return row
