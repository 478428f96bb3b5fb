"""`ExtractMentions`: runs the extractor over documents inside a Beam pipeline."""

import functools
import threading
import time
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics

import schemas.coders  # noqa: F401  (registers the records)
from schemas.codes import READ_KINDS, SCHEMA_VERSION
from schemas.records import DeadLetter, Document, DocumentRow, ParagraphRow
from transforms.extract.interface import Extraction, Extractor, ExtractorOptions, TooSlowError
from transforms.extract.load import load_extractor
from transforms.extract.reader.model import shipped_reader
from transforms.extract.screen import shipped_screen

DOCUMENTS = "documents"
PARAGRAPHS = "paragraphs"
MENTIONS = "mentions"
VECTORS = "_vectors"
DEAD_LETTERS = "dead_letters"
OUTPUTS = (DOCUMENTS, PARAGRAPHS, MENTIONS, VECTORS, DEAD_LETTERS)
"""Tags of the outputs, which are the names of the datasets that they fill."""

_LOCK = threading.RLock()
"""One extraction at a time in a process: spaCy's vocabulary must not be shared by threads that write to it."""


@functools.lru_cache(maxsize=1)
def _loaded(options: ExtractorOptions) -> Extractor:
    return load_extractor(options)


def shared_extractor(options: ExtractorOptions) -> Extractor:
    """Return the extractor that all threads of this process share."""
    with _LOCK:
        return _loaded(options)


def forget_extractor() -> None:
    """Give back the memory of the models, as the extractor is not needed for now; the next to ask loads it again."""
    with _LOCK:
        _loaded.cache_clear()
        shipped_reader.cache_clear()
        shipped_screen.cache_clear()


class ExtractMentions(beam.PTransform):
    """Turns split documents into rows.

    Input: a PCollection of `Document` with paragraphs. Output: tagged PCollections `documents` (`DocumentRow`),
    `paragraphs` (`ParagraphRow`), `mentions` (`Mention`), `_vectors` (`VectorRow`) and `dead_letters` (`DeadLetter`); a
    document that the extractor fails on gives one dead letter and nothing else.

    Args:
        options: How to build the extractor on a worker.
        commit_id: The commit that the rows belong to.
        paragraphs: Whether to give rows of paragraphs at all.
    """

    def __init__(self, options: ExtractorOptions, *, commit_id: str, paragraphs: bool = True) -> None:
        super().__init__()
        self._do = _Extract(options, commit_id, paragraphs=paragraphs)

    def expand(self, documents: pvalue.PCollection) -> pvalue.DoOutputsTuple:
        """Apply the extractor to every document."""
        return documents | "Extract" >> beam.ParDo(self._do).with_outputs(*OUTPUTS)


class _Extract(beam.DoFn):
    def __init__(self, options: ExtractorOptions, commit_id: str, *, paragraphs: bool) -> None:
        self._options = options
        self._commit_id = commit_id
        self._paragraphs = paragraphs
        self._counters = {
            name: Metrics.counter("extract", name) for name in ("documents", "words", "sentences", "parsed", "mentions")
        }
        self._time = Metrics.distribution("extract", "milliseconds")
        self._extractor: Extractor | None = None

    def setup(self) -> None:
        """Load the extractor, or take the one that this process already has."""
        self._extractor = shared_extractor(self._options)

    def process(self, document: Document) -> Iterator[Any]:
        """Yield the rows of one document."""
        assert self._extractor is not None, "setup() runs first"
        started = time.perf_counter()
        try:
            with _LOCK:
                extraction = self._extractor.extract(document)
        except Exception as error:  # noqa: BLE001  (whatever it is, it must cost one document only)
            yield pvalue.TaggedOutput(DEAD_LETTERS, _dead_letter(document, error))
            return
        self._time.update(round(1000 * (time.perf_counter() - started)))
        self._count(document, extraction)
        row = document_row(document, extraction, self._extractor, self._commit_id)
        yield pvalue.TaggedOutput(DOCUMENTS, row)
        for mention in extraction.mentions:
            yield pvalue.TaggedOutput(MENTIONS, mention)
        for vector in extraction.vectors:
            yield pvalue.TaggedOutput(VECTORS, vector)
        if self._paragraphs:
            for paragraph in paragraph_rows(document):
                yield pvalue.TaggedOutput(PARAGRAPHS, paragraph)

    def _count(self, document: Document, extraction: Extraction) -> None:
        self._counters["documents"].inc()
        self._counters["words"].inc(count_words(document))
        self._counters["sentences"].inc(extraction.sentences)
        self._counters["parsed"].inc(extraction.sentences_parsed)
        self._counters["mentions"].inc(len(extraction.mentions))


def document_row(document: Document, extraction: Extraction, extractor: Extractor, commit_id: str) -> DocumentRow:
    """Return the row of a document: its metadata and what was counted in it."""
    return DocumentRow(
        doc_id=document.doc_id,
        content_id=document.content_id,
        uri=document.uri,
        url=document.url,
        title=document.title,
        source=document.source,
        author=document.author,
        language=document.language,
        published=document.published,
        published_origin=document.published_origin,
        format=document.format,
        encoding=document.encoding,
        bytes=document.bytes,
        characters=len(document.text),
        paragraphs=len(document.paragraphs),
        sentences=extraction.sentences,
        sentences_parsed=extraction.sentences_parsed,
        mentions=len(extraction.mentions),
        duplicate_of=None,
        commit_id=commit_id,
        extractor=extractor.name,
        model=extractor.model,
        schema_version=SCHEMA_VERSION,
    )


def paragraph_rows(document: Document) -> Iterator[ParagraphRow]:
    """Yield the rows of a document's paragraphs."""
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        yield ParagraphRow(document.doc_id, paragraph.index, paragraph.kind, text, paragraph.start, paragraph.end)


def count_words(document: Document) -> int:
    """Return how many words stand in the paragraphs that are read for events."""
    return sum(len(document.text[p.start : p.end].split()) for p in document.paragraphs if p.kind in READ_KINDS)


def _dead_letter(document: Document, error: Exception) -> DeadLetter:
    detail = " ".join(f"{type(error).__name__}: {error}".split())
    return DeadLetter(
        uri=document.uri,
        part=None,
        stage="extract",
        reason="extract_too_slow" if isinstance(error, TooSlowError) else "extract_failed",
        detail=detail,
        bytes=document.bytes,
        commit_id=None,
        seen=None,
    )
