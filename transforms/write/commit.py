"""Does a commit: files into place, every folder readable, then the manifest. What counts is only ever whole.

A commit may die anywhere and be done again with the same files: what was moved is found in its place, and what was
merged is merged again from temporary files, which are kept until the manifest is there. No reader of manifests sees
any of it before.

A commit may replace files of earlier ones. They are deleted behind the manifest: until then the old view is whole, and
from then on the new one. Between the two a plain glob sees both for a moment, never neither. What a commit that dies
leaves behind on either side is what `recover` deletes.
"""

import concurrent.futures
import dataclasses
import datetime
import functools
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.codes import SCHEMA_VERSION
from schemas.records import WrittenFile
from transforms.write import storage
from transforms.write.counts import ALWAYS, add_counts
from transforms.write.manifest import (
    DataFile,
    Manifest,
    read_manifest,
    read_manifests,
    render,
    visible_files,
    visible_inputs,
)
from transforms.write.names import (
    RUNS,
    data_file,
    data_folders,
    dataset_of,
    inputs_file,
    manifest_file,
    parse_data_file,
)
from transforms.write.parquet import merge, temporary_path
from transforms.write.plan import Shard, plan_shards

MERGE_THREADS = 4
_LOGGER = logging.getLogger(__name__)


class CommitError(RuntimeError):
    """A commit that cannot be finished."""


@dataclasses.dataclass(frozen=True)
class Run:
    """What all commits of a run have in common.

    Attributes:
        root: The dataset's folder, normalised.
        options, versions: For the manifest, as the caller gives them.
        started: When the run began, UTC.
    """

    root: str
    options: Mapping[str, Any]
    versions: Mapping[str, Any]
    started: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Change:
    """What a commit does beyond adding rows.

    Attributes:
        replaces: Paths, relative to the root, of committed files (or lists of inputs) that no longer count.
        ready: Temporary files that are moved as they are, such as what is kept of the files replaced.
        counts: What the rows of `ready` add to the counts.
        removed: Counts of the rows that went for good.
        inputs: A temporary file that lists the inputs that the commit is done with, as a whole path.
    """

    replaces: Sequence[str] = ()
    ready: Sequence[WrittenFile] = ()
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    removed: Mapping[str, int] = dataclasses.field(default_factory=dict)
    inputs: str | None = None


NO_CHANGE = Change()


def commit_files(
    run: Run,
    commit_id: str,
    files: Iterable[WrittenFile],
    *,
    temporary: str,
    last: bool,
    change: Change = NO_CHANGE,
) -> Manifest:
    """Commit temporary files, or find that they were committed before.

    Args:
        run: What goes into every manifest.
        commit_id: Names the files and the manifest.
        files: All files of the commit.
        temporary: The folder where they lie, as a whole path.
        last: Whether no other commit takes files from that folder, so that it goes with all that is left in it.
        change: What else the commit does.

    Raises:
        CommitError: If another commit has this id, a file has vanished, or one to be replaced does not count.
        BeamIOError: If a file cannot be moved.
    """
    files = list(files)
    manifest = read_manifest(run.root, commit_id)
    if manifest is None:
        manifest = _publish(run, commit_id, files, temporary, change)
    elif dict(manifest.counts) != _total(files, change):
        raise CommitError(f"{run.root}: commit {commit_id!r} exists already, with other rows; choose another id")
    _clean_up(run.root, manifest, temporary, files, last=last)
    return manifest


def _publish(run: Run, commit_id: str, files: Sequence[WrittenFile], temporary: str, change: Change) -> Manifest:
    shards = plan_shards(files, change.ready)
    standing = {folder: storage.list_names(f"{run.root}/{folder}") for folder in data_folders()}
    bare = _folders_without_files(run.root, shards, standing)
    bare += _folders_emptied(run.root, shards, change.replaces)
    shards += [Shard(folder, 0, ()) for folder in bare]
    stage = functools.partial(_stage, commit_id=commit_id, temporary=temporary)
    paths = [data_file(shard.folder, commit_id, shard.number) for shard in shards]
    with concurrent.futures.ThreadPoolExecutor(MERGE_THREADS) as pool:
        staged = dict(zip(paths, pool.map(stage, shards), strict=True))
    _drop_stale(run.root, commit_id, standing, keep=staged)
    _move(run.root, staged, temporary)
    manifest = Manifest(
        id=commit_id,
        schema_version=SCHEMA_VERSION,
        options=run.options,
        versions=run.versions,
        counts=_total(files, change),
        files=tuple(DataFile(p, dataset_of(p), staged[p].rows, staged[p].bytes) for p in sorted(staged)),
        started=run.started,
        finished=datetime.datetime.now(datetime.timezone.utc),
        replaces=tuple(sorted(set(change.replaces))),
        removed=dict(change.removed),
        inputs=_move_inputs(run.root, commit_id, change.inputs),
    )
    _write_manifest(run.root, manifest, temporary)
    return manifest


