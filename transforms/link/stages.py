"""The steps of linking, each a function of batches as bytes.

Mentions go by document into batches, whose mentions become stories; the stories of each class, from all documents, are
joined to events; mentions go by event into batches, whose events are merged and written. `LinkMentions` puts the steps
into a Beam pipeline, where all that one worker holds at once is a batch, but for the stories of a class, which take
about 1 KB each. `link_here` calls them one after the other and comes to the same.
"""

import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.arrow import file_schema
from schemas.codes import EVENT_CLASSES
from schemas.identity import event_id
from schemas.records import Event
from transforms.extract.reader.vectors import shipped_projection
from transforms.link.across import join_stories
from transforms.link.batches import (
    COLUMNS,
    arrays_bytes,
    bytes_arrays,
    bytes_table,
    bytes_tables,
    concatenated,
    profiles_of,
    table_bytes,
)
from transforms.link.ids import Claim, settle_ids
from transforms.link.likeness import shipped_likeness
from transforms.link.merge import merge_event
from transforms.link.order import content_key, in_order, order_key, story_order
from transforms.link.pairs import Rarity
from transforms.link.profiles import Array, merge_profiles, profile_mentions
from transforms.link.stories import tell_stories
from transforms.link.weights import load
from transforms.write import storage
from transforms.write.replace import read_groups, write_tables

FILES = "files.json"
"""Lists the files that linking has written, beside them."""
ROWS_AT_ONCE = 10_000
"""Mentions of a batch."""
_MOST_AT_ONCE = 25_000
_BATCHES = 40
"""Every batch sends rows to every other; so, above so many of them, they become larger before they become more."""
_CLAIMING = 4
_ROWS_IN_PYTHON = 500
_VECTOR = "vector"
_ORDER = ("published", "uri", "doc_id", "trigger_start", "mention_id", "event")

Key = TypeVar("Key")
Value = TypeVar("Value")


