"""What a reader of a format is.

A reader yields what it finds and knows nothing of Beam, of identities or of the clock: the driver (`unfold`) does the
rest. It may raise whatever its library raises: the driver turns every exception into one dead letter, of the document
if the format holds one, else of the rest of the container. `Refused` says the reason, and so do the exceptions that
the driver knows (`EOFError` is `truncated`).
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Final

from transforms.read.found import File, Found, Refused
from transforms.read.limits import ReadLimits, ReadOptions
from transforms.read.streams import read_at_most

HEADER: Final = 1 << 20
"""Bytes at the beginning of a file that the reader of any part may look at."""

Fits = Callable[[bytes, str], bool]
Read = Callable[[File, ReadOptions], Iterator[Found]]


@dataclasses.dataclass(frozen=True)
class Cut:
    """At which byte a part of a file begins, and how many records lie before it."""

    start: int
    first: int


Plan = Callable[[IO[bytes], int], Iterator[Cut]]
"""From an open, seekable file and the wished size of a part in bytes to the beginnings of parts; the first is 0. Some
record, or part of one, follows each. It is asked for one after the other, so that each is a sign of life."""


@dataclasses.dataclass(frozen=True)
class Format:
    """A format and how it is read.

    Attributes:
        name: Stored in `documents.format`.
        fits: Tells by the first bytes and the name (lower case) whether a file is of this format.
        read: Yields what is in a file: one `Article` if it is no container.
        container: Whether a file holds any number of records or members.
        plan: Cuts a large file into parts that several workers read; None if it can only be read in one go.
        footer: Tells of an open file how many bytes at its end are needed to read any part; none, if not given. Those
            at its beginning (`HEADER`) are always there.
        is_plain: Whether reading needs no guard (a process of its own that may be stopped).
        libraries: What `read` imports when it is first called, for only the process that parses needs it.
    """

    name: str
    fits: Fits
    read: Read
    container: bool = False
    plan: Plan | None = None
    footer: Callable[[IO[bytes]], int] | None = None
    is_plain: bool = False
    libraries: Sequence[str] = ()


def magic(*beginnings: bytes, suffixes: Sequence[str] = ()) -> Fits:
    """Return a test for files that begin with certain bytes, or, where no format's beginning fits, are named so."""

    def fits(head: bytes, name: str) -> bool:
        return head.startswith(beginnings) if head else name.endswith(tuple(suffixes))

    return fits


def read_whole(file: File, limits: ReadLimits) -> bytes:
    """Return all bytes of a file that holds one document.

    Raises:
        Refused: If they are more than a document may have.
    """
    data = read_at_most(file.stream.open(), limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise Refused("too_large", f"more than {limits.max_bytes:,} bytes")
    file.stream.size = len(data)
    return data
