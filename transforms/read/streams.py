"""Streams of bytes with a first look, a meter and, on demand, a seekable copy.

What unpacks is metered here, in one place: each unpacked stream against the bytes that went into it, and all of an
input together against the size of the input, so that neither a single bomb nor archives that share their content, nor
many layers of modest ratio, get far.
"""

import dataclasses
import io
import sys
import tempfile
from collections.abc import Callable
from typing import IO, Any, Final

PEEK: Final = 1 << 16
CHUNK: Final = 1 << 18
IN_MEMORY: Final = 1 << 23
TICK: Final = 1 << 24
FREE: Final = 10_000_000
"""So many bytes may be unpacked from anything, whatever the ratio."""


class ExpandsTooMuch(Exception):  # noqa: N818
    """An archive unpacks to more than it may."""


@dataclasses.dataclass
class Budget:
    """What one input may unpack to in all; shared by its streams.

    Attributes:
        size: Of the input, in bytes.
        max_ratio: How many times its size it may unpack to.
        unpacked: How much has come out so far.
        tick: Called now and then while much is unpacked, as a sign of life.
    """

    size: int
    max_ratio: int
    unpacked: int = 0
    tick: Callable[[], None] | None = None

    def spend(self, count: int) -> None:
        """Take note of unpacked bytes.

        Raises:
            ExpandsTooMuch: If it is more than the input's size allows.
        """
        if self.tick is not None and self.unpacked // TICK < (self.unpacked + count) // TICK:
            self.tick()
        self.unpacked += count
        self.check(self.unpacked, self.size)

    def check(self, unpacked: int, packed: int) -> None:
        """Compare the unpacked size of something with its packed size.

        Raises:
            ExpandsTooMuch: If their ratio is too large.
        """
        if unpacked > FREE and unpacked > self.max_ratio * packed:
            raise ExpandsTooMuch(f"{packed:,} bytes unpack to more than {self.max_ratio} times as many")


class Stream:
    """Bytes to be read once, from the start, after any number of looks at their beginning.

    Args:
        raw: An open binary file; the stream does not close it.
        size: Its size in bytes, if known.
        budget: Of the input that it belongs to.
    """

    def __init__(self, raw: IO[bytes], *, budget: Budget, size: int | None = None) -> None:
        self._raw = raw
        self._head: bytes | None = None
        self._spool: IO[bytes] | None = None
        self.size = size
        self.budget = budget

    def peek(self) -> bytes:
        """Return the first bytes, at most `PEEK`."""
        if self._head is None:
            if _is_seekable(self._raw):
                self._head = read_at_most(self._raw, PEEK)
                self._raw.seek(0)
            else:
                head = _first_bytes(self._raw)
                self._head = head
                self._raw = _chained(head, self._raw)
        return self._head

    def open(self) -> IO[bytes]:
        """Return the bytes as a file; call it once."""
        self.peek()
        return self._raw

    def seekable(self) -> IO[bytes]:
        """Return the bytes as a file that can seek: a temporary copy, if need be, metered as it is made."""
        self.peek()
        if _is_seekable(self._raw):
            return self._raw
        spool: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed by `close`)
        self._spool = spool
        while chunk := self._raw.read(CHUNK):
            spool.write(chunk)
        self.size = spool.tell()
        spool.seek(0)
        return spool  # type: ignore[no-any-return]

    def close(self) -> None:
        """Drop the temporary copy, if one was made."""
        if self._spool is not None:
            self._spool.close()


