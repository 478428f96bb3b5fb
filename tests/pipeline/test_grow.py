"""A second run takes what is new or changed and nothing else; what has changed replaces its old rows."""

import contextlib
import dataclasses
import json
import os
import pathlib
import threading
import types
from collections.abc import Iterator

import pytest

from pipeline.cli.main import main
from pipeline.errors import UsageError
from pipeline.execute import Outcome, run
from pipeline.link import is_linked
from pipeline.options import RunOptions
from pipeline.retry import retry
from pipeline.watch import Stop, watch
from runners import direct
from runners.interface import Engine, Request
from tests.end_to_end.rows import comparable, rows
from tests.pipeline.fakes import FakeExtractor
from transforms.extract import ptransforms
from transforms.write import list_files, one_writer, read_manifests, total_counts
from transforms.write.compact import compact

DATASETS = ("documents", "paragraphs", "mentions", "dead_letters")
FOLDERS = ("_signatures", "documents", "paragraphs", "mentions/deal", "mentions/cooperation", "events", "dead_letters")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeExtractor]:
    extractor = FakeExtractor(digests={"ontology": "1"})
    ptransforms._loaded.cache_clear()
    monkeypatch.setattr(ptransforms, "load_extractor", lambda options: extractor)
    yield extractor
    ptransforms._loaded.cache_clear()


@dataclasses.dataclass
class Archive:
    """A folder of inputs and the dataset that is fed from it."""

    texts: pathlib.Path
    out: pathlib.Path

    def write(self, name: str, text: str) -> None:
        path = self.texts / name
        later = path.stat().st_mtime_ns + 1_000_000 if path.exists() else None
        path.write_text(text, "utf-8")
        if later:  # clocks of file systems may be coarse
            os.utime(path, ns=(later, later))

    def feed(self, **options: object) -> Outcome:
        made = RunOptions(inputs=(str(self.texts),), output=str(self.out), link=False)
        return run(dataclasses.replace(made, **options))  # type: ignore[arg-type]

    def texts_of(self, dataset: str = "paragraphs", column: str = "text") -> list[str]:
        return sorted(row[column] for row in rows(self.out, dataset))

    def names(self, dataset: str = "documents") -> list[str]:
        return sorted(pathlib.Path(row["uri"]).name for row in rows(self.out, dataset))

    def assert_is_as_if_read_anew(self) -> None:
        anew = Archive(self.texts, self.out.with_name("anew"))
        anew.feed(fresh=True)
        for dataset in DATASETS:
            assert comparable(self.out, dataset) == comparable(anew.out, dataset), dataset
        counts, others = (total_counts(read_manifests(str(root))) for root in (self.out, anew.out))
        assert {name: n for name, n in counts.items() if n and name != "unchanged"} == {
            name: n for name, n in others.items() if n
        }


@pytest.fixture
def archive(fake: FakeExtractor, tmp_path: pathlib.Path) -> Archive:
    made = Archive(tmp_path / "in", tmp_path / "out")
    made.texts.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        made.write(name, f"What {name} says.")
    made.write("empty.txt", "")
    made.feed()
    return made


def test_a_second_run_does_nothing(archive: Archive) -> None:
    before = [path for path in archive.out.rglob("*") if path.is_file()]
    outcome = archive.feed()
    assert outcome.manifests == ()
    assert outcome.skipped == 4
    assert [path for path in archive.out.rglob("*") if path.is_file()] == before


def test_what_is_new_is_added(archive: Archive) -> None:
    archive.write("d.txt", "Something new.")
    outcome = archive.feed()
    assert (outcome.skipped, outcome.changed, outcome.manifest.counts["inputs"]) == (4, 0, 1)
    assert archive.names() == ["a.txt", "b.txt", "c.txt", "d.txt"]
    assert outcome.manifest.replaces == ()
    archive.assert_is_as_if_read_anew()


def test_what_has_changed_replaces_its_old_rows(archive: Archive) -> None:
    archive.write("b.txt", "It says something else.")
    outcome = archive.feed()
    assert (outcome.skipped, outcome.changed) == (3, 1)
    assert archive.texts_of() == ["It says something else.", "What a.txt says.", "What c.txt says."]
    assert len(rows(archive.out, "mentions")) == 3
    archive.assert_is_as_if_read_anew()


def test_what_was_only_touched_is_left_as_it_is(archive: Archive) -> None:
    archive.write("b.txt", "What b.txt says.")
    outcome = archive.feed()
    assert outcome.manifest.counts["unchanged"] == 1
    assert outcome.manifest.counts["documents"] == 0
    assert not [path for path in outcome.manifest.replaces if "documents" in path]
    assert archive.feed().manifests == ()
    archive.assert_is_as_if_read_anew()


