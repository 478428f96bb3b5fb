"""`ListInputs`, `ReadSources` and both in a row, `ReadDocuments`: the stage inside a Beam pipeline."""

import dataclasses
import datetime
import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics

import schemas.coders  # noqa: F401  (registers the records)
from schemas.records import DeadLetter, Document, Part, Source
from transforms.events import tell
from transforms.read.guard import Guard
from transforms.read.language import recognise_language
from transforms.read.limits import ReadLimits, ReadOptions
from transforms.read.listed import read_list
from transforms.read.metadata import Metadata
from transforms.read.reader import PART_SIZE, cut_part, read_part
from transforms.read.rejects import STAGE, reject
from transforms.read.unfold import Noted
from transforms.read.walk import list_inputs

DOCUMENTS = "documents"
SOURCES = "sources"
DEAD_LETTERS = "dead_letters"
NOTES = "notes"
"""Namespace of the counters that say how often records were understood in a certain way."""
_ENGLISH = "en"
_LOGGER = logging.getLogger(__name__)
_Outcome = Document | DeadLetter | Noted


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
        options: All that readers are told, limits included.
        part_size: Larger files are cut into parts of about so many bytes, where their format allows it.
    """

    def __init__(
        self, *, limits: ReadLimits | None = None, options: ReadOptions | None = None, part_size: int = PART_SIZE
    ) -> None:
        super().__init__()
        self._options = options or ReadOptions(limits or ReadLimits())
        self._part_size = part_size

    def expand(self, sources: pvalue.PCollection) -> pvalue.DoOutputsTuple:
        """Read where the work is: the list is spread over the workers, and then the parts of large files once more."""
        whole = sources | "Whole" >> beam.Map(Part).with_output_types(Part)
        return _read(whole, self._options, self._part_size)


class ReadParts(beam.PTransform):
    """Reads parts of inputs: a PCollection of `Part` becomes tagged PCollections `documents` and `dead_letters`.

    Args:
        options: All that readers are told, limits included.
        part_size: Larger inputs that come whole are cut into parts of about so many bytes, where their format allows.
    """

    def __init__(self, *, options: ReadOptions, part_size: int = PART_SIZE) -> None:
        super().__init__()
        self._options = options
        self._part_size = part_size

    def expand(self, parts: pvalue.PCollection) -> pvalue.DoOutputsTuple:
        """Spread the inputs over the workers, and then the parts of large ones once more."""
        return _read(parts, self._options, self._part_size)


def _read(parts: pvalue.PCollection, options: ReadOptions, size: int) -> pvalue.DoOutputsTuple:
    spread = parts | "Spread" >> beam.Reshuffle()
    cut = spread | "Cut" >> beam.ParDo(_Cut(options, size)).with_output_types(Part)
    again = cut | "Spread parts" >> beam.Reshuffle()
    return again | "Read" >> beam.ParDo(_Read(options)).with_outputs(DEAD_LETTERS, main=DOCUMENTS)


class ReadDocuments(beam.PTransform):
    """Lists and reads; applied to a pipeline, gives PCollections of documents and of dead letters.

    Args:
        arguments: Files, folders, patterns, URLs; see `list_inputs`.
        follow_links: Also follow links that lead out of the inputs.
        metadata: What is known of single inputs.
        published: Date of publication of the inputs that the metadata give none for.
        limits: How much is read of one input.
        options: All that readers are told, limits included.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        follow_links: bool = False,
        metadata: Metadata | None = None,
        published: datetime.date | None = None,
        limits: ReadLimits | None = None,
        options: ReadOptions | None = None,
    ) -> None:
        super().__init__()
        self._list = ListInputs(arguments, follow_links=follow_links, metadata=metadata, published=published)
        self._read = ReadSources(limits=limits, options=options)

    def expand(self, root: pvalue.PBegin) -> Read:
        """List, then read."""
        listed = root | "ListInputs" >> self._list
        read = listed[SOURCES] | "ReadSources" >> self._read
        letters = (listed[DEAD_LETTERS], read[DEAD_LETTERS]) | "DeadLetters" >> beam.Flatten()
        return Read(read[DOCUMENTS], letters)


