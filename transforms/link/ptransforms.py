"""`LinkMentions`: the steps of linking (`stages`) inside a Beam pipeline."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.metrics import Metrics

from transforms.link.ids import Claim, settle_ids
from transforms.link.stages import (
    Mentions,
    Task,
    assign_events,
    claim_ids,
    join_class,
    merge_batch,
    read_former,
    read_mentions,
    read_sources,
    read_vectors,
    tell_batch,
    write_list,
)

STORIES, MENTIONS = "stories", "mentions"


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
        mentions = (
            begin | "List files" >> beam.Create(list(task.mentions), reshuffle=True) | "Read" >> beam.ParDo(_Read(task))
        )
        vectors = (
            begin
            | "List vectors" >> beam.Create(list(task.vectors), reshuffle=True)
            | "Read vectors" >> beam.FlatMap(functools.partial(read_vectors, task))
        )
        told = (
            (mentions, vectors)
            | "With vectors" >> beam.Flatten()
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
        yield from read_mentions(self._task, file, self._skipped)


class _Tell(beam.DoFn):
    def __init__(self) -> None:
        self._mentions = Metrics.counter("link", "mentions")
        self._stories = Metrics.counter("link", "stories")

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[Any]:
        """Yield the stories of a batch of documents by class, and the mentions with the number of their story."""
        told = tell_batch(*element)
        if told is None:
            return
        mentions, stories = told.counts
        self._mentions.inc(mentions)
        self._stories.inc(stories)
        for by_class in told.stories:
            yield pvalue.TaggedOutput(STORIES, by_class)
        yield pvalue.TaggedOutput(MENTIONS, told.mentions)


class _Join(beam.DoFn):
    def __init__(self) -> None:
        self._joined = Metrics.counter("link", "stories_joined")

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[bytes]:
        """Yield the stories of a class that belong to the event of another story."""
        joined, count = join_class(element[1])
        self._joined.inc(count)
        yield joined


class _Assign(beam.DoFn):
    def __init__(self, batches: int) -> None:
        self._batches = batches

    def process(self, batch: bytes, joined: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
        """Yield mentions with the number of their event, by event."""
        yield from assign_events(batch, joined, self._batches)


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
        for claim in claim_ids(element[1], self._former, self._names):
            yield None, claim


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
        merged = merge_batch(self._task, element[1], ids, self._sources)
        self._events.inc(merged.events)
        for path in merged.files:
            yield None, path


class _List(beam.DoFn):
    def __init__(self, folder: str) -> None:
        self._folder = folder

    def process(self, element: tuple[None, Iterable[str]]) -> Iterator[str]:
        """Write the list."""
        yield write_list(self._folder, element[1])


def _settle(element: tuple[None, Iterable[Claim]]) -> Iterator[tuple[str, str]]:
    yield from settle_ids(element[1]).items()
