"""Links a dataset: marks duplicates, groups mentions to events, and commits both in the place of what was there."""

import dataclasses
import json
import secrets
import time
from collections.abc import Callable, Iterator

import apache_beam as beam
import pyarrow as pa

from cordiale import __version__
from pipeline.duplicates import changed_documents, duplicates_in, marked_documents, write_marks
from pipeline.errors import UsageError
from runners.interface import NotReadyError, Request
from runners.registry import find_runner
from schemas.codes import SCHEMA_VERSION
from transforms.link.ptransforms import LinkMentions
from transforms.link.stages import FILES, ROWS_AT_ONCE, Mentions, Task, count_batches, link_here
from transforms.write import (
    DataFile,
    LockedError,
    Manifest,
    ManifestError,
    commit_tables,
    is_dataset,
    list_files,
    one_writer,
    read_manifests,
    storage,
)
from transforms.write.names import TEMPORARY_PREFIX, normalise_root
from transforms.write.replace import read_groups

COMMAND = "link"
"""What manifests of linking say that they are of."""
_VECTORS = "_vectors"
_REWRITES = (COMMAND, "compact")
"""Commits that bring no new mentions."""


@dataclasses.dataclass(frozen=True)
class LinkOptions:
    """How to link. `cordiale link --help` explains each option."""

    output: str
    runner: str = "direct"
    workers: int = 1
    skip_duplicates: bool = False
    beam_args: tuple[str, ...] = ()

    @property
    def request(self) -> Request:
        """The options that go to the runner."""
        return Request(workers=self.workers, beam_args=self.beam_args)


@dataclasses.dataclass(frozen=True)
class Linked:
    """What linking came to.

    Attributes:
        mentions, events: How many there are.
        documents, duplicates: How many documents there are, and how many of them are duplicates.
        seconds: How long it took.
        manifest: Of the commit.
    """

    mentions: int
    events: int
    documents: int
    duplicates: int
    seconds: float
    manifest: Manifest


Tell = Callable[[str], None]
"""Takes a line that says what is being done."""


def link(options: LinkOptions, tell: Tell | None = None) -> Linked:
    """Link the mentions of a dataset, alone with it.

    Args:
        options: How.
        tell: Where to say how far it is; nowhere, if not given.

    Raises:
        UsageError: If it cannot be done as asked; nothing was changed then.
    """
    if options.workers < 1:
        raise UsageError(f"--workers must be at least 1, not {options.workers}")
    try:
        find_runner(options.runner).check(options.request)
        if not is_dataset(options.output):
            raise UsageError(
                f"{options.output} holds no dataset; `cordiale run INPUT --output {options.output}` makes one"
            )
        with one_writer(options.output) as root:
            return link_locked(root, options, tell)
    except (NotReadyError, LockedError, ManifestError) as error:
        raise UsageError(str(error)) from error


def is_linked(root: str, *, skip_duplicates: bool = False) -> bool:
    """Tell whether nothing has come into a dataset since it was linked in the same way."""
    for manifest in reversed(read_manifests(root)):
        command = manifest.options.get("command")
        if command == COMMAND:
            return manifest.options.get("skip_duplicates") == skip_duplicates
        if command not in _REWRITES:
            return False
    return False


def link_locked(root: str, options: LinkOptions, tell: Tell | None = None) -> Linked:
    """Link the mentions of a dataset that the caller holds `one_writer` of.

    Args:
        root: The dataset, normalised.
        options: How to link; `output` is not looked at.
        tell: Where to say how far it is; nowhere, if not given.
    """
    root = normalise_root(root)
    files = list_files(root)
    folder = f"{root}/{TEMPORARY_PREFIX}link-{secrets.token_hex(4)}"
    try:
        return _link(root, files, folder, options, tell or _tell_nobody)
    finally:
        storage.delete_tree(folder)


def _link(root: str, files: list[DataFile], folder: str, options: LinkOptions, tell: Tell) -> Linked:
    began = time.perf_counter()
    storage.make_folder(folder)
    mentions = [file for file in files if file.dataset == "mentions"]
    number = sum(file.rows for file in mentions)
    if number <= ROWS_AT_ONCE:
        options = dataclasses.replace(options, workers=1)  # processes would take longer to start than to work
    here = number <= ROWS_AT_ONCE and options.runner == LinkOptions.runner  # and so would a pipeline
    former = [file for file in files if file.dataset == "events"]
    tell("looking for duplicates")
    duplicates = duplicates_in(root, files)
    marks = f"{folder}/_marks.parquet"
    write_marks(marks, duplicates)
    unmarked = changed_documents(root, files, duplicates)
    task = Task(
        mentions=[Mentions(f"{root}/{file.path}", _class_of(file.path)) for file in mentions if file.rows],
        former=[f"{root}/{file.path}" for file in former if file.rows],
        duplicates=marks if duplicates else None,
        skip_duplicates=options.skip_duplicates,
        folder=folder,
        batches=count_batches(number, options.workers),
        vectors=[f"{root}/{file.path}" for file in files if file.dataset == _VECTORS and file.rows],
    )
    tell(f"linking {number:,} mentions")
    if here:
        link_here(task)
    else:
        run_graph(task, options)
    tell("committing events")
    written = json.loads(storage.read(f"{folder}/{FILES}"))
    manifest = commit_tables(
        root,
        {"events": _tables(written), "documents": marked_documents(root, unmarked, duplicates)},
        replaces=[file.path for file in (*former, *unmarked)],
        options={"command": COMMAND, "skip_duplicates": options.skip_duplicates},
        versions={"cordiale": __version__, "schema": SCHEMA_VERSION},
    )
    return Linked(
        mentions=number,
        events=sum(file.rows for file in manifest.files if file.dataset == "events"),
        documents=sum(file.rows for file in files if file.dataset == "documents"),
        duplicates=len(duplicates),
        seconds=time.perf_counter() - began,
        manifest=manifest,
    )


def run_graph(task: Task, options: LinkOptions) -> None:
    """Run the Beam pipeline of linking."""
    with find_runner(options.runner).engine(options.request) as engine:
        pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
        pipeline | "Link" >> LinkMentions(task)
        pipeline.run().wait_until_finish()


def _tables(paths: list[str]) -> Iterator[pa.Table]:
    for path in paths:
        yield from read_groups(path)


def _tell_nobody(_: str) -> None:
    """Say nothing."""


def _class_of(path: str) -> str:
    return path.split("event_class=", 1)[1].split("/", 1)[0]
