"""Parquet files, a few rows at a time and only the columns that are needed. Rows are numbered from 1.

Large files are cut where row groups begin.
"""

import io
import itertools
import struct
from collections.abc import Iterator
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.read.fields import columns_of, read_record
from transforms.read.formats.interface import Cut, Format, magic
from transforms.read.found import File, Found, Refusal, Refused
from transforms.read.limits import ReadOptions
from transforms.read.streams import Budget

_ROWS: Final = 64
_MAGIC: Final = b"PAR1"


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    raw = file.stream.seekable()
    try:
        table = _open(raw)
    except (pa.ArrowException, OSError) as error:
        raise Refused("malformed", f"not a Parquet file: {error}") from error
    columns = columns_of(list(table.schema_arrow.names), options.fields)
    if not columns:
        raise Refused("no_text_field", f"the columns are: {', '.join(table.schema_arrow.names)}"[:300])
    groups = _groups(table.metadata, file)
    _check(table, groups, file.stream.budget)
    number = file.first
    for batch in table.iter_batches(_ROWS, row_groups=groups, columns=columns, use_threads=False):
        for row in _rows(batch):
            number += 1
            yield (
                Refusal(str(number), "malformed", row)
                if isinstance(row, str)
                else read_record(row, options, key=str(number))
            )


def _open(raw: IO[bytes]) -> Any:
    return pq.ParquetFile(raw, pre_buffer=False, buffer_size=1 << 20)


def _rows(batch: Any) -> Iterator[dict[str, Any] | str]:
    """Yield the rows; of one with a value that means nothing, such as a day in the year 100,000, what is wrong."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        for number in range(batch.num_rows):
            try:
                (row,) = batch.slice(number, 1).to_pylist()
            except (ValueError, OverflowError, pa.ArrowException) as error:
                row = str(error) or type(error).__name__
            yield row


def _groups(metadata: Any, file: File) -> list[int]:
    """Return the numbers of the row groups that a part holds."""
    groups = range(metadata.num_row_groups)
    if file.whole:
        return list(groups)
    return [
        n for n in groups if file.start <= _start(metadata, n) and (file.end is None or _start(metadata, n) < file.end)
    ]


def _columns(metadata: Any, number: int) -> list[Any]:
    group = metadata.row_group(number)
    return [group.column(index) for index in range(group.num_columns)]


def _start(metadata: Any, number: int) -> int:
    """Return at which byte a row group begins."""
    return min(
        int(column.dictionary_page_offset if column.has_dictionary_page else column.data_page_offset)
        for column in _columns(metadata, number)
    )


def _packed(metadata: Any, number: int) -> int:
    return sum(int(column.total_compressed_size) for column in _columns(metadata, number))


def _check(table: Any, groups: list[int], budget: Budget) -> None:
    for number in groups:
        columns = _columns(table.metadata, number)
        budget.check(sum(column.total_uncompressed_size for column in columns), _packed(table.metadata, number))


def _plan(stream: IO[bytes], size: int) -> Iterator[Cut]:
    """Put row groups together until they are as large as a part."""
    metadata = _open(stream).metadata
    yield Cut(0, 0)
    starts = [_start(metadata, number) for number in range(metadata.num_row_groups)]
    ends = [start + _packed(metadata, number) for number, start in enumerate(starts)]
    if any(end > start for end, start in zip(ends, starts[1:], strict=False)):
        return  # they lie in no order, or within each other
    before = itertools.accumulate((metadata.row_group(number).num_rows for number in range(len(starts))), initial=0)
    wanted = size
    for start, rows in zip(starts, before, strict=False):
        if start >= wanted:
            yield Cut(start, rows)
            wanted = start + size


def _footer(stream: IO[bytes]) -> int:
    """Return how long the footer is, which says where columns lie: its length stands at the end of the file."""
    stream.seek(-8, io.SEEK_END)
    length, ending = struct.unpack("<I4s", stream.read(8))
    return length + 8 if ending == _MAGIC else 8


FORMAT = Format(
    "parquet", magic(_MAGIC, suffixes=(".parquet", ".pq")), _read, container=True, plan=_plan, footer=_footer
)
