"""A commit may die anywhere: what a reader of manifests sees is whole or not there, and doing it again finishes it."""

import pathlib
from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq
import pytest
from apache_beam.io.filesystem import BeamIOError

from schemas.records import WrittenFile
from tests.transforms.write.samples import (
    FOLDERS,
    column,
    commit,
    dead_letter,
    document,
    mention,
    paragraph,
    read,
    temporary,
    tree,
    write,
)
from transforms.write import list_files, parquet, read_manifests, storage
from transforms.write.commit import CommitError
from transforms.write.plan import plan_shards

ROWS = (
    document(0),
    document(1),
    paragraph(0),
    mention(0),
    mention(1),
    mention(2, "cooperation", "access"),
    dead_letter(),
)


class KilledError(RuntimeError):
    """Stands for the death of the process."""


def fail_at(
    monkeypatch: pytest.MonkeyPatch, operation: str, number: int, *, error: type[Exception] | Exception = KilledError
) -> None:
    """Let the nth call of an operation on storage die before it does anything."""
    real = getattr(storage, operation)
    calls: list[Any] = []

    def dying(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == number:
            raise error
        return real(*arguments)

    monkeypatch.setattr(storage, operation, dying)


def rename_one_then_die(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first batch of renames die after one file."""
    real = storage.rename

    def dying(pairs: Sequence[tuple[str, str]]) -> None:
        real(pairs[:1])
        raise KilledError

    monkeypatch.setattr(storage, "rename", dying)


def assert_whole(root: pathlib.Path) -> None:
    (manifest,) = read_manifests(str(root))
    assert manifest.counts["inputs"] == 3
    assert tree(root) == {file.path for file in manifest.files} | {"_runs/run.json"}
    assert {file.path.rsplit("/", 1)[0] for file in manifest.files} == set(FOLDERS)
    assert column(root, "documents", "doc_id") == ["d0", "d1"]
    assert column(root, "mentions", "mention_id") == ["m0", "m1", "m2"]
    assert column(root, "paragraphs", "doc_id") == ["d0"]


def test_many_small_files_become_one_of_each_folder(tmp_path: pathlib.Path) -> None:
    manifest = commit(tmp_path, temporary(tmp_path, ROWS))
    assert sorted(file.path for file in manifest.files) == sorted(f"{folder}/run-00000.parquet" for folder in FOLDERS)
    assert_whole(tmp_path)


def test_merged_files_have_few_row_groups(tmp_path: pathlib.Path) -> None:
    commit(tmp_path, temporary(tmp_path, [document(number) for number in range(20)]))
    assert pq.ParquetFile(tmp_path / "documents/run-00000.parquet").num_row_groups == 1


def test_merged_row_groups_do_not_outgrow_their_size(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 8)
    commit(tmp_path, temporary(tmp_path, [document(number) for number in range(20)]))
    file = pq.ParquetFile(tmp_path / "documents/run-00000.parquet")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [8, 8, 4]


def test_a_commit_killed_before_it_begins_leaves_no_data(tmp_path: pathlib.Path) -> None:
    temporary(tmp_path, ROWS)
    assert {path.split("/")[0] for path in tree(tmp_path)} == {"_tmp-run"}
    assert list_files(str(tmp_path)) == []


@pytest.mark.parametrize(
    ("operation", "number"),
    [
        ("read", 1),
        ("read", 4),
        ("create", 1),
        ("create", 3),
        ("make_folder", 2),
        ("rename", 1),
        ("sync", 1),
        ("write", 1),
        ("rename", 2),
    ],
)
def test_a_commit_killed_before_its_manifest_leaves_none_and_can_be_done_again(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, operation: str, number: int
) -> None:
    files = temporary(tmp_path, ROWS)
    with monkeypatch.context() as patched:
        fail_at(patched, operation, number)
        with pytest.raises(KilledError):
            commit(tmp_path, files)
    assert read_manifests(str(tmp_path)) == []
    commit(tmp_path, files)
    assert_whole(tmp_path)


def test_a_commit_killed_between_renames_leaves_no_manifest_and_can_be_done_again(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = temporary(tmp_path, ROWS)
    for _ in range(3):
        with monkeypatch.context() as patched:
            rename_one_then_die(patched)
            with pytest.raises(KilledError):
                commit(tmp_path, files)
        assert read_manifests(str(tmp_path)) == []
    commit(tmp_path, files)
    assert_whole(tmp_path)


def test_a_single_file_that_was_moved_before_the_death_is_found_in_its_place(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = temporary(tmp_path, [paragraph()])
    with monkeypatch.context() as patched:
        fail_at(patched, "write", 1)
        with pytest.raises(KilledError):
            commit(tmp_path, files)
    assert not pathlib.Path(files[0].temporary).exists()
    commit(tmp_path, files)
    assert column(tmp_path, "paragraphs", "doc_id") == ["d0"]


def test_a_commit_killed_after_its_manifest_is_done_and_only_cleans_up(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = temporary(tmp_path, ROWS)
    with monkeypatch.context() as patched:
        fail_at(patched, "delete_tree", 1)
        with pytest.raises(KilledError):
            commit(tmp_path, files)
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in tree(tmp_path) if not path.startswith("_tmp")}
    commit(tmp_path, files)
    assert {path: (tmp_path / path).stat().st_mtime_ns for path in tree(tmp_path)} == before
    assert_whole(tmp_path)


def test_a_rename_that_fails_raises_and_nothing_is_committed(tmp_path: pathlib.Path) -> None:
    files = temporary(tmp_path, ROWS)
    (tmp_path / "documents/run-00000.parquet/in the way").mkdir(parents=True)
    with pytest.raises(BeamIOError, match="Rename operation failed"):
        commit(tmp_path, files)
    assert read_manifests(str(tmp_path)) == []


def test_a_rename_that_fails_fails_the_pipeline(tmp_path: pathlib.Path) -> None:
    (tmp_path / "documents/run-00000.parquet/in the way").mkdir(parents=True)
    with pytest.raises(Exception, match="Rename operation failed"):
        write(tmp_path, {"documents": [document()]})
    assert not (tmp_path / "_runs").exists()


def test_a_vanished_temporary_file_raises(tmp_path: pathlib.Path) -> None:
    files = temporary(tmp_path, [paragraph()])
    pathlib.Path(files[0].temporary).unlink()
    with pytest.raises(CommitError, match="has vanished"):
        commit(tmp_path, files)
    assert read_manifests(str(tmp_path)) == []


def test_a_full_disk_fails_the_commit_and_leaves_no_manifest(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = temporary(tmp_path, ROWS)
    with monkeypatch.context() as patched:
        fail_at(patched, "write", 1, error=OSError(28, "No space left on device"))
        with pytest.raises(OSError, match="No space left"):
            commit(tmp_path, files)
    assert read_manifests(str(tmp_path)) == []
    commit(tmp_path, files)
    assert_whole(tmp_path)


def test_orphans_of_bundles_that_were_tried_again_are_deleted(tmp_path: pathlib.Path) -> None:
    orphans = temporary(tmp_path, [document(7), paragraph(7)])
    commit(tmp_path, temporary(tmp_path, ROWS))
    assert not any(pathlib.Path(orphan.temporary).exists() for orphan in orphans)
    assert_whole(tmp_path)


def test_temporary_files_of_other_commits_are_left_alone(tmp_path: pathlib.Path) -> None:
    other = temporary(tmp_path, [document(7)], commit_id="run-2")
    commit(tmp_path, temporary(tmp_path, ROWS))
    assert pathlib.Path(other[0].temporary).exists()


def test_a_pane_with_others_to_come_deletes_its_own_temporary_files_only(tmp_path: pathlib.Path) -> None:
    later = temporary(tmp_path, [document(7)])
    mine = temporary(tmp_path, ROWS)
    commit(tmp_path, mine, last=False)
    assert [path for path in tree(tmp_path) if path.startswith("_tmp")] == [
        str(pathlib.Path(later[0].temporary).relative_to(tmp_path))
    ]


def test_a_failure_to_delete_temporary_files_does_not_undo_the_commit(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched:
        fail_at(patched, "delete_tree", 1, error=OSError("busy"))
        commit(tmp_path, temporary(tmp_path, ROWS))
    assert len(read_manifests(str(tmp_path))) == 1
    assert "files are left that the next run deletes: busy" in caplog.text


def test_files_that_an_earlier_try_left_under_the_same_name_are_replaced_or_deleted(tmp_path: pathlib.Path) -> None:
    for name in ("run-00000", "run-00001", "run-2-00001"):
        stale = tmp_path / f"documents/{name}.parquet"
        stale.parent.mkdir(exist_ok=True)
        stale.write_bytes(b"stale")
    commit(tmp_path, temporary(tmp_path, ROWS))
    assert sorted(path.name for path in (tmp_path / "documents").iterdir()) == [
        "run-00000.parquet",
        "run-2-00001.parquet",
    ]
    assert read(tmp_path, "documents/run-00000.parquet").num_rows == 2


def test_an_uncommitted_file_does_not_count_when_folders_are_filled(tmp_path: pathlib.Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events/dead-00000.parquet").write_bytes(b"uncommitted")
    commit(tmp_path, temporary(tmp_path, ROWS))
    assert read(tmp_path, "events/run-00000.parquet").num_rows == 0


def test_an_id_that_another_commit_has_is_refused(tmp_path: pathlib.Path) -> None:
    commit(tmp_path, temporary(tmp_path, ROWS))
    with pytest.raises(CommitError, match="exists already, with other rows"):
        commit(tmp_path, temporary(tmp_path, [document(9)]))


def test_a_replayed_bundle_with_the_same_rows_is_not_committed_twice(tmp_path: pathlib.Path) -> None:
    commit(tmp_path, temporary(tmp_path, ROWS))
    commit(tmp_path, temporary(tmp_path, ROWS))
    assert_whole(tmp_path)


def test_a_file_that_is_reported_twice_counts_once(tmp_path: pathlib.Path) -> None:
    files = temporary(tmp_path, ROWS)
    assert commit(tmp_path, [*files, files[0]]).counts["documents"] == 2
    assert_whole(tmp_path)


def test_files_and_folders_are_synced_before_the_manifest_is_in_place(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    before: list[str] = []
    real = storage.rename

    def renaming(pairs: Sequence[tuple[str, str]]) -> None:
        if pairs[0][1].endswith("_runs/run.json"):
            before.extend(synced)
            assert pairs[0][0] in synced
        real(pairs)

    monkeypatch.setattr(storage, "sync", synced.extend)
    monkeypatch.setattr(storage, "rename", renaming)
    manifest = commit(tmp_path, temporary(tmp_path, ROWS))
    wanted = {str(tmp_path), *(f"{tmp_path}/{name}" for name in ("documents", "mentions", *FOLDERS))}
    assert wanted | {f"{tmp_path}/{file.path}" for file in manifest.files} <= set(before)
    assert synced[-2:] == [f"{tmp_path}/_runs", str(tmp_path)]


def planned(folder: str, *sizes: int) -> list[list[int]]:
    files = [WrittenFile(folder, f"/t/{i:03d}", 1, size << 20, {}) for i, size in enumerate(sizes)]
    return [[file.bytes >> 20 for file in shard.sources] for shard in plan_shards(reversed(files))]


def test_small_files_are_packed_up_to_the_target_size_and_large_ones_left_as_they_are() -> None:
    assert planned("paragraphs", 20, 90, 30, 31, 30, 30, 5) == [[90], [20, 30, 31, 30], [30, 5]]


def test_shards_are_numbered_by_folder_and_the_same_whatever_the_order() -> None:
    files = [WrittenFile(f, f"/t/{f}{i}", 400_000, 1, {}) for f in ("paragraphs", "documents") for i in range(2)]
    shards = plan_shards(files)
    assert [(s.folder, s.number) for s in shards] == [
        ("documents", 0),
        ("documents", 1),
        ("paragraphs", 0),
        ("paragraphs", 1),
    ]
    assert plan_shards(reversed(files)) == shards


def test_a_single_file_is_moved_unless_its_commit_column_must_be_filled() -> None:
    shards = plan_shards([WrittenFile(f, f"/t/{f}", 1, 1, {}) for f in ("paragraphs", "documents")])
    assert {shard.folder: shard.is_moved() for shard in shards} == {"documents": False, "paragraphs": True}
