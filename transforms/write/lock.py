"""Sees to it that a dataset has one writer at a time, and deletes what the one before has left unfinished.

On a local disk the operating system keeps the lock (flock), so that it is free the moment its holder is gone, however
it died. Object stores have nothing like it, so there it is the user who must see to it: a second writer would take
what the first is about to commit for the remains of a dead one.
"""

import contextlib
import fcntl
import os
import pathlib
import socket
from collections.abc import Iterator

from transforms.write import storage
from transforms.write.manifest import read_manifests, visible_files, visible_inputs
from transforms.write.names import (
    LOCK,
    RUNS,
    TEMPORARY_PREFIX,
    data_folders,
    is_url,
    normalise_root,
    parse_data_file,
)
from transforms.write.output import REMOVAL, remove_dataset

_INPUTS = ".inputs.parquet"


class LockedError(ValueError):
    """Someone else is writing into the dataset; the message says who."""


@contextlib.contextmanager
def one_writer(root: str) -> Iterator[str]:
    """Hold the lock of a dataset; yield its normalised root, with what died before (`recover`) cleared away.

    Whoever changes a dataset holds it all the while: `run`, `compact`, linking. Readers need no lock.

    Args:
        root: The dataset: a folder that exists, or a URL.

    Raises:
        LockedError: If another process, or another part of this one, holds it.
        OSError: If the folder cannot be written to.
    """
    root = normalise_root(root)
    with contextlib.nullcontext() if is_url(root) else _flock(root):
        recover(root)
        yield root


def recover(root: str) -> None:
    """Delete what does not count: temporary files, files that no manifest lists, files that were replaced.

    A dataset whose deletion has begun is deleted.

    Only for the holder of the lock: what another writer is about to commit looks the same.
    """
    root = normalise_root(root)
    entries = storage.list_entries(root)
    if REMOVAL in entries:
        remove_dataset(root)
        return
    manifests = read_manifests(root)
    counting = {file.path for file in visible_files(manifests)}
    standing = {
        f"{folder}/{name}"
        for folder in data_folders()
        for name in storage.list_names(f"{root}/{folder}")
        if parse_data_file(name)
    }
    lists = {f"{RUNS}/{name}" for name in storage.list_names(f"{root}/{RUNS}") if name.endswith(_INPUTS)}
    unknown = (standing - counting) | (lists - set(visible_inputs(manifests)))
    storage.delete([f"{root}/{path}" for path in sorted(unknown)])
    for name in entries:
        if name.startswith(TEMPORARY_PREFIX):
            storage.delete_tree(f"{root}/{name}")


@contextlib.contextmanager
def _flock(root: str) -> Iterator[None]:
    path = pathlib.Path(root, LOCK)
    descriptor = _locked(path)
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield
    finally:
        path.unlink(missing_ok=True)  # while it is held: who waits for this very file finds out and makes a new one
        os.close(descriptor)


def _locked(path: pathlib.Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                return descriptor
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            message = f"{path.parent} is being written to by {holder}: wait until it is done, or write somewhere else"
            raise LockedError(message) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(path: pathlib.Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