class ReadListed(beam.PTransform):
    """Reads the inputs of a list that a run has written (`listed`); applied to a pipeline, gives `Read`.

    Args:
        path: The list.
        options: All that readers are told, limits included.
    """

    def __init__(self, path: str, *, options: ReadOptions) -> None:
        super().__init__()
        self._path = path
        self._options = options

    def expand(self, root: pvalue.PBegin) -> Read:
        """Read the list on one worker, and what it lists on all."""
        path = root | "Name the list" >> beam.Create([self._path], reshuffle=False)
        listed = path | "ReadList" >> beam.ParDo(_ReadList()).with_outputs(DEAD_LETTERS, main=SOURCES)
        read = listed[SOURCES] | "ReadParts" >> ReadParts(options=self._options)
        letters = (listed[DEAD_LETTERS], read[DEAD_LETTERS]) | "DeadLetters" >> beam.Flatten()
        return Read(read[DOCUMENTS], letters)


class _ReadList(beam.DoFn):
    def process(self, path: str) -> Iterator[Part | pvalue.TaggedOutput[Literal["dead_letters"], DeadLetter]]:
        """Yield the parts that are listed, and the dead letters of what could not be read."""
        for entry in read_list(path):
            if isinstance(entry.found, DeadLetter):
                yield _refuse(entry.found)
            else:
                yield entry.found


class _List(beam.DoFn):
    """Holds the arguments itself: names of files may be no valid Unicode, which Beam's coder of strings refuses."""

    def __init__(self, inputs: Callable[[], Iterator[Source | DeadLetter]]) -> None:
        self._inputs = inputs

    def process(self, _: bytes) -> Iterator[Source | pvalue.TaggedOutput[Literal["dead_letters"], DeadLetter]]:
        """Yield every input, and dead letters for what cannot be one."""
        for found in self._inputs():
            yield _refuse(found) if isinstance(found, DeadLetter) else found


class _Guarded(beam.DoFn):
    """Has a process of its own that parses."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._guard: Guard | None = None

    def setup(self) -> None:
        """Prepare the process; it starts when it is first needed."""
        self._guard = Guard()

    def teardown(self) -> None:
        """Stop the process."""
        if self._guard is not None:
            self._guard.close()


class _Cut(_Guarded):
    def __init__(self, options: ReadOptions, size: int) -> None:
        super().__init__(options)
        self._size = size

    def process(self, part: Part) -> Iterator[Part]:
        """Yield the parts of an input that comes whole."""
        yield from cut_part(part, self._size, self._options, self._guard)


class _Read(_Guarded):
    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        self._documents = Metrics.counter(STAGE, "documents")
        self._bytes = Metrics.counter(STAGE, "bytes")
        self._time = Metrics.distribution(STAGE, "milliseconds")

    def process(self, part: Part) -> Iterator[Document | pvalue.TaggedOutput[Literal["dead_letters"], DeadLetter]]:
        """Yield the documents of a part, and dead letters for all else in it."""
        yield from self.told(read_part(part, self._options, self._guard))

    def told(
        self, results: Iterable[_Outcome]
    ) -> Iterator[Document | pvalue.TaggedOutput[Literal["dead_letters"], DeadLetter]]:
        """Yield the documents among what was read, and dead letters for all else."""
        for found in self._timed(results):
            if isinstance(found, Noted):
                Metrics.counter(NOTES, found.note).inc()
                continue
            result = (
                found if isinstance(found, DeadLetter) else in_english(found, any_language=self._options.any_language)
            )
            if isinstance(result, DeadLetter):
                yield _refuse(result)
                continue
            tell(_LOGGER, logging.DEBUG, "document", doc_id=result.doc_id, uri=result.uri, bytes=result.bytes)
            self._documents.inc()
            self._bytes.inc(result.bytes)
            yield result

    def _timed(self, results: Iterable[_Outcome]) -> Iterator[_Outcome]:
        """Yield results, and count the time that they take, but not what is done with them in between."""
        spent = 0.0
        iterator = iter(results)
        while True:
            began = time.perf_counter()
            found = next(iterator, None)
            spent += time.perf_counter() - began
            if found is None:
                break
            yield found
        self._time.update(round(1000 * spent))


def in_english(document: Document, *, any_language: bool) -> Document | DeadLetter:
    """Return the document with its language, or a dead letter if that is not English and should be.

    What the user said of the language is believed, what a container says only where the text is too short to tell.
    """
    told = document.language
    language = recognise_language(document) or (told.split("-")[0].lower()[:20] if told else None)
    if language is None or any_language or language == _ENGLISH:
        return dataclasses.replace(document, language=language)
    return reject(document.uri, "not_english", f"in language {language!r}", size=document.bytes)


def _refuse(letter: DeadLetter) -> Any:
    Metrics.counter(STAGE, f"{DEAD_LETTERS}_{letter.reason}").inc()
    tell(_LOGGER, logging.INFO, "dead_letter", uri=letter.uri, part=letter.part, reason=letter.reason)
    return pvalue.TaggedOutput(DEAD_LETTERS, letter)
