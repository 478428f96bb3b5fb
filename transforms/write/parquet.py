"""Turns rows into Parquet files: temporary ones while a bundle is worked on, larger ones made of these at the commit.

All files are written alike: zstd, statistics, page index, the explicit schema of `schemas.arrow`.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import file_schema, to_table
from schemas.records import WrittenFile
from transforms.write import storage
from transforms.write.counts import add_counts
from transforms.write.names import dataset_of

COMMIT_COLUMN = "commit_id"
"""The column that the commit fills, for the number of a pane is known only there."""

FILE_ROWS = 500_000
FILE_BYTES = 128 << 20
"""The size at which a file is closed and another begun."""

CHUNK_ROWS = 10_000
CHUNK_WEIGHT = 16 << 20
"""Rows, and roughly bytes of them, that are held in memory before they are written as a row group."""

GROUP_ROWS = 100_000
GROUP_BYTES = 32 << 20
"""Rows and bytes of a row group of merged files."""

ROW_WEIGHT = 200


class TableFile:
    """A Parquet file in the making: tables go in, each as a row group.

    Args:
        path: Where to write.
        schema: Of all tables.
    """

    def __init__(self, path: str, schema: pa.Schema) -> None:
        self.path = path
        self.rows = 0
        self._handle: IO[bytes] = storage.create(path)
        self._sink = pa.PythonFile(self._handle, "w")
        self._writer = pq.ParquetWriter(
            self._sink, schema, compression="zstd", write_statistics=True, write_page_index=True
        )

    def add(self, table: pa.Table) -> None:
        """Append a table as one row group."""
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.rows += table.num_rows

    def bytes(self) -> int:
        """Return how much was written so far."""
        return int(self._sink.tell())

    def is_full(self) -> bool:
        """Tell whether another file should be begun."""
        return self.rows >= FILE_ROWS or self.bytes() >= FILE_BYTES

    def close(self) -> int:
        """Complete the file and return its size in bytes."""
        self._writer.close()
        size = self.bytes()
        self._handle.close()
        return size


class RowFile:
    """Rows of one folder on their way into a temporary file. Memory holds one chunk of them; the rest is written.

    Args:
        temporary: The folder for temporary files.
        folder: The data folder that the rows belong to.
        count: What a row adds to the file's counts.
    """

    def __init__(self, temporary: str, folder: str, *, count: Callable[[Any], Mapping[str, int]]) -> None:
        self._folder = folder
        self._dataset = dataset_of(folder)
        self._path = temporary_path(temporary, self._dataset)
        self._count = count
        self._counts: dict[str, int] = {}
        self._chunk: list[Any] = []
        self._weight = 0
        self._file: TableFile | None = None

    def add(self, row: Any) -> bool:
        """Take a row; return whether the file is full and should be closed."""
        self._chunk.append(row)
        self._weight += weigh(row)
        if len(self._chunk) < CHUNK_ROWS and self._weight < CHUNK_WEIGHT:
            return False
        return self._write_chunk().is_full()

    def close(self) -> WrittenFile:
        """Write what is left and return the record of the file."""
        file = self._write_chunk()
        return WrittenFile(self._folder, file.path, file.rows, file.close(), self._counts)

    def _write_chunk(self) -> TableFile:
        if self._file is None:
            self._file = TableFile(self._path, file_schema(self._dataset))
        if self._chunk:
            self._file.add(self._table())
            self._counts = add_counts([self._counts, *map(self._count, self._chunk)])
            self._chunk, self._weight = [], 0
        return self._file

    def _table(self) -> pa.Table:
        try:
            return to_table(self._dataset, self._chunk)
        except (pa.ArrowException, UnicodeError, OverflowError) as error:
            raise ValueError(f"a row of {self._folder} does not fit the schema: {error}") from error


def temporary_path(temporary: str, dataset: str) -> str:
    """Return a path that no other file has."""
    return f"{temporary}/_{dataset}-{uuid.uuid4().hex}.parquet"


def weigh(row: Any) -> int:
    """Return roughly how many bytes a row takes."""
    weight = ROW_WEIGHT
    for value in vars(row).values():
        if isinstance(value, str):
            weight += len(value)
        elif isinstance(value, Sequence):
            weight += ROW_WEIGHT * len(value)
    return weight


def merge(folder: str, sources: Sequence[WrittenFile], path: str, *, commit_id: str) -> WrittenFile:
    """Write the rows of temporary files of one folder as one file, row group by row group.

    Args:
        folder: The data folder.
        sources: The files, which stay where they are; without any, a file without rows is written.
        path: The file to write.
        commit_id: What to fill the column of that name with, where there is one.
    """
    schema = file_schema(dataset_of(folder))
    file = TableFile(path, schema)
    for table in regroup(_row_groups(sources)):
        file.add(_fill_commit(table, schema, commit_id))
    counts = add_counts(source.counts for source in sources)
    return WrittenFile(folder, path, file.rows, file.close(), counts)


def _row_groups(sources: Iterable[WrittenFile]) -> Iterator[pa.Table]:
    for source in sources:
        with pq.ParquetFile(pa.BufferReader(storage.read(source.temporary))) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group)


def regroup(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows of tables of one schema in tables of the size of a row group, the last one smaller."""
    held: list[pa.Table] = []
    rows = size = 0
    for table in tables:
        held.append(table)
        rows, size = rows + table.num_rows, size + table.nbytes
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            yield pa.concat_tables(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.concat_tables(held)


def _fill_commit(table: pa.Table, schema: pa.Schema, commit_id: str) -> pa.Table:
    index = schema.get_field_index(COMMIT_COLUMN)
    if index < 0:
        return table
    column = pa.repeat(pa.scalar(commit_id, pa.string()), table.num_rows)
    return table.set_column(index, schema.field(index), column)
