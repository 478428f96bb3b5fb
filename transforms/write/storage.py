"""Moves bytes through Beam's filesystems, so that local disks, S3 and Google's storage are served alike.

Three things that Beam leaves to its callers are done here. Local listing and deletion do not go through Beam's matcher,
which takes brackets in names for patterns. A folder that exists is no error. What must survive a power cut is synced.
"""

import io
import os
import pathlib
import shutil
from collections.abc import Sequence
from typing import IO, Any

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from transforms.write.names import is_url

PLAIN = CompressionTypes.UNCOMPRESSED


def create(path: str) -> IO[bytes]:
    """Open a new file for writing; its folder is made if need be."""
    return FileSystems.create(path, compression_type=PLAIN)  # type: ignore[no-any-return]


def open_seekable(path: str) -> IO[bytes]:
    """Open a file for reading at any place; one that is elsewhere is fetched into memory."""
    return io.BytesIO(read(path)) if is_url(path) else pathlib.Path(path).open("rb")


def read(path: str) -> bytes:
    """Return the content of a file."""
    with FileSystems.open(path, compression_type=PLAIN) as handle:
        return handle.read()  # type: ignore[no-any-return]


def write(path: str, content: bytes) -> None:
    """Write a file at once."""
    with create(path) as handle:
        handle.write(content)


def exists(path: str) -> bool:
    """Tell whether a file is there (on object stores: not whether a folder is)."""
    return bool(FileSystems.exists(path))


def size(path: str) -> int:
    """Return the size of a file in bytes."""
    return int(FileSystems.get_filesystem(path).size(path))


def make_folder(path: str) -> None:
    """Make a folder and its parents where the filesystem has folders."""
    if is_url(path):
        FileSystems.mkdirs(path)
    else:
        pathlib.Path(path).mkdir(parents=True, exist_ok=True)


def rename(pairs: Sequence[tuple[str, str]]) -> None:
    """Move files, each given as (present path, new path), over whatever is there; the new folders must exist.

    Raises:
        BeamIOError: If any file could not be moved; others may have been.
    """
    if pairs:
        FileSystems.rename([old for old, _ in pairs], [new for _, new in pairs])


def delete(paths: Sequence[str]) -> None:
    """Delete files; one that is gone already is no error."""
    if not paths:
        return
    if is_url(paths[0]):
        FileSystems.delete(list(paths))
        return
    for path in paths:
        pathlib.Path(path).unlink(missing_ok=True)


def delete_tree(path: str) -> None:
    """Delete a folder with all in it, if it is there; of a link, the link only."""
    if is_url(path):
        delete(_match(f"{path}/**"))
        return
    local = pathlib.Path(path)
    if local.is_dir() and not local.is_symlink():
        shutil.rmtree(local)
    else:
        local.unlink(missing_ok=True)


def list_names(folder: str) -> list[str]:
    """Return the names of the files that lie directly in a folder, sorted; none if there is no such folder."""
    if is_url(folder):
        return sorted(path.rsplit("/", 1)[1] for path in _match(f"{folder}/*"))
    return sorted(path.name for path in _entries(folder) if path.is_file())


def list_entries(folder: str) -> list[str]:
    """Return the names of all that lies directly in a folder, folders too, sorted; none if there is no such folder."""
    if is_url(folder):
        return sorted({path[len(folder) + 1 :].split("/", 1)[0] for path in _match(f"{folder}/**")})
    return sorted(path.name for path in _entries(folder))


def sync(paths: Sequence[str]) -> None:
    """Make files and folders on a local disk survive a power cut; object stores keep what they have acknowledged."""
    for path in paths:
        if is_url(path):
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _entries(folder: str) -> list[pathlib.Path]:
    local = pathlib.Path(folder)
    return list(local.iterdir()) if local.is_dir() else []


def _match(pattern: str) -> list[str]:
    found: Any = FileSystems.match([pattern])[0].metadata_list
    return [metadata.path for metadata in found]
