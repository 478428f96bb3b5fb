"""`SkipKnown`: keeps documents that a dataset holds already, with the same text, from being read for events again.

Of an input that has changed, most may be as it was: a file that was only touched, a container that has grown.
"""

from collections.abc import Iterator
from typing import Any, Final

import apache_beam as beam
import pyarrow as pa
from apache_beam import pvalue
from apache_beam.metrics import Metrics

import schemas.coders  # noqa: F401  (registers the records)
from schemas.records import Document
from transforms.read.listed import read_batches

UNCHANGED = "unchanged"
SCHEMA: Final = pa.schema(
    [
        pa.field("doc_id", pa.string()),
        pa.field("content_id", pa.string()),
        pa.field("uri", pa.string()),
        pa.field("may_stay", pa.bool_()),
    ]
)
"""Of the file that lists the documents known: their ids, what they are called, and whether equal text is enough."""


class SkipKnown(beam.PTransform):
    """Leaves out known documents. Output: `Document`s, and tagged `unchanged` the `doc_id`s of those left out.

    Args:
        path: A Parquet file of `SCHEMA`.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def expand(self, documents: pvalue.PCollection) -> pvalue.DoOutputsTuple:
        """Compare the ids of every document."""
        return documents | "Compare" >> beam.ParDo(_Compare(self._path)).with_outputs(UNCHANGED, main="documents")


class _Compare(beam.DoFn):
    def __init__(self, path: str) -> None:
        self._path = path
        self._counter = Metrics.counter("read", UNCHANGED)
        self._known: dict[str, str] = {}

    def setup(self) -> None:
        """Read the list of what is known."""
        for batch in read_batches(self._path):
            rows = zip(*(batch[name].to_pylist() for name in ("doc_id", "content_id", "may_stay")), strict=True)
            self._known.update((doc, content) for doc, content, may_stay in rows if may_stay)

    def process(self, document: Document) -> Iterator[Any]:
        """Yield the document, or its id if it is known."""
        if self._known.get(document.doc_id) == document.content_id:
            self._counter.inc()
            yield pvalue.TaggedOutput(UNCHANGED, document.doc_id)
        else:
            yield document
