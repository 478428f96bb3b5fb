"""The last stage: rows become Parquet files, and files become a commit that readers can trust.

`output` guards the folder that a run writes into, and `names` says where things lie in it. `sink` is the Beam graph:
rows become temporary files by `parquet`, `counts` tells what is in them, `storage` moves bytes; `plan` and `commit`
turn these files into a commit, and `manifest` is its record.
"""

from transforms.write.counts import count_row
from transforms.write.manifest import DataFile, Manifest, ManifestError, list_files, read_manifests, total_counts
from transforms.write.output import OutputError, check_output, is_dataset, prepare_output, remove_dataset
from transforms.write.sink import Commit, WriteDataset, WriteRows

__all__ = [
    "Commit",
    "DataFile",
    "Manifest",
    "ManifestError",
    "OutputError",
    "WriteDataset",
    "WriteRows",
    "check_output",
    "count_row",
    "is_dataset",
    "list_files",
    "prepare_output",
    "read_manifests",
    "remove_dataset",
    "total_counts",
]