def test_a_document_that_has_become_a_dead_letter_is_one(archive: Archive) -> None:
    archive.write("b.txt", "")
    archive.feed()
    assert archive.names() == ["a.txt", "c.txt"]
    assert archive.names("dead_letters") == ["b.txt", "empty.txt"]
    archive.assert_is_as_if_read_anew()


def test_a_dead_letter_that_has_become_a_document_is_one(archive: Archive) -> None:
    archive.write("empty.txt", "Not any more.")
    archive.feed()
    assert archive.names("dead_letters") == []
    assert "empty.txt" in archive.names()
    archive.assert_is_as_if_read_anew()


def test_what_is_gone_from_the_inputs_stays_in_the_dataset(archive: Archive) -> None:
    (archive.texts / "a.txt").unlink()
    assert archive.feed().manifests == ()
    assert "a.txt" in archive.names()


def test_the_same_file_under_another_name_is_the_same_input(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive.texts.parent)
    assert archive.feed(inputs=("in",)).manifests == ()
    archive.write("a.txt", "It says something else.")
    archive.feed(inputs=("in",))
    assert archive.texts_of() == ["It says something else.", "What b.txt says.", "What c.txt says."]


def test_what_the_user_says_anew_changes_rows_of_equal_text(archive: Archive) -> None:
    table = archive.out.with_name("m.csv")
    table.write_text("file,title\nb.txt,A title\n", "utf-8")
    outcome = archive.feed(metadata=str(table))
    assert (outcome.skipped, outcome.changed) == (3, 1)
    titles = {pathlib.Path(row["uri"]).name: row["title"] for row in rows(archive.out, "documents")}
    assert titles["b.txt"] == "A title"
    assert len(titles) == 3


def record(number: int, text: str | None = None) -> str:
    return json.dumps({"text": text or f"Record {number} has this to say."}) + "\n"


def test_of_a_container_that_has_grown_only_what_is_new_is_read_for_events(archive: Archive) -> None:
    archive.write("news.jsonl", record(1) + record(2) + "broken\n")
    archive.feed()
    archive.write("news.jsonl", record(1) + record(2) + "broken\n" + record(4))
    outcome = archive.feed()
    assert outcome.manifest.counts["documents"] == 1
    assert outcome.manifest.counts["unchanged"] == 2
    assert not [path for path in outcome.manifest.replaces if "mentions" in path]
    archive.assert_is_as_if_read_anew()


def test_records_that_are_gone_from_a_container_are_gone_from_the_dataset(archive: Archive) -> None:
    archive.write("news.jsonl", record(1) + record(2) + record(3))
    archive.feed()
    archive.write("news.jsonl", record(1) + record(2, "Another story."))
    archive.feed()
    assert [name for name in archive.names() if "#" in name] == ["news.jsonl#1", "news.jsonl#2"]
    archive.assert_is_as_if_read_anew()


def test_a_file_with_a_hash_sign_in_its_name_is_no_record_of_a_container(archive: Archive) -> None:
    archive.write("news.jsonl", record(1))
    archive.write("news.jsonl#1", "A file of its own.")
    archive.feed()
    archive.write("news.jsonl", record(1, "Another story."))
    archive.feed()
    assert "A file of its own." in archive.texts_of()
    archive.assert_is_as_if_read_anew()


