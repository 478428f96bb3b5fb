"""The manifest of a commit: what was committed, by what, in which files. A commit counts once its manifest is there."""

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from transforms.write import storage
from transforms.write.counts import add_counts
from transforms.write.names import RUNS, dataset_of, manifest_file, normalise_root

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class ManifestError(ValueError):
    """A manifest that cannot be read; the message names the file and what is wrong with it."""


@dataclasses.dataclass(frozen=True)
class DataFile:
    """A committed file: `path` relative to the dataset's root, size in rows and bytes."""

    path: str
    dataset: str
    rows: int
    bytes: int


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What one commit did.

    Attributes:
        id: The commit's id.
        schema_version: Of the rows.
        options: How the run was started, as the caller gives it.
        versions: What produced the rows: packages, model, digests, as the caller gives it.
        counts: See `counts.count_row`.
        files: Every file of the commit, sorted by path.
        started, finished: UTC.
    """

    id: str
    schema_version: int
    options: Mapping[str, Any]
    versions: Mapping[str, Any]
    counts: Mapping[str, int]
    files: Sequence[DataFile]
    started: datetime.datetime
    finished: datetime.datetime


def render(manifest: Manifest) -> bytes:
    """Return the JSON text of a manifest."""
    fields = dataclasses.asdict(manifest)
    for name in ("started", "finished"):
        fields[name] = fields[name].astimezone(datetime.timezone.utc).strftime(TIME_FORMAT)
    return (json.dumps(fields, indent=2, ensure_ascii=False) + "\n").encode()


def parse(content: bytes, *, path: str) -> Manifest:
    """Return the manifest that a JSON text holds; fields that a later version may add are ignored.

    Args:
        content: The text.
        path: Where it was read; its name must be the commit's id.

    Raises:
        ManifestError: If the text is not a whole manifest.
    """
    try:
        manifest = _from_fields(json.loads(content))
    except (ValueError, TypeError, KeyError) as error:
        raise ManifestError(f"{path} is not a manifest: {_reason(error)}") from error
    if not path.endswith(manifest_file(manifest.id)):
        raise ManifestError(f"{path} is not a manifest of this name: its id is {manifest.id!r}")
    return manifest


def read_manifest(root: str, commit_id: str) -> Manifest | None:
    """Return the manifest of one commit, or None where there is no such commit."""
    path = f"{normalise_root(root)}/{manifest_file(commit_id)}"
    return parse(storage.read(path), path=path) if storage.exists(path) else None


def read_manifests(root: str) -> list[Manifest]:
    """Return the manifests of all commits, in the order in which they were finished.

    Temporary files, whose names start with `_`, are passed over.

    Raises:
        ManifestError: If one is broken, for then nobody can say what the dataset holds.
    """
    folder = f"{normalise_root(root)}/{RUNS}"
    paths = [f"{folder}/{name}" for name in manifest_names(root)]
    return sorted((parse(storage.read(path), path=path) for path in paths), key=lambda m: (m.finished, m.id))


def manifest_names(root: str) -> list[str]:
    """Return the names of the files in `_runs/` that should be manifests."""
    names = storage.list_names(f"{normalise_root(root)}/{RUNS}")
    return [name for name in names if name.endswith(".json") and not name.startswith("_")]


def list_files(root: str, dataset: str | None = None) -> list[DataFile]:
    """Return the files that manifests list, sorted by path: the exact view of a dataset, or of one of its folders."""
    files = (file for manifest in read_manifests(root) for file in manifest.files)
    return sorted((file for file in files if dataset in (None, file.dataset)), key=lambda file: file.path)


def total_counts(manifests: Sequence[Manifest]) -> dict[str, int]:
    """Return the counts of several commits together."""
    return add_counts(manifest.counts for manifest in manifests)


def _from_fields(fields: Any) -> Manifest:
    if not isinstance(fields, dict):
        raise TypeError("it is not a JSON object")
    return Manifest(
        id=_typed(fields, "id", str),
        schema_version=_typed(fields, "schema_version", int),
        options=_typed(fields, "options", dict),
        versions=_typed(fields, "versions", dict),
        counts={name: _typed(fields["counts"], name, int) for name in _typed(fields, "counts", dict)},
        files=tuple(_files(_typed(fields, "files", list))),
        started=_time(_typed(fields, "started", str)),
        finished=_time(_typed(fields, "finished", str)),
    )


def _files(entries: list[Any]) -> Iterator[DataFile]:
    for entry in entries:
        path, dataset = _typed(entry, "path", str), _typed(entry, "dataset", str)
        if dataset != dataset_of(path) or ".." in path.split("/"):
            raise ValueError(f"{path!r} is not a file of {dataset!r}")
        yield DataFile(path, dataset, _typed(entry, "rows", int), _typed(entry, "bytes", int))


def _typed(fields: Any, name: str, kind: type) -> Any:
    value = fields[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}, not of type {kind.__name__}")
    return value


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, TIME_FORMAT).replace(tzinfo=datetime.timezone.utc)


def _reason(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
