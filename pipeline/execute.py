"""Carries a run out: checks, finds what is to be read, and feeds it to the dataset slice by slice, with progress."""

import contextlib
import dataclasses
import functools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from apache_beam.io.filesystems import FileSystems

from pipeline.errors import UsageError
from pipeline.feed import Feed, open_feed, told_if_full
from pipeline.graph import versions_of
from pipeline.link import Linked, LinkOptions, is_linked, link_locked
from pipeline.options import RunOptions, validate
from pipeline.progress import followed
from pipeline.slices import Choose, Skipped, wanted
from runners.arguments import beam_options
from runners.registry import find_runner
from schemas.records import DeadLetter, Source
from transforms.extract.interface import Extractor
from transforms.extract.ptransforms import forget_extractor, shared_extractor
from transforms.read import Metadata, list_inputs, read_metadata, unused_metadata, why_no_input
from transforms.write import (
    LockedError,
    Manifest,
    OutputError,
    check_output,
    one_writer,
    prepare_output,
    remove_dataset,
    total_counts,
)

_MANY = 1000
"""After so many inputs the memory of the models is given back before linking, which needs none."""


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
        manifests: The manifests of the commits, in order; none if there was nothing to do.
        words: How many words were read for events.
        seconds: How long the pipelines ran.
        notes: What the user should know, a line each.
        skipped: How many inputs the dataset held already, as they are.
        changed: How many inputs were read again because they have changed.
        linked: What linking came to, where it was done.
        stages: What the stages have counted of themselves (`pipeline.stages`).
    """

    root: str
    manifests: Sequence[Manifest]
    words: int
    seconds: float
    notes: tuple[str, ...] = ()
    skipped: int = 0
    changed: int = 0
    linked: Linked | None = None
    stages: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def manifest(self) -> Manifest:
        """The last manifest with the files and counts of all commits of the run.

        Raises:
            IndexError: If there was nothing to do.
        """
        files = tuple(sorted((file for made in self.manifests for file in made.files), key=lambda file: file.path))
        counts = total_counts([dataclasses.replace(made, removed={}) for made in self.manifests])
        return dataclasses.replace(self.manifests[-1], counts=counts, files=files, started=self.manifests[0].started)


@dataclasses.dataclass(frozen=True)
class Prepared:
    """What is settled before anything is written.

    Attributes:
        options: What the user wants.
        metadata: What the metadata file says, if there is one.
        versions: What will produce the rows: packages, models, knowledge.
        notes: What the user should know.
    """

    options: RunOptions
    metadata: Metadata | None
    versions: Mapping[str, Any]
    notes: tuple[str, ...]


def run(options: RunOptions, progress: Progress | None = None, *, again: Choose | None = None) -> Outcome:
    """Run the main job and return what it came to.

    Inputs that the dataset holds as they are now are skipped; changed ones replace their old rows.

    Args:
        options: What to do.
        progress: Where to show how far it is; nowhere, if not given.
        again: If given, only inputs that the dataset is done with and that this chooses are read, again.

    Raises:
        UsageError: If it cannot be done as asked; nothing was changed then.
        FullError: If no room was left; slices before stay committed.
    """
    prepared = prepare(options, must_exist=again is None)
    with feeding(prepared) as feed:
        skipped = Skipped()
        total = sum(1 for _ in wanted(listed(prepared), feed.known, again=again, skipped=skipped))
        began = time.perf_counter()
        if total:
            _feed_all(feed, prepared, total, progress, again)
        outcome = outcome_of(feed, prepared, time.perf_counter() - began, skipped)
        if total > _MANY:
            forget_extractor()
        return dataclasses.replace(outcome, linked=link_what_has_come(feed.root, options))


def link_what_has_come(root: str, options: RunOptions) -> Linked | None:
    """Link a dataset that the caller holds the lock of, if that is wanted and has not been done.

    Raises:
        FullError: If no room was left; the events are those of before then.
    """
    if not options.link or is_linked(root, skip_duplicates=options.skip_duplicates):
        return None
    how = LinkOptions(root, options.runner, options.workers, options.skip_duplicates, options.beam_args)
    with told_if_full(root):
        return link_locked(root, how)


def prepare(options: RunOptions, *, must_exist: bool = True) -> Prepared:
    """Check the options, the output and the inputs, and load the extractor.

    Args:
        options: What to do.
        must_exist: Whether there must be something to read.

    Raises:
        UsageError: If something cannot be as asked; nothing was changed then.
    """
    validate(options)
    FileSystems.set_options(beam_options(options.beam_args))
    try:
        check_output(options.output)
        metadata = read_metadata(options.metadata) if options.metadata else None
        if must_exist:
            _check_inputs(options, metadata)
        notes = tuple(_notes(options, metadata))
    except ValueError as error:
        raise UsageError(str(error)) from error
    return Prepared(options, metadata, versions_of(_load(options)), notes)


@contextlib.contextmanager
def feeding(prepared: Prepared) -> Iterator[Feed]:
    """Hold the lock of the dataset and give its feed; what died before is cleared away.

    Raises:
        UsageError: If the dataset cannot be written to, or not by this run.
    """
    options = prepared.options
    with contextlib.ExitStack() as stack:
        try:
            root = stack.enter_context(one_writer(prepare_output(options.output)))
        except (OutputError, LockedError) as error:
            raise UsageError(str(error)) from error
        if options.fresh:
            remove_dataset(root)
        engine = stack.enter_context(find_runner(options.runner).engine(options.request))
        with told_if_full(root):
            feed = open_feed(options, root, prepared.versions, engine)
        yield feed


def outcome_of(feed: Feed, prepared: Prepared, seconds: float, skipped: Skipped) -> Outcome:
    """Return what a feed has come to."""
    understood = [
        f"{note} of {count:,} record{'s' if count != 1 else ''}" for note, count in sorted(feed.notes.items())
    ]
    return Outcome(
        prepared.options.output,
        tuple(feed.manifests),
        feed.words,
        seconds,
        (*prepared.notes, *understood),
        skipped=skipped.done,
        changed=skipped.changed,
        stages=dict(feed.stages),
    )


def _feed_all(feed: Feed, prepared: Prepared, total: int, progress: Progress | None, again: Choose | None) -> None:
    inputs = wanted(listed(prepared), feed.known, again=again)
    with contextlib.ExitStack() as stack:
        if progress is not None and feed.engine.local:
            progress.start(total)
            stack.callback(progress.finish)
            feed.progress = stack.enter_context(followed(progress.update))
        for entries in feed.slices(inputs):
            feed.commit(entries)


def listed(prepared: Prepared) -> Iterator[Source | DeadLetter]:
    """Yield what the inputs are now."""
    options = prepared.options
    return list_inputs(
        options.inputs, follow_links=options.follow_links, metadata=prepared.metadata, published=options.published
    )


def _check_inputs(options: RunOptions, metadata: Metadata | None) -> None:
    why = why_no_input(options.inputs, follow_links=options.follow_links, metadata=metadata)
    if why is not None:
        raise UsageError(f"there is nothing to read: {why}")


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
        return shared_extractor(options.extraction)
    except (OSError, ValueError) as error:
        ontology = f" with --ontology {options.ontology}" if options.ontology else ""
        raise UsageError(f"the extractor cannot be built{ontology}: {error}") from error
