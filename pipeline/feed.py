"""Feeds a dataset slice by slice: each slice is a pipeline of its own, and counts when it has been committed.

The lock, the engine, the extractor and what is known of the dataset are kept from one slice to the next.
"""

import collections
import contextlib
import dataclasses
import errno
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from apache_beam.metrics import MetricsFilter

from pipeline.errors import UsageError
from pipeline.graph import Job, create_pipeline, new_job, recorded
from pipeline.known import Known
from pipeline.options import RunOptions
from pipeline.slices import Wanted, cut_slices, uncut
from pipeline.stages import stages_of
from runners.interface import Engine
from transforms.read.known import SCHEMA as KNOWN
from transforms.read.listed import Entry, write_list
from transforms.read.ptransforms import NOTES
from transforms.write import Manifest, storage
from transforms.write.commit import Run
from transforms.write.manifest import read_manifest, read_manifests
from transforms.write.removal import Removal, documents_of, write_known
from transforms.write.replace import cleared_if_it_fails
from transforms.write.sink import commit_staged

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_TEXTS = ("No space left on device", "Disk quota exceeded", "File too large")
_SAME = {"schema": "schema version", "extractor": "extractor", "model": "model"}


class FullError(RuntimeError):
    """There is no room for the dataset; the message says what to do."""


@dataclasses.dataclass
class Feed:
    """Takes slices into a dataset. To be made by who holds the dataset's lock.

    Attributes:
        options: What the user wants.
        root: Where the dataset lies, normalised.
        engine: Where pipelines run.
        versions: What produces the rows.
        known: What the dataset is done with.
        progress: A file for `CountFinished`.
        manifests: Of the commits that were made.
        words: How many words were read for events.
        notes: How records were understood, and how often.
        stages: What the stages have counted of themselves (`pipeline.stages`).
    """

    options: RunOptions
    root: str
    engine: Engine
    versions: Mapping[str, Any]
    known: Known
    progress: str | None = None
    manifests: list[Manifest] = dataclasses.field(default_factory=list)
    words: int = 0
    notes: "collections.Counter[str]" = dataclasses.field(default_factory=collections.Counter)
    stages: "collections.Counter[str]" = dataclasses.field(default_factory=collections.Counter)

    def commit(self, entries: Sequence[Entry]) -> Manifest:
        """Read a slice and commit what it comes to.

        Raises:
            FullError: If the disk is full. Nothing of the slice counts then.
        """
        job = self._job()
        with told_if_full(self.root), cleared_if_it_fails(job.temporary):
            manifest = self._commit(_prepared(job, entries))
        self.manifests.append(manifest)
        return manifest

    def start(self, entries: Sequence[Entry]) -> Any:
        """Start reading a slice on a runner whose workers commit; return Beam's result without waiting for its end."""
        assert not self.engine.staged, "nobody would do the commit"
        return create_pipeline(self.engine, _prepared(self._job(), entries)).run()

    def slices(self, inputs: Iterable[Wanted]) -> Iterator[list[Entry]]:
        """Yield what goes into each commit: slices on this machine, larger ones for more workers, else all at once."""
        if self.engine.sliced:
            yield from cut_slices(inputs, workers=self.options.workers, most=self.options.slice)
        elif entries := uncut(inputs):
            yield entries

    def _job(self) -> Job:
        return dataclasses.replace(
            new_job(self.options, root=self.root, versions=self.versions),
            progress=self.progress if self.engine.local else None,
            staged=self.engine.staged,
        )

    def _commit(self, job: Job) -> Manifest:
        result = create_pipeline(self.engine, job).run()
        result.wait_until_finish()
        if job.staged:
            run = Run(self.root, recorded(self.options), self.versions, job.started)
            manifest = commit_staged(run, job.commit_id, job.removal)
        else:
            found = read_manifest(self.root, job.commit_id)
            if found is None:
                raise RuntimeError(f"the run ended, but its commit {job.commit_id} is not in {self.root}")
            manifest = found
        counted = stages_of(result)
        self.stages.update(counted)
        self.words += counted.get("extract.words", 0)
        self.notes.update(_understood(result))
        return manifest


def open_feed(options: RunOptions, root: str, versions: Mapping[str, Any], engine: Engine) -> Feed:
    """Return the feed of a dataset, whose lock is held, by what will produce its rows.

    Raises:
        UsageError: If the dataset was made by something else than the extractor at hand.
    """
    manifests = read_manifests(root)
    check_same(root, manifests, versions)
    return Feed(options, root, engine, versions, Known(root, manifests))


def check_same(root: str, manifests: Sequence[Manifest], versions: Mapping[str, Any]) -> None:
    """Check that new rows would be made by what has made the old ones.

    Raises:
        UsageError: If not; one line says what differs and what to do.
    """
    made = [manifest.versions for manifest in manifests if "extractor" in manifest.versions]
    if not made:
        return
    before = made[-1]
    differs = [
        f"{what} {before.get(name)!r}, now {versions[name]!r}"
        for name, what in _SAME.items()
        if before.get(name) != versions[name]
    ]
    old, new = before.get("digests", {}), versions["digests"]
    differs += [f"another {name}" for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    if differs:
        raise UsageError(
            f"{root} was made with {' and '.join(differs)}: rows of both cannot be compared; run with the same "
            "--model, --extractor and --ontology, choose another folder, or --fresh to start over"
        )


@contextlib.contextmanager
def told_if_full(root: str) -> Iterator[None]:
    """Turn what a full disk raises, wherever in a pipeline, into one sentence.

    Raises:
        FullError: If a disk is full.
    """
    try:
        yield
    except Exception as error:
        if not _is_full(error):
            raise
        raise FullError(
            f"no room is left for {root} (or for temporary files); what is committed stays: make room and run the same "
            "command again, it goes on where it was"
        ) from error


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "errno", None) in _FULL or any(text in str(error) for text in _FULL_TEXTS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _prepared(job: Job, entries: Sequence[Entry]) -> Job:
    """Write what workers need to know: the list of inputs, and what the dataset has of those that have changed."""
    with storage.create(job.inputs) as handle:
        write_list(handle, entries)
    changed = {entry.old_uri: entry for entry in entries if entry.old_uri is not None}
    if not changed:
        return job
    known = f"{job.temporary}/_known.parquet"
    write_known(known, KNOWN, _known(job.root, changed))
    removal = Removal(job.root, job.temporary, uris=frozenset(changed), known=known, inputs=job.inputs)
    return dataclasses.replace(job, removal=removal)


def _known(root: str, changed: Mapping[str, Entry]) -> Iterator[pa.Table]:
    for told_anew in (False, True):
        uris = {uri: entry.canonical for uri, entry in changed.items() if entry.told_anew is told_anew}
        for table in documents_of(root, uris) if uris else ():
            yield table.append_column("may_stay", pa.array([not told_anew] * table.num_rows, pa.bool_()))


def _understood(result: Any) -> dict[str, int]:
    """Return how records were understood: which of their fields were taken for what, and how often."""
    found = result.metrics().query(MetricsFilter().with_namespace(NOTES))["counters"]
    return {counter.key.metric.name: counter.result for counter in found}
