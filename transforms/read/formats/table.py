"""CSV and TSV: one record on each row under a line of names. Rows are numbered from 1, without the names."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from transforms.read.decode import Rejected, decode
from transforms.read.fields import is_text_name, read_record
from transforms.read.formats.interface import Format
from transforms.read.found import PASSED, File, Found, Refusal, Refused
from transforms.read.limits import ReadOptions

_SUFFIXES: Final = (".csv", ".tsv", ".tab")
_DELIMITERS: Final = ",;\t|"
_LONGEST_HEADER: Final = 10_000
_BOUND: Final = 4
"""A row that is so many times too large is no row: a quote was left open, and where the next one begins is unknown."""
_CODECS: Final = {"utf-8-bom": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


def _fits(head: bytes, name: str) -> bool:
    if name.endswith(_SUFFIXES):
        return True
    line = head[:_LONGEST_HEADER].partition(b"\n")[0].decode("utf-8", "replace").lstrip("\ufeff")
    cells = line.rstrip("\r").split(_delimiter(line))
    return len(cells) > 1 and all(cell.strip('" ').isidentifier() for cell in cells) and any(map(is_text_name, cells))


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    csv.field_size_limit(_BOUND * options.limits.max_bytes + 1)
    encoding = _encoding(file.stream.peek())
    lines = _Lines(file, encoding, options.limits.max_bytes)
    header = next(iter(lines), "")
    delimiter = _delimiter(header)
    names = [cell.strip() for cell in next(csv.reader([header.lstrip("\ufeff")], delimiter=delimiter), [])]
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        lines.taken = 0
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Refusal(str(number), "malformed", f"not CSV: {error}", lines.taken)
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        number += 1
        yield _row(names, cells, str(number), lines.taken, options)


def _row(names: list[str], cells: list[str], key: str, size: int, options: ReadOptions) -> Found:
    if not any(cell.strip() for cell in cells):
        return PASSED
    if len(cells) != len(names):
        return Refusal(key, "malformed", f"{len(cells)} cells for {len(names)} columns", size)
    return read_record(dict(zip(names, cells, strict=True)), options, key=key, size=size)


def _encoding(head: bytes) -> str:
    """Return the codec of a table by its first lines."""
    whole_lines = head[: head.rfind(b"\n") + 1] if not head.startswith(codecs.BOM_UTF16_LE) else head[: len(head) & ~1]
    decoded = decode(whole_lines or head)
    if isinstance(decoded, Rejected):
        raise Refused(decoded.reason, decoded.detail)
    return _CODECS.get(decoded.encoding, decoded.encoding)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


class _Lines:
    """Decoded lines, with a count of what a record took; one that takes far too much is the end."""

    def __init__(self, file: File, encoding: str, most: int) -> None:
        self._text = io.TextIOWrapper(file.stream.open(), encoding, newline="")
        self._most = most
        self.taken = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(_BOUND * self._most + 1)
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken > _BOUND * self._most:
            raise Refused("too_large", f"a row of more than {self._most:,} characters")
        return line


FORMAT = Format("csv", _fits, _read, container=True)
