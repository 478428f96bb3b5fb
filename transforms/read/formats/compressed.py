"""gzip, bzip2, xz and zstd: a wrapping around one file, which keeps the wrapping's name without its ending."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, Final

import zstandard

from transforms.read.formats import warc
from transforms.read.formats.interface import Cut, Format, magic
from transforms.read.found import File, Found, Member
from transforms.read.limits import ReadOptions
from transforms.read.streams import CHUNK, PEEK, Counted, Stream, metered, pulled

_MOST_MEMORY: Final = 1 << 28
"""Dictionaries and windows of decompressors may be as large as the data say; no more than this is believed."""
_INPUT: Final = 1 << 12
"""A few bytes of zstd make a hundred thousand, and it cannot be told to stop in between, so it is fed little."""

_GZIP_BITS: Final = 31

Unpack = Callable[[IO[bytes]], IO[bytes]]


def _reader(suffix: str, unpack: Unpack, tar_suffix: str) -> Callable[[File, ReadOptions], Iterator[Found]]:
    def read(file: File, options: ReadOptions) -> Iterator[Found]:
        counted = Counted(file.open())
        budget = file.stream.budget
        inner = metered(unpack(_buffered(counted)), budget, lambda: counted.count)
        name = _inner_name(file.name, suffix, tar_suffix)
        inside = File(name, Stream(inner, budget=budget), file.told, first=file.first, whole=file.whole)
        yield Member(None, inside, packed=True)

    return read


def _inner_name(name: str, suffix: str, tar_suffix: str) -> str:
    lower = name.lower()
    if lower.endswith(suffix):
        return name[: -len(suffix)]
    return name[: -len(tar_suffix)] + ".tar" if lower.endswith(tar_suffix) else name


def _buffered(raw: Any) -> IO[bytes]:
    return pulled(raw.read)


def _gunzip(raw: IO[bytes]) -> IO[bytes]:
    return gzip.GzipFile(fileobj=raw, mode="rb")  # type: ignore[return-value]


def _unpack_steps(make: Callable[[], Any]) -> Unpack:
    """Return a function that unpacks by decompressors that can be told how much to give at a time."""

    def unpack(raw: IO[bytes]) -> IO[bytes]:
        engine = make()
        pending = b""

        def pull(count: int) -> bytes:
            nonlocal engine, pending
            while True:
                if engine.eof:
                    pending = (engine.unused_data or raw.read(_INPUT)).lstrip(b"\0")
                    if not pending:
                        return b""
                    engine = make()
                elif engine.needs_input and not pending:
                    pending = raw.read(_INPUT)
                    if not pending:
                        raise EOFError("the compressed stream ends too early")
                chunk: bytes = engine.decompress(pending, count)
                pending = b""
                if chunk:
                    return chunk

        return pulled(pull)

    return unpack


def _unzstd(raw: IO[bytes]) -> IO[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_MOST_MEMORY)
    engine, pending = decompressor.decompressobj(), b""

    def pull(_: int) -> bytes:
        nonlocal engine, pending
        while True:
            if engine.eof:
                pending = engine.unused_data or raw.read(_INPUT)
                if not pending:
                    return b""
                engine = decompressor.decompressobj()
            else:
                pending = raw.read(_INPUT)
                if not pending:
                    raise EOFError("the compressed stream ends too early")
            chunk = b"".join(
                engine.decompress(pending[at : at + _INPUT]) if not engine.eof else b""
                for at in range(0, len(pending), _INPUT)
            )
            if chunk:
                return chunk

    return pulled(pull)


def _plan_gzip(stream: IO[bytes], size: int) -> Iterator[Cut]:
    """Cut between the members of a file that holds a record of a WARC file in each, as Common Crawl writes them.

    Where members begin is only known to who has unpacked all before, for any bytes may look like a beginning.
    """
    wanted = 0
    for number, start in enumerate(_members(stream)):
        if start >= wanted:
            yield Cut(start, number)
            wanted = start + size


def _members(stream: IO[bytes]) -> Iterator[int]:
    """Yield where members begin, up to the first that is not one whole record of a WARC file."""
    packed, taken = b"", 0
    while True:
        if not packed:
            packed = stream.read(CHUNK)
            taken += len(packed)
        if not packed:
            return
        yield taken - len(packed)
        engine, head, length = zlib.decompressobj(wbits=_GZIP_BITS), b"", 0
        while not engine.eof:
            if not packed:
                packed = stream.read(CHUNK)
                taken += len(packed)
            try:
                chunk = engine.decompress(packed, CHUNK)
            except zlib.error:
                return
            head += chunk[: PEEK - len(head)]
            if not packed or not warc.is_beginning(head):
                return
            length += len(chunk)
            packed = engine.unconsumed_tail
        if warc.record_length(io.BytesIO(head)) != length:
            return
        packed = engine.unused_data


GZIP = Format(
    "gzip",
    magic(b"\x1f\x8b", suffixes=(".gz", ".tgz")),
    _reader(".gz", _gunzip, ".tgz"),
    container=True,
    plan=_plan_gzip,
)
BZIP2 = Format(
    "bzip2",
    magic(b"BZh", suffixes=(".bz2",)),
    _reader(".bz2", _unpack_steps(bz2.BZ2Decompressor), ".tbz2"),
    container=True,
)
XZ = Format(
    "xz",
    magic(b"\xfd7zXZ\0", suffixes=(".xz",)),
    _reader(".xz", _unpack_steps(lambda: lzma.LZMADecompressor(memlimit=_MOST_MEMORY)), ".txz"),
    container=True,
)
ZSTD = Format(
    "zstd", magic(b"\x28\xb5\x2f\xfd", suffixes=(".zst", ".zstd")), _reader(".zst", _unzstd, ".tzst"), container=True
)
