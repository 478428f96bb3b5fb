"""Merges the many small files of a dataset that grows slice by slice into few large ones; rows stay as they are."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from schemas.codes import SCHEMA_VERSION
from transforms.read.listed import SCHEMA, last_lines, read_batches
from transforms.write.manifest import DataFile, Manifest, list_files, read_manifests, visible_files, visible_inputs
from transforms.write.names import data_folders, temporary_folder
from transforms.write.parquet import FILE_BYTES, FILE_ROWS
from transforms.write.plan import LARGE
from transforms.write.removal import write_known
from transforms.write.replace import cleared_if_it_fails, commit_tables, new_commit_id, read_groups


@dataclasses.dataclass(frozen=True)
class Compacted:
    """What compaction has done: files that count, before and after."""

    before: int
    after: int


def compact(root: str) -> Compacted:
    """Merge the small files of each folder of a dataset, and its lists of inputs, in one commit.

    Readers see the old files or the new ones. Memory holds a row group at a time, the disk both for a while. To be
    called by who holds the dataset's lock.

    Args:
        root: The dataset, normalised.
    """
    manifests = read_manifests(root)
    files = visible_files(manifests)
    folders = {folder: _small([file for file in files if _is_in(file, folder)]) for folder in data_folders()}
    lists = visible_inputs(manifests)
    lists = lists if len(lists) > 1 else []
    if not lists and not any(folders.values()):
        return Compacted(len(files), len(files))
    _commit(root, folders, lists)
    return Compacted(len(files), len(list_files(root)))


def _commit(root: str, folders: dict[str, list[DataFile]], lists: Sequence[str]) -> Manifest:
    commit_id = new_commit_id()
    temporary = f"{root}/{temporary_folder(commit_id)}"
    inputs = f"{temporary}/_inputs.parquet" if lists else None
    with cleared_if_it_fails(temporary):
        if inputs:
            write_known(inputs, SCHEMA, [_merged([f"{root}/{path}" for path in lists])])
        return commit_tables(
            root,
            {folder: _tables(root, small) for folder, small in folders.items()},
            replaces=[*(file.path for small in folders.values() for file in small), *lists],
            options={"command": "compact"},
            versions={"schema": SCHEMA_VERSION},
            commit_id=commit_id,
            inputs=inputs,
        )


def _small(files: Sequence[DataFile]) -> list[DataFile]:
    """Return the files of a folder that are worth merging: those far from their full size, if there are several."""
    small = [file for file in files if file.bytes * LARGE < FILE_BYTES and file.rows * LARGE < FILE_ROWS]
    return small if len(small) > 1 else []


def _is_in(file: DataFile, folder: str) -> bool:
    return file.path.rpartition("/")[0] == folder


def _tables(root: str, files: Iterable[DataFile]) -> Iterator[pa.Table]:
    for file in files:
        yield from read_groups(f"{root}/{file.path}")


def _merged(paths: Iterable[str]) -> pa.Table:
    """Return the lines of lists of inputs, each input's last only: it says what the dataset holds of it."""
    table = pa.Table.from_batches([batch for path in paths for batch in read_batches(path)], SCHEMA)
    return table.take(pa.array(sorted(last_lines(table["key"].to_numpy()))))
