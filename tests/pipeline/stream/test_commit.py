"""What is noted is committed once, whatever is noted again, and comes to the rows of a run."""

import json
import pathlib
from collections.abc import Sequence

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from pipeline.errors import UsageError
from pipeline.execute import feeding, prepare
from pipeline.graph import recorded
from pipeline.options import RunOptions
from pipeline.stream.commit import Committer
from pipeline.stream.graph import Look, StreamJob, digest, look_of, note, topic_of
from pipeline.stream.windows import Windows
from schemas.records import Part, Source
from tests.end_to_end.conftest import run_into
from tests.end_to_end.rows import comparable, rows
from transforms.read.listed import Entry
from transforms.read.messages import source_of
from transforms.write.manifest import read_manifests, total_counts
from transforms.write.spool import FILES, clear_spool, note_paths, read_note

ARRIVAL = 1_715_960_000
DATASETS = ("documents", "paragraphs", "mentions", "dead_letters", "_signatures", "_vectors")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    made = tmp_path / "in"
    made.mkdir()
    for number, seller in enumerate(("France", "Italy", "Spain")):
        write(made / f"{number}.txt", seller, number + 2)
    lines = [json.dumps({"text": f"Sweden sold {n} frigates to Chile."}) for n in (3, 4)]
    (made / "some.jsonl").write_text("\n".join(lines), "utf-8")
    (made / "empty.txt").touch()
    return made


def write(path: pathlib.Path, seller: str, number: int) -> None:
    path.write_text(f"{seller} sells frigates\n\n{seller} sold {number} frigates to Chile.\n", "utf-8")


class Plain(Windows):
    """Windows of one pane: the local runner knows no early ones."""

    def into(self) -> beam.WindowInto:
        return beam.WindowInto(FixedWindows(self.size))


def job_of(folder: pathlib.Path) -> StreamJob:
    options = RunOptions((str(folder),), str(folder.parent / "out"), link=False, extractor="rules")
    return StreamJob(options, str(folder.parent / "out"), "s1", Plain(), 1.0)


def put(job: StreamJob, elements: Sequence[object]) -> None:
    """Do what workers do: one pane of a note with all that is given."""
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        keyed = [TimestampedValue((str(number), element), ARRIVAL) for number, element in enumerate(elements)]
        given = pipeline | beam.Create(keyed) | beam.Map(lambda one: one)
        note(digest(given, job), job)


def entries(job: StreamJob) -> list[Entry]:
    return [Entry(Part(found) if isinstance(found, Source) else found) for found in look_of(job)()]


def commit(job: StreamJob) -> Committer:
    with feeding(prepare(job.options, must_exist=False)) as feed:
        committer = Committer(feed.root, recorded(job.options), feed.versions, feed.known)
        list(committer.commit_all())
        return committer


def test_rows_are_those_of_a_run_and_the_spool_is_empty(folder: pathlib.Path) -> None:
    job = job_of(folder)
    put(job, entries(job))
    committer = commit(job)
    local = run_into(folder.parent / "local", [str(folder)], link=False, extractor="rules")
    for dataset in DATASETS:
        assert comparable(pathlib.Path(job.root), dataset) == comparable(local.root, dataset), dataset
    assert [manifest.counts for manifest in committer.manifests] == [local.outcome.manifest.counts]
    assert not list(pathlib.Path(job.root, FILES).iterdir())
    assert not note_paths(job.root)
    again = run_into(pathlib.Path(job.root), [str(folder)], link=False, extractor="rules")
    assert again.outcome.skipped == 5
    assert not again.outcome.manifests


def test_inputs_that_are_noted_again_are_left_out(folder: pathlib.Path) -> None:
    job = job_of(folder)
    found = entries(job)
    put(job, found[:3])
    put(job, found)
    put(job, found)
    committer = commit(job)
    assert committer.repeated == 3 + 5
    assert len(committer.manifests) == 2
    local = run_into(folder.parent / "local", [str(folder)], link=False, extractor="rules")
    for dataset in DATASETS:
        assert comparable(pathlib.Path(job.root), dataset) == comparable(local.root, dataset), dataset


