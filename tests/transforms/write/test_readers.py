"""What people read a dataset with can read every folder of it, empty ones too."""

import pathlib

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from schemas.arrow import DATASETS, PUBLIC, arrow_schema
from tests.transforms.write.samples import some_rows, write

ROWS = {"documents": 2, "paragraphs": 3, "mentions": 3, "events": 0, "dead_letters": 2}
Written = tuple[pathlib.Path, dict[str, int]]


@pytest.fixture(scope="module", params=["full", "empty"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A dataset with rows, and one without any, with the number of rows by folder."""
    root = tmp_path_factory.mktemp("dataset") / "out"
    full = request.param == "full"
    write(root, some_rows() if full else {"documents": []})
    return root, ROWS if full else dict.fromkeys(ROWS, 0)


def columns(dataset: str) -> set[str]:
    return set(arrow_schema(DATASETS[dataset]).names)


@pytest.mark.parametrize("dataset", PUBLIC)
def test_duckdb_reads_a_folder(written: Written, dataset: str) -> None:
    root, rows = written
    table = duckdb.sql(f"SELECT * FROM read_parquet('{root}/{dataset}/**/*.parquet', hive_partitioning = true)")
    assert set(table.columns) == columns(dataset)
    assert len(table.fetchall()) == rows[dataset]


@pytest.mark.parametrize("dataset", PUBLIC)
def test_polars_reads_a_folder(written: Written, dataset: str) -> None:
    root, rows = written
    frame = pl.read_parquet(root / dataset)
    assert set(frame.columns) == columns(dataset)
    assert frame.height == rows[dataset]


@pytest.mark.parametrize("dataset", PUBLIC)
def test_pyarrow_dataset_reads_a_folder(written: Written, dataset: str) -> None:
    root, rows = written
    table = ds.dataset(root / dataset, partitioning="hive").to_table()
    assert set(table.column_names) == columns(dataset)
    assert table.num_rows == rows[dataset]


@pytest.mark.parametrize("dataset", PUBLIC)
def test_pandas_reads_a_folder(written: Written, dataset: str) -> None:
    root, rows = written
    frame = pd.read_parquet(root / dataset)
    assert set(frame.columns) == columns(dataset)
    assert len(frame) == rows[dataset]


def test_partitions_can_be_asked_for(written: Written) -> None:
    root, rows = written
    query = f"SELECT event_type FROM read_parquet('{root}/mentions/*/*.parquet') WHERE event_class = 'cooperation'"
    assert duckdb.sql(query).fetchall() == ([("exercise",)] if rows["mentions"] else [])
    table = ds.dataset(root / "mentions", partitioning="hive").to_table(filter=ds.field("event_class") == "deal")
    assert table.num_rows == (2 if rows["mentions"] else 0)
