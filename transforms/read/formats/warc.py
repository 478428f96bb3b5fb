"""WARC files of web archives, also compressed record by record, as Common Crawl writes them.

Inputs are the responses (and resources and conversions) that are HTML or text; records are numbered from 1 over all of
their kinds. Large files are cut where records begin: plain ones by their lengths, compressed ones where a new gzip
member holds a new record.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from transforms.read.formats.interface import Cut, Format, magic
from transforms.read.found import PASSED, File, Found, Member, Refusal, Refused, Told
from transforms.read.limits import ReadOptions
from transforms.read.streams import CHUNK, Budget, Counted, Stream, metered, pulled, read_line

_KINDS: Final = ("response", "resource", "conversion")
_TYPES: Final = ("text/html", "application/xhtml", "text/plain")
_OK: Final = "2"
_MEMBER: Final = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_LONGEST_HEADER: Final = 1 << 20
_TASTE: Final = 512


def is_zipped(head: bytes) -> bool:
    """Tell whether a file is gzip with a WARC file in it."""
    return head.startswith(b"\x1f\x8b") and _begins_record(head[:_TASTE])


def read_zipped(file: File, options: ReadOptions) -> Iterator[Found]:
    """Yield the pages of a file that is compressed record by record."""
    yield from _read(file, options)


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    raw = file.stream.open()
    if file.start:
        raw.seek(file.start)
    stream: Any = Counted(raw if file.end is None else _bounded(raw, file.end - file.start))
    number = file.first
    try:
        for record in ArchiveIterator(stream, no_record_parse=False):
            number += 1
            yield _page(record, str(number), file.stream.budget, stream)
    except ArchiveLoadFailed as error:
        raise Refused("malformed", f"after record {number}: {error}") from error


def _bounded(raw: IO[bytes], length: int) -> IO[bytes]:
    left = length

    def pull(count: int) -> bytes:
        nonlocal left
        chunk = raw.read(min(count, left))
        left -= len(chunk)
        return chunk

    return pulled(pull)


def _page(record: Any, key: str, budget: Budget, packed: Counted) -> Found:
    if record.rec_type not in _KINDS:
        return PASSED
    headers = record.http_headers
    content_type = (headers.get_header("Content-Type") if headers else None) or record.content_type or ""
    if not content_type.lower().startswith(_TYPES) and record.rec_type != "conversion":
        return PASSED
    if headers is not None and not headers.get_statuscode().startswith(_OK):
        return Refusal(key, "http_error", f"status {headers.get_statuscode()}"[:100], record.length)
    url = record.rec_headers.get_header("WARC-Target-URI")
    name = "page.html" if "html" in content_type.lower() else "page.txt"
    inner = metered(record.content_stream(), budget, lambda: packed.count)
    return Member(key, File(name, Stream(inner, budget=budget), Told(url=url and url.strip("<>")[:2000])))


def _plan(stream: IO[bytes], size: int) -> list[Cut]:
    """Walk from record to record by their lengths."""
    cuts, at, number, wanted = [Cut(0, 0)], 0, 0, size
    while True:
        stream.seek(at)
        length = _record_length(stream)
        if length is None:
            return cuts
        if at >= wanted:
            cuts.append(Cut(at, number))
            wanted = at + size
        at, number = at + length, number + 1


def _record_length(stream: IO[bytes]) -> int | None:
    """Return how far the next record begins from here, or None where no record begins here."""
    head, content = 0, None
    line, length = read_line(stream, _LONGEST_HEADER)
    if not line.startswith(b"WARC/"):
        return None
    while line.strip() and head < _LONGEST_HEADER:
        head += length
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            content = int(value)
        line, length = read_line(stream, _LONGEST_HEADER)
    return head + length + content + len(b"\r\n\r\n") if content is not None else None


def plan_zipped(stream: IO[bytes], size: int) -> list[Cut]:
    """Cut a compressed file where gzip members begin that hold a record's head; they are told by their first bytes."""
    cuts, wanted = [Cut(0, 0)], size
    for number, at in enumerate(_members(stream)):
        if at >= wanted:
            cuts.append(Cut(at, number))
            wanted = at + size
    return cuts


def _members(stream: IO[bytes]) -> Iterator[int]:
    window, base = b"", 0
    while True:
        chunk = stream.read(CHUNK)
        window += chunk
        safe = len(window) - _TASTE if chunk else len(window)
        for found in _MEMBER.finditer(window):
            if found.start() >= safe:
                break
            if _begins_record(window[found.start() : found.start() + _TASTE]):
                yield base + found.start()
        if not chunk:
            return
        kept = max(0, safe)
        window, base = window[kept:], base + kept


def _begins_record(member: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(member, 5) == b"WARC/"
    except zlib.error:
        return False


FORMAT = Format("warc", magic(b"WARC/", suffixes=(".warc", ".wet", ".wat")), _read, container=True, plan=_plan)
