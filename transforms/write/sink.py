"""`WriteDataset`: the sink of the project as Beam transforms.

Rows are written where they are made, to temporary files; only the names of these cross the barrier (a GroupByKey by
commit), behind which the commit is done. The same graph commits a run, a slice of one, each window, or each pane.
"""

import dataclasses
import datetime
import functools
import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics
from apache_beam.transforms.trigger import AccumulationMode, DefaultTrigger
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

import schemas.coders  # noqa: F401  (registers the records)
from schemas.arrow import DATASETS
from schemas.records import DeadLetter, WrittenFile
from transforms.write import storage
from transforms.write.commit import NO_CHANGE, Run, commit_files
from transforms.write.counts import count_row
from transforms.write.manifest import Manifest, read_manifest
from transforms.write.names import (
    UNCHANGED,
    check_commit_id,
    dataset_of,
    folder_of,
    normalise_root,
    pane_commit_id,
    temporary_folder,
    window_commit_id,
)
from transforms.write.parquet import RowFile
from transforms.write.removal import Removal

NO_FILE = WrittenFile(folder="", temporary="", rows=0, bytes=0, counts={})
"""Stands for a commit that happens whether or not there are rows."""

_STAGED = "_staged.json"
CountRow = Callable[[Any], Mapping[str, int]]
CommitFile = tuple[str, WrittenFile]


class WriteDataset(beam.PTransform):
    """Writes the rows of several datasets and commits them together.

    Input: a dict from names of datasets (`documents`, `paragraphs`, `mentions`, `events`, `dead_letters`; any may be
    left out) to PCollections of their rows. Output: a PCollection of the ids of the commits that were done. A bounded,
    unwindowed input gives exactly one commit, of `commit_id`, even without a row; windows and panes give one each.

    The sink fills `seen` where it is null, and `commit_id` whatever it holds.

    Args:
        root: The dataset's folder: a local path or a URL.
        commit_id: Names the commit; windows and panes add to it. Not to be used twice in a dataset.
        options, versions: For the manifest; what JSON can hold.
        started: When the run began; now, if not given.
        count: What each row adds to the manifest's counts.
        removal: What goes with the commit. Beside rows, `unchanged` may then name the documents that stay.
        staged: Leave the commit to `commit_staged`, for whoever has started the pipeline.
    """

    def __init__(
        self,
        root: str,
        *,
        commit_id: str,
        options: Mapping[str, Any],
        versions: Mapping[str, Any],
        started: datetime.datetime | None = None,
        count: CountRow = count_row,
        removal: Removal | None = None,
        staged: bool = False,
    ) -> None:
        super().__init__()
        self._commit_id = commit_id
        self._write = functools.partial(WriteRows, root, commit_id=commit_id, count=count)
        self._ids = functools.partial(_WriteIds, normalise_root(root), commit_id)
        self._commit = functools.partial(
            Commit, root, options=options, versions=versions, started=started, removal=removal, staged=staged
        )

    def expand(self, rows: Any) -> pvalue.PCollection:
        """Write each dataset apart, so that no two kinds of rows meet in one collection, and commit all at once."""
        if not rows or set(rows) - {*DATASETS, UNCHANGED}:
            raise ValueError(f"rows of {sorted(rows)}: give PCollections by name of dataset ({', '.join(DATASETS)})")
        files = [part | f"Write {dataset}" >> self._write() for dataset, part in rows.items() if dataset != UNCHANGED]
        if UNCHANGED in rows:
            ids = beam.ParDo(self._ids()).with_output_types(CommitFile)
            files.append(rows[UNCHANGED] | "Write unchanged" >> ids)
        seeds = [self._commit_id] if all(map(_gives_one_commit, files)) else []
        return files | "Flatten files" >> beam.Flatten() | "Commit" >> self._commit(commit_ids=seeds)


