"""What readers of formats are given and what they yield: the one vocabulary between them and the driver (`unfold`)."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import IO, Final

from schemas.records import Paragraph
from transforms.read.streams import Stream, bounded


class Refused(Exception):  # noqa: N818  (it is a verdict on the input, not a fault of the program)
    """Raised by a reader that cannot use what it reads.

    Attributes:
        reason: One of `DEAD_LETTER_REASONS`.
        detail: One line for people.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclasses.dataclass(frozen=True)
class Told:
    """What a container or a page says of a document; None where it says nothing.

    Attributes:
        title, source, author, url, language: As in `Document`.
        published: Day of publication.
        published_origin: `container` or `metadata` where `published` is set.
    """

    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    published: datetime.date | None = None
    published_origin: str | None = None

    def or_else(self, other: "Told") -> "Told":
        """Return this with its gaps filled from another."""
        names = ("title", "source", "author", "url", "language")
        filled = {name: getattr(self, name) or getattr(other, name) for name in names}
        dated = self if self.published else other
        return Told(**filled, published=dated.published, published_origin=dated.published_origin)


NOTHING: Final = Told()


@dataclasses.dataclass(frozen=True)
class File:
    """An input, or a member of one, that is open for reading.

    Attributes:
        name: Its file name, which a reader is chosen by where the content leaves it open; may be empty.
        stream: Its bytes.
        told: What its container says of it.
        start, end, first: The part to read, as in `schemas.records.Part`.
        whole: Whether this is all of it, and not a part.
    """

    name: str
    stream: Stream
    told: Told = NOTHING
    start: int = 0
    end: int | None = None
    first: int = 0
    whole: bool = True

    def open(self) -> IO[bytes]:
        """Return the bytes of the part to read; call it once."""
        raw = self.stream.open()
        if self.start:
            raw.seek(self.start)
        return raw if self.end is None else bounded(raw, self.end - self.start)


@dataclasses.dataclass(frozen=True)
class Article:
    """A document as a reader found it.

    Attributes:
        text: Its text, which offsets count into.
        encoding: The encoding that it was in.
        size: In bytes, unpacked, with all markup.
        told: What the format says of it.
        paragraphs: Where the format knows them.
        key: Names it within its container; None if it is the whole input.
        notes: How the reader understood it, such as `text from field body`.
    """

    text: str
    encoding: str
    size: int
    told: Told = NOTHING
    paragraphs: Sequence[Paragraph] = ()
    key: str | None = None
    notes: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Refusal:
    """One record or member that cannot be used, while others of its container may be."""

    key: str | None
    reason: str
    detail: str
    size: int | None = None


@dataclasses.dataclass(frozen=True)
class Member:
    """Something within a container that another reader is to read.

    Attributes:
        key: Names it within its container; None where the container is a mere wrapping, as gzip is.
        file: Its bytes and name.
        packed: Whether it was packed into an archive, so that it counts for depth.
        format: The reader's name, if the container knows it.
        notes: As in `Article`.
    """

    key: str | None
    file: File
    packed: bool = False
    format: str | None = None
    notes: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Passed:
    """Something that was passed over because it is no input at all, such as the request before a response."""


Found = Article | Refusal | Member | Passed
PASSED: Final = Passed()
