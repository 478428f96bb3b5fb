"""What a dataset is done with, as its lists of inputs say: who looks here need not read any input again."""

import dataclasses
import enum
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from pipeline.errors import UsageError
from schemas.records import DeadLetter, Source
from transforms.read.listed import HASHES, Entry, hashes_of, last_lines, read_batches
from transforms.write import Manifest
from transforms.write.manifest import visible_inputs

_DONE = -1
_COLUMNS = [*HASHES, "end", "uri"]


class State(enum.Enum):
    """How an input stands to the dataset."""

    NEW = "new"
    BEGUN = "begun"
    """Its first parts are in."""
    DONE = "done"
    CHANGED = "changed"


@dataclasses.dataclass(frozen=True)
class Standing:
    """What is known of one input.

    Attributes:
        state: How it stands.
        end: Where the next part begins, of one that is begun.
        old_uri: What it was called when it was read, if it was.
        told_anew: Whether the user now says something else of it.
    """

    state: State
    end: int = 0
    old_uri: str | None = None
    told_anew: bool = False


@dataclasses.dataclass(frozen=True)
class _Last:
    stamp: int
    told: int
    end: int
    uri: str


class Known:
    """The inputs that a dataset is done with; about 100 bytes of memory for each.

    Args:
        root: The dataset.
        manifests: Its manifests, in order.

    Raises:
        UsageError: If a commit does not say which inputs it has read.
    """

    def __init__(self, root: str, manifests: Iterable[Manifest]) -> None:
        manifests = list(manifests)
        for manifest in manifests:
            if manifest.inputs is None and manifest.counts.get("inputs"):
                raise UsageError(
                    f"{root} was not written by `cordiale run` of this version (commit {manifest.id} does not list its "
                    "inputs), so it cannot be added to: choose another folder, or --fresh to start over"
                )
        paths = [f"{root}/{path}" for path in visible_inputs(manifests)]
        batches = [batch for path in paths for batch in read_batches(path, _COLUMNS)]
        table = pa.Table.from_batches(batches) if batches else None
        self._added: dict[int, _Last] = {}
        self._keys = np.zeros(0, np.uint64)
        if table is not None and table.num_rows:
            self._settle(table)

    def __len__(self) -> int:
        """Return how many inputs are known."""
        return len(self._keys) + len(self._added)

    def standing(self, found: Source | DeadLetter) -> Standing:
        """Return how an input that was just listed stands to the dataset."""
        key, stamp, told = hashes_of(found)
        last = self._added.get(key) or self._find(key)
        if last is None:
            return Standing(State.NEW)
        if last.stamp != stamp or last.told != told:
            return Standing(State.CHANGED, old_uri=last.uri, told_anew=last.told != told)
        if last.end == _DONE:
            return Standing(State.DONE, old_uri=last.uri)
        return Standing(State.BEGUN, end=last.end, old_uri=last.uri)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take what was just committed."""
        for entry in entries:
            key, stamp, told = hashes_of(entry.listed)
            end = None if isinstance(entry.found, DeadLetter) else entry.found.end
            self._added[key] = _Last(stamp, told, _DONE if end is None else end, entry.listed.uri)

    def _settle(self, table: pa.Table) -> None:
        """Keep the last line of each input, for what was read last is what the dataset holds."""
        keys = table["key"].to_numpy()
        rows = last_lines(keys)
        self._keys = keys[rows]
        self._stamps = table["stamp"].to_numpy()[rows]
        self._tolds = table["told"].to_numpy()[rows]
        self._ends = table["end"].fill_null(_DONE).to_numpy()[rows]
        self._uris = table["uri"].take(pa.array(rows)).combine_chunks()

    def _find(self, key: int) -> _Last | None:
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        if at >= len(self._keys) or int(self._keys[at]) != key:
            return None
        return _Last(int(self._stamps[at]), int(self._tolds[at]), int(self._ends[at]), self._uris[at].as_py())
