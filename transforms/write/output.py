"""Guards the folder that a run writes into: nothing that is not ours is overwritten or deleted.

A dataset that is there, or the remains of a run that died, are written to: they grow. Only `fresh` deletes them.
"""

import os
import pathlib
import uuid

from apache_beam.io.filesystems import FileSystems

from schemas.arrow import DATASETS
from transforms.write import storage
from transforms.write.manifest import manifest_names
from transforms.write.names import LOCK, RUNS, SPOOL, TEMPORARY_PREFIX, is_url, normalise_root

REMOVAL = f"{TEMPORARY_PREFIX}removal"
MARK = b"This dataset is being deleted.\n"  # S3 takes no empty file from Beam
"""Holds a mark while a dataset is being deleted, so that a deletion that dies is known for what it is."""


class OutputError(ValueError):
    """An output folder that cannot be used; the message says why and what to do."""


def is_dataset(root: str) -> bool:
    """Tell whether a folder holds a dataset: at least one commit."""
    return bool(manifest_names(root))


def check_output(root: str) -> None:
    """Check that a run may write into a folder, without changing anything.

    Args:
        root: The folder: a local path or a URL.

    Raises:
        OutputError: If it may not.
    """
    root = normalise_root(root)
    _check_kind(root)
    if storage.list_entries(root) and not _is_ours(root):
        raise OutputError(f"{root} holds files, but no dataset of cordiale: choose another folder")


def prepare_output(root: str) -> str:
    """Check a folder, make it with its parents, and return its normalised path.

    Raises:
        OutputError: If a run may not write there.
    """
    check_output(root)
    root = normalise_root(root)
    try:
        storage.make_folder(root)
    except OSError as error:
        raise OutputError(f"{root} cannot be prepared for output: {error}") from error
    return root


def remove_dataset(root: str) -> None:
    """Delete what a dataset consists of, and nothing else: its folders, `_runs` and temporary files, but not the lock.

    Manifests go first, so that none names files that are gone; on a local disk all at once. Links are deleted, never
    followed. A deletion that dies is finished by the next writer (`lock.recover`).

    Raises:
        OutputError: If there are files but no dataset.
    """
    root = normalise_root(root)
    entries = storage.list_entries(root)
    if not set(entries) - {LOCK}:
        return
    if not _is_ours(root):
        raise OutputError(f"{root} holds no dataset of cordiale; nothing was deleted")
    storage.write(f"{root}/{REMOVAL}/_mark", MARK)
    if not is_url(root) and pathlib.Path(root, RUNS).is_dir():
        pathlib.Path(root, RUNS).replace(pathlib.Path(root, REMOVAL, f"{RUNS}-{uuid.uuid4().hex}"))
    for name in (RUNS, SPOOL, *DATASETS, *(entry for entry in entries if entry.startswith(TEMPORARY_PREFIX)), REMOVAL):
        storage.delete_tree(f"{root}/{name}")


def _is_ours(root: str) -> bool:
    if is_dataset(root):
        return True
    entries = storage.list_entries(root)
    ours = all(entry in (*DATASETS, RUNS, SPOOL, LOCK) or entry.startswith(TEMPORARY_PREFIX) for entry in entries)
    return ours and any(entry in (SPOOL, LOCK) or entry.startswith(TEMPORARY_PREFIX) for entry in entries)


def _check_kind(root: str) -> None:
    if is_url(root):
        _check_url(root)
    elif os.path.lexists(root) and not pathlib.Path(root).is_dir():
        raise OutputError(f"{root} is not a folder: choose another name for the output")


def _check_url(root: str) -> None:
    if set(root) & set("*?["):
        raise OutputError(f"{root}: a URL for output must not hold any of * ? [")
    try:
        FileSystems.get_filesystem(root)
    except ValueError as error:
        extra = {"s3": "aws", "gs": "gcp"}.get(root.split(":", 1)[0])
        hint = f"install cordiale[{extra}]" if extra else "use a local path, s3:// or gs://"
        raise OutputError(f"{root}: nothing installed can write there; {hint}") from error