def count_batches(mentions: int, workers: int) -> int:
    """Return how many batches to make of some mentions, at least one for each worker."""
    rows = min(max(mentions // _BATCHES, ROWS_AT_ONCE), _MOST_AT_ONCE)
    return max(workers, -(-mentions // rows))


@dataclasses.dataclass(frozen=True)
class Mentions:
    """A file of mentions.

    Attributes:
        path: A whole path or URL.
        event_class: Of all its rows.
    """

    path: str
    event_class: str


@dataclasses.dataclass(frozen=True)
class Task:
    """What to link.

    Attributes:
        mentions: The files.
        former: Files of `events/` that the result is to replace.
        duplicates: A file of documents that are duplicates (`doc_id`, `duplicate_of`), if there are any.
        skip_duplicates: Whether to leave their mentions out.
        folder: Where to write, a whole path or URL.
        batches: How many batches to make.
        vectors: Files of `_vectors/`.
    """

    mentions: Sequence[Mentions]
    former: Sequence[str]
    duplicates: str | None
    skip_duplicates: bool
    folder: str
    batches: int
    vectors: Sequence[str] = ()


class Told(NamedTuple):
    """The stories of a batch of documents.

    Attributes:
        stories: By class (a place in `EVENT_CLASSES`).
        mentions: The rows, with the number of their story.
        counts: How many mentions and stories there are.
    """

    stories: Sequence[tuple[int, bytes]]
    mentions: bytes
    counts: tuple[int, int]


class Merged(NamedTuple):
    """The files that a batch of events was written to, and how many events they hold."""

    files: Sequence[str]
    events: int


def link_here(task: Task) -> None:
    """Link in this process, without a pipeline: what is small takes less time than a pipeline takes to start."""
    skipped = frozenset(read_sources(task.duplicates)) if task.skip_duplicates else frozenset()
    mentions = (pair for file in task.mentions for pair in read_mentions(task, file, skipped))
    read = itertools.chain(mentions, (pair for path in task.vectors for pair in read_vectors(task, path)))
    told = [one for key, batches in _grouped(read) if (one := tell_batch(key, batches)) is not None]
    joined = [join_class(parts)[0] for _, parts in _grouped(pair for part in told for pair in part.stories)]
    assigned = (pair for part in told for pair in assign_events(part.mentions, joined, task.batches))
    events = _grouped(assigned)
    former = dict(read_former(task.former))
    names = frozenset(former.values())
    ids = settle_ids([claim for _, batches in events for claim in claim_ids(batches, former, names)])
    sources = read_sources(task.duplicates)
    write_list(task.folder, [path for _, batches in events for path in merge_batch(task, batches, ids, sources).files])


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> list[tuple[Key, list[Value]]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return list(found.items())


def read_mentions(task: Task, file: Mentions, skipped: frozenset[str]) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a file by batch of documents, but for those of documents to be skipped."""
    for table in read_groups(file.path, COLUMNS):
        if skipped:
            documents = table["doc_id"].to_pylist()
            table = table.filter(pa.array([doc not in skipped for doc in documents]))  # noqa: PLW2901
        named = table.append_column("event_class", pa.array([file.event_class] * table.num_rows, pa.string()))
        yield from _by_key(named, _batch_of(named, task.batches))


def read_vectors(task: Task, path: str) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a file of vectors by batch of documents, if they are of the kind that the network knows."""
    for table in read_groups(path, ("doc_id", "mention_id", "method", _VECTOR)):
        table = table.filter(pc.equal(table["method"], shipped_projection().digest))  # noqa: PLW2901
        yield from _by_key(table, _batch_of(table, task.batches))


def tell_batch(key: int, batches: Iterable[bytes]) -> Told | None:
    """Return the stories of a batch of documents, whose number is `key`; None if only vectors came.

    Args:
        key: The number.
        batches: Rows of `mentions/` and of `_vectors/`.
    """
    tables = bytes_tables(batches)
    mentions = [table for table in tables if _VECTOR not in table.column_names]
    if not mentions:
        return None
    table = pa.concat_tables(mentions)
    vectors = {
        name: vector
        for seen in tables
        if _VECTOR in seen.column_names
        for name, vector in zip(seen["mention_id"].to_pylist(), seen[_VECTOR].to_pylist(), strict=True)
    }
    rows, document = in_order(table.to_pylist())
    profiles = profile_mentions(rows, vectors)
    stories_of = tell_stories(profiles, document, load()[0], shipped_likeness())
    told, story = np.unique(stories_of, return_inverse=True)
    numbers = np.int64(key) << np.int64(32) | np.arange(len(told))
    stories = merge_profiles(profiles, story)
    firsts = np.array([content_key(rows[row]) for row in told], dtype="S24")
    by_class = []
    for code in range(len(EVENT_CLASSES)):
        mine = np.flatnonzero(stories["event_class"] == code)
        if len(mine):
            arrays = {**stories.take(mine).columns, "_number": numbers[mine], "_first": firsts[mine]}
            by_class.append((code, arrays_bytes(arrays)))
    of_mention = dict(zip((row["mention_id"] for row in rows), numbers[story].tolist(), strict=True))
    column = pa.array([of_mention[mention] for mention in table["mention_id"].to_pylist()], pa.int64())
    return Told(by_class, table_bytes(table.append_column("story", column)), (len(rows), len(told)))


def join_class(stories: Iterable[bytes]) -> tuple[bytes, int]:
    """Return the stories of a class that belong to the event of another story, and how many these are."""
    arrays = concatenated(stories)
    order = story_order(arrays["published"], arrays["_first"])
    profiles = profiles_of(arrays).take(order)
    _, across, common = load()
    event = join_stories(profiles, across, Rarity(common))
    numbers = arrays["_number"][order]
    moved = np.flatnonzero(event != np.arange(len(event)))
    return arrays_bytes({"story": numbers[moved], "event": numbers[event[moved]]}), len(moved)


def assign_events(batch: bytes, joined: Sequence[bytes], batches: int) -> Iterator[tuple[int, bytes]]:
    """Yield mentions with the number of their event, by batch of events."""
    table = bytes_table([batch])
    events = table["story"].to_numpy().copy()
    for part in map(bytes_arrays, joined):
        order = np.argsort(part["story"])
        stories, targets = part["story"][order], part["event"][order]
        if len(stories):
            at = np.minimum(np.searchsorted(stories, events), len(stories) - 1)
            events = np.where(stories[at] == events, targets[at], events)
    told = table.drop_columns(["story"]).append_column("event", pa.array(events, pa.int64()))
    yield from _by_key(told, (events ^ events >> np.int64(32)) % batches)


def claim_ids(batches: Iterable[bytes], former: Mapping[str, str], names: frozenset[str]) -> Iterator[Claim]:
    """Yield the claims of events that were there before, or whose name was.

    Args:
        batches: A batch of events.
        former: The id of its event by mention, as it was.
        names: All ids in `former`.
    """
    if not former:
        return
    table = bytes_table(batches).select(list(_ORDER))
    events: dict[int, list[Any]] = {}
    for row in sorted(table.to_pylist(), key=order_key):
        events.setdefault(row["event"], []).append(row["mention_id"])
    for event, mentions in events.items():
        found: dict[str, int] = {}
        for mention in mentions:
            name = former.get(mention)
            if name is not None:
                found[name] = found.get(name, 0) + 1
        if found or event_id(mentions[0]) in names:
            yield Claim(str(event), tuple(mentions[:_CLAIMING]), found)


def merge_batch(task: Task, batches: Iterable[bytes], ids: Mapping[str, str], sources: Mapping[str, str]) -> Merged:
    """Write the events of a batch.

    Args:
        task: Where.
        batches: A batch of events.
        ids: The ids that were settled, by number of the event.
        sources: Of which document each duplicate is one.
    """
    merged = []
    for number, mentions in _by_event(bytes_table(batches)):
        rows = sorted(mentions, key=order_key)
        name = ids.get(str(number)) or event_id(rows[0]["mention_id"])
        merged.append(_plain(merge_event(name, rows, sources)))
    merged.sort(key=lambda event: event["event_id"])
    written = pa.Table.from_pylist(merged, schema=file_schema("events"))
    return Merged([file.temporary for file in write_tables(task.folder, "events", [written])], len(merged))


def write_list(folder: str, files: Iterable[str]) -> str:
    """Write the list of files that were written, and return its path."""
    path = f"{folder}/{FILES}"
    storage.write(path, json.dumps(sorted(filter(None, files))).encode())
    return path


def _plain(event: Event) -> dict[str, Any]:
    """Return an event as nested dicts; `dataclasses.asdict` copies every string on its way."""
    nested = ("status_history", "participants", "items", "amounts")
    return {**vars(event), **{name: [vars(part) for part in getattr(event, name)] for name in nested}}


def read_sources(path: str | None) -> dict[str, str]:
    """Return of which document each duplicate is one."""
    if path is None:
        return {}
    found: dict[str, str] = {}
    for table in read_groups(path):
        found.update(zip(table["doc_id"].to_pylist(), table["duplicate_of"].to_pylist(), strict=True))
    return found


def read_former(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the mentions of former events with the id of the event."""
    for path in paths:
        for table in read_groups(path, ["event_id", "mention_ids"]):
            column = table["mention_ids"].combine_chunks()
            names = table["event_id"].take(pc.list_parent_indices(column))
            yield from zip(pc.list_flatten(column).to_pylist(), names.to_pylist(), strict=True)


def _batch_of(table: pa.Table, batches: int) -> Array:
    """Return the batch of each row's document."""
    return np.array([int(doc[:8], 16) % batches for doc in table["doc_id"].to_pylist()], dtype=np.int64)


def _by_event(table: pa.Table) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield the rows of each event, by its number; few at a time are made Python's, which takes much more room."""
    table = table.combine_chunks()  # rows of many small pieces are slow to take
    events = table["event"].to_numpy()
    order = np.argsort(events, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(events[order]) != 0])
    ends = np.r_[starts[1:], len(order)]
    begin = 0
    while begin < len(starts):
        last = max(begin, int(np.searchsorted(ends, starts[begin] + _ROWS_IN_PYTHON, side="right")) - 1)
        rows = table.take(pa.array(order[starts[begin] : ends[last]])).to_pylist()
        for event in range(begin, last + 1):
            first, behind = (int(at[event] - starts[begin]) for at in (starts, ends))
            yield int(events[order[starts[event]]]), rows[first:behind]
        begin = last + 1


def _by_key(table: pa.Table, keys: Array) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of each key."""
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    for key, start, end in zip(found.tolist(), starts, np.r_[starts[1:], len(order)][: len(starts)], strict=True):
        yield key, table_bytes(table.take(pa.array(order[start:end])))
