"""Drives readers: opens what lies in what, keeps within limits, makes one document or dead letter of each input.

It knows no format. A generator of `Outcome`s comes out, one for each record of a container, in an order that is the
same each time; before a single document is read (which may take long) an `Announced` says which, so that whoever
drives this from another process knows where it hangs.
"""

import dataclasses
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import zstandard

from schemas.identity import content_id, doc_id
from schemas.records import DeadLetter, Document, Source
from transforms.read.formats.interface import Cut, Format
from transforms.read.found import PASSED, Article, File, Found, Member, Passed, Refusal, Refused, Told
from transforms.read.limits import ReadOptions
from transforms.read.registry import BY_NAME, recognise
from transforms.read.rejects import reject
from transforms.read.streams import PEEK, ExpandsTooMuch

_DAMAGED: Final = (
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    zipfile.BadZipFile,
    tarfile.TarError,
    UnicodeError,
)


@dataclasses.dataclass(frozen=True)
class Announced:
    """The document of this URI is about to be read."""

    uri: str


@dataclasses.dataclass(frozen=True)
class Noted:
    """How a document was understood, such as `text from field 'body'`."""

    note: str


Outcome = Document | DeadLetter | Announced | Noted | Passed | Cut
"""What a reading process may answer; a `Cut` where it was asked to plan."""


@dataclasses.dataclass(frozen=True)
class _Place:
    """Where in an input something lies.

    Attributes:
        uri: What to call it.
        canonical: What its identity is made of.
        depth: In how many archives it is packed.
    """

    uri: str
    canonical: str
    depth: int = 0

    def inner(self, key: str | None, *, packed: bool = False) -> "_Place":
        keyed = "" if key is None else f"#{key.encode('utf-8', 'backslashreplace').decode()}"
        return _Place(self.uri + keyed, self.canonical + keyed, self.depth + packed)


