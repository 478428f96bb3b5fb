"""WARC files of web archives.

Inputs are the responses (and resources and conversions) that are HTML or text; records are numbered from 1 over all of
their kinds. Large files are cut where records begin, by their lengths; those that are compressed record by record, as
Common Crawl writes them, are the business of `compressed`.
"""

from collections.abc import Iterator
from typing import IO, Any, Final

from transforms.read.formats.interface import Cut, Format, magic
from transforms.read.found import PASSED, File, Found, Member, Refusal, Refused, Told
from transforms.read.limits import ReadOptions
from transforms.read.streams import Budget, Counted, Stream, metered, pulled, read_line

_KINDS: Final = ("response", "resource", "conversion")
_TYPES: Final = ("text/html", "application/xhtml", "text/plain")
_OK: Final = "2"
_BEGINNING: Final = b"WARC/"
_LONGEST_HEADER: Final = 1 << 20


def is_beginning(head: bytes) -> bool:
    """Tell whether a record may begin with these bytes, be they ever so few."""
    return head.startswith(_BEGINNING) or _BEGINNING.startswith(head)


def record_length(stream: IO[bytes]) -> int | None:
    """Return how far the next record begins from here, or None where no record begins here."""
    head, content = 0, None
    line, length = read_line(stream, _LONGEST_HEADER)
    if not line.startswith(_BEGINNING):
        return None
    while line.strip() and head < _LONGEST_HEADER:
        head += length
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            content = int(value)
        line, length = read_line(stream, _LONGEST_HEADER)
    return head + length + content + len(b"\r\n\r\n") if content is not None else None


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    stream: Any = _Records(file.open())
    number, record = file.first, None
    try:
        for record in ArchiveIterator(stream):
            number += 1
            yield _page(record, str(number), file.stream.budget, stream)
    except ArchiveLoadFailed as error:
        raise Refused("malformed", f"after record {number}: {error}") from error
    if record is not None and _is_cut(record):
        raise Refused("truncated", "ends inside its last record")


class _Records(Counted):
    """The file as the library is given it, which would take the error of a stream that ends too early for its end."""

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        try:
            return super().readinto(buffer)
        except EOFError as error:
            raise Refused("truncated", str(error)) from error


def _is_cut(record: Any) -> bool:
    """Tell whether a record is shorter than it says, once all was read that is there of it."""
    from warcio.limitreader import LimitReader

    rest = record.raw_stream
    return isinstance(rest, LimitReader) and rest.limit > 0 and not rest.read(1)


def _page(record: Any, key: str, budget: Budget, packed: Counted) -> Found:
    if record.rec_type is None or record.length is None:
        raise Refused("malformed", f"record {key} tells neither its type nor its length")
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
    content = record.content_stream()

    def pull(count: int) -> bytes:
        chunk: bytes = content.read(count)
        if not chunk and _is_cut(record):
            raise EOFError("the file ends inside of this record")
        return chunk

    inner = metered(pulled(pull), budget, lambda: packed.count)
    return Member(key, File(name, Stream(inner, budget=budget), Told(url=url and url.strip("<>")[:2000])))


def _plan(stream: IO[bytes], size: int) -> Iterator[Cut]:
    """Walk from record to record by their lengths."""
    at, number, wanted = 0, 0, 0
    while True:
        stream.seek(at)
        length = record_length(stream)
        if length is None:
            return
        if at >= wanted:
            yield Cut(at, number)
            wanted = at + size
        at, number = at + length, number + 1


FORMAT = Format(
    "warc",
    magic(_BEGINNING, suffixes=(".warc", ".wet", ".wat")),
    _read,
    container=True,
    plan=_plan,
    libraries=("warcio.archiveiterator",),
)
