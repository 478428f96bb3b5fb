"""Commits that replace files: the old view or the new one, whenever they die and whoever looks."""

import contextlib
import pathlib
import re
from collections.abc import Iterator

import pyarrow as pa
import pytest

from schemas.arrow import to_table
from tests.transforms.write.samples import column, commit, document, mention, paragraph, read, temporary, tree
from tests.transforms.write.test_commit import KilledError, fail_at
from transforms.write import (
    Manifest,
    commit_tables,
    list_files,
    one_writer,
    parquet,
    read_manifests,
    recover,
    rewritten,
    storage,
    total_counts,
)
from transforms.write.commit import CommitError

FIRST = "documents/first-00000.parquet"
SECOND = "documents/second-00000.parquet"
MERGED = "documents/merged-00000.parquet"


@pytest.fixture
def root(tmp_path: pathlib.Path) -> pathlib.Path:
    commit(tmp_path, temporary(tmp_path, [document(0), mention(0)], commit_id="first"), commit_id="first")
    commit(tmp_path, temporary(tmp_path, [document(1)], commit_id="second"), commit_id="second")
    return tmp_path


def merge_documents(root: pathlib.Path, *, replaces: tuple[str, ...] = (FIRST, SECOND)) -> Manifest:
    tables = [read(root, path) for path in (FIRST, SECOND)]
    return commit_tables(
        str(root), {"documents": tables}, replaces=replaces, options={"command": "x"}, versions={}, commit_id="merged"
    )


def view(root: pathlib.Path) -> list[str]:
    return [file.path for file in list_files(str(root), "documents")]


def documents(root: pathlib.Path) -> list[dict[str, object]]:
    rows = pa.concat_tables([read(root, path) for path in view(root)]).to_pylist()
    return sorted(rows, key=lambda row: str(row["doc_id"]))


def test_what_is_replaced_no_longer_counts_and_is_gone(root: pathlib.Path) -> None:
    before = documents(root)
    manifest = merge_documents(root)
    assert view(root) == [MERGED]
    assert manifest.replaces == (FIRST, SECOND)
    assert documents(root) == before
    assert column(root, "documents", "doc_id") == ["d0", "d1"]
    assert not [path for path in tree(root) if path.startswith("_tmp")]


def test_rows_keep_the_commit_that_wrote_them(root: pathlib.Path) -> None:
    merge_documents(root)
    assert column(root, "documents", "commit_id") == ["first", "second"]


def test_rows_written_anew_count_neither_as_added_nor_as_removed(root: pathlib.Path) -> None:
    before = total_counts(read_manifests(str(root)))
    manifest = merge_documents(root)
    assert set(manifest.counts.values()) == {0}
    assert not manifest.removed
    assert total_counts(read_manifests(str(root))) == before


def test_rows_left_out_are_counted_as_removed(root: pathlib.Path) -> None:
    commit_tables(
        str(root),
        {"documents": [read(root, FIRST)]},
        replaces=[FIRST, SECOND],
        options={},
        versions={},
        commit_id="fewer",
    )
    assert read_manifests(str(root))[-1].removed["documents"] == 1
    total = total_counts(read_manifests(str(root)))
    assert (total["documents"], total["inputs"], total["characters"], total["mentions"]) == (1, 1, 90, 1)


def test_a_folder_emptied_keeps_a_file_without_rows(root: pathlib.Path) -> None:
    path = "mentions/event_class=deal/first-00000.parquet"
    manifest = commit_tables(str(root), {}, replaces=[path], options={}, versions={}, commit_id="none")
    assert manifest.removed == {"mentions": 1, "mentions.deal": 1, "mentions.deal.sale": 1}
    files = [file for file in list_files(str(root)) if file.path.startswith("mentions/event_class=deal/")]
    assert [(file.path, file.rows) for file in files] == [("mentions/event_class=deal/none-00000.parquet", 0)]


