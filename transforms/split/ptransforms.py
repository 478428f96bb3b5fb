"""`SplitParagraphs`: the rules of this package inside a Beam pipeline."""

import dataclasses
import time
from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics

import schemas.coders  # noqa: F401  (registers the records)
from schemas.records import DeadLetter, Document, Paragraph
from transforms.split.paragraphs import paragraph_spans, refine_paragraphs, split_paragraphs
from transforms.split.stated import read_stated

DOCUMENTS = "documents"
DEAD_LETTERS = "dead_letters"


class SplitParagraphs(beam.PTransform):
    """Splits documents into paragraphs and fills in what the text states of itself.

    Input: a PCollection of `Document`. Output: tagged PCollections `documents` (`Document` with paragraphs, and with
    title, source, author and day of publication where only the text says them) and `dead_letters` (`DeadLetter`).

    Args:
        max_paragraphs: A document with more becomes a dead letter: it is no article, and would hold up a worker.
    """

    def __init__(self, *, max_paragraphs: int = 5000) -> None:
        super().__init__()
        if max_paragraphs < 1:
            raise ValueError(f"max_paragraphs must be at least 1, not {max_paragraphs}")
        self._do = _Split(max_paragraphs)

    def expand(self, documents: pvalue.PCollection) -> pvalue.DoOutputsTuple:
        """Apply the rules to every document."""
        return documents | "Split" >> beam.ParDo(self._do).with_outputs(DOCUMENTS, DEAD_LETTERS)


class _Split(beam.DoFn):
    def __init__(self, max_paragraphs: int) -> None:
        self._max_paragraphs = max_paragraphs
        self._counters = {name: Metrics.counter("split", name) for name in ("documents", "paragraphs", "characters")}
        self._time = Metrics.distribution("split", "milliseconds")

    def process(self, document: Document) -> Iterator[Any]:
        """Yield the split document or its dead letter."""
        started = time.perf_counter()
        spans = document.paragraphs or paragraph_spans(document.text)
        if len(spans) > self._max_paragraphs:
            yield pvalue.TaggedOutput(DEAD_LETTERS, _dead_letter(document, len(spans), self._max_paragraphs))
            return
        split = split_document(document)
        self._time.update(round(1000 * (time.perf_counter() - started)))
        self._count(split)
        yield pvalue.TaggedOutput(DOCUMENTS, split)

    def _count(self, document: Document) -> None:
        self._counters["documents"].inc()
        self._counters["paragraphs"].inc(len(document.paragraphs))
        self._counters["characters"].inc(len(document.text))


def split_document(document: Document) -> Document:
    """Return the document with its paragraphs: those that its format knows, or those that its text marks."""
    known = document.paragraphs
    paragraphs = refine_paragraphs(document.text, known) if known else split_paragraphs(document.text)
    return describe_document(document, paragraphs)


def describe_document(document: Document, paragraphs: Sequence[Paragraph]) -> Document:
    """Return the document with its paragraphs; what its source has said of it stands, and the text fills the gaps."""
    stated = read_stated(document.text, paragraphs)
    dated = document.published is None and stated.published is not None
    return dataclasses.replace(
        document,
        paragraphs=tuple(paragraphs),
        title=document.title or stated.title,
        source=document.source or stated.source,
        author=document.author or stated.author,
        published=stated.published if dated else document.published,
        published_origin="text" if dated else document.published_origin,
    )


def _dead_letter(document: Document, count: int, limit: int) -> DeadLetter:
    return DeadLetter(
        uri=document.uri,
        part=None,
        stage="split",
        reason="too_many_paragraphs",
        detail=f"{count} paragraphs, more than --max-paragraphs {limit}",
        bytes=document.bytes,
        commit_id=None,
        seen=None,
    )
