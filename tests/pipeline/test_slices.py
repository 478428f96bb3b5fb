"""Inputs are told apart by what is known of them, and cut into slices that are bounded."""

import datetime
import itertools
import pathlib

import pytest

from pipeline.known import Known, State
from pipeline.slices import Skipped, Wanted, cut_slices, uncut, wanted
from pipeline.watch import Settling
from schemas.records import DeadLetter, Part, Source
from transforms.read.listed import Entry, read_list, write_list
from transforms.read.rejects import reject
from transforms.read.walk import stamped
from transforms.write import Manifest

NOW = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
SECOND = 1_000_000_000


def source(name: str, *, size: int = 10, modified: int = 1, title: str | None = None) -> Source:
    return Source(uri=f"in/{name}", path=f"/in/{name}", size=size, modified=modified, title=title)


def known(root: pathlib.Path, *lists: list[Entry]) -> Known:
    manifests = []
    for number, entries in enumerate(lists):
        path = f"_runs/{number}.inputs.parquet"
        (root / "_runs").mkdir(exist_ok=True)
        with (root / path).open("wb") as file:
            write_list(file, entries)
        manifests.append(Manifest(str(number), 1, {}, {}, {"inputs": 1}, (), NOW, NOW, inputs=path))
    return Known(str(root), manifests)


def test_a_list_is_read_as_it_was_written(tmp_path: pathlib.Path) -> None:
    entries = [
        Entry(Part(source("a.txt", title="A title"))),
        Entry(Part(source("b.jsonl"), start=5, end=9, first=2), old_uri="b.jsonl", told_anew=True),
        Entry(reject("in/c", "missing", "no such file", size=3)),
    ]
    with (tmp_path / "list").open("wb") as file:
        write_list(file, entries)
    assert list(read_list(str(tmp_path / "list"))) == entries


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (source("a.txt"), State.DONE),
        (source("other.txt"), State.NEW),
        (source("a.txt", size=11), State.CHANGED),
        (source("a.txt", modified=2), State.CHANGED),
        (source("a.txt", title="Said now"), State.CHANGED),
        (reject("/in/a.txt", "missing", "it is gone"), State.CHANGED),
        (reject("/in/none", "missing", "no such file"), State.DONE),
        (reject("/in/none", "unreadable", "no right to"), State.CHANGED),
        (source("none"), State.CHANGED),
        (source("part.jsonl"), State.BEGUN),
    ],
)
def test_an_input_is_known_by_its_place_its_size_its_time_and_what_is_said_of_it(
    tmp_path: pathlib.Path, found: Source | DeadLetter, state: State
) -> None:
    begun = Entry(Part(source("part.jsonl"), start=0, end=7))
    lists = [Entry(Part(source("a.txt"))), Entry(reject("/in/none", "missing", "no such file")), begun]
    assert known(tmp_path, lists).standing(found).state is state


def test_what_was_read_last_is_what_is_known(tmp_path: pathlib.Path) -> None:
    made = known(tmp_path, [Entry(Part(source("a.txt")))], [Entry(Part(source("a.txt", size=20)))])
    assert len(made) == 1
    assert made.standing(source("a.txt")).state is State.CHANGED
    assert made.standing(source("a.txt", size=20)).state is State.DONE
    made.add([Entry(Part(source("a.txt", size=30)))])
    assert made.standing(source("a.txt", size=30)).state is State.DONE


def test_what_is_left_out_is_counted(tmp_path: pathlib.Path) -> None:
    skipped = Skipped()
    found = [source("a.txt"), source("b.txt", size=20), source("c.txt")]
    made = known(tmp_path, [Entry(Part(source("a.txt"))), Entry(Part(source("b.txt")))])
    assert [item.found for item in wanted(found, made, skipped=skipped)] == found[1:]
    assert (skipped.done, skipped.changed) == (1, 1)


def test_slices_are_bounded_by_inputs(tmp_path: pathlib.Path) -> None:
    items = [Wanted(source(f"{number}.txt")) for number in range(7)]
    assert [len(entries) for entries in cut_slices(items, most=3)] == [3, 3, 1]
    assert [len(entries) for entries in cut_slices(items, most=3, workers=2)] == [6, 1]


def test_slices_are_bounded_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.slices.BYTES", 25)
    items = [Wanted(source(f"{number}.txt", size=size)) for number, size in enumerate((10, 10, 10, 100, 1))]
    assert [len(entries) for entries in cut_slices(items, most=99)] == [2, 1, 1, 1]


def test_slices_are_cut_as_they_are_asked_for() -> None:
    endless = (Wanted(source(f"{number}.txt")) for number in itertools.count())
    assert len(next(cut_slices(endless, most=3))) == 3


@pytest.fixture
def lines(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr("pipeline.slices.PART_BYTES", 100)
    path = tmp_path / "news.jsonl"
    path.write_text('{"text": "One of many."}\n' * 20, "utf-8")
    return stamped(Source(uri="news.jsonl", path=str(path)))


def test_parts_of_a_large_new_input_may_lie_in_several_slices(lines: Source) -> None:
    slices = list(cut_slices([Wanted(lines)], most=2))
    parts = [entry.found for entries in slices for entry in entries]
    assert len(slices) > 1
    assert all(isinstance(part, Part) for part in parts)
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]  # type: ignore[union-attr]


def test_an_input_that_is_begun_goes_on_behind_what_is_done(lines: Source) -> None:
    (first, second, *_) = [entry.found for entries in cut_slices([Wanted(lines)], most=99) for entry in entries]
    assert isinstance(first, Part)
    begun = Wanted(lines, after=first.end or 0, old_uri="news.jsonl")
    (entries,) = cut_slices([begun], most=99)
    assert entries[0] == Entry(second)


def test_a_large_changed_input_is_read_in_one_slice(lines: Source) -> None:
    (entries,) = cut_slices([Wanted(lines, old_uri="news.jsonl")], most=2)
    assert len(entries) > 2
    assert {entry.old_uri for entry in entries} == {"news.jsonl"}


def test_where_workers_cut_an_input_comes_whole(lines: Source) -> None:
    assert uncut([Wanted(lines)]) == [Entry(Part(lines))]


def test_a_file_counts_as_written_when_it_has_stayed_the_same() -> None:
    settling = Settling(5)
    growing = [[Wanted(source("a.txt", size=size, modified=100 * SECOND))] for size in (1, 2, 2, 2)]
    looks = [settling.settled(found, now=4.0 * n, clock=101) for n, found in enumerate(growing)]
    assert [len(found) for found in looks] == [0, 0, 0, 1]


def test_an_old_file_counts_as_written_at_once() -> None:
    assert len(Settling(5).settled([Wanted(source("a.txt", modified=100 * SECOND))], now=0, clock=106)) == 1


def test_a_dead_letter_is_waited_for_like_a_file() -> None:
    settling = Settling(5)
    letter = Wanted(reject("in/link", "dangling_link", "leads nowhere"))
    assert settling.settled([letter], now=0, clock=100) == []
    assert settling.settled([letter], now=6, clock=106) == [letter]
