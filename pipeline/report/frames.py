"""A dataset in a notebook: frames, SQL, and mentions with their evidence marked.

    dataset = cordiale.load("out")
    dataset.mentions                        a pandas frame; cordiale.load("out", frames="polars") gives polars'
    dataset.sql("select event_type, count(*) as n from mentions group by all")
    dataset.evidence(event_type="sale")     sentences with trigger and arguments marked

All of them see exactly the files of committed runs.
"""

import functools
import html
import types
from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from pipeline.errors import UsageError
from pipeline.report.evidence import Evidence
from pipeline.report.read import source
from schemas.arrow import DATASETS

_ORDER = [("uri", "ascending"), ("trigger_start", "ascending"), ("mention_id", "ascending")]


def load(root: str, *, frames: str = "pandas") -> "Dataset":
    """Open a dataset that a run has written.

    Args:
        root: The run's output folder.
        frames: What frames are made of: `pandas`, `polars` or `arrow`.

    Raises:
        UsageError: If there is no dataset, or if `frames` is none of these.
    """
    if frames not in _FRAMES:
        raise UsageError(f"frames must be one of {', '.join(_FRAMES)}, but is {frames!r}")
    return Dataset(str(root), frames)


class Dataset:
    """A dataset opened for looking at; frames are read when they are first asked for.

    Args:
        root: The run's output folder.
        frames: What frames are made of.
    """

    def __init__(self, root: str, frames: str) -> None:
        self.root = root
        self._make = _FRAMES[frames]
        self._sources = {name: source(root, name) for name in DATASETS}

    @functools.cached_property
    def mentions(self) -> Any:
        """One row per event mention."""
        return self._frame("mentions")

    @functools.cached_property
    def events(self) -> Any:
        """One row per real-world event."""
        return self._frame("events")

    @functools.cached_property
    def documents(self) -> Any:
        """One row per document that was read."""
        return self._frame("documents")

    @functools.cached_property
    def paragraphs(self) -> Any:
        """One row per paragraph."""
        return self._frame("paragraphs")

    @functools.cached_property
    def dead_letters(self) -> Any:
        """One row per input that could not be used."""
        return self._frame("dead_letters")

    @functools.cached_property
    def connection(self) -> Any:
        """A DuckDB connection in memory, with a view for each dataset."""
        connection = duckdb.connect()
        for name, rows in self._sources.items():
            connection.register(name, rows)
        return connection

    def sql(self, query: str) -> Any:
        """Return a frame of what a query finds in `mentions`, `events`, `documents`, `paragraphs`, `dead_letters`."""
        return self._make(self.connection.sql(query).to_arrow_table())

    def evidence(self, limit: int | None = 20, **equal: str) -> Evidence:
        """Return mentions that a notebook shows with their evidence marked.

        Args:
            limit: At most so many, None for all.
            **equal: Columns and the value that they must have: `event_type="sale"`, `mention_id="..."`.

        Raises:
            UsageError: If `mentions` has no such column.
        """
        condition = ds.scalar(value=True)
        for column, value in equal.items():
            if column not in self._sources["mentions"].schema.names:
                raise UsageError(
                    f"mentions have no column {column}; they have {', '.join(self._sources['mentions'].schema.names)}"
                )
            condition &= ds.field(column) == value
        table = self._sources["mentions"].to_table(filter=condition).sort_by(_ORDER)
        return Evidence(table.slice(0, limit).to_pylist(), table.num_rows)

    def __repr__(self) -> str:
        return f"Dataset({self.root!r}: {', '.join(f'{count:,} {name}' for name, count in self._counts())})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{name}</th><td style='text-align:right'>{count:,}</td></tr>"
            for name, count in self._counts()
        )
        return f"<p><b>{html.escape(self.root)}</b></p><table>{rows}</table>{self.evidence(3)._repr_html_()}"

    def _counts(self) -> list[tuple[str, int]]:
        return [(name, rows.count_rows()) for name, rows in self._sources.items()]

    def _frame(self, name: str) -> Any:
        return self._make(self._sources[name].to_table())


def _pandas(table: pa.Table) -> Any:
    _needed("pandas")
    return table.to_pandas()


def _polars(table: pa.Table) -> Any:
    return _needed("polars").from_arrow(table)


def _needed(module: str) -> types.ModuleType:
    try:
        return __import__(module)
    except ImportError as error:
        raise UsageError(f'this needs {module}: pip install "cordiale[notebook]"') from error


_FRAMES: dict[str, Callable[[pa.Table], Any]] = {"pandas": _pandas, "polars": _polars, "arrow": lambda table: table}
