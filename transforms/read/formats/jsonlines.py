"""JSON Lines: one record on each line. Large files are cut at lines, and lines are numbered from 1."""

import json
from collections.abc import Iterator
from typing import IO, Any

from transforms.read.fields import read_record
from transforms.read.formats.interface import Cut, Format, read_whole
from transforms.read.formats.text import text_of
from transforms.read.found import PASSED, File, Found, Refusal, Refused
from transforms.read.limits import ReadOptions
from transforms.read.streams import CHUNK, read_line

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines", ".jl")
_BOM = b"\xef\xbb\xbf"


def _fits(head: bytes, name: str) -> bool:
    if name.endswith(_SUFFIXES):
        return True
    line, newline, _ = head.removeprefix(_BOM).lstrip().partition(b"\n")
    if not line.startswith(b"{"):
        return False
    return _is_object(line) or (not newline and not name.endswith(".json") and b'":' in line)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    stream, number = file.open(), file.first
    while True:
        line, length = read_line(stream, options.limits.max_bytes + 1)
        if not line:
            return
        number += 1
        yield _record(line, length, str(number), options)


def _record(line: bytes, length: int, key: str, options: ReadOptions) -> Found:
    most = options.limits.max_bytes
    if length > most:
        return Refusal(key, "too_large", f"{length:,} bytes, the limit is {most:,}", length)
    line = line.removeprefix(_BOM) if key == "1" else line
    if not line.strip():
        return PASSED
    try:
        record = json.loads(_text(line))
    except Refused as refused:
        return Refusal(key, refused.reason, refused.detail, length)
    except RecursionError:
        return Refusal(key, "too_nested", "JSON nested too deeply", length)
    except ValueError as error:
        return Refusal(key, "malformed", f"not JSON: {error}", length)
    return _from_value(record, key, length, options)


def _from_value(value: Any, key: str, size: int | None, options: ReadOptions) -> Found:
    if isinstance(value, dict):
        return read_record(value, options, key=key, size=size)
    return Refusal(key, "malformed", f"not a JSON object but a {type(value).__name__}", size)


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return text_of(line.rstrip(b"\n"))[0]


def _plan(stream: IO[bytes], size: int) -> Iterator[Cut]:
    """Cut after the end of a line when a part is large enough; lines are counted on the way."""
    at, lines, wanted = 0, 0, size
    cut = Cut(0, 0)
    while chunk := stream.read(CHUNK):
        end = chunk.find(b"\n", max(0, wanted - at))
        while end >= 0:
            yield cut  # there is something behind it
            cut = Cut(at + end + 1, lines + chunk.count(b"\n", 0, end + 1))
            wanted = cut.start + size
            end = chunk.find(b"\n", max(end + 1, wanted - at))
        at += len(chunk)
        lines += chunk.count(b"\n")
    if cut.start < at or not at:
        yield cut


def _fits_json(head: bytes, name: str) -> bool:
    return name.endswith(".json") and head.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[")


def _read_json(file: File, options: ReadOptions) -> Iterator[Found]:
    """Read a file that is one JSON object, or one list of them."""
    data = read_whole(file, options.limits)
    try:
        value = json.loads(text_of(data)[0].removeprefix("\ufeff"))
    except RecursionError as error:
        raise Refused("too_nested", "JSON nested too deeply") from error
    except ValueError as error:
        raise Refused("malformed", f"not JSON: {error}") from error
    for number, record in enumerate(value if isinstance(value, list) else [value], start=1):
        yield _from_value(record, str(number), len(data) if value is record else None, options)


FORMAT = Format("jsonl", _fits, _read, container=True, plan=_plan)
JSON = Format("json", _fits_json, _read_json, container=True)
