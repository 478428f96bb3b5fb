import dataclasses
import json
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from schemas.arrow import file_schema
from schemas.codes import VECTOR_WIDTH
from schemas.records import Mention, VectorRow
from tests.transforms.link.telling import histories
from transforms.extract.reader.vectors import shipped_projection
from transforms.link import stages
from transforms.link.profiles import profile_mentions
from transforms.link.ptransforms import LinkMentions
from transforms.link.stages import FILES, Mentions, Task, link_here

Link = Callable[[Task], None]


def link_by_beam(task: Task) -> None:
    pipeline = beam.Pipeline(runner=FnApiRunner())
    pipeline | LinkMentions(task)
    pipeline.run().wait_until_finish()


def written(folder: pathlib.Path, told: Sequence[Mention]) -> list[Mentions]:
    """Write mentions to two files for each class."""
    folder.mkdir()
    files = []
    for name in ("deal", "cooperation"):
        found = [mention for mention in told if mention.event_class == name]
        for part in range(2):
            path = str(folder / f"{name}-{part}.parquet")
            rows = [dataclasses.asdict(mention) for mention in found[part::2]]
            pq.write_table(pa.Table.from_pylist(rows, schema=file_schema("mentions")), path)
            files.append(Mentions(path, name))
    return files


def events(link: Link, task: Task, folder: pathlib.Path) -> list[dict[str, Any]]:
    """Return the events in the order in which they are written."""
    folder.mkdir()
    link(dataclasses.replace(task, folder=str(folder)))
    files = json.loads((folder / FILES).read_text("utf-8"))
    found = [row for file in files for row in pq.read_table(file).to_pylist()]
    return found if task.batches == 1 else sorted(found, key=lambda event: str(event["event_id"]))


def all_mentions() -> list[Mention]:
    return [mention for _, reports in histories().values() for mention in reports]


@pytest.fixture(params=[1, 3])
def task(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Task:
    """All histories, with events of half of them that were there before, and copies."""
    told = all_mentions()
    before = written(tmp_path / "before", told[::2])
    half = Task(before, (), None, skip_duplicates=False, folder="", batches=1)
    events(link_by_beam, half, tmp_path / "half")
    former = json.loads((tmp_path / "half" / FILES).read_text("utf-8"))
    copies = {told[1].doc_id: told[0].doc_id, told[7].doc_id: told[6].doc_id}
    marks = str(tmp_path / "marks.parquet")
    pq.write_table(pa.table({"doc_id": list(copies), "duplicate_of": list(copies.values())}), marks)
    files = written(tmp_path / "mentions", told)
    vectors = str(tmp_path / "vectors.parquet")
    method = shipped_projection().digest
    made = np.random.default_rng(0).integers(-9, 10, (len(told), VECTOR_WIDTH)).tolist()
    seen = [dataclasses.asdict(VectorRow(m.doc_id, m.mention_id, method, v)) for m, v in zip(told, made, strict=True)]
    pq.write_table(pa.Table.from_pylist(seen, schema=file_schema("_vectors")), vectors)
    return Task(files, former, marks, skip_duplicates=False, folder="", batches=request.param, vectors=[vectors])


@pytest.mark.parametrize("skip", [False, True])
def test_linking_here_gives_what_the_pipeline_gives(task: Task, skip: bool, tmp_path: pathlib.Path) -> None:
    task = dataclasses.replace(task, skip_duplicates=skip)
    here, by_beam = (events(link, task, tmp_path / link.__name__) for link in (link_here, link_by_beam))
    assert here == by_beam
    assert 1 < len(here) < len(all_mentions()), "there was something to be joined, and to be kept apart"


def test_vectors_find_their_mentions(task: Task, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(
        stages, "profile_mentions", lambda rows, seen: given.update(seen) or profile_mentions(rows, seen)
    )
    events(link_here, task, tmp_path / "here")
    (path,) = task.vectors
    expected = {row["mention_id"]: row["vector"] for row in pq.read_table(path).to_pylist()}
    assert given == expected


def test_vectors_of_another_make_are_not_compared(
    task: Task, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = task.vectors
    table = pq.read_table(path)
    other = pa.array(["another"] * table.num_rows)
    pq.write_table(table.set_column(table.column_names.index("method"), "method", other), path)
    given: dict[str, Any] = {}
    monkeypatch.setattr(
        stages, "profile_mentions", lambda rows, seen: given.update(seen) or profile_mentions(rows, seen)
    )
    assert events(link_here, task, tmp_path / "here")
    assert not given


def test_files_of_copies_alone_give_nothing(task: Task, tmp_path: pathlib.Path) -> None:
    documents = sorted({mention.doc_id for mention in all_mentions()})
    marks = str(tmp_path / "all.parquet")
    pq.write_table(pa.table({"doc_id": documents, "duplicate_of": documents}), marks)
    task = dataclasses.replace(task, duplicates=marks, skip_duplicates=True, former=())
    assert events(link_here, task, tmp_path / "here") == []


def test_vectors_alone_tell_of_nothing(task: Task, tmp_path: pathlib.Path) -> None:
    for link in (link_here, link_by_beam):
        assert events(link, dataclasses.replace(task, mentions=(), former=()), tmp_path / link.__name__) == []


@pytest.mark.parametrize("link", [link_here, link_by_beam])
def test_no_mentions_are_no_files(link: Link, tmp_path: pathlib.Path) -> None:
    assert events(link, Task((), (), None, skip_duplicates=False, folder="", batches=1), tmp_path / "none") == []
