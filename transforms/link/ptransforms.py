"""`LinkMentions`: the functions of this package inside a Beam pipeline.

Mentions go by document into batches, whose mentions become stories; the stories of each class, from all documents, are
joined to events; mentions go by event into batches, whose events are merged and written. All that one worker holds at
once is a batch, but for the stories of a class, which take about 1 KB each.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam import pvalue
from apache_beam.metrics import Metrics

from schemas.arrow import file_schema
from schemas.codes import EVENT_CLASSES
from schemas.identity import event_id
from schemas.records import Event
from transforms.link.across import join_stories
from transforms.link.batches import (
    COLUMNS,
    arrays_bytes,
    bytes_arrays,
    bytes_table,
    concatenated,
    profiles_of,
    table_bytes,
)
from transforms.link.ids import Claim, settle_ids
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
STORIES, MENTIONS = "stories", "mentions"
_CLAIMING = 4
_ROWS_IN_PYTHON = 500
_ORDER = ("published", "uri", "doc_id", "trigger_start", "mention_id", "event")


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
    """

    mentions: Sequence[Mentions]
    former: Sequence[str]
    duplicates: str | None
    skip_duplicates: bool
    folder: str
    batches: int


class LinkMentions(beam.PTransform):
    """Reads mentions, links them, and writes files of events into a folder, with their list in `FILES`.

    Input: none. Output: a PCollection of one element, the path of that list.

    Args:
        task: What to link.
    """

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def expand(self, begin: Any) -> pvalue.PCollection:
        """Put the stages together."""
        task = self._task
        told = (
            begin
            | "List files" >> beam.Create(list(task.mentions), reshuffle=True)
            | "Read" >> beam.ParDo(_Read(task))
            | "By documents" >> beam.GroupByKey()
            | "Tell stories" >> beam.ParDo(_Tell()).with_outputs(STORIES, MENTIONS)
        )
        joined = told[STORIES] | "By class" >> beam.GroupByKey() | "Join stories" >> beam.ParDo(_Join())
        events = (
            told[MENTIONS]
            | "Assign events" >> beam.ParDo(_Assign(task.batches), pvalue.AsList(joined))
            | "By event" >> beam.GroupByKey()
        )
        ids = (
            events
            | "Claim ids" >> beam.ParDo(_Claim(task.former))
            | "All claims" >> beam.GroupByKey()
            | "Settle ids" >> beam.FlatMap(_settle)
        )
        files = events | "Merge" >> beam.ParDo(_Merge(task), pvalue.AsDict(ids))
        seed = begin | "Seed" >> beam.Create([(None, "")])
        listed = (files, seed) | "Flatten" >> beam.Flatten() | "All files" >> beam.GroupByKey()
        return listed | "List" >> beam.ParDo(_List(task.folder))


class _Read(beam.DoFn):
    def __init__(self, task: Task) -> None:
        self._task = task
        self._skipped: frozenset[str] = frozenset()

    def setup(self) -> None:
        """Learn which documents to leave out."""
        if self._task.skip_duplicates:
            self._skipped = frozenset(read_sources(self._task.duplicates))

    def process(self, file: Mentions) -> Iterator[tuple[int, bytes]]:
        """Yield the rows of a file by batch."""
        for table in read_groups(file.path, COLUMNS):
            if self._skipped:
                documents = table["doc_id"].to_pylist()
                table = table.filter(pa.array([doc not in self._skipped for doc in documents]))  # noqa: PLW2901
            named = table.append_column("event_class", pa.array([file.event_class] * table.num_rows, pa.string()))
            keys = [int(doc[:8], 16) % self._task.batches for doc in named["doc_id"].to_pylist()]
            yield from _by_key(named, np.array(keys, dtype=np.int64))


class _Tell(beam.DoFn):
    def __init__(self) -> None:
        self._mentions = Metrics.counter("link", "mentions")
        self._stories = Metrics.counter("link", "stories")

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[Any]:
        """Yield the stories of a batch of documents by class, and the mentions with the number of their story."""
        key, batches = element
        table = bytes_table(batches)
        rows, document = in_order(table.to_pylist())
        profiles = profile_mentions(rows)
        told, story = np.unique(tell_stories(profiles, document, load()[0]), return_inverse=True)
        numbers = np.int64(key) << np.int64(32) | np.arange(len(told))
        stories = merge_profiles(profiles, story)
        firsts = np.array([content_key(rows[row]) for row in told], dtype="S24")
        for code in range(len(EVENT_CLASSES)):
            mine = np.flatnonzero(stories["event_class"] == code)
            if len(mine):
                arrays = {**stories.take(mine).columns, "_number": numbers[mine], "_first": firsts[mine]}
                yield pvalue.TaggedOutput(STORIES, (code, arrays_bytes(arrays)))
        of_mention = dict(zip((row["mention_id"] for row in rows), numbers[story].tolist(), strict=True))
        column = pa.array([of_mention[mention] for mention in table["mention_id"].to_pylist()], pa.int64())
        self._mentions.inc(len(rows))
        self._stories.inc(len(told))
        yield pvalue.TaggedOutput(MENTIONS, table_bytes(table.append_column("story", column)))