class WriteRows(beam.PTransform):
    """Writes rows to temporary files.

    Input: rows of any dataset. Output: (commit id, `WrittenFile`) for each file, in the rows' windows; the commit id
    says the window, too. A bundle gives one file for each folder and window, or more if they grow large.

    Args:
        root: The dataset's folder: a local path or a URL.
        commit_id: Names the commit, but for window and pane.
        count: What each row adds to the manifest's counts.
    """

    def __init__(self, root: str, *, commit_id: str, count: CountRow = count_row) -> None:
        super().__init__()
        self._do = _WriteRows(normalise_root(root), check_commit_id(commit_id), count)

    def expand(self, rows: pvalue.PCollection) -> pvalue.PCollection:
        """Write rows bundle by bundle."""
        return rows | "Write temporary files" >> beam.ParDo(self._do).with_output_types(CommitFile)


class Commit(beam.PTransform):
    """Waits for all files of each commit, moves them into place and writes the manifest.

    Input: (commit id, `WrittenFile`), with triggers in discarding mode, if any. Output: the ids of the commits done.

    Args:
        root: The dataset's folder: a local path or a URL.
        options, versions: For the manifests; what JSON can hold.
        started: When the run began; now, if not given.
        commit_ids: Commits that happen even if they have no file. Only for inputs in the global window.
        removal: What goes with the commit.
        staged: Only note what is to be committed, for `commit_staged`.
    """

    def __init__(
        self,
        root: str,
        *,
        options: Mapping[str, Any],
        versions: Mapping[str, Any],
        started: datetime.datetime | None = None,
        commit_ids: Sequence[str] = (),
        removal: Removal | None = None,
        staged: bool = False,
    ) -> None:
        super().__init__()
        self._removal = removal
        self._staged = staged
        started = started or datetime.datetime.now(datetime.timezone.utc)
        self._run = Run(normalise_root(root), _plain(options, "options"), _plain(versions, "versions"), started)
        self._commit_ids = [check_commit_id(commit_id) for commit_id in commit_ids]

    def expand(self, files: pvalue.PCollection) -> pvalue.PCollection:
        """Group files by commit, which is the barrier, and commit each group."""
        _check_windowing(files)
        if self._commit_ids:
            seeds = [(commit_id, NO_FILE) for commit_id in self._commit_ids]
            seeded = files.pipeline | "Seed" >> beam.Create(seeds).with_output_types(CommitFile)
            files = (files, seeded) | "Flatten" >> beam.Flatten()
        if self._staged:
            do: beam.DoFn = _Stage(self._run.root)
        else:
            do = _Commit(self._run, self._removal, one_pane=_has_one_pane(files))
        return files | "Barrier" >> beam.GroupByKey() | "Commit" >> beam.ParDo(do).with_output_types(str)


def commit_staged(run: Run, commit_id: str, removal: Removal | None = None) -> Manifest:
    """Commit what a pipeline with `WriteDataset(staged=True)` has written.

    So the commit is done by the process that holds the lock of the dataset: workers that outlive it write nothing that
    counts.

    Raises:
        CommitError, OSError: As `commit_files`.
    """
    run = dataclasses.replace(run, options=_plain(run.options, "options"), versions=_plain(run.versions, "versions"))
    temporary = f"{run.root}/{temporary_folder(commit_id)}"
    content = json.loads(storage.read(f"{temporary}/{_STAGED}"))
    files = [WrittenFile(**fields) for fields in content]
    return _settle_and_commit(run, commit_id, files, temporary=temporary, last=True, removal=removal)


def _settle_and_commit(
    run: Run,
    commit_id: str,
    files: list[WrittenFile],
    *,
    temporary: str,
    last: bool,
    removal: Removal | None,
) -> Manifest:
    if removal is None or (manifest := read_manifest(run.root, commit_id)) is None:
        written, change = removal.settle(files) if removal else (files, NO_CHANGE)
        return commit_files(run, commit_id, written, temporary=temporary, last=last, change=change)
    return manifest