class _Pulled(io.BufferedIOBase):
    """A file made of a function that returns the next bytes, and none at the end.

    Unlike the library's buffers it loses nothing where the function fails: what it gave before is read first, so that
    a damaged archive still gives all records before the damage.
    """

    def __init__(self, pull: Callable[[int], bytes]) -> None:
        self._pull = pull
        self._chunk = b""
        self._at = 0
        self._failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        pieces: list[bytes] = []
        missing = sys.maxsize if size is None or size < 0 else size
        while missing and self._fill(ready=bool(pieces)):
            pieces.append(self._take(self._at + missing))
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def read1(self, size: int = -1, /) -> bytes:
        return self._take(len(self._chunk) if size < 0 else self._at + size) if self._fill(ready=False) else b""

    def readline(self, size: int | None = -1, /) -> bytes:
        pieces: list[bytes] = []
        missing = sys.maxsize if size is None or size < 0 else size
        while missing and self._fill(ready=bool(pieces)):
            newline = self._chunk.find(b"\n", self._at, self._at + missing)
            pieces.append(self._take(self._at + missing if newline < 0 else newline + 1))
            missing = missing - len(pieces[-1]) if newline < 0 else 0
        return b"".join(pieces)

    def _take(self, end: int) -> bytes:
        piece = self._chunk[self._at : end]
        self._at += len(piece)
        return piece

    def _fill(self, *, ready: bool) -> bool:
        """Have bytes at hand; if there are none, but some are ready to be given, a failure waits for the next call."""
        if self._at < len(self._chunk):
            return True
        if self._failure is None:
            try:
                self._chunk, self._at = self._pull(CHUNK), 0
            except Exception as error:  # noqa: BLE001  (it is raised below, or by the next call)
                self._failure = error
            else:
                return bool(self._chunk)
        if ready:
            return False
        raise self._failure


def pulled(pull: Callable[[int], bytes]) -> IO[bytes]:
    """Return a buffered file of what a function returns call by call; it ends with the first empty answer."""
    return _Pulled(pull)  # type: ignore[return-value]


def metered(raw: Any, budget: Budget, packed: Callable[[], int]) -> IO[bytes]:
    """Return a file of unpacked bytes that are charged to a budget.

    Args:
        raw: What unpacks, a buffered file.
        budget: Of the input.
        packed: Tells how many packed bytes went in so far.
    """
    unpacked = 0

    def pull(count: int) -> bytes:
        nonlocal unpacked
        chunk: bytes = raw.read1(count)  # no more at once than came out before a failure
        unpacked += len(chunk)
        budget.spend(len(chunk))
        budget.check(unpacked, packed())
        return chunk

    return pulled(pull)


def bounded(raw: IO[bytes], length: int) -> IO[bytes]:
    """Return a file of the next bytes of another, so many at most."""
    left = length

    def pull(count: int) -> bytes:
        nonlocal left
        chunk = raw.read(min(count, left))
        left -= len(chunk)
        return chunk

    return pulled(pull)


class Counted(io.RawIOBase):
    """Passes bytes on and counts them; for what stands before something that unpacks."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.count = 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        chunk = self._raw.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self.count += len(chunk)
        return len(chunk)


def read_at_most(stream: IO[bytes], most: int) -> bytes:
    """Return the next bytes, fewer than `most` only at the end of the stream."""
    chunks: list[bytes] = []
    missing = most
    while missing and (chunk := stream.read(min(CHUNK, missing))):
        chunks.append(chunk)
        missing -= len(chunk)
    return b"".join(chunks)


def _first_bytes(stream: IO[bytes]) -> bytes:
    """Return the first bytes as far as they can be read; that no more can be will show when they are read again."""
    head = b""
    while len(head) < PEEK:
        try:
            chunk = stream.read(PEEK - len(head))
        except Exception:
            if not head:
                raise
            break
        if not chunk:
            break
        head += chunk
    return head


def read_line(stream: IO[bytes], most: int) -> tuple[bytes, int]:
    """Return the next line with its end, cut after `most` bytes, and its whole length; memory holds no more of it."""
    line = stream.readline(most)
    length = len(line)
    rest = line
    while rest and not rest.endswith(b"\n"):
        rest = stream.readline(CHUNK)
        length += len(rest)
    return line, length


def _chained(head: bytes, rest: IO[bytes]) -> IO[bytes]:
    pending = head

    def pull(count: int) -> bytes:
        nonlocal pending
        if pending:
            chunk, pending = pending[:count], pending[count:]
            return chunk
        return rest.read(count)

    return pulled(pull)


def _is_seekable(raw: IO[bytes]) -> bool:
    return raw.seekable()
