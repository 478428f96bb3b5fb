"""Manifests: read back as written, strict where they are broken."""

import dataclasses
import datetime
import json
import pathlib
from typing import Any

import pytest

from tests.transforms.write.samples import STARTED, commit, document, paragraph, temporary
from transforms.write import DataFile, Manifest, ManifestError, list_files, read_manifests, total_counts
from transforms.write.manifest import parse, read_manifest, render

MANIFEST = Manifest(
    id="run",
    schema_version=1,
    options={"inputs": ["a", "b"]},
    versions={"cordiale": "1"},
    counts={"inputs": 2},
    files=(DataFile("mentions/event_class=deal/run-00000.parquet", "mentions", 2, 10),),
    started=STARTED,
    finished=STARTED + datetime.timedelta(seconds=1.5),
)


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(render(MANIFEST)), **changes}).encode()


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert parse(render(MANIFEST), path="/out/_runs/run.json") == MANIFEST


def test_times_are_written_as_utc() -> None:
    east = datetime.timezone(datetime.timedelta(hours=5))
    text = json.loads(render(dataclasses.replace(MANIFEST, started=STARTED.astimezone(east))))
    assert text["started"] == "2026-01-02T03:04:05.000000Z"


def test_fields_of_a_later_version_are_ignored() -> None:
    assert parse(changed(colour="blue"), path="_runs/run.json") == MANIFEST


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (render(MANIFEST)[:-20], "Expecting|Unterminated|delimiter"),
        (b"[]", "not a JSON object"),
        (b"\xff{}", "can't decode"),
        (b'{"id": "run"}', "schema_version is missing"),
        (changed(counts={"inputs": "2"}), "inputs is '2', not of type int"),
        (changed(files={}), "files is"),
        (changed(files=[{"path": "documents/a.parquet"}]), "dataset is missing"),
        (changed(files=[{"path": "../x", "dataset": "..", "rows": 1, "bytes": 1}]), "is not a file of"),
        (changed(started="yesterday"), "yesterday"),
        (changed(id="other"), "its id is 'other'"),
    ],
)
def test_a_broken_manifest_is_an_error_that_names_it(tmp_path: pathlib.Path, content: bytes, reason: str) -> None:
    (tmp_path / "_runs").mkdir()
    (tmp_path / "_runs/run.json").write_bytes(content)
    with pytest.raises(ManifestError, match=rf"_runs/run\.json is not a manifest.*({reason})"):
        read_manifests(str(tmp_path))


def test_temporary_files_and_other_files_in_runs_are_passed_over(tmp_path: pathlib.Path) -> None:
    commit(tmp_path, temporary(tmp_path, [document()]))
    (tmp_path / "_runs/_tmp-x.json").write_text("{")
    (tmp_path / "_runs/notes.txt").write_text("mine")
    assert [manifest.id for manifest in read_manifests(str(tmp_path))] == ["run"]


def test_a_folder_without_commits_has_no_manifests(tmp_path: pathlib.Path) -> None:
    assert read_manifests(str(tmp_path / "nowhere")) == []
    assert read_manifest(str(tmp_path), "run") is None


def test_manifests_come_in_the_order_of_their_commits(tmp_path: pathlib.Path) -> None:
    for commit_id in ("b", "a", "c"):
        commit(tmp_path, temporary(tmp_path, [document()], commit_id=commit_id), commit_id=commit_id)
    manifests = read_manifests(str(tmp_path))
    assert [manifest.id for manifest in manifests] == ["b", "a", "c"]
    assert total_counts(manifests)["documents"] == 3


def test_list_files_gives_what_manifests_list_and_nothing_else(tmp_path: pathlib.Path) -> None:
    commit(tmp_path, temporary(tmp_path, [document(), paragraph()]))
    (tmp_path / "documents/other-00000.parquet").write_bytes(b"not committed")
    assert [file.path for file in list_files(str(tmp_path), "documents")] == ["documents/run-00000.parquet"]
    assert len(list_files(str(tmp_path))) == 6
    assert [file.path for file in list_files(str(tmp_path), "mentions")] == [
        "mentions/event_class=cooperation/run-00000.parquet",
        "mentions/event_class=deal/run-00000.parquet",
    ]
