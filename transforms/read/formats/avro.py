"""Avro files, block by block. Large files are cut at blocks, and records are numbered from 1."""

import io
from collections.abc import Iterator
from typing import IO, Final

import fastavro

from transforms.read.fields import read_record
from transforms.read.formats.interface import Cut, Format, magic
from transforms.read.found import File, Found, Refusal, Refused
from transforms.read.limits import ReadOptions

_SYNC: Final = 16


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    raw = file.stream.seekable()
    try:
        yield from _records(_from(raw, file), file.first, options)
    except (EOFError, MemoryError, RecursionError, Refused):
        raise
    except Exception as error:  # whatever the library stumbles over, it is the file's fault
        raise Refused("malformed", f"{type(error).__name__}: {error}") from error


def _records(raw: IO[bytes], first: int, options: ReadOptions) -> Iterator[Found]:
    number = first
    for block in fastavro.block_reader(raw):
        for record in block:
            number += 1
            if isinstance(record, dict):
                yield read_record(record, options, key=str(number))
            else:
                yield Refusal(str(number), "malformed", "not a record with fields")


def _from(raw: IO[bytes], file: File) -> IO[bytes]:
    """Return the part of a file, with the file's header before it."""
    if file.whole:
        return raw
    header = _header_length(raw)
    raw.seek(0)
    head = raw.read(header)
    raw.seek(max(file.start, header))
    return _Joined(head, raw, file.end)  # type: ignore[return-value]


class _Joined(io.RawIOBase):
    """A header and then a file from where it stands up to an end."""

    def __init__(self, head: bytes, rest: IO[bytes], end: int | None) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest
        self._end = end
        self._given = 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def tell(self) -> int:
        """Return how many bytes were given so far."""
        return self._given

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        chunk = self._head.read(size)
        missing = size - len(chunk)
        if missing and self._end is not None:
            missing = min(missing, max(0, self._end - self._rest.tell()))
        chunk += self._rest.read(missing) if missing else b""
        self._given += len(chunk)
        return chunk


def _plan(stream: IO[bytes], size: int) -> Iterator[Cut]:
    """Walk from block to block by their lengths."""
    at = _header_length(stream)
    number, wanted = 0, size
    yield Cut(0, 0)
    while True:
        stream.seek(at)
        count, length = _read_long(stream), _read_long(stream)
        if count is None or length is None or count < 0 or length < 0:
            return
        if at >= wanted:
            yield Cut(at, number)
            wanted = at + size
        at, number = stream.tell() + length + _SYNC, number + count


def _header_length(stream: IO[bytes]) -> int:
    stream.seek(0)
    fastavro.reader(stream)
    return stream.tell()


def _read_long(stream: IO[bytes]) -> int | None:
    """Return a number as Avro writes it, or None at the end."""
    value, shift = 0, 0
    while True:
        byte = stream.read(1)
        if not byte or shift > 63:
            return None
        value |= (byte[0] & 0x7F) << shift
        shift += 7
        if byte[0] < 0x80:
            return (value >> 1) ^ -(value & 1)


FORMAT = Format("avro", magic(b"Obj\x01", suffixes=(".avro",)), _read, container=True, plan=_plan)
