"""Runs a stream: hands it to the engine, commits what it notes, and stops it so that it can go on.

The process that does this holds the lock of the dataset. If it dies, nothing is lost: what is noted is committed when
the same command runs again, and what is not is read again.
"""

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from pipeline.errors import UsageError
from pipeline.execute import Prepared, feeding, link_what_has_come, prepare
from pipeline.feed import Feed
from pipeline.graph import recorded
from pipeline.options import RunOptions
from pipeline.stream.commit import Committer
from pipeline.stream.graph import StreamJob, create_stream, topic_of
from pipeline.stream.windows import Windows
from pipeline.watch import REST, Stop, stopped_by_signals
from runners.arguments import value_of
from runners.flink import master_of
from runners.flink.expansion import expansion_service, java_workers
from runners.flink.rest import ENDED, Rest
from runners.flink.server import EMBEDDED
from runners.interface import NotReadyError
from transforms.write import Manifest, new_commit_id, storage
from transforms.write.names import SPOOL, normalise_root
from transforms.write.spool import clear_spool, note_paths, read_note

Say = Callable[[str], None]
RUNNERS: Final = ("flink",)
"""Runners that streams were seen to work on. The local one gives nothing out before its input ends."""
_STATE: Final = f"{SPOOL}/job.json"
_LOOK: Final = 0.5
_ENDED: Final = ("DONE", "FAILED", "CANCELLED", "DRAINED", "UPDATED")


class StreamError(RuntimeError):
    """The engine gave the stream up; the message says what to do."""


@dataclasses.dataclass(frozen=True)
class StreamOptions:
    """How a stream runs, beyond what a run is told. `cordiale stream --help` explains each option."""

    windows: Windows = dataclasses.field(default_factory=Windows)
    interval: float = 10.0
    checkpoint: float = 30.0
    anew: bool = False


def stream(options: RunOptions, how: StreamOptions, say: Say, stop: Stop | None = None) -> list[Manifest]:
    """Feed a dataset by a stream until a signal or an event says stop.

    Args:
        options: What to read, how, and where.
        how: Windows, looks and checkpoints.
        say: Takes a line for each commit.
        stop: Ends it; SIGTERM and SIGINT do in any case. On a cluster the job ends with a savepoint, from which the
            same command goes on, with another `--workers` if given.

    Returns:
        The manifests of the commits.

    Raises:
        UsageError: If it cannot be done as asked.
        StreamError: If the engine gives the job up.
        FullError: If no room is left.
    """
    check(options, how)
    root = normalise_root(options.output)
    resume = None if how.anew or options.fresh else savepoint_of(root)
    given = options.beam_args
    options = dataclasses.replace(options, beam_args=(*given, *_flags(how, resume)))
    with contextlib.ExitStack() as stack:
        ended = stack.enter_context(stopped_by_signals(stop or Stop()))
        prepared = prepare(options, must_exist=False)
        feed = stack.enter_context(feeding(prepared))
        committer = Committer(feed.root, recorded(options), feed.versions, feed.known)
        if resume is None:
            clear_spool(feed.root, [read_note(path) for path in note_paths(feed.root)])
        job = _Running(feed, prepared, how, say, stack)
        stack.callback(job.give_up)
        job.start(resume)
        here = dataclasses.replace(options, runner="direct", workers=1, beam_args=given)
        _follow(job, committer, here, ended, say)
        job.stop()
        _commit(committer, say)
        say(f"stopped; {len(committer.manifests):,} commits made")
        return committer.manifests


def check(options: RunOptions, how: StreamOptions) -> None:
    """Check what a stream is asked for, before anything is started.

    Raises:
        UsageError: If it cannot be done.
    """
    if options.runner not in RUNNERS:
        raise UsageError(
            f"streams run on Flink: add --runner flink (the {options.runner} runner gives nothing out before its "
            "input ends); `cordiale watch` feeds a dataset from a folder without Flink"
        )
    topic_of(options)
    windows = how.windows
    for name, value in (("interval", how.interval), ("checkpoint", how.checkpoint), ("window", windows.size)):
        if not value >= 1:
            raise UsageError(f"--{name} must be at least 1 second, not {value:g}")
    for name, value in (("early", windows.early), ("wait", windows.wait), ("lateness", windows.lateness)):
        if not value >= 0:
            raise UsageError(f"--{name} must be at least 0 seconds, not {value:g}")


def savepoint_of(root: str) -> str | None:
    """Return the savepoint that a stream into a dataset has ended with, if it has."""
    found = read_state(root).get("savepoint")
    return None if found is None else str(found)


