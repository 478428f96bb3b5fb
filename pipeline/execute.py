"""Carries a run out: checks, builds the graph, runs it with progress, and reads back what was committed."""

import contextlib
import dataclasses
import time
from typing import Any, Protocol

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.metrics import MetricsFilter

from pipeline.errors import UsageError
from pipeline.graph import Job, build, new_job
from pipeline.options import RunOptions, validate
from pipeline.progress import followed
from runners.arguments import beam_options
from runners.interface import Engine
from runners.registry import find_runner
from transforms.extract.interface import Extractor
from transforms.extract.ptransforms import shared_extractor
from transforms.read import Metadata, list_inputs, read_metadata, unused_metadata, why_no_input
from transforms.read.ptransforms import NOTES
from transforms.write import Manifest, OutputError, check_output, prepare_output, remove_dataset
from transforms.write.manifest import read_manifest


class Progress(Protocol):
    """Takes the progress of a run."""

    def start(self, total: int) -> None:
        """Begin, with the number of inputs."""
        ...

    def update(self, done: int) -> None:
        """Take the number of inputs that are done with."""
        ...

    def finish(self) -> None:
        """End, whether or not all went well."""
        ...


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes:
        root: Where the dataset lies, as the user named it.
        manifest: The manifest of the commit.
        words: How many words were read for events.
        seconds: How long the pipeline ran.
        notes: What the user should know, a line each.
    """

    root: str
    manifest: Manifest
    words: int
    seconds: float
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class _Inputs:
    metadata: Metadata | None
    total: int
    notes: tuple[str, ...]


def run(options: RunOptions, progress: Progress | None = None) -> Outcome:
    """Run the main job and return what it came to.

    Args:
        options: What to do.
        progress: Where to show how far it is; nowhere, if not given.

    Raises:
        UsageError: If it cannot be done as asked; nothing was changed then.
    """
    validate(options)
    FileSystems.set_options(beam_options(options.beam_args))
    inputs = _survey(options)
    extractor = _load(options)
    try:
        root = prepare_output(options.output)
        if options.fresh:
            remove_dataset(root)
    except OutputError as error:
        raise UsageError(str(error)) from error
    job = new_job(options, root=root, metadata=inputs.metadata, extractor=extractor)
    began = time.perf_counter()
    with find_runner(options.runner).engine(options.request) as engine:
        result = _run_graph(engine, job, inputs.total, progress)
        words = _count(result, "extract", "words")
        understood = _understood(result)
    seconds = time.perf_counter() - began
    manifest = read_manifest(root, job.commit_id)
    if manifest is None:
        raise RuntimeError(f"the run ended, but its commit {job.commit_id} is not in {root}")
    return Outcome(options.output, manifest, words, seconds, (*inputs.notes, *understood))


def create_pipeline(engine: Engine, job: Job) -> beam.Pipeline:
    """Return the pipeline of a job, ready to be run on an engine, or to be looked at."""
    pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
    build(pipeline, job)
    return pipeline


def _run_graph(engine: Engine, job: Job, total: int, progress: Progress | None) -> Any:
    with contextlib.ExitStack() as stack:
        if progress is not None and engine.local:
            progress.start(total)
            stack.callback(progress.finish)
            job = dataclasses.replace(job, progress=stack.enter_context(followed(progress.update)))
        result = create_pipeline(engine, job).run()
        result.wait_until_finish()
        return result


def _survey(options: RunOptions) -> _Inputs:
    """Look at the output and at the inputs, without changing or opening anything but the metadata file."""
    try:
        check_output(options.output)
        metadata = read_metadata(options.metadata) if options.metadata else None
        why = why_no_input(options.inputs, follow_links=options.follow_links, metadata=metadata)
        if why is not None:
            raise UsageError(f"there is nothing to read: {why}")
        found = list_inputs(options.inputs, follow_links=options.follow_links, metadata=metadata)
        total = sum(1 for _ in found)
        return _Inputs(metadata, total, tuple(_notes(options, metadata)))
    except ValueError as error:
        raise UsageError(str(error)) from error


def _notes(options: RunOptions, metadata: Metadata | None) -> list[str]:
    if metadata is None:
        return []
    unused = unused_metadata(options.inputs, metadata, follow_links=options.follow_links)
    if not unused:
        return []
    number = f"{len(unused)} line" + ("s" if len(unused) > 1 else "")
    return [f"{number} of {options.metadata} fit no input (the first is {unused[0].line}: {unused[0].file})"]


def _load(options: RunOptions) -> Extractor:
    try:
        return shared_extractor(options.extractor)
    except (OSError, ValueError) as error:
        ontology = f" with --ontology {options.ontology}" if options.ontology else ""
        raise UsageError(f"the extractor cannot be built{ontology}: {error}") from error


def _understood(result: Any) -> list[str]:
    """Return how records were understood: which of their fields were taken for what, and how often."""
    found = result.metrics().query(MetricsFilter().with_namespace(NOTES))["counters"]
    counts = sorted((counter.key.metric.name, counter.result) for counter in found)
    return [f"{note} of {count:,} record{'s' if count != 1 else ''}" for note, count in counts]


def _count(result: Any, namespace: str, name: str) -> int:
    found = result.metrics().query(MetricsFilter().with_namespace(namespace).with_name(name))
    return sum(counter.result for counter in found["counters"])