def test_a_changed_input_replaces_its_old_rows(folder: pathlib.Path) -> None:
    job = job_of(folder)
    put(job, entries(job))
    commit(job)
    write(folder / "0.txt", "Portugal", 900)
    (changed,) = entries(job)
    put(job, [changed])
    commit(job)
    root = pathlib.Path(job.root)
    local = run_into(folder.parent / "local", [str(folder)], link=False, extractor="rules")
    for dataset in DATASETS:
        assert comparable(root, dataset) == comparable(local.root, dataset), dataset
    total = {name: count for name, count in total_counts(read_manifests(job.root)).items() if count}
    assert total == {name: count for name, count in local.outcome.manifest.counts.items() if count}


def test_of_two_states_of_one_input_in_a_pane_the_later_counts(folder: pathlib.Path) -> None:
    job = job_of(folder)
    url = "kafka://localhost:9092/articles"
    contents = [b"France sold 3 frigates to Chile.", b"Sweden sold 3 frigates to Chile."]
    put(job, [(Entry(Part(source_of(url, b"key", content))), content) for content in contents])
    commit(job)
    (row,) = rows(pathlib.Path(job.root), "documents")
    assert row["uri"] == f"{url}#key"
    suppliers = [p["name"] for m in rows(pathlib.Path(job.root), "mentions") for p in m["participants"]]
    assert "Sweden" in suppliers
    assert "France" not in suppliers


def test_a_kill_between_commit_and_clearing_costs_nothing(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(folder)
    put(job, entries(job))
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.stream.commit.drop_note", _die)
        with pytest.raises(KeyboardInterrupt):
            commit(job)
    assert note_paths(job.root)
    committer = commit(job)
    assert not committer.manifests
    assert committer.repeated == 5
    assert not note_paths(job.root)


def test_a_kill_before_the_manifest_leaves_the_note(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(folder)
    put(job, entries(job))
    with monkeypatch.context() as patched:
        patched.setattr("transforms.write.commit._write_manifest", _die)
        with pytest.raises(KeyboardInterrupt):
            commit(job)
    assert not read_manifests(job.root)
    commit(job)
    local = run_into(folder.parent / "local", [str(folder)], link=False, extractor="rules")
    assert comparable(pathlib.Path(job.root), "mentions") == comparable(local.root, "mentions")


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_files_that_no_note_names_are_cleared(folder: pathlib.Path) -> None:
    job = job_of(folder)
    put(job, entries(job))
    stale = pathlib.Path(job.root, FILES, "_documents-0.parquet")
    stale.write_bytes(b"what a bundle that failed has left")
    assert clear_spool(job.root, [read_note(path) for path in note_paths(job.root)]) == 1
    assert commit(job).manifests


def test_what_the_dataset_holds_is_not_listed_again(folder: pathlib.Path) -> None:
    job = job_of(folder)
    look = look_of(job)
    found = list(look())
    assert len(found) == 5
    put(job, [Entry(Part(one)) for one in found if isinstance(one, Source)])
    commit(job)
    assert not list(look())
    (folder / "0.txt").touch()
    assert len(list(look())) == 1
    assert isinstance(look, Look)


@pytest.mark.parametrize("inputs", [("kafka://localhost/articles",), ("kafka://localhost:1/a", "folder")])
def test_a_topic_that_is_named_otherwise_is_refused(inputs: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="kafka://HOST:PORT/TOPIC"):
        topic_of(RunOptions(inputs, "out"))


def test_a_message_is_known_by_its_key_else_by_its_content() -> None:
    here, there = "kafka://localhost:9092/articles", "kafka://other:1/articles"
    one, two = b"France sold frigates.", b"Italy sold frigates."
    assert source_of(here, b"a b", one).path == source_of(there, b"a b", two).path == "kafka:///articles#a%20b"
    assert source_of(here, None, one).path == source_of(there, None, one).path
    assert source_of(here, None, one).path != source_of(here, None, two).path
