"""The last stage: rows become Parquet files, and files become a commit that readers can trust.

`output` guards the folder that a run writes into, and `names` says where things lie in it. `sink` is the Beam graph:
rows become temporary files by `parquet`, `counts` tells what is in them, `storage` moves bytes; `plan` and `commit`
turn these files into a commit, and `manifest` is its record. `replace` commits tables in the place of files, and `lock`
keeps writers apart.
"""

from transforms.write.counts import count_row
from transforms.write.lock import LockedError, one_writer, recover
from transforms.write.manifest import (
    DataFile,
    Manifest,
    ManifestError,
    list_files,
    read_manifests,
    total_counts,
    visible_files,
)
from transforms.write.output import OutputError, check_output, is_dataset, prepare_output, remove_dataset
from transforms.write.replace import commit_tables, new_commit_id, rewritten
from transforms.write.sink import Commit, WriteDataset, WriteRows

__all__ = [
    "Commit",
    "DataFile",
    "LockedError",
    "Manifest",
    "ManifestError",
    "OutputError",
    "WriteDataset",
    "WriteRows",
    "check_output",
    "commit_tables",
    "count_row",
    "is_dataset",
    "list_files",
    "new_commit_id",
    "one_writer",
    "prepare_output",
    "read_manifests",
    "recover",
    "remove_dataset",
    "rewritten",
    "total_counts",
    "visible_files",
]