def test_a_file_that_no_longer_counts_is_not_replaced_again(root: pathlib.Path) -> None:
    merge_documents(root)
    with pytest.raises(CommitError, match=rf"{FIRST} is to be replaced, but no longer counts"):
        commit_tables(
            str(root), {"documents": [read(root, MERGED)]}, replaces=[FIRST], options={}, versions={}, commit_id="late"
        )
    assert view(root) == [MERGED]
    recover(str(root))
    assert not [path for path in tree(root) if "late" in path]


def test_changed_rows_replace_the_file_that_holds_them(root: pathlib.Path) -> None:
    def mark(table: pa.Table) -> pa.Table:
        marked = pa.array(["d1"] * table.num_rows, pa.string())
        return table.set_column(table.schema.get_field_index("duplicate_of"), "duplicate_of", marked)

    tables = {"documents": rewritten(str(root), FIRST, mark)}
    commit_tables(str(root), tables, replaces=[FIRST], options={}, versions={}, commit_id="marked")
    assert [row["duplicate_of"] for row in documents(root)] == ["d1", None]
    assert total_counts(read_manifests(str(root)))["documents"] == 2


@pytest.mark.parametrize(
    ("operation", "number"),
    [("rename", 1), ("rename", 2), ("delete", 1), ("delete", 2), ("delete_tree", 1), ("sync", 1)],
)
def test_a_commit_killed_anywhere_leaves_the_old_view_or_the_new_one(
    root: pathlib.Path, monkeypatch: pytest.MonkeyPatch, operation: str, number: int
) -> None:
    before = documents(root)
    with monkeypatch.context() as patched:
        patched.setattr("transforms.write.replace.cleared_if_it_fails", contextlib.nullcontext)
        fail_at(patched, operation, number)
        with pytest.raises(KilledError):
            merge_documents(root)
    assert view(root) in ([FIRST, SECOND], [MERGED])
    assert documents(root) == before
    with one_writer(str(root)):
        assert documents(root) == before
        counting = {file.path for file in list_files(str(root))}
        assert {path for path in tree(root) if path.endswith(".parquet")} == counting


def test_a_table_that_cannot_be_read_to_its_end_changes_nothing(root: pathlib.Path) -> None:
    before = tree(root)

    def broken() -> Iterator[pa.Table]:
        yield read(root, FIRST)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        commit_tables(str(root), {"documents": broken()}, replaces=[FIRST], options={}, versions={})
    assert tree(root) == before


def test_large_tables_become_several_files(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "FILE_ROWS", 10)
    monkeypatch.setattr(parquet, "GROUP_ROWS", 10)
    tables = (to_table("paragraphs", [paragraph(number)] * 5) for number in range(6))
    manifest = commit_tables(str(root), {"paragraphs": tables}, options={}, versions={})
    assert [file.rows for file in manifest.files] == [10, 10, 10]


@pytest.mark.parametrize(
    ("folder", "table", "reason"),
    [
        ("pictures", pa.table({}), "'pictures' is no folder of a dataset"),
        ("documents", pa.table({"doc_id": ["x"]}), "differs from its schema in the column"),
        (
            "documents",
            to_table("documents", [document()]).set_column(12, "bytes", pa.array(["many"])),
            "does not fit its schema",
        ),
    ],
)
def test_tables_that_do_not_fit_are_refused(root: pathlib.Path, folder: str, table: pa.Table, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        commit_tables(str(root), {folder: [table]}, options={}, versions={})


def test_a_listing_taken_while_commits_are_made_is_taken_again(
    root: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge_documents(root)
    real = storage.list_names
    calls: list[str] = []

    def lagging(folder: str) -> list[str]:
        calls.append(folder)
        return [name for name in real(folder) if len(calls) > 1 or name != "second.json"]

    monkeypatch.setattr(storage, "list_names", lagging)
    assert [manifest.id for manifest in read_manifests(str(root))] == ["first", "second", "merged"]
