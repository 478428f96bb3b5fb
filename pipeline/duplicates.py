"""Marks duplicates in a dataset: reads signatures, finds copies, and gives the files of `documents/` that change."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.link.duplicates import Signed, find_duplicates
from transforms.write import DataFile, storage
from transforms.write.replace import read_groups, rewritten

SIGNATURES = "_signatures"
_MARKS = pa.schema([("doc_id", pa.string()), ("duplicate_of", pa.string())])


def duplicates_in(root: str, files: Iterable[DataFile]) -> dict[str, str]:
    """Return the original of each duplicate in a dataset, by its id."""
    files = list(files)
    known: dict[str, tuple[str, datetime.date | None]] = {}
    for table in _tables(root, files, "documents", ("doc_id", "uri", "published")):
        columns = (table[name].to_pylist() for name in ("doc_id", "uri", "published"))
        known.update({doc: (uri, published) for doc, uri, published in zip(*columns, strict=True)})
    return find_duplicates(_signed(root, files, known))


def changed_documents(root: str, files: Iterable[DataFile], duplicates: Mapping[str, str]) -> list[DataFile]:
    """Return the files of `documents/` in which a mark is not what it should be."""
    found = []
    for file in files:
        if file.dataset == "documents" and file.rows:
            parts = read_groups(f"{root}/{file.path}", ("doc_id", "duplicate_of"))
            if any(not _marked(part, duplicates).equals(part["duplicate_of"].combine_chunks()) for part in parts):
                found.append(file)
    return found


def marked_documents(root: str, files: Iterable[DataFile], duplicates: Mapping[str, str]) -> Iterator[pa.Table]:
    """Yield the rows of files of `documents/` with the right marks."""

    def mark(table: pa.Table) -> pa.Table:
        at = table.column_names.index("duplicate_of")
        return table.set_column(at, table.schema.field(at), _marked(table, duplicates))

    for file in files:
        yield from rewritten(root, file.path, mark)


def write_marks(path: str, duplicates: Mapping[str, str]) -> None:
    """Write the marks to a file of their own, for workers to read."""
    table = pa.table([list(duplicates), list(duplicates.values())], schema=_MARKS)
    with storage.create(path) as handle:
        pq.write_table(table, handle)


def _marked(table: pa.Table, duplicates: Mapping[str, str]) -> pa.Array:
    return pa.array([duplicates.get(doc) for doc in table["doc_id"].to_pylist()], pa.string())


def _signed(
    root: str, files: Iterable[DataFile], known: Mapping[str, tuple[str, datetime.date | None]]
) -> Iterator[Signed]:
    for table in _tables(root, files, SIGNATURES, ("doc_id", "method", "signature")):
        flat = pc.list_flatten(table["signature"]).to_numpy()
        signatures: Any = flat.reshape(table.num_rows, -1) if table.num_rows else np.zeros((0, 0))
        documents, methods = table["doc_id"].to_pylist(), table["method"].to_pylist()
        for doc, method, signature in zip(documents, methods, signatures, strict=True):
            if doc in known:
                yield Signed(doc, *known[doc], method, signature)


def _tables(root: str, files: Iterable[DataFile], dataset: str, columns: tuple[str, ...]) -> Iterator[pa.Table]:
    for file in files:
        if file.dataset == dataset and file.rows:
            yield from read_groups(f"{root}/{file.path}", columns)
