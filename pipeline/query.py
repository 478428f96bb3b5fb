"""Answers SQL over a dataset by DuckDB: each folder is a view over the files that count; nothing else can be read."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from pipeline.errors import UsageError
from schemas.arrow import PARTITION_COLUMNS, PUBLIC

_READING = ("SELECT", "EXPLAIN")
"""Kinds of statements that are answered; DuckDB takes DESCRIBE and the like for the first."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """The answer to a query: names of columns, and rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def ask(files: Mapping[str, Sequence[str]], query: str) -> Answer:
    """Run one query and return its answer.

    The query can read the views `documents`, `paragraphs`, `mentions`, `events` and `dead_letters`, and no other file:
    DuckDB's access to files, networks and extensions is closed before it runs.

    Args:
        files: The committed files of each dataset, on the local disk.
        query: One statement of DuckDB's SQL.

    Raises:
        UsageError: If the query is wrong, or wants what it must not; the message is DuckDB's.
    """
    connection = duckdb.connect(":memory:")
    try:
        kinds = [statement.type.name for statement in duckdb.extract_statements(query)]
        if len(kinds) != 1 or kinds[0] not in _READING:
            raise UsageError("give one statement that reads: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN")
        _open(connection, files)
        found = connection.execute(query)
        columns = [column[0] for column in found.description or ()]
        return Answer(columns, found.fetchall())
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be answered: {_first_lines(str(error))}") from error
    finally:
        connection.close()


def _open(connection: Any, files: Mapping[str, Sequence[str]]) -> None:
    paths = [path for dataset in PUBLIC for path in files[dataset]]
    if any(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path) for path in paths):
        raise UsageError("`cordiale sql` reads datasets on the local disk; copy the dataset, or use DuckDB's httpfs")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    connection.execute(f"set allowed_paths = {_list(paths)}")
    for dataset in PUBLIC:
        hive = "true" if dataset in PARTITION_COLUMNS else "false"
        source = f"read_parquet({_list(files[dataset])}, hive_partitioning = {hive})"
        connection.execute(f"create view {dataset} as select * from {source}")  # noqa: S608  (names are our own)
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _list(paths: Iterable[str]) -> str:
    quoted = ("'" + path.replace("'", "''") + "'" for path in paths)
    return f"[{', '.join(quoted)}]"


def _first_lines(message: str) -> str:
    return " ".join(line.strip() for line in message.splitlines() if line.strip() and not line.startswith("LINE"))