class _Join(beam.DoFn):
    def __init__(self) -> None:
        self._joined = Metrics.counter("link", "stories_joined")

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[bytes]:
        """Yield the stories of a class that belong to the event of another story."""
        arrays = concatenated(element[1])
        order = story_order(arrays["published"], arrays["_first"])
        stories = profiles_of(arrays).take(order)
        _, across, common = load()
        event = join_stories(stories, across, Rarity(common))
        numbers = arrays["_number"][order]
        moved = np.flatnonzero(event != np.arange(len(event)))
        self._joined.inc(len(moved))
        yield arrays_bytes({"story": numbers[moved], "event": numbers[event[moved]]})


class _Assign(beam.DoFn):
    def __init__(self, batches: int) -> None:
        self._batches = batches

    def process(self, batch: bytes, joined: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
        """Yield mentions with the number of their event, by event."""
        table = bytes_table([batch])
        events = table["story"].to_numpy().copy()
        for part in map(bytes_arrays, joined):
            order = np.argsort(part["story"])
            stories, targets = part["story"][order], part["event"][order]
            if len(stories):
                at = np.minimum(np.searchsorted(stories, events), len(stories) - 1)
                events = np.where(stories[at] == events, targets[at], events)
        told = table.drop_columns(["story"]).append_column("event", pa.array(events, pa.int64()))
        yield from _by_key(told, (events ^ events >> np.int64(32)) % self._batches)


class _Claim(beam.DoFn):
    def __init__(self, former: Sequence[str]) -> None:
        self._paths = former
        self._former: dict[str, str] = {}
        self._names: frozenset[str] = frozenset()

    def setup(self) -> None:
        """Learn what events there were, and of which mentions."""
        self._former = dict(read_former(self._paths))
        self._names = frozenset(self._former.values())

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[tuple[None, Claim]]:
        """Yield the claims of events that were there before, or whose name was."""
        if not self._former:
            return
        table = bytes_table(element[1]).select(list(_ORDER))
        events: dict[int, list[Any]] = {}
        for row in sorted(table.to_pylist(), key=order_key):
            events.setdefault(row["event"], []).append(row["mention_id"])
        for event, mentions in events.items():
            found: dict[str, int] = {}
            for mention in mentions:
                name = self._former.get(mention)
                if name is not None:
                    found[name] = found.get(name, 0) + 1
            if found or event_id(mentions[0]) in self._names:
                yield None, Claim(str(event), tuple(mentions[:_CLAIMING]), found)


class _Merge(beam.DoFn):
    def __init__(self, task: Task) -> None:
        self._task = task
        self._sources: Mapping[str, str] = {}
        self._events = Metrics.counter("link", "events")

    def setup(self) -> None:
        """Learn which documents are duplicates."""
        self._sources = read_sources(self._task.duplicates)

    def process(self, element: tuple[int, Iterable[bytes]], ids: Mapping[str, str]) -> Iterator[tuple[None, str]]:
        """Write the events of a batch; yield the paths of the files."""
        merged = []
        for number, mentions in _by_event(bytes_table(element[1])):
            rows = sorted(mentions, key=order_key)
            name = ids.get(str(number)) or event_id(rows[0]["mention_id"])
            merged.append(_plain(merge_event(name, rows, self._sources)))
        merged.sort(key=lambda event: event["event_id"])
        self._events.inc(len(merged))
        written = pa.Table.from_pylist(merged, schema=file_schema("events"))
        for file in write_tables(self._task.folder, "events", [written]):
            yield None, file.temporary


class _List(beam.DoFn):
    def __init__(self, folder: str) -> None:
        self._folder = folder

    def process(self, element: tuple[None, Iterable[str]]) -> Iterator[str]:
        """Write the list."""
        path = f"{self._folder}/{FILES}"
        storage.write(path, json.dumps(sorted(filter(None, element[1]))).encode())
        yield path


def _plain(event: Event) -> dict[str, Any]:
    """Return an event as nested dicts; `dataclasses.asdict` copies every string on its way."""
    nested = ("status_history", "participants", "items", "amounts")
    return {**vars(event), **{name: [vars(part) for part in getattr(event, name)] for name in nested}}


def _settle(element: tuple[None, Iterable[Claim]]) -> Iterator[tuple[str, str]]:
    yield from settle_ids(element[1]).items()


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


def _by_event(table: pa.Table) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield the rows of each event, by its number; few at a time are made Python's, which takes much more room."""
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
    """Yield the rows of each key, which are taken at once and then cut: a batch has many keys."""
    order = np.argsort(keys, kind="stable")
    sorted_table = table.take(pa.array(order))
    found, starts = np.unique(keys[order], return_index=True)
    for key, start, end in zip(found.tolist(), starts, [*starts[1:], len(order)], strict=True):
        yield key, table_bytes(sorted_table.slice(start, end - start))
