"""The graph of a stream: look, settle, digest, window, note. Commits are made of notes (`pipeline.stream.commit`)."""

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam import pvalue

from pipeline.errors import UsageError
from pipeline.known import Known, State
from pipeline.options import RunOptions
from pipeline.stream.digest import DigestInputs
from pipeline.stream.windows import Windows
from runners.flink.sources import ReadKafka, Ticks
from runners.interface import Engine
from schemas.records import DeadLetter, Source
from transforms.read import Metadata, list_inputs
from transforms.read.listed import read_list
from transforms.read.messages import TakeMessages
from transforms.read.watched import WatchInputs
from transforms.write.manifest import manifest_names, read_manifest, read_manifests
from transforms.write.names import pane_commit_id, window_commit_id
from transforms.write.spool import Note, parse_batch, write_note

_TOPIC = re.compile(r"kafka://([^/\s]+:\d+(?:,[^/\s]+:\d+)*)/([A-Za-z0-9._-]+)")
BARE = ("empty_folder", "missing")
"""Why what is watched may have nothing to read yet."""


@dataclasses.dataclass(frozen=True)
class StreamJob:
    """What is settled when a stream starts.

    Attributes:
        options: What the user wants.
        root: The dataset, as all processes name it.
        stream_id: Begins the ids of its commits.
        windows: How it is cut into commits.
        interval: Seconds between two looks.
        metadata: What is known of single inputs.
    """

    options: RunOptions
    root: str
    stream_id: str
    windows: Windows
    interval: float
    metadata: Metadata | None = None


def create_stream(engine: Engine, job: StreamJob, expansion: str) -> beam.Pipeline:
    """Return the pipeline of a stream, ready to be run on an engine.

    Args:
        engine: Where it is to run.
        job: What it is to do.
        expansion: The address of an expansion service.
    """
    pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
    note(digest(_entries(pipeline, job, expansion), job), job)
    return pipeline


def _entries(pipeline: beam.Pipeline, job: StreamJob, expansion: str) -> pvalue.PCollection:
    topic = topic_of(job.options)
    if topic is not None:
        messages = pipeline | "Kafka" >> ReadKafka(topic.brokers, topic.name, expansion=expansion)
        return messages | "Take" >> TakeMessages(topic.url)
    ticks = Ticks(job.interval / 2, parallelism=job.options.workers, expansion=expansion)
    return pipeline | "Watch" >> WatchInputs(look_of(job), interval=job.interval, ticks=ticks)


class Topic(NamedTuple):
    """A topic of Kafka's: as the user named it, the brokers that have it, and its own name."""

    url: str
    brokers: str
    name: str


def topic_of(options: RunOptions) -> Topic | None:
    """Return the topic that is to be read, or None if it is files.

    Raises:
        UsageError: If it is named otherwise than kafka://HOST:PORT/TOPIC, or not alone.
    """
    named = [path for path in options.inputs if path.startswith("kafka:")]
    if not named:
        return None
    found = _TOPIC.fullmatch(named[0])
    if found is None or len(options.inputs) > 1:
        raise UsageError(f"{named[0]} must be of the form kafka://HOST:PORT/TOPIC, and the only input of a stream")
    return Topic(named[0], found[1], found[2])


def digest(entries: pvalue.PCollection, job: StreamJob) -> pvalue.PCollection:
    """Make rows of inputs."""
    return entries | "Digest" >> DigestInputs(job.options, root=job.root, windows=job.windows)


def note(batches: pvalue.PCollection, job: StreamJob) -> pvalue.PCollection:
    """Put batches into windows and note each pane; gives the paths of the notes."""
    return (
        batches
        | "Window" >> job.windows.into()
        | "Barrier" >> beam.GroupByKey()
        | "Note" >> beam.ParDo(_Note(job.root, job.stream_id, job.windows)).with_output_types(str)
    )


class _Note(beam.DoFn):
    def __init__(self, root: str, stream_id: str, windows: Windows) -> None:
        self._windows = windows
        self._root = root
        self._stream_id = stream_id

    def process(
        self,
        element: tuple[str, Iterable[str]],
        window: Any = beam.DoFn.WindowParam,
        pane: Any = beam.DoFn.PaneInfoParam,
    ) -> Iterator[str]:
        """Note what a pane holds."""
        batches = tuple(map(parse_batch, element[1]))
        if batches:
            name = pane_commit_id(window_commit_id(self._stream_id, self._windows.named(window)), pane)
            timing = ("early", "on_time", "late", "unknown")[pane.timing]
            yield write_note(self._root, Note(name, timing, batches))


def look_of(job: StreamJob) -> "Look":
    """Return what lists the inputs that the dataset does not hold yet."""
    options = job.options
    found = functools.partial(
        list_inputs,
        options.inputs,
        follow_links=options.follow_links,
        metadata=job.metadata,
        published=options.published,
    )
    return Look(job.root, found, frozenset(options.inputs))


class Look:
    """Lists inputs but for those that the dataset holds as they are: what is committed is not sent round again.

    Args:
        root: The dataset.
        found: Lists all inputs.
        arguments: What the user named, which may be empty to begin with.
    """

    def __init__(self, root: str, found: Any, arguments: frozenset[str]) -> None:
        self._root = root
        self._found = found
        self._arguments = arguments
        self._known: Known | None = None
        self._read: set[str] = set()

    def __call__(self) -> Iterator[Source | DeadLetter]:
        """Yield what is new or changed."""
        known = self._refreshed()
        for found in self._found():
            is_bare = isinstance(found, DeadLetter) and found.reason in BARE and found.uri in self._arguments
            if not is_bare and known.standing(found).state is not State.DONE:
                yield found

    def __getstate__(self) -> dict[str, Any]:
        """Send the question alone, not what this process knows."""
        return {**vars(self), "_known": None, "_read": set()}

    def _refreshed(self) -> Known:
        """Return what the dataset is done with; only manifests that are new are read."""
        names = set(manifest_names(self._root))
        if self._known is None:
            self._known = Known(self._root, read_manifests(self._root))
        else:
            made = [read_manifest(self._root, name.removesuffix(".json")) for name in names - self._read]
            for manifest in sorted((one for one in made if one is not None), key=lambda one: one.finished):
                if manifest.inputs is not None:
                    self._known.add(read_list(f"{self._root}/{manifest.inputs}"))
        self._read = names
        return self._known
