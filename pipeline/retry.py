"""Reads again what ended as dead letters, with the options of the run that met them, or better ones."""

import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apache_beam.io.filesystems import FileSystems

from pipeline.execute import Outcome, Progress, run
from pipeline.options import RunOptions, is_url
from pipeline.summary import summarise
from runners.arguments import beam_options
from schemas.records import DeadLetter, Source
from transforms.write.manifest import list_files, read_manifests
from transforms.write.removal import beginnings
from transforms.write.replace import read_groups

_NOT_OF_THE_RUN = ("fresh", "strict", "beam_args")


@dataclasses.dataclass(frozen=True)
class Retried:
    """What trying again came to.

    Attributes:
        before, left: How many dead letters there were, and are now.
        outcomes: Of the runs that it took: one for each set of options that the inputs were read with.
    """

    before: int
    left: int
    outcomes: Sequence[Outcome]

    def summary(self) -> str:
        """Return what came of it as plain lines."""
        if not self.before:
            return "there are no dead letters"
        done = "\n".join(summarise(dataclasses.replace(o, skipped=0)) for o in self.outcomes if o.manifests)
        return f"{done}\n{self.before:,} dead letters before, {self.left:,} now".lstrip()


def retry(root: str, given: Mapping[str, Any], progress: Progress | None = None) -> Retried:
    """Read the inputs again that have dead letters.

    Args:
        root: The dataset.
        given: Fields of `RunOptions` that are to differ from what the inputs were read with.
        progress: Where to show how far it is.

    Raises:
        UsageError: If it cannot be done as asked.
    """
    FileSystems.set_options(beam_options(given.get("beam_args", ())))
    output = root if is_url(root) else os.path.abspath(root)
    letters = _letters(output)
    starts = {start for uri, _ in letters for start in beginnings(uri)}
    outcomes = []
    for recorded in _recorded(output, {commit for _, commit in letters}):
        with _in_folder(recorded.get("folder")):
            options = _options(recorded, {**given, "output": output})
            outcomes.append(run(options, progress, again=lambda found: _is_among(found, starts)))
    return Retried(len(letters), len(_letters(output)), outcomes)


def _is_among(found: Source | DeadLetter, starts: set[str]) -> bool:
    return found.uri in starts


def _letters(root: str) -> list[tuple[str, str]]:
    """Return what the dead letters are about, and the commits that they came with."""
    return [
        (row["uri"], row["commit_id"])
        for file in list_files(root, "dead_letters")
        for table in read_groups(f"{root}/{file.path}", ("uri", "commit_id"))
        for row in table.to_pylist()
    ]


def _recorded(root: str, commits: set[str]) -> list[Mapping[str, Any]]:
    """Return the options that commits were made with, each set of them once."""
    options = [manifest.options for manifest in read_manifests(root) if manifest.id in commits]
    return list({json.dumps(some, sort_keys=True): some for some in options}.values())


def _options(recorded: Mapping[str, Any], given: Mapping[str, Any]) -> RunOptions:
    names = {field.name for field in dataclasses.fields(RunOptions)} - set(_NOT_OF_THE_RUN)
    fields = {**{name: value for name, value in recorded.items() if name in names}, **given}
    day = fields.get("published")
    fields["published"] = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    fields["inputs"] = tuple(fields["inputs"])
    return RunOptions(**fields)


@contextlib.contextmanager
def _in_folder(folder: str | None) -> Iterator[None]:
    """Be in a folder, if it is there: what a run was given may be relative to it."""
    here = pathlib.Path.cwd()
    if folder and pathlib.Path(folder).is_dir():
        os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
