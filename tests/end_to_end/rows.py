"""Reads a dataset back for comparison."""

import pathlib
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from transforms.write.manifest import list_files

TIMES = ("seen",)
NAMES_OF_COMMITS = ("commit_id",)
"""Each run commits under a name of its own."""


def table(root: pathlib.Path, dataset: str) -> pa.Table:
    """Return a dataset's rows by the manifests."""
    files = [str(root / file.path) for file in list_files(str(root), dataset)]
    return ds.dataset(files, format="parquet", partitioning="hive").to_table()


def rows(root: pathlib.Path, dataset: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table(root, dataset).to_pylist()
    return found


def comparable(root: pathlib.Path, dataset: str) -> list[str]:
    """Return the rows as sorted texts, without what differs from run to run."""
    left_out = {*TIMES, *NAMES_OF_COMMITS}
    found = ({name: value for name, value in row.items() if name not in left_out} for row in rows(root, dataset))
    return sorted(repr(row) for row in found)
