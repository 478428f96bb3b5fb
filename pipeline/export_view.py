"""What exports and queries read: the rows of a dataset's committed files, and of no others."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipeline.cli.opened import files_of
from schemas.arrow import DATASETS, PARTITION_COLUMNS, arrow_schema
from transforms.write.replace import read_groups


@dataclasses.dataclass(frozen=True)
class View:
    """The exact view of a dataset.

    Attributes:
        files: The paths of the committed files of each folder.
    """

    files: Mapping[str, Sequence[str]]

    def tables(self, dataset: str) -> Iterator[pa.Table]:
        """Yield the rows of a folder with all columns, a row group at a time."""
        schema = arrow_schema(DATASETS[dataset])
        column = PARTITION_COLUMNS.get(dataset)
        for path in self.files[dataset]:
            for table in read_groups(path):
                whole = table
                if column is not None:
                    value = path.split(f"{column}=", 1)[1].split("/", 1)[0]
                    whole = table.append_column(column, pa.array([value] * table.num_rows, pa.string()))
                yield whole.select(schema.names).cast(schema)

    def rows(self, dataset: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a folder as dicts."""
        for table in self.tables(dataset):
            for start in range(0, table.num_rows, 1000):
                yield from table.slice(start, 1000).to_pylist()

    def mentions(self, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return the mentions of some ids."""
        return {row["mention_id"]: row for row in self.rows("mentions") if row["mention_id"] in ids}


def open_view(root: str) -> View:
    """Return the view of a dataset.

    Raises:
        UsageError: If there is no dataset.
    """
    return View({dataset: files_of(root, dataset) for dataset in DATASETS})
