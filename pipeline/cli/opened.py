"""Opens a dataset that a run has written, for the subcommands that read."""

import pathlib
from collections.abc import Callable
from typing import TypeVar

from pipeline.errors import UsageError

T = TypeVar("T")


def files_of(root: str, dataset: str | None) -> list[str]:
    """Return the paths of a dataset's committed files.

    Raises:
        UsageError: If there is no dataset, or one whose manifests cannot be read.
    """
    from transforms.write.manifest import ManifestError, list_files, read_manifests

    try:
        if not read_manifests(root):
            raise UsageError(_nothing(root))
        return [f"{root.rstrip('/')}/{file.path}" for file in list_files(root, dataset)]
    except ManifestError as error:
        raise UsageError(str(error)) from error


def read_while_it_changes(root: str, dataset: str, read: Callable[[list[str]], T]) -> T:
    """Return what `read` makes of a dataset's committed files; where one was replaced meanwhile, of those after that.

    Raises:
        UsageError: As `files_of`.
    """
    files = files_of(root, dataset)
    try:
        return read(files)
    except FileNotFoundError:
        if files_of(root, dataset) == files:
            raise
    return read_while_it_changes(root, dataset, read)


def _nothing(root: str) -> str:
    if "://" not in root and not pathlib.Path(root).is_dir():
        return f"{root} is not a folder; give the --output of a run"
    return f"{root} holds no dataset; `cordiale run INPUT --output {root}` makes one"
