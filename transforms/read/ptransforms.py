"""`ListInputs`, `ReadSources` and both in a row, `ReadDocuments`: the stage inside a Beam pipeline."""

import datetime
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics

import schemas.coders  # noqa: F401  (registers the records)
from schemas.records import DeadLetter, Document, Source
from transforms.read.metadata import Metadata
from transforms.read.reader import ReadLimits, read_document
from transforms.read.rejects import STAGE
from transforms.read.walk import list_inputs

DOCUMENTS = "documents"
SOURCES = "sources"
DEAD_LETTERS = "dead_letters"


class Read(NamedTuple):
    """What reading gives: every input is in one of the two."""

    documents: pvalue.PCollection
    dead_letters: pvalue.PCollection


class ListInputs(beam.PTransform):
    """Lists the inputs that the user's arguments mean; applied to a pipeline.

    Output: tagged PCollections `sources` (`Source`) and `dead_letters` (`DeadLetter`).

    Args:
        arguments: Files, folders, patterns, URLs; see `list_inputs`.
        follow_links: Also follow links that lead out of the inputs.
        metadata: What is known of single inputs.
        published: Date of publication of the inputs that the metadata give none for.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        follow_links: bool = False,
        metadata: Metadata | None = None,
        published: datetime.date | None = None,
    ) -> None:
        super().__init__()
        self._inputs = functools.partial(
            list_inputs, tuple(arguments), follow_links=follow_links, metadata=metadata, published=published
        )

    def expand(self, root: pvalue.PBegin) -> pvalue.DoOutputsTuple:
        """List everything on one worker."""
        return (
            root | beam.Impulse() | "List" >> beam.ParDo(_List(self._inputs)).with_outputs(DEAD_LETTERS, main=SOURCES)
        )


class ReadSources(beam.PTransform):
    """Reads inputs: a PCollection of `Source` becomes tagged PCollections `documents` and `dead_letters`.

    Args:
        limits: How much is read of one input.
    """

    def __init__(self, *, limits: ReadLimits | None = None) -> None:
        super().__init__()
        self._limits = limits or ReadLimits()

    def expand(self, sources: pvalue.PCollection) -> pvalue.DoOutputsTuple:
        """Read every input where the work is, after the list has been spread over the workers."""
        spread = sources | "Spread" >> beam.Reshuffle()
        return spread | "Read" >> beam.ParDo(_Read(self._limits)).with_outputs(DEAD_LETTERS, main=DOCUMENTS)


class ReadDocuments(beam.PTransform):
    """Lists and reads; applied to a pipeline, gives PCollections of documents and of dead letters.

    Args:
        arguments: Files, folders, patterns, URLs; see `list_inputs`.
        follow_links: Also follow links that lead out of the inputs.
        metadata: What is known of single inputs.
        published: Date of publication of the inputs that the metadata give none for.
        limits: How much is read of one input.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        follow_links: bool = False,
        metadata: Metadata | None = None,
        published: datetime.date | None = None,
        limits: ReadLimits | None = None,
    ) -> None:
        super().__init__()
        self._list = ListInputs(arguments, follow_links=follow_links, metadata=metadata, published=published)
        self._read = ReadSources(limits=limits)

    def expand(self, root: pvalue.PBegin) -> Read:
        """List, then read."""
        listed = root | "ListInputs" >> self._list
        read = listed[SOURCES] | "ReadSources" >> self._read
        letters = (listed[DEAD_LETTERS], read[DEAD_LETTERS]) | "DeadLetters" >> beam.Flatten()
        return Read(read[DOCUMENTS], letters)


class _List(beam.DoFn):
    """Holds the arguments itself: names of files may be no valid Unicode, which Beam's coder of strings refuses."""

    def __init__(self, inputs: Callable[[], Iterator[Source | DeadLetter]]) -> None:
        self._inputs = inputs

    def process(self, _: bytes) -> Iterator[Source | pvalue.TaggedOutput[Literal["dead_letters"], DeadLetter]]:
        """Yield every input, and dead letters for what cannot be one."""
        for found in self._inputs():
            yield _refuse(found) if isinstance(found, DeadLetter) else found


class _Read(beam.DoFn):
    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._documents = Metrics.counter(STAGE, "documents")
        self._bytes = Metrics.counter(STAGE, "bytes")

    def process(self, source: Source) -> Iterator[Document | pvalue.TaggedOutput[Literal["dead_letters"], DeadLetter]]:
        """Yield the document of one input, or its dead letter."""
        result = read_document(source, self._limits)
        if isinstance(result, DeadLetter):
            yield _refuse(result)
            return
        self._documents.inc()
        self._bytes.inc(result.bytes)
        yield result


def _refuse(letter: DeadLetter) -> Any:
    Metrics.counter(STAGE, f"{DEAD_LETTERS}_{letter.reason}").inc()
    return pvalue.TaggedOutput(DEAD_LETTERS, letter)
