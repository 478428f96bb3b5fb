"""The last stage: rows become Parquet files, and files become a commit that readers can trust.

`output` guards the folder that a run writes into, and `names` says where things lie in it. `sink` is the Beam graph:
rows become temporary files by `parquet`, `counts` tells what is in them, `storage` moves bytes; `plan` and `commit`
turn these files into a commit, and `manifest` is its record.

Names are loaded when they are first asked for: who only reads a dataset does without Beam.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.write.counts import count_row
    from transforms.write.manifest import (
        DataFile,
        Manifest,
        ManifestError,
        list_files,
        read_manifests,
        total_counts,
    )
    from transforms.write.output import OutputError, check_output, is_dataset, prepare_output, remove_dataset
    from transforms.write.sink import Commit, WriteDataset, WriteRows

_HOMES = {
    "Commit": "sink",
    "DataFile": "manifest",
    "Manifest": "manifest",
    "ManifestError": "manifest",
    "OutputError": "output",
    "WriteDataset": "sink",
    "WriteRows": "sink",
    "check_output": "output",
    "count_row": "counts",
    "is_dataset": "output",
    "list_files": "manifest",
    "prepare_output": "output",
    "read_manifests": "manifest",
    "remove_dataset": "output",
    "total_counts": "manifest",
}

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


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
