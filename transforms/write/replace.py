"""Commits ready-made tables in the place of files: what compaction, linking and changed documents have in common.

A committed file is never changed. Whoever wants other rows writes the files that hold the rows to be kept, and commits
them as the replacement of the old ones.
"""

import contextlib
import dataclasses
import datetime
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import file_schema
from schemas.records import WrittenFile
from transforms.write import storage
from transforms.write.commit import Change, Run, check_counting, commit_files
from transforms.write.counts import COUNTED, add_counts, count_table, net_counts
from transforms.write.manifest import Manifest
from transforms.write.names import RUNS, data_folders, dataset_of, normalise_root, temporary_folder
from transforms.write.parquet import TableFile, regroup, temporary_path

Keep = Callable[[pa.Table], pa.Table]
"""Takes rows of a file and returns those that stay, changed or not."""


def new_commit_id() -> str:
    """Return a commit id that no other commit has; ids sort by the time of their making."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def commit_tables(
    root: str,
    tables: Mapping[str, Iterable[pa.Table]],
    *,
    replaces: Sequence[str] = (),
    options: Mapping[str, Any],
    versions: Mapping[str, Any],
    commit_id: str | None = None,
    started: datetime.datetime | None = None,
    inputs: str | None = None,
) -> Manifest:
    """Commit ready-made tables in the place of committed files, all at once: readers see the old files or the new ones.

    Tables are written as they come, so generators keep memory flat: to temporary files of at most `parquet.FILE_ROWS`
    rows, which are renamed into place, then named by the manifest; then the replaced files are deleted. Killed at any
    moment, this leaves the old view or the new one, and the next writer (`one_writer`, `recover`) deletes the rest. A
    folder whose files are all replaced by no row gets a file without rows.

    Call it while you hold `one_writer(root)`, and take `replaces` from `list_files(root)` within the same hold:

        with one_writer(out) as root:
            old = [file.path for file in list_files(root, "events")]
            commit_tables(root, {"events": tables}, replaces=old, options={"command": "link"}, versions=versions)

    To change some rows of a dataset, give what `rewritten(root, path, change)` yields for each file concerned.

    Args:
        root: The dataset: a local path or a URL of Beam's filesystems.
        tables: By data folder (`names.data_folders`: `events`, `documents`, `mentions/event_class=deal` ...) the tables
            that its new files hold. They must have the columns of `schemas.arrow.file_schema`, in any order; rows keep
            the `commit_id` that they have.
        replaces: Paths, relative to the root, of files that no longer count; they need not lie in folders of `tables`.
            Lists of inputs may be among them.
        options: What was done, for the manifest (`{"command": "link", ...}`); what JSON can hold.
        versions: What did it, for the manifest; what JSON can hold.
        commit_id: Names the commit; a new one, if not given.
        started: When the work began; now, if not given.
        inputs: A file that is to become the commit's list of inputs, as a whole path on the same filesystem.

    Returns:
        The manifest. Its `counts` are what the dataset has gained, its `removed` what it has lost: rows that were only
        written anew are in neither.

    Raises:
        ValueError: If a folder is none of a dataset's, or a table does not fit its schema.
        CommitError: If a file to be replaced does not count (any more).
        OSError: If something cannot be read or written; nothing has changed for readers then, and temporary files are
            deleted as far as possible.
    """
    root = normalise_root(root)
    unknown = sorted(set(tables) - set(data_folders()))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no folder of a dataset ({', '.join(data_folders())})")
    check_counting(root, replaces)
    commit_id = commit_id or new_commit_id()
    run = Run(root, options, versions, started or datetime.datetime.now(datetime.timezone.utc))
    temporary = f"{root}/{temporary_folder(commit_id)}"
    with cleared_if_it_fails(temporary):
        ready = [file for folder, parts in tables.items() for file in write_tables(temporary, folder, parts)]
        added = add_counts(file.counts for file in ready)
        gone = add_counts(count_file(root, path) for path in replaces if not path.startswith(RUNS))
        counts, removed = net_counts(added, gone)
        change = Change(replaces=replaces, ready=ready, counts=counts, removed=removed, inputs=inputs)
        return commit_files(run, commit_id, (), temporary=temporary, last=True, change=change)


def rewritten(root: str, path: str, keep: Keep) -> Iterator[pa.Table]:
    """Yield the row groups of a committed file, each as `keep` returns it; memory holds one at a time.

    Args:
        root: The dataset.
        path: The file, relative to the root.
        keep: Takes a table and returns one with the same columns.
    """
    for table in read_groups(f"{normalise_root(root)}/{path}"):
        yield keep(table)


def read_groups(path: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Yield the row groups of a Parquet file on any filesystem; of a local one, only what is needed is read."""
    with storage.open_seekable(path) as handle, pq.ParquetFile(handle) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=None if columns is None else list(columns))


def count_file(root: str, path: str) -> dict[str, int]:
    """Return what the rows of a committed file add to the counts.

    Args:
        root: The dataset.
        path: The file, relative to the root.
    """
    folder = path.rsplit("/", 1)[0]
    columns = COUNTED.get(dataset_of(folder), ())
    return add_counts(count_table(folder, table) for table in read_groups(f"{root}/{path}", columns))


def write_tables(temporary: str, folder: str, tables: Iterable[pa.Table]) -> list[WrittenFile]:
    """Write tables of one data folder to temporary files, with their counts; several if they grow large, none for none.

    Raises:
        ValueError: If a table does not fit the schema of its dataset.
    """
    files: list[WrittenFile] = []
    writing: _Writing | None = None
    for table in regroup(_fitted(folder, tables)):
        writing = writing or _Writing(folder, TableFile(temporary_path(temporary, dataset_of(folder)), table.schema))
        writing.add(table)
        if writing.file.is_full():
            files.append(writing.close())
            writing = None
    return files if writing is None else [*files, writing.close()]


@contextlib.contextmanager
def cleared_if_it_fails(temporary: str) -> Iterator[None]:
    """Delete a temporary folder if the body fails; a full disk is the usual reason, so this makes room, too."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            storage.delete_tree(temporary)
        raise


@dataclasses.dataclass
class _Writing:
    folder: str
    file: TableFile
    counts: dict[str, int] = dataclasses.field(default_factory=dict)

    def add(self, table: pa.Table) -> None:
        self.file.add(table)
        self.counts = add_counts([self.counts, count_table(self.folder, table)])

    def close(self) -> WrittenFile:
        return WrittenFile(self.folder, self.file.path, self.file.rows, self.file.close(), self.counts)


def _fitted(folder: str, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    schema = file_schema(dataset_of(folder))
    for table in tables:
        missing = sorted(set(schema.names).symmetric_difference(table.column_names))
        if missing:
            raise ValueError(f"a table for {folder} differs from its schema in the column {missing[0]!r}")
        try:
            fitted = table.select(schema.names).cast(schema)
        except pa.ArrowException as error:
            raise ValueError(f"a table for {folder} does not fit its schema: {error}") from error
        if fitted.num_rows:
            yield fitted
