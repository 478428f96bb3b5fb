"""Reads one input, or a part of one, into documents, or says why it cannot be one.

Between the listing and the reading anything may have happened to a file, so what was opened is looked at again: a
pipe that took a file's place must not hang the run, and a file that grew must not fill the memory. Plain text is read
here; all else is parsed by a process of its own (`guard`).
"""

import contextlib
import dataclasses
import os
import stat
import tempfile
from collections.abc import Iterator
from typing import IO, Final

from schemas.identity import canonical_uri
from schemas.records import DeadLetter, Document, Part, Source
from transforms.read.formats.interface import HEADER, Format
from transforms.read.found import File, Refused
from transforms.read.frames import Job
from transforms.read.guard import Guard, shared_guard
from transforms.read.limits import ReadLimits, ReadOptions
from transforms.read.places import local_path, scheme_of
from transforms.read.registry import recognise
from transforms.read.rejects import reject, reject_error
from transforms.read.remote import open_url, reject_url
from transforms.read.streams import CHUNK, Budget, Stream
from transforms.read.unfold import Noted, Unfolder

PART_SIZE: Final = 64_000_000
"""Bytes of a large file that one worker reads at a time, about."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)

Read = Document | DeadLetter | Noted


def read_document(source: Source, limits: ReadLimits) -> Document | DeadLetter:
    """Return the first document that an input holds, which for most formats is the only one."""
    results = read_part(Part(source), ReadOptions(limits))
    return next(result for result in results if not isinstance(result, Noted))


def read_part(part: Part, options: ReadOptions, guard: Guard | None = None) -> Iterator[Read]:
    """Yield the documents of a part of an input, a dead letter for all else, and notes on how records were understood.

    Args:
        part: What to read.
        options: Limits and names of fields.
        guard: The process to parse in; this thread's own, if not given.
    """
    source = part.source
    with contextlib.ExitStack() as stack:
        try:
            raw, size = stack.enter_context(_opened(source))
            known = _recognised(source, raw)
            if not known.is_plain:
                path = _local_copy(part, known, raw, stack)
        except Refused as refused:
            yield reject(source.uri, refused.reason, refused.detail)
            return
        except Exception as error:  # noqa: BLE001  (clients' own errors; they cost one input, not the run)
            yield _unreadable(source, error)
            return
        if known.is_plain:
            yield from read_plain(source, raw, size, options)
        else:
            yield from (guard or shared_guard()).read(_job(part, path, options))


def cut_into_parts(
    source: Source, size: int = PART_SIZE, options: ReadOptions | None = None, guard: Guard | None = None
) -> list[Part]:
    """Return the parts of an input that may be read by different workers: just one, unless it is large and can be cut.

    Args:
        source: The input.
        size: About so many bytes go into a part.
        options: Limits and names of fields.
        guard: The process to look for cuts in; this thread's own, if not given.
    """
    whole = Part(source)
    with contextlib.ExitStack() as stack:
        try:
            raw, length = stack.enter_context(_opened(source))
            if not length or length <= size:
                return [whole]
            known = _recognised(source, raw)
            if known.plan is None:
                return [whole]
            looked_at = Part(source, end=0) if known.footer else whole  # the footer says where cuts may be
            path = _local_copy(looked_at, known, raw, stack)
        except Exception:  # noqa: BLE001  (whatever is wrong with it, reading it says so)
            return [whole]
        job = dataclasses.replace(_job(whole, path, options or ReadOptions()), cut_into=size)
        cuts = (guard or shared_guard()).cut(job)
    ends = [*(cut.start for cut in cuts[1:]), None]
    return [Part(source, cut.start, end, cut.first) for cut, end in zip(cuts, ends, strict=True)] if cuts else [whole]


def cut_part(
    part: Part, size: int = PART_SIZE, options: ReadOptions | None = None, guard: Guard | None = None
) -> list[Part]:
    """Return the parts of an input that comes whole (`cut_into_parts`); a part is left as it is."""
    if part.start or part.end is not None or (part.source.size is not None and part.source.size <= size):
        return [part]
    return cut_into_parts(part.source, size, options, guard)


def name_of(source: Source) -> str:
    """Return the file name of an input."""
    return (source.path if scheme_of(source.path) else local_path(source.path)).rstrip("/").rsplit("/", 1)[-1]


def _recognised(source: Source, raw: IO[bytes]) -> Format:
    return recognise(Stream(raw, budget=Budget(0, 1)).peek(), name_of(source))


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[tuple[IO[bytes], int | None]]:
    """Open an input and tell its size, if that is known."""
    if scheme_of(source.path):
        with open_url(source.path) as stream:
            yield stream, _length(stream)
        return
    path = local_path(source.path)
    with open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Refused("not_a_file", "became something else before it was read")
        yield stream, status.st_size


def _length(stream: IO[bytes]) -> int | None:
    if not stream.seekable():
        return None
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return length


def read_plain(source: Source, raw: IO[bytes], size: int | None, options: ReadOptions) -> Iterator[Read]:
    """Yield what an open file of plain text holds.

    Args:
        source: The input.
        raw: Its bytes.
        size: How many, if that is known.
        options: Limits and names of fields.
    """
    most = options.limits.max_bytes
    if size is not None and size > most:
        yield reject(source.uri, "too_large", f"{size} bytes, the limit is {most}", size=size)
        return
    stream = Stream(raw, budget=Budget(size or most, options.limits.max_ratio), size=size)
    unfolder = Unfolder(source, canonical_uri(source.path), options)
    yield from (found for found in unfolder.unfold(File("", stream)) if isinstance(found, (Document, DeadLetter)))


def _local_copy(part: Part, known: Format, raw: IO[bytes], stack: contextlib.ExitStack) -> str:
    """Return the path of an input's file.

    What is elsewhere is fetched into a temporary file. Of that, a part has only its own bytes, at their place, with the
    header and the footer that its format wants; in between is nothing, not even on the disk.
    """
    path = part.source.path
    if not scheme_of(path):
        return local_path(path)
    copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="cordiale-"))  # noqa: SIM115  (the stack is one)
    for start, end in _wanted(part, known, raw):
        raw.seek(start)
        copy.seek(start)
        while chunk := raw.read(CHUNK if end is None else min(CHUNK, end - raw.tell())):
            copy.write(chunk)
    copy.flush()
    return copy.name


def _wanted(part: Part, known: Format, raw: IO[bytes]) -> list[tuple[int, int | None]]:
    """Return which bytes of a file are needed to read a part of it."""
    if not part.start and part.end is None:
        return [(0, None)]
    length = _length(raw)
    assert length is not None, "what cannot seek is not cut"
    footer = length - known.footer(raw) if known.footer else length
    end = length if part.end is None else part.end
    return [(0, min(HEADER, length)), (part.start, end), (max(0, footer), length)]


def _job(part: Part, path: str, options: ReadOptions) -> Job:
    source = part.source
    return Job(
        source=source,
        canonical=canonical_uri(source.path),
        path=path,
        name=name_of(source),
        start=part.start,
        end=part.end,
        first=part.first,
        options=options,
    )


def _unreadable(source: Source, error: Exception) -> DeadLetter:
    if scheme_of(source.path):
        return reject_url(source.uri, error)
    if isinstance(error, (OSError, ValueError)):
        return reject_error(source.uri, error)
    return reject(source.uri, "reader_failed", f"{type(error).__name__}: {error}")
