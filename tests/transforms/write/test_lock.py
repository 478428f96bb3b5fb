"""One writer at a time; a lock dies with its holder, and what the holder left is cleared away by the next one."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.transforms.write.samples import commit, document, temporary, tree
from transforms.write import LockedError, list_files, one_writer, recover, storage
from transforms.write.output import MARK, REMOVAL

HOLD = """
import sys, time
from transforms.write import one_writer
with one_writer(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def dataset(tmp_path: pathlib.Path) -> pathlib.Path:
    commit(tmp_path, temporary(tmp_path, [document()]))
    return tmp_path


def test_a_second_writer_is_told_who_the_first_is(tmp_path: pathlib.Path) -> None:
    with (
        one_writer(str(tmp_path)),
        pytest.raises(LockedError, match=rf"written to by process {os.getpid()} on .*: wait"),
        one_writer(str(tmp_path)),
    ):
        pass


def test_the_lock_is_free_again_and_leaves_nothing(tmp_path: pathlib.Path) -> None:
    for _ in range(2):
        with one_writer(str(tmp_path)) as root:
            assert root == str(tmp_path)
    assert tree(tmp_path) == set()


def test_the_lock_of_a_killed_writer_is_free(tmp_path: pathlib.Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"), one_writer(str(tmp_path)):
            pass
        holder.send_signal(signal.SIGKILL)
    assert (tmp_path / "_lock").exists()
    with one_writer(str(tmp_path)):
        pass
    assert tree(tmp_path) == set()


def test_a_writer_clears_away_what_does_not_count(dataset: pathlib.Path) -> None:
    counting = tree(dataset)
    temporary(dataset, [document(1)], commit_id="died")
    (dataset / "documents" / "died-00000.parquet").write_bytes(b"renamed, but not in a manifest")
    (dataset / "_runs" / "died.inputs.parquet").write_bytes(b"likewise")
    with one_writer(str(dataset)):
        pass
    assert tree(dataset) == counting


def test_files_of_others_in_a_dataset_stay(dataset: pathlib.Path) -> None:
    (dataset / "documents" / "notes.txt").write_text("mine")
    (dataset / "notes").mkdir()
    (dataset / "notes" / "x-00000.parquet").write_text("mine")
    recover(str(dataset))
    assert {"documents/notes.txt", "notes/x-00000.parquet"} < tree(dataset)
    assert len(list_files(str(dataset))) == 6


def test_a_deletion_that_died_is_finished(dataset: pathlib.Path) -> None:
    storage.write(f"{dataset}/{REMOVAL}/_mark", MARK)
    with one_writer(str(dataset)):
        assert tree(dataset) == {"_lock"}


def test_a_folder_without_right_to_write_is_an_error(tmp_path: pathlib.Path) -> None:
    with pytest.raises(OSError), one_writer(str(tmp_path / "nowhere")):  # noqa: PT011
        pass
