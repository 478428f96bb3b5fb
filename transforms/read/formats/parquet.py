"""Parquet files, a few rows at a time and only the columns that are needed. Rows are numbered from 1.

Large files are cut into row groups; `Part.start` and `end` count them.
"""

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


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    raw = file.stream.seekable()
    try:
        table = _open(raw)
    except (pa.ArrowException, OSError) as error:
        raise Refused("malformed", f"not a Parquet file: {error}") from error
    columns = columns_of(list(table.schema_arrow.names), options.fields)
    if not columns:
        raise Refused("no_text_field", f"the columns are: {', '.join(table.schema_arrow.names)}"[:300])
    groups = range(file.start, table.num_row_groups if file.end is None else file.end)
    _check(table, groups, file.stream.budget)
    number = file.first
    for batch in table.iter_batches(_ROWS, row_groups=list(groups), columns=columns, use_threads=False):
        for row in batch.to_pylist():
            number += 1
            yield _row(row, str(number), options)


def _open(raw: IO[bytes]) -> Any:
    return pq.ParquetFile(raw, pre_buffer=False, buffer_size=1 << 20)


def _check(table: Any, groups: range, budget: Budget) -> None:
    for number in groups:
        group = table.metadata.row_group(number)
        columns = [group.column(index) for index in range(group.num_columns)]
        packed = sum(column.total_compressed_size for column in columns)
        budget.check(sum(column.total_uncompressed_size for column in columns), packed)


def _row(row: Any, key: str, options: ReadOptions) -> Found:
    size = sum(len(value) for value in row.values() if isinstance(value, (str, bytes)))
    try:
        return read_record(row, options, key=key, size=size)
    except (ValueError, TypeError) as error:
        return Refusal(key, "malformed", str(error), size)


def _plan(stream: IO[bytes], size: int) -> list[Cut]:
    """Put row groups together until they are as large as a part."""
    metadata = _open(stream).metadata
    cuts, rows, gathered = [Cut(0, 0)], 0, 0
    for number in range(metadata.num_row_groups):
        if gathered >= size:
            cuts.append(Cut(number, rows))
            gathered = 0
        group = metadata.row_group(number)
        rows += group.num_rows
        gathered += sum(group.column(index).total_compressed_size for index in range(group.num_columns))
    return cuts


FORMAT = Format("parquet", magic(b"PAR1", suffixes=(".parquet", ".pq")), _read, container=True, plan=_plan)
