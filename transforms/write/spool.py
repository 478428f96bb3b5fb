"""Where a stream puts its rows until they are committed: files of whole inputs, and notes that name them.

Workers of a stream may die and do again what they had done, with other files and in other groups. So nothing that they
write counts. What a pane holds is noted; the one process that has the lock of the dataset takes the notes one by one,
leaves out the inputs that it has committed before, and commits the rest (`pipeline.stream.commit`). Thus an engine that
gives everything at least once is enough for a dataset that has everything once.

The rows of one input are always noted together, whatever their number.
"""

import dataclasses
import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from schemas.records import WrittenFile
from transforms.read.listed import Entry, write_list
from transforms.write import storage
from transforms.write.counts import count_row
from transforms.write.names import SPOOL, folder_of
from transforms.write.parquet import RowFile, temporary_path

FILES: Final = f"{SPOOL}/files"
NOTES: Final = f"{SPOOL}/notes"


@dataclasses.dataclass(frozen=True)
class Batch:
    """Some inputs and all rows of them.

    Attributes:
        inputs: A list of the inputs (`transforms.read.listed`), as a whole path.
        files: The files of their rows.
    """

    inputs: str
    files: tuple[WrittenFile, ...]


@dataclasses.dataclass(frozen=True)
class Note:
    """What is to be committed together: a pane of a window.

    Attributes:
        window: Names the window and the pane, fit for the name of a commit.
        timing: `early`, `on_time` or `late`, as Beam tells.
        batches: What the pane holds.
    """

    window: str
    timing: str
    batches: tuple[Batch, ...]


class Spool:
    """Takes the rows of inputs and writes them to files, apart for each window.

    Args:
        root: The dataset.
    """

    def __init__(self, root: str) -> None:
        self._temporary = f"{root}/{FILES}"
        self._open: dict[tuple[int, str], RowFile] = {}
        self._full: dict[int, list[WrittenFile]] = {}
        self._entries: dict[int, list[Entry]] = {}
        self._names: set[str] = set()
        self._closed: list[tuple[int, Batch]] = []

    def begin(self, entry: Entry) -> None:
        """Take note that the rows of an input follow; two states of one input are never in one batch."""
        if entry.canonical in self._names:
            self._closed += self._close()
        self._names.add(entry.canonical)

    def add(self, window: int, row: Any) -> None:
        """Take a row into the files of a window."""
        key = (window, folder_of(row))
        file = self._open.get(key) or RowFile(self._temporary, key[1], count=count_row)
        self._open[key] = file
        if file.add(row):
            self._full.setdefault(window, []).append(self._open.pop(key).close())

    def end(self, window: int, entry: Entry) -> None:
        """Take note that all rows of an input have been given."""
        self._entries.setdefault(window, []).append(entry)

    def close(self) -> list[tuple[int, Batch]]:
        """Close all files, return what each window has, and begin anew."""
        closed, self._closed = [*self._closed, *self._close()], []
        return closed

    def _close(self) -> Iterator[tuple[int, Batch]]:
        for (window, _), file in self._open.items():
            self._full.setdefault(window, []).append(file.close())
        for window, entries in self._entries.items():
            inputs = temporary_path(self._temporary, "inputs")
            with storage.create(inputs) as handle:
                write_list(handle, entries)
            yield window, Batch(inputs, tuple(self._full.get(window, ())))
        self._open, self._full, self._entries, self._names = {}, {}, {}, set()


def render_batch(batch: Batch) -> str:
    """Return a batch as JSON, which crosses every engine unharmed."""
    return json.dumps(dataclasses.asdict(batch), default=dict)


def parse_batch(text: str) -> Batch:
    """Return the batch of a JSON text."""
    return _batch(json.loads(text))


def write_note(root: str, note: Note) -> str:
    """Write a note so that it appears whole, and return its path."""
    folder = f"{root}/{NOTES}"
    name = f"{time.time_ns():020}-{uuid.uuid4().hex[:8]}.json"
    storage.write(f"{folder}/_{name}", json.dumps(dataclasses.asdict(note), default=dict).encode())
    storage.rename([(f"{folder}/_{name}", f"{folder}/{name}")])
    return f"{folder}/{name}"


def note_paths(root: str) -> list[str]:
    """Return the paths of the notes, in the order of their making."""
    folder = f"{root}/{NOTES}"
    return [f"{folder}/{name}" for name in storage.list_names(folder) if not name.startswith("_")]


def read_note(path: str) -> Note:
    """Return the note that a file holds."""
    fields = json.loads(storage.read(path))
    return Note(fields["window"], fields["timing"], tuple(map(_batch, fields["batches"])))


def drop_note(path: str, note: Note) -> None:
    """Delete a note with the files that it names; the note goes last, so that this can be done again."""
    batches = note.batches
    storage.delete([*(b.inputs for b in batches), *(file.temporary for b in batches for file in b.files)])
    storage.delete([path])


def clear_spool(root: str, kept: Iterable[Note] = ()) -> int:
    """Delete files that no note names, and return how many; only while no job of a stream runs or is to be resumed."""
    named = {path for note in kept for b in note.batches for path in (b.inputs, *(file.temporary for file in b.files))}
    folder = f"{root}/{FILES}"
    stale = [path for name in storage.list_names(folder) if (path := f"{folder}/{name}") not in named]
    storage.delete(stale)
    return len(stale)


def _batch(fields: Mapping[str, Any]) -> Batch:
    files: Sequence[Mapping[str, Any]] = fields["files"]
    return Batch(fields["inputs"], tuple(WrittenFile(**file) for file in files))