def test_a_large_container_comes_in_several_slices_and_goes_on_where_it_was(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.slices.PART_BYTES", 400)
    archive.write("news.jsonl", "".join(map(record, range(1, 41))))
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.feed.Feed.commit", dying_after(1))
        with pytest.raises(KeyboardInterrupt):
            archive.feed(slice=2)
    held = len([name for name in archive.names() if "#" in name])
    assert 0 < held < 40
    outcome = archive.feed(slice=2)
    assert outcome.manifest.counts["documents"] == 40 - held
    assert "unchanged" not in outcome.manifest.counts
    archive.assert_is_as_if_read_anew()


def dying_after(commits: int) -> object:
    """Return a `Feed.commit` that is interrupted after some commits."""
    from pipeline.feed import Feed

    real = Feed.commit
    done: list[object] = []

    def commit(feed: Feed, entries: object) -> object:
        if len(done) == commits:
            raise KeyboardInterrupt
        done.append(entries)
        return real(feed, entries)  # type: ignore[arg-type]

    return commit


def test_slices_are_commits_of_their_own(archive: Archive) -> None:
    outcome = archive.feed(fresh=True, slice=3, link=True)
    assert [manifest.counts["inputs"] for manifest in outcome.manifests] == [3, 1]
    assert [m.options.get("command") for m in read_manifests(str(archive.out))] == [None, None, "link"]
    assert outcome.manifest.counts["inputs"] == 4


def test_elsewhere_a_run_is_one_slice_that_workers_commit(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def elsewhere(request: Request) -> Iterator[Engine]:
        with direct.engine(request) as engine:
            yield dataclasses.replace(engine, local=False, sliced=False, staged=False)

    monkeypatch.setattr("pipeline.execute.find_runner", lambda name: types.SimpleNamespace(engine=elsewhere))
    archive.write("b.txt", "It says something else.")
    archive.write("c.txt", "What c.txt says.")
    archive.write("news.jsonl", record(1) + record(2))
    outcome = archive.feed(slice=1)
    assert len(outcome.manifests) == 1
    assert outcome.manifest.counts["unchanged"] == 1
    assert archive.feed().manifests == ()
    monkeypatch.undo()
    monkeypatch.setattr(ptransforms, "load_extractor", lambda options: FakeExtractor(digests={"ontology": "1"}))
    archive.assert_is_as_if_read_anew()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "fake-2.0"}, "model 'fake-1.0', now 'fake-2.0'"),
        ({"name": "other"}, "extractor 'fake', now 'other'"),
        ({"digests": {"ontology": "2"}}, "another ontology"),
    ],
)
def test_what_another_extractor_has_made_is_not_added_to(
    archive: Archive, fake: FakeExtractor, changes: dict[str, object], said: str
) -> None:
    before = sorted(archive.out.rglob("*"))
    for name, value in changes.items():
        setattr(fake, name, value)
    with pytest.raises(UsageError, match=rf"was made with .*{said}.*--fresh to start over"):
        archive.feed()
    assert sorted(archive.out.rglob("*")) == before
    archive.feed(fresh=True)
    assert archive.names() == ["a.txt", "b.txt", "c.txt"]


def test_a_dataset_that_does_not_say_what_it_has_read_is_not_added_to(archive: Archive) -> None:
    archive.feed(fresh=True, link=False)
    (path,) = (archive.out / "_runs").glob("*.json")
    fields = json.loads(path.read_text("utf-8"))
    del fields["inputs"]
    path.write_text(json.dumps(fields), "utf-8")
    with pytest.raises(UsageError, match="does not list its inputs"):
        archive.feed()


def test_a_dataset_that_is_being_written_to_is_refused(archive: Archive) -> None:
    with one_writer(str(archive.out)), pytest.raises(UsageError, match="is being written to by process"):
        archive.feed()


def test_a_link_that_points_nowhere_is_one_dead_letter_until_it_points_somewhere(archive: Archive) -> None:
    (archive.texts / "link.txt").symlink_to(archive.texts / "later" / "x.txt")
    archive.feed()
    assert archive.feed().manifests == ()
    assert archive.names("dead_letters") == ["empty.txt", "link.txt"]
    (archive.texts / "link.txt").unlink()
    archive.write("link.txt", "Now it does.")
    archive.feed()
    assert archive.names("dead_letters") == ["empty.txt"]
    archive.assert_is_as_if_read_anew()