def _stage(shard: Shard, *, commit_id: str, temporary: str) -> WrittenFile:
    if shard.is_moved():
        return shard.sources[0]
    path = temporary_path(temporary, dataset_of(shard.folder))
    return merge(shard.folder, shard.sources, path, commit_id=commit_id)


def _folders_without_files(root: str, shards: Iterable[Shard], standing: Mapping[str, Sequence[str]]) -> list[str]:
    taken = {shard.folder for shard in shards}
    public = [folder for folder in standing if not folder.startswith("_")]
    return [folder for folder in public if folder not in taken and not _any_committed(root, standing[folder])]


def _folders_emptied(root: str, shards: Iterable[Shard], replaces: Sequence[str]) -> list[str]:
    """Return the folders that would be left without a file that counts."""
    if not replaces:
        return []
    visible = check_counting(root, replaces)
    taken = {RUNS} | {shard.folder for shard in shards} | {_folder(path) for path in visible.difference(replaces)}
    return sorted(folder for folder in {_folder(path) for path in replaces} - taken if not folder.startswith("_"))


def check_counting(root: str, replaces: Iterable[str]) -> set[str]:
    """Return the paths of all files that count, if those that are to be replaced are among them.

    Raises:
        CommitError: If not.
    """
    manifests = read_manifests(root)
    visible = {file.path for file in visible_files(manifests)}.union(visible_inputs(manifests))
    unknown = sorted(set(replaces) - visible)
    if unknown:
        raise CommitError(f"{root}: {unknown[0]} is to be replaced, but no longer counts: another commit was faster")
    return visible


def _folder(path: str) -> str:
    return path.rsplit("/", 1)[0]


def _any_committed(root: str, names: Iterable[str]) -> bool:
    commits = {name.commit_id for name in map(parse_data_file, names) if name is not None}
    return any(storage.exists(f"{root}/{manifest_file(commit)}") for commit in sorted(commits))


def _drop_stale(root: str, commit_id: str, standing: Mapping[str, Sequence[str]], *, keep: Iterable[str]) -> None:
    """Delete files of this commit id that an earlier try left, such as one with more rows and so more shards."""
    mine = {
        f"{folder}/{name}"
        for folder, names in standing.items()
        for name in names
        if (parsed := parse_data_file(name)) and parsed.commit_id == commit_id
    }
    storage.delete([f"{root}/{path}" for path in sorted(mine.difference(keep))])


def _move(root: str, staged: Mapping[str, WrittenFile], temporary: str) -> None:
    for folder in sorted({path.rsplit("/", 1)[0] for path in staged}):
        storage.make_folder(f"{root}/{folder}")
    present = {f"{temporary}/{name}" for name in storage.list_names(temporary)}
    for path, file in staged.items():
        if file.temporary not in present:
            _check_moved(f"{root}/{path}", file)
    storage.rename([(file.temporary, f"{root}/{path}") for path, file in staged.items() if file.temporary in present])
    storage.sync([f"{root}/{path}" for path in staged])
    storage.sync([f"{root}/{folder}" for folder in sorted(_parents(staged))] + [root])


def _check_moved(path: str, file: WrittenFile) -> None:
    if not storage.exists(path) or storage.size(path) != file.bytes:
        raise CommitError(f"{file.temporary} has vanished, and {path} is not that file")


def _parents(paths: Iterable[str]) -> set[str]:
    return {path[:end] for path in paths for end, character in enumerate(path) if character == "/"}


def _move_inputs(root: str, commit_id: str, temporary: str | None) -> str | None:
    if temporary is None:
        return None
    path = inputs_file(commit_id)
    storage.make_folder(f"{root}/{RUNS}")
    if storage.exists(temporary):
        storage.rename([(temporary, f"{root}/{path}")])
    elif not storage.exists(f"{root}/{path}"):
        raise CommitError(f"{temporary} has vanished")
    storage.sync([f"{root}/{path}"])
    return path


def _write_manifest(root: str, manifest: Manifest, temporary: str) -> None:
    path = f"{temporary}/_manifest-{uuid.uuid4().hex}.json"
    storage.write(path, render(manifest))
    storage.make_folder(f"{root}/{RUNS}")
    storage.sync([path])
    storage.rename([(path, f"{root}/{manifest_file(manifest.id)}")])
    storage.sync([f"{root}/{RUNS}", root])


def _clean_up(root: str, manifest: Manifest, temporary: str, files: Iterable[WrittenFile], *, last: bool) -> None:
    """Delete what is no longer needed; the commit counts by now, so a failure is only reported."""
    try:
        storage.delete([f"{root}/{path}" for path in manifest.replaces])
        if last:
            storage.delete_tree(temporary)
        else:
            storage.delete([file.temporary for file in files])
    except OSError as error:
        _LOGGER.warning("%s: files are left that the next run deletes: %s", root, error)


def _total(files: Iterable[WrittenFile], change: Change) -> dict[str, int]:
    unique = {file.temporary: file.counts for file in files}
    return add_counts([dict.fromkeys(ALWAYS, 0), *unique.values(), change.counts])