class Unfolder:
    """Reads one input, or a part of one.

    Args:
        source: The input, and what the user has said of it.
        canonical: Its canonical URI.
        options: Limits and names of fields.
        skip: So many documents and dead letters at the beginning are passed over, as far as possible unread.
    """

    def __init__(self, source: Source, canonical: str, options: ReadOptions, *, skip: int = 0) -> None:
        self._source = source
        self._options = options
        self._skip = skip
        self._place = _Place(source.uri, canonical)

    def unfold(self, file: File) -> Iterator[Outcome]:
        """Yield what is in the input, or in the part of it.

        An input of which no part holds anything is one dead letter. The first part sees to it: where it holds nothing,
        it looks whether others do.
        """
        nothing = not self._skip
        for outcome in self._file(file, self._place, None):
            nothing = nothing and isinstance(outcome, Passed)
            yield outcome
        if not nothing or file.start or file.end is None:
            return
        for outcome in self._file(dataclasses.replace(file, start=file.end, end=None), self._place, None):
            if not isinstance(outcome, Passed):
                return
            yield outcome
        yield from self._no_record(file, self._place)

    def _file(self, file: File, place: _Place, known: str | None) -> Iterator[Outcome]:
        try:
            head = file.stream.peek()
            form = BY_NAME[known] if known else recognise(head, file.name)
        except Exception as error:  # noqa: BLE001  (whatever it is, it must cost one input only)
            yield from self._refuse(place, *verdict(error), file.stream.size)
            return
        if len(head) < PEEK and not head.strip():
            yield from self._refuse(place, "empty", "nothing but white space" if head else "no bytes", len(head))
        elif form.container:
            yield from self._container(form, file, place)
        else:
            yield from self._single(form, file, place)
        file.stream.close()

    def _single(self, form: Format, file: File, place: _Place) -> Iterator[Outcome]:
        if self._skip:
            yield self._skipped()
            return
        yield Announced(place.uri)
        try:
            (found,) = form.read(file, self._options)
            assert isinstance(found, Article), "a format that is no container gives one"
        except Exception as error:  # noqa: BLE001
            yield from self._refuse(place, *verdict(error), file.stream.size)
            return
        yield from self._article(form, found, file.told, place)

    def _container(self, form: Format, file: File, place: _Place) -> Iterator[Outcome]:
        records, most = file.first, self._options.limits.max_records
        last: Outcome | None = None
        any_found = False
        try:
            for found in form.read(file, self._options):
                if isinstance(found, Passed):
                    yield found
                    continue
                any_found = True
                records += getattr(found, "key", None) is not None
                if records > most:
                    yield from self._too_many(file, place)
                    return
                for last in self._found(form, found, file.told, place):
                    yield last
        except Exception as error:  # noqa: BLE001
            reason, detail = verdict(error)
            if reason == "truncated" and isinstance(last, DeadLetter) and last.reason == reason:
                return  # the cut goes through the last member, which has said so
            after = f" (after record {records})" if records else ""
            yield from self._refuse(place, reason, f"{detail}{after}", file.stream.size)
            return
        if not any_found and file.whole:
            yield from self._no_record(file, place)

    def _no_record(self, file: File, place: _Place) -> Iterator[Outcome]:
        yield from self._refuse(place, "empty", "no record in it", file.stream.size)

    def _found(self, form: Format, found: Found, told: Told, place: _Place) -> Iterator[Outcome]:
        if isinstance(found, Member):
            inner = place.inner(found.key, packed=found.packed)
            yield from (Noted(note) for note in found.notes if not self._skip)
            if inner.depth > self._options.limits.max_depth:
                detail = f"packed in more than {self._options.limits.max_depth} archives"
                yield from self._refuse(inner, "too_deep", detail, None)
            else:
                said = found.file.told.or_else(told)
                yield from self._file(dataclasses.replace(found.file, told=said), inner, found.format)
        elif isinstance(found, Refusal):
            yield from self._refuse(place.inner(found.key), found.reason, found.detail, found.size)
        elif isinstance(found, Article):
            yield from self._article(form, found, told, place.inner(found.key))

    def _too_many(self, file: File, place: _Place) -> Iterator[Outcome]:
        most = self._options.limits.max_records
        if file.first <= most:  # else an earlier part has said so
            yield from self._refuse(place, "too_many_records", f"only the first {most:,} are read", file.stream.size)

    def _article(self, form: Format, found: Article, told: Told, place: _Place) -> Iterator[Outcome]:
        if self._skip:
            yield self._skipped()
            return
        if form.name != "text" and len(found.text) > self._options.limits.max_bytes:
            yield from self._refuse(place, "too_large", f"{len(found.text):,} characters of text", found.size)
            return
        yield from (Noted(note) for note in found.notes)
        yield self._document(form, found, told.or_else(found.told), place)

    def _document(self, form: Format, found: Article, told: Told, place: _Place) -> Document:
        source = self._source
        dated: Source | Told = source if source.published else told
        return Document(
            doc_id=doc_id(place.canonical),
            content_id=content_id(found.text),
            uri=place.uri,
            text=found.text,
            format=form.name,
            encoding=found.encoding,
            bytes=found.size,
            url=source.url or told.url,
            title=source.title or told.title,
            source=source.source or told.source,
            author=told.author,
            language=source.language or told.language,
            published=dated.published,
            published_origin=dated.published_origin,
            paragraphs=tuple(found.paragraphs),
        )

    def _skipped(self) -> Passed:
        """Take note of an outcome that is known already; what is yielded for it is a sign of life."""
        self._skip -= 1
        return PASSED

    def _refuse(self, place: _Place, reason: str, detail: str, size: int | None) -> Iterator[Outcome]:
        if self._skip:
            yield self._skipped()
        else:
            yield reject(place.uri, reason, detail, size=size)


_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ExpandsTooMuch, "expands_too_much"),
    (MemoryError, "out_of_memory"),
    (RecursionError, "too_nested"),
    (EOFError, "truncated"),
    *((damaged, "malformed") for damaged in _DAMAGED),
)


def verdict(error: Exception) -> tuple[str, str]:
    """Return the reason and detail of a dead letter for what a reader raised."""
    if isinstance(error, Refused):
        return error.reason, error.detail
    said = f"{type(error).__name__}: {error}"[:500]
    if "unexpected end of data" in said:
        return "truncated", said
    if type(error) is OSError and error.errno is None:  # how bzip2 says it
        return "malformed", said
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "reader_failed"), said