def test_retry_reads_dead_letters_again_and_nothing_else(
    archive: Archive, fake: FakeExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write("fails.txt", "It will fail here.")
    archive.feed()
    assert archive.feed().manifests == ()
    archive.write("unread.txt", "This is new and not for retry.")
    mended = dataclasses.replace(fake)
    mended.extract = lambda document: FakeExtractor.extract(  # type: ignore[method-assign]
        mended, dataclasses.replace(document, text=document.text.replace("fail here", "work"))
    )
    ptransforms._loaded.cache_clear()
    monkeypatch.setattr(ptransforms, "load_extractor", lambda options: mended)
    retried = retry(str(archive.out), {})
    assert (retried.before, retried.left) == (2, 1)
    assert archive.names() == ["a.txt", "b.txt", "c.txt", "fails.txt"]
    assert archive.names("dead_letters") == ["empty.txt"]
    assert "2 dead letters before, 1 now" in retried.summary()


def test_retry_takes_better_options_and_keeps_the_others(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive.texts.parent)
    (archive.texts / "rec.jsonl").write_text(json.dumps({"text": "A text.", "story": "x"}) + "\n", "utf-8")
    (archive.texts / "long.txt").write_text("long " * 100, "utf-8")
    archive.feed(inputs=("in",), fresh=True, max_bytes=200)
    assert archive.names("dead_letters") == ["empty.txt", "long.txt"]
    monkeypatch.chdir("/")
    retry(str(archive.out), {"max_bytes": 1_000})
    assert archive.names("dead_letters") == ["empty.txt"]
    assert {row["uri"] for row in rows(archive.out, "documents")} >= {"in/long.txt", "in/a.txt"}


def test_retry_without_dead_letters_says_so(archive: Archive) -> None:
    archive.write("empty.txt", "Not any more.")
    archive.feed()
    assert retry(str(archive.out), {}).summary() == "there are no dead letters"


def test_compaction_changes_files_and_no_row(archive: Archive) -> None:
    archive.feed(fresh=True, slice=1)
    archive.write("a.txt", "It says something else.")
    archive.feed()
    before = {dataset: sorted(map(repr, rows(archive.out, dataset))) for dataset in DATASETS}
    totals = total_counts(read_manifests(str(archive.out)))
    with one_writer(str(archive.out)) as root:
        done = compact(root)
        assert compact(root).before == done.after
    assert done.after == len(list_files(str(archive.out))) == len(FOLDERS) < done.before
    assert {dataset: sorted(map(repr, rows(archive.out, dataset))) for dataset in DATASETS} == before
    assert total_counts(read_manifests(str(archive.out))) == totals
    assert len(list((archive.out / "_runs").glob("*.parquet"))) == 1


def test_a_compacted_dataset_grows_as_before(archive: Archive) -> None:
    archive.feed(fresh=True, slice=1)
    with one_writer(str(archive.out)) as root:
        compact(root)
    assert archive.feed().manifests == ()
    archive.write("b.txt", "It says something else.")
    archive.write("d.txt", "Something new.")
    outcome = archive.feed()
    assert (outcome.skipped, outcome.changed) == (3, 1)
    archive.assert_is_as_if_read_anew()


def test_compaction_by_the_command_line(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    archive.feed(fresh=True, slice=1)
    number = len(list_files(str(archive.out)))
    assert main(["compact", str(archive.out)]) == 0
    assert main(["compact", str(archive.out)]) == 0
    least = len(FOLDERS)
    expected = [f"{number} files are {least} now", f"nothing to merge among {least} files"]
    assert capsys.readouterr().out.splitlines() == expected
    assert main(["compact", str(archive.texts)]) == 2


def test_a_watch_takes_what_comes_and_ends_when_it_is_told_to(archive: Archive) -> None:
    stop = Stop()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("watching"):
            archive.write("d.txt", "Something new.")
        elif len(said) == 2:
            archive.write("b.txt", "It says something else.")
        else:
            stop.set()

    options = RunOptions(inputs=(str(archive.texts),), output=str(archive.out), link=False)
    made = watch(options, interval=0.05, say=say, stop=stop)
    assert said == [
        f"watching {archive.texts}; 4 inputs are in the dataset",
        "1 documents, 1 mentions",
        "1 documents, 1 mentions",
        "stopped; 2 commits made",
    ]
    assert len(made) == 2
    archive.assert_is_as_if_read_anew()


def test_a_watch_waits_for_a_folder_to_be_filled(archive: Archive) -> None:
    empty, out = archive.texts.with_name("empty"), archive.out.with_name("watched")
    empty.mkdir()
    stop = Stop()

    def say(line: str) -> None:
        if line.startswith("watching"):
            threading.Timer(0.3, (empty / "a.txt").write_text, ["It has come."]).start()
        else:
            stop.set()

    (manifest,) = watch(RunOptions(inputs=(str(empty),), output=str(out)), interval=0.05, say=say, stop=stop)
    assert (manifest.counts["documents"], manifest.counts["dead_letters"]) == (1, 0)


def test_a_watch_links_what_has_come_when_nothing_else_is_to_do(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.watch.REST", 0)
    stop = Stop()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("watching"):
            archive.write("d.txt", "Something new.")
        elif line.startswith("linked: 4 mentions"):
            stop.set()

    watch(RunOptions(inputs=(str(archive.texts),), output=str(archive.out)), interval=0.05, say=say, stop=stop)
    linked = {mention for event in rows(archive.out, "events") for mention in event["mention_ids"]}
    assert linked == {row["mention_id"] for row in rows(archive.out, "mentions")}
    assert is_linked(str(archive.out))