def read_state(root: str) -> dict[str, Any]:
    """Return what is noted of a dataset's stream: its `job` on the cluster, and the `savepoint` that it ended with."""
    path = f"{root}/{_STATE}"
    return dict(json.loads(storage.read(path))) if storage.exists(path) else {}


def _flags(how: StreamOptions, resume: str | None) -> Iterator[str]:
    yield "--streaming"
    yield f"--checkpointing_interval={round(1000 * how.checkpoint)}"
    yield "--max_bundle_size=100"
    yield "--operator_chaining"  # Beam makes a flag of it, which turns it off
    if resume is not None:
        yield f"--savepoint_path={resume}"


class _Running:
    """The job of a stream on the engine."""

    def __init__(
        self, feed: Feed, prepared: Prepared, how: StreamOptions, say: Say, stack: contextlib.ExitStack
    ) -> None:
        self._stack = stack
        self._feed = feed
        self._prepared = prepared
        self._how = how
        self._say = say
        self._result: Any = None
        master = master_of(prepared.options.beam_args)
        self._rest = None if master == EMBEDDED else Rest(master)
        self._id: str | None = None

    def start(self, resume: str | None) -> None:
        """Hand the job over."""
        options = self._prepared.options
        job = StreamJob(
            options, self._feed.root, new_commit_id(), self._how.windows, self._how.interval, self._prepared.metadata
        )
        self._end_old()
        before = set(self._rest.jobs()) if self._rest else set()
        workers = None
        jar = value_of("--flink_job_server_jar", options.beam_args)
        if topic_of(options) is not None and self._feed.engine.local:
            workers = self._stack.enter_context(java_workers(jar))
        with expansion_service(jar, workers=workers) as expansion:
            pipeline = create_stream(self._feed.engine, job, expansion)
        self._result = pipeline.run()
        if self._rest:
            self._id = self._found(before)
        self._note(None)
        self._say(f"stream {job.stream_id} {'goes on' if resume else 'begins'}: {', '.join(options.inputs)}")

    def _end_old(self) -> None:
        """End what a stream whose command was killed has left running on the cluster."""
        old = read_state(self._feed.root).get("job")
        if self._rest and old and self._rest.jobs().get(old) not in (None, *ENDED):
            self._rest.cancel(old)

    def _found(self, before: set[str]) -> str | None:
        assert self._rest is not None, "there is a cluster"
        end = time.monotonic() + 120
        while time.monotonic() < end and not self.has_ended():
            new = set(self._rest.jobs()) - before
            if new:
                return new.pop()
            time.sleep(_LOOK)
        return None

    def has_ended(self) -> bool:
        """Tell whether the engine is through with it."""
        return str(self._result.state) in _ENDED

    def state(self) -> str:
        """Return how it is, or how it ended."""
        return str(self._result.state)

    def stop(self) -> None:
        """End the job, with a savepoint where there is a cluster."""
        if self._rest and self._id and not self.has_ended():
            self._say("stopping with a savepoint")
            try:
                savepoint = self._rest.stop_with_savepoint(self._id)
            except NotReadyError as trouble:
                self._say(f"{trouble}; the job is ended as it is, and what is not committed will be read again")
            else:
                self._note(savepoint)
                self._say(f"savepoint {savepoint}")
        self.give_up()

    def give_up(self) -> None:
        """End the job if it runs."""
        if self._result is not None and not self.has_ended():
            with contextlib.suppress(Exception):
                self._result.cancel()

    def _note(self, savepoint: str | None) -> None:
        content = json.dumps({"job": self._id, "savepoint": savepoint})
        storage.write(f"{self._feed.root}/{_STATE}", content.encode())


def _follow(job: _Running, committer: Committer, here: RunOptions, ended: Stop, say: Say) -> None:
    """Commit what is noted until it is time to end; link meanwhile, on this machine, for the cluster is busy."""
    link_from = 0.0
    while not ended.is_set():
        if _commit(committer, say) == 0 and len(committer.known) and time.monotonic() >= link_from:
            linked = link_what_has_come(committer.root, here)
            if linked is not None:
                say(f"linked: {linked.mentions:,} mentions tell of {linked.events:,} events")
                link_from = time.monotonic() + REST * linked.seconds
        if job.has_ended():
            raise StreamError(
                f"Flink gave the stream up ({job.state()}); what is committed stays, and the same command goes on"
            )
        ended.wait(_LOOK)


def _commit(committer: Committer, say: Say) -> int:
    made = 0
    for note, manifest in committer.commit_all():
        made += 1
        counts = manifest.counts
        letters = f", {counts['dead_letters']:,} dead letters" if counts["dead_letters"] else ""
        say(
            f"{counts['documents']:,} documents, {counts['mentions']:,} mentions{letters} "
            f"({note.timing.replace('_', ' ')} pane of {note.window})"
        )
    return made