class _WriteRows(beam.DoFn):
    def __init__(self, root: str, commit_id: str, count: CountRow) -> None:
        self._root = root
        self._commit_id = commit_id
        self._count = count
        self._files: dict[tuple[Any, str], RowFile] = {}

    def start_bundle(self) -> None:
        """Forget what a bundle that failed may have left."""
        self._files = {}

    def process(self, row: Any, window: Any = beam.DoFn.WindowParam) -> Iterator[CommitFile]:
        """Take a row, and yield its file if that is full now."""
        key = (window, folder_of(row))
        file = self._files.get(key)
        if file is None:
            file = self._files[key] = RowFile(self._temporary(window), key[1], count=self._count)
        if file.add(_stamp(row)):
            yield self._close(*key)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Yield the files that are left."""
        for window, folder in list(self._files):
            yield WindowedValue(self._close(window, folder), window.max_timestamp(), (window,))

    def _close(self, window: Any, folder: str) -> CommitFile:
        file = self._files.pop((window, folder)).close()
        Metrics.counter("write", f"rows_{dataset_of(folder)}").inc(file.rows)
        Metrics.counter("write", "files").inc()
        return window_commit_id(self._commit_id, window), file

    def _temporary(self, window: Any) -> str:
        return f"{self._root}/{temporary_folder(window_commit_id(self._commit_id, window))}"


class _WriteIds(beam.DoFn):
    """Writes ids to a temporary file for each bundle, in the global window."""

    def __init__(self, root: str, commit_id: str) -> None:
        self._temporary = f"{root}/{temporary_folder(commit_id)}"
        self._commit_id = commit_id
        self._ids: list[str] = []

    def start_bundle(self) -> None:
        """Forget what a bundle that failed may have left."""
        self._ids = []

    def process(self, doc_id: str) -> None:
        """Take an id."""
        self._ids.append(doc_id)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Yield the file, if there is any id."""
        if not self._ids:
            return
        path = f"{self._temporary}/_{UNCHANGED}-{uuid.uuid4().hex}.txt"
        content = "\n".join(self._ids).encode()
        storage.write(path, content)
        file = WrittenFile(UNCHANGED, path, len(self._ids), len(content), {UNCHANGED: len(self._ids)})
        window = GlobalWindow()
        yield WindowedValue((self._commit_id, file), window.max_timestamp(), (window,))


class _Stage(beam.DoFn):
    def __init__(self, root: str) -> None:
        self._root = root

    def process(self, element: tuple[str, Iterable[WrittenFile]]) -> Iterator[str]:
        """Note the files of a commit."""
        commit_id, files = element
        content = [dataclasses.asdict(file) for file in files if file.temporary]
        storage.write(f"{self._root}/{temporary_folder(commit_id)}/{_STAGED}", json.dumps(content).encode())
        yield commit_id


class _Commit(beam.DoFn):
    def __init__(self, run: Run, removal: Removal | None, *, one_pane: bool) -> None:
        self._run = run
        self._removal = removal
        self._one_pane = one_pane
        self._time = Metrics.distribution("commit", "milliseconds")

    def process(self, element: tuple[str, Iterable[WrittenFile]], pane: Any = beam.DoFn.PaneInfoParam) -> Iterator[str]:
        """Commit the files of one commit id, window and pane; a pane without any, not even a seed, is none."""
        window_id, files = element[0], list(element[1])
        if not files:
            return
        began = time.perf_counter()
        manifest = _settle_and_commit(
            self._run,
            pane_commit_id(window_id, pane),
            [file for file in files if file.temporary],
            temporary=f"{self._run.root}/{temporary_folder(window_id)}",
            last=self._one_pane or pane.is_last,
            removal=self._removal,
        )
        self._time.update(round(1000 * (time.perf_counter() - began)))
        yield manifest.id


def _stamp(row: Any) -> Any:
    if isinstance(row, DeadLetter) and row.seen is None:
        return dataclasses.replace(row, seen=datetime.datetime.now(datetime.timezone.utc))
    return row


def _gives_one_commit(files: pvalue.PCollection) -> bool:
    return bool(files.is_bounded) and isinstance(files.windowing.windowfn, GlobalWindows)


def _check_windowing(files: pvalue.PCollection) -> None:
    windowing = files.windowing
    accumulates = windowing.accumulation_mode == AccumulationMode.ACCUMULATING
    if accumulates and windowing.triggerfn != DefaultTrigger():
        raise ValueError("a pane that accumulates would commit rows again; use AccumulationMode.DISCARDING")


def _has_one_pane(files: pvalue.PCollection) -> bool:
    return files.windowing.triggerfn == DefaultTrigger() and not files.windowing.allowed_lateness


def _plain(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    try:
        return dict(json.loads(json.dumps(values)))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} go into the manifest as JSON: {error}") from error
