"""Reads one input into a document, or says why it cannot be one.

Between the listing and the reading anything may have happened to a file, so what was opened is looked at again: a
pipe that took a file's place must not hang the run, and a file that grew must not fill the memory.
"""

import dataclasses
import os
import stat
from typing import IO, Final

from schemas.identity import canonical_uri, content_id, doc_id
from schemas.records import DeadLetter, Document, Source
from transforms.read.decode import Decoded, Rejected, decode
from transforms.read.places import local_path, scheme_of
from transforms.read.rejects import reject, reject_error
from transforms.read.remote import open_url, reject_url

FORMAT: Final = "text"
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclasses.dataclass(frozen=True)
class ReadLimits:
    """How much is read of one input; a larger file is a dead letter, never a cut document."""

    max_bytes: int = 20_000_000


def read_document(source: Source, limits: ReadLimits) -> Document | DeadLetter:
    """Return the document that an input holds, with its text as it stands in the file."""
    data = _read_url(source, limits) if scheme_of(source.path) else _read_file(source, limits)
    if isinstance(data, DeadLetter):
        return data
    if len(data) > limits.max_bytes:
        return _too_large(source, limits, None)
    decoded = decode(data)
    if isinstance(decoded, Rejected):
        return reject(source.uri, decoded.reason, decoded.detail, size=len(data))
    return _document(source, decoded, len(data))


def _read_file(source: Source, limits: ReadLimits) -> bytes | DeadLetter:
    try:
        with open(local_path(source.path), "rb", opener=lambda path, _: os.open(path, _FLAGS)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                return reject(source.uri, "not_a_file", "became something else before it was read")
            if status.st_size > limits.max_bytes:
                return _too_large(source, limits, status.st_size)
            return _read_at_most(stream, limits.max_bytes + 1)
    except (OSError, ValueError) as error:
        return reject_error(source.uri, error)


def _read_url(source: Source, limits: ReadLimits) -> bytes | DeadLetter:
    try:
        with open_url(source.path) as stream:
            return _read_at_most(stream, limits.max_bytes + 1)
    except Exception as error:  # noqa: BLE001  (clients' own errors; they cost one input, not the run)
        return reject_url(source.uri, error)


def _read_at_most(stream: IO[bytes], most: int) -> bytes:
    chunks: list[bytes] = []
    missing = most
    while missing and (chunk := stream.read(min(_CHUNK, missing))):
        chunks.append(chunk)
        missing -= len(chunk)
    return b"".join(chunks)


def _too_large(source: Source, limits: ReadLimits, size: int | None) -> DeadLetter:
    said = f"{size} bytes" if size is not None else "more bytes"
    return reject(source.uri, "too_large", f"{said}, the limit is {limits.max_bytes}", size=size)


def _document(source: Source, decoded: Decoded, size: int) -> Document:
    return Document(
        doc_id=doc_id(canonical_uri(source.path)),
        content_id=content_id(decoded.text),
        uri=source.uri,
        text=decoded.text,
        format=FORMAT,
        encoding=decoded.encoding,
        bytes=size,
        url=source.url,
        title=source.title,
        source=source.source,
        language=source.language,
        published=source.published,
        published_origin=source.published_origin,
    )
