"""Reads what the user knows of the inputs and the texts do not say: `--metadata FILE.csv` and `--published DATE`.

A wrong date of publication moves every "on Monday" of a document, so a file that leaves room for doubt is refused
with the line to mend, and never guessed at.
"""

import csv
import dataclasses
import datetime
import io
import os
import pathlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.records import Source
from transforms.read.decode import Rejected, decode

Key = tuple[str, ...]

COLUMNS: Final = ("file", "published", "title", "source", "url", "language")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclasses.dataclass(frozen=True)
class MetadataRow:
    """One line of the metadata file."""

    line: int
    file: str
    published: datetime.date | None = None
    title: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None


@dataclasses.dataclass(frozen=True)
class Metadata:
    """What a metadata file says, by the end of the path that each line is about.

    Attributes:
        path: Absolute path of the file itself, which is never an input.
        rows: Lines by the parts of their path (`("reuters", "a.txt")`).
    """

    path: str
    rows: Mapping[Key, MetadataRow]


class Describer:
    """Adds to each input of one run what the user said of it. Keeps track of which line was used for which input."""

    def __init__(self, metadata: Metadata | None, published: datetime.date | None) -> None:
        self._metadata = metadata
        self._published = published
        self._lengths = sorted({len(key) for key in metadata.rows}, reverse=True) if metadata else []
        self._used: dict[int, str] = {}

    def describe(self, source: Source) -> Source:
        """Return the input with its metadata.

        Raises:
            ValueError: If the line that fits it was used for another input already.
        """
        row = self._find(source)
        if row is None:
            origin = "option" if self._published else None
            return dataclasses.replace(source, published=self._published, published_origin=origin)
        self._claim(row, source.uri)
        published = row.published or self._published
        origin = "metadata" if row.published else "option"
        return dataclasses.replace(
            source,
            title=row.title,
            source=row.source,
            url=row.url,
            language=row.language,
            published=published,
            published_origin=origin if published else None,
        )

    def unused(self) -> list[MetadataRow]:
        """Return the lines that no input was found for."""
        rows = self._metadata.rows.values() if self._metadata else ()
        return [row for row in rows if row.line not in self._used]

    def _find(self, source: Source) -> MetadataRow | None:
        if self._metadata is None:
            return None
        paths = [_parts(source.uri), _parts(source.path)]
        for length in self._lengths:
            for parts in paths:
                row = self._metadata.rows.get(parts[-length:])
                if row is not None:
                    return row
        return None

    def _claim(self, row: MetadataRow, uri: str) -> None:
        other = self._used.setdefault(row.line, uri)
        if other != uri:
            assert self._metadata is not None, "the row came from it"
            raise ValueError(
                f"{self._metadata.path}, line {row.line}: {row.file!r} fits both {other!r} and {uri!r}; "
                "write more of the path in column 'file', one line for each"
            )


def read_metadata(path: str | os.PathLike[str]) -> Metadata:
    """Return what a metadata file says.

    The file is CSV with a line of column names: `file`, then any of published, title, source, url, language. It may
    be in any encoding that inputs may be in, and separated by commas, semicolons or tabs.

    Raises:
        ValueError: If it cannot be read or says something unclear; the message names the line and what to do.
    """
    name = os.fspath(path)
    text = _text(name)
    rows: dict[Key, MetadataRow] = {}
    for row in _rows(name, text):
        key = _parts(row.file)
        if key in rows:
            raise ValueError(f"{name}, line {row.line}: {row.file!r} stands in line {rows[key].line} already; keep one")
        rows[key] = row
    return Metadata(os.path.abspath(name), rows)


def parse_date(text: str) -> datetime.date:
    """Return a date of publication.

    Raises:
        ValueError: If it is not written as 2018-07-21 or is no date.
    """
    try:
        if _DATE.fullmatch(text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is not a date; write it as year-month-day, like 2018-07-21")


def _text(name: str) -> str:
    try:
        decoded = decode(pathlib.Path(name).read_bytes())
    except OSError as error:
        raise ValueError(f"{name}: the metadata file cannot be read: {error.strerror}") from error
    if isinstance(decoded, Rejected):
        raise ValueError(f"{name}: the metadata file cannot be read: {decoded.detail}")  # noqa: TRY004
    return decoded.text.removeprefix("\ufeff")


def _rows(name: str, text: str) -> Iterator[MetadataRow]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(f"{name}, line {reader.line_num}", cells)
            else:
                yield _row(name, reader.line_num, columns, cells)
    except csv.Error as error:
        raise ValueError(f"{name}, line {reader.line_num}: not valid CSV: {error}") from error


def _columns(where: str, cells: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise ValueError(f"{where}: unknown column {unknown[0]!r}; the columns may be {', '.join(COLUMNS)}")
    if "file" not in columns:
        raise ValueError(f"{where}: no column 'file'; it says which input each line is about")
    twice = [column for column in columns if columns.count(column) > 1]
    if twice:
        raise ValueError(f"{where}: column {twice[0]!r} stands there twice; keep one")
    return columns


def _row(name: str, line: int, columns: list[str], cells: list[str]) -> MetadataRow:
    where = f"{name}, line {line}"
    if len(cells) > len(columns):
        raise ValueError(f"{where}: {len(cells)} cells for {len(columns)} columns; put quotes around text with commas")
    said = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    if not _parts(said.get("file", "")):
        raise ValueError(f"{where}: column 'file' is empty; write the name of the file that the line is about")
    return MetadataRow(
        line=line,
        file=said["file"],
        published=_published(where, said.get("published")),
        title=said.get("title"),
        source=said.get("source"),
        url=said.get("url"),
        language=said.get("language"),
    )


def _published(where: str, text: str | None) -> datetime.date | None:
    try:
        return parse_date(text) if text else None
    except ValueError as error:
        raise ValueError(f"{where}: published: {error}") from error


def _parts(path: str) -> Key:
    """Return the parts of a path, in one Unicode form: file systems and spreadsheets write accents differently."""
    return tuple(part for part in unicodedata.normalize("NFC", path).split("/") if part not in ("", "."))
