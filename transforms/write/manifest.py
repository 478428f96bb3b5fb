"""The manifest of a commit: what was committed, by what, in which files. A commit counts once its manifest is there.

A manifest may also name files of earlier commits that it replaces. What a dataset holds is what all manifests list
without what any of them replaces; so one new name in `_runs/` turns the old view into the new one, all at once.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        replaces: Paths of files of earlier commits that no longer count, sorted.
        removed: Counts of the rows that went with them and did not come back in `files`.
        inputs: The list of inputs that the commit is done with (`transforms.read.listed`), relative to the root.
    """

    id: str
    schema_version: int
    options: Mapping[str, Any]
    versions: Mapping[str, Any]
    counts: Mapping[str, int]
    files: Sequence[DataFile]
    started: datetime.datetime
    finished: datetime.datetime
    replaces: Sequence[str] = ()
    removed: Mapping[str, int] = dataclasses.field(default_factory=dict)
    inputs: str | None = None


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

    Temporary files, whose names start with `_`, are passed over. A listing that is taken while commits are made may
    show a later one and miss an earlier one, so it is taken again until nothing has changed.

    Raises:
        ManifestError: If one is broken, for then nobody can say what the dataset holds.
    """
    folder = f"{normalise_root(root)}/{RUNS}"
    known: dict[str, Manifest] = {}
    names = manifest_names(root)
    while True:
        missing = _read_missing(folder, names, known)
        again = manifest_names(root)
        if again == names:
            break
        names = again
    if missing is not None:
        raise missing
    return sorted((known[name] for name in names), key=lambda m: (m.finished, m.id))


def _read_missing(folder: str, names: Iterable[str], known: dict[str, Manifest]) -> OSError | None:
    """Add to `known` the manifests that are not there yet; return what went wrong, for one may just be deleted."""
    missing = None
    for name in names:
        path = f"{folder}/{name}"
        try:
            known[name] = known.get(name) or parse(storage.read(path), path=path)
        except OSError as error:
            missing = error
    return missing


def manifest_names(root: str) -> list[str]:
    """Return the names of the files in `_runs/` that should be manifests."""
    names = storage.list_names(f"{normalise_root(root)}/{RUNS}")
    return [name for name in names if name.endswith(".json") and not name.startswith("_")]


def visible_files(manifests: Iterable[Manifest]) -> list[DataFile]:
    """Return the files that count, sorted by path: what manifests list, without what any of them replaces."""
    manifests = list(manifests)
    replaced = {path for manifest in manifests for path in manifest.replaces}
    files = (file for manifest in manifests for file in manifest.files)
    return sorted((file for file in files if file.path not in replaced), key=lambda file: file.path)


def visible_inputs(manifests: Iterable[Manifest]) -> list[str]:
    """Return the lists of inputs that count, in the order of their commits, relative to the root."""
    manifests = list(manifests)
    replaced = {path for manifest in manifests for path in manifest.replaces}
    return [manifest.inputs for manifest in manifests if manifest.inputs and manifest.inputs not in replaced]


def list_files(root: str, dataset: str | None = None) -> list[DataFile]:
    """Return the files that count, sorted by path: the exact view of a dataset, or of one of its folders."""
    return [file for file in visible_files(read_manifests(root)) if dataset in (None, file.dataset)]


def total_counts(manifests: Sequence[Manifest]) -> dict[str, int]:
    """Return what several commits come to together: what they have added, less what they have removed."""
    total = add_counts(manifest.counts for manifest in manifests)
    gone = add_counts(manifest.removed for manifest in manifests)
    return {name: total.get(name, 0) - gone.get(name, 0) for name in sorted({*total, *gone})}


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
        replaces=tuple(map(_path, _typed(fields, "replaces", list))) if "replaces" in fields else (),
        removed={name: _typed(fields["removed"], name, int) for name in _typed(fields, "removed", dict)}
        if "removed" in fields
        else {},
        inputs=_path(fields["inputs"]) if fields.get("inputs") is not None else None,
    )


def _path(value: Any) -> str:
    if not isinstance(value, str) or ".." in value.split("/"):
        raise ValueError(f"{value!r} is not a path in the dataset")
    return value


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
