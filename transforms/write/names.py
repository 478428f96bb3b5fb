"""Where things lie in a dataset: folders, names of files, names of commits. The contract's layout, said once."""

import os
import re
import urllib.parse
from typing import Any, Final, NamedTuple

from schemas.arrow import DATASETS, PARTITION_COLUMNS
from schemas.codes import EVENT_CLASSES

RUNS: Final = "_runs"
TEMPORARY_PREFIX: Final = "_tmp-"
LOCK: Final = "_lock"
SPOOL: Final = "_stream"
"""The folder of what a stream has read and not committed yet."""
UNCHANGED: Final = "unchanged"
"""Stands for the folder of temporary files that hold no rows, but ids of documents whose rows stay."""
PARTITION_VALUES: Final[dict[str, tuple[str, ...]]] = {"mentions": EVENT_CLASSES}
"""The values that each partitioned dataset has a folder for, whether or not there are rows."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_COMMIT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DATA_FILE = re.compile(r"(?P<commit_id>[A-Za-z0-9][A-Za-z0-9._-]*)-(?P<shard>\d{5,})\.parquet")
_DATASET_OF_RECORD = {record: dataset for dataset, record in DATASETS.items()}


class FileName(NamedTuple):
    """What the name of a data file says."""

    commit_id: str
    shard: int


def data_folders() -> tuple[str, ...]:
    """Return every folder that holds data files, relative to the root."""
    folders: list[str] = []
    for dataset in DATASETS:
        column = PARTITION_COLUMNS.get(dataset)
        values = PARTITION_VALUES.get(dataset, ())
        folders += [f"{dataset}/{column}={value}" for value in values] if column else [dataset]
    return tuple(folders)


def dataset_of(folder: str) -> str:
    """Return the dataset that a data folder belongs to."""
    return folder.split("/", 1)[0]


def folder_of(row: Any) -> str:
    """Return the data folder of a row.

    Raises:
        ValueError: If the row is of no dataset, or of a partition that the contract does not know.
    """
    dataset = _DATASET_OF_RECORD.get(type(row))
    if dataset is None:
        raise ValueError(f"{type(row).__name__} is not a row of any dataset ({', '.join(DATASETS)})")
    column = PARTITION_COLUMNS.get(dataset)
    if column is None:
        return dataset
    value = getattr(row, column)
    if value not in PARTITION_VALUES[dataset]:
        raise ValueError(f"{dataset}: {column} is {value!r}, not one of {', '.join(PARTITION_VALUES[dataset])}")
    return f"{dataset}/{column}={value}"


def data_file(folder: str, commit_id: str, shard: int) -> str:
    """Return the path of a committed file, relative to the root."""
    return f"{folder}/{commit_id}-{shard:05d}.parquet"


def parse_data_file(name: str) -> FileName | None:
    """Return what the name of a committed file (without its folder) says, or None if it is not one of ours."""
    match = _DATA_FILE.fullmatch(name)
    return FileName(match["commit_id"], int(match["shard"])) if match else None


def manifest_file(commit_id: str) -> str:
    """Return the path of a commit's manifest, relative to the root."""
    return f"{RUNS}/{commit_id}.json"


def inputs_file(commit_id: str) -> str:
    """Return the path of the list of inputs that a commit is done with, relative to the root."""
    return f"{RUNS}/{commit_id}.inputs.parquet"


def temporary_folder(commit_id: str) -> str:
    """Return the folder of a commit's temporary files, relative to the root."""
    return f"{TEMPORARY_PREFIX}{commit_id}"


def check_commit_id(commit_id: str) -> str:
    """Return the commit id if it can stand in the name of a file anywhere.

    Raises:
        ValueError: If it cannot.
    """
    if not _COMMIT_ID.fullmatch(commit_id):
        raise ValueError(f"commit id {commit_id!r}: use letters, digits, '.', '-' and '_', a letter or digit first")
    return commit_id


def window_commit_id(commit_id: str, window: Any) -> str:
    """Return the id of the commit of one window: the plain id in the global window, else with the interval."""
    from apache_beam.transforms.window import GlobalWindow  # noqa: PLC0415  (who only reads a dataset does without)

    if isinstance(window, GlobalWindow):
        return commit_id
    start, end = (re.sub(r"[-:]", "", moment.to_rfc3339()) for moment in (window.start, window.end))
    return f"{commit_id}-{start}-{end}"


def pane_commit_id(commit_id: str, pane: Any) -> str:
    """Return the id of the commit of one pane: the window's id for the first, with the pane's number for later ones."""
    return f"{commit_id}-p{pane.index}" if pane.index else commit_id


def normalise_root(root: str) -> str:
    """Return a root that means the same in every process: an absolute path, or a URL without a slash at its end."""
    if root.startswith("file://"):
        root = urllib.parse.unquote(urllib.parse.urlsplit(root).path)
    return root.rstrip("/") if is_url(root) else os.path.abspath(root)


def is_url(path: str) -> bool:
    """Tell a URL for Beam's filesystems from a local path."""
    return _URL.match(path) is not None
