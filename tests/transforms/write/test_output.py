"""The guard of the output folder: what is not ours stays."""

import pathlib

import pytest

from tests.transforms.write.samples import commit, document, some_rows, temporary, tree, write
from transforms.write import OutputError, check_output, is_dataset, prepare_output, recover, remove_dataset, storage


@pytest.fixture
def dataset(tmp_path: pathlib.Path) -> pathlib.Path:
    root = tmp_path / "out"
    commit(root, temporary(root, [document()]))
    return root


def test_a_missing_folder_is_made_with_its_parents(tmp_path: pathlib.Path) -> None:
    root = tmp_path / "a" / "b"
    check_output(str(root))
    assert not root.exists()
    assert prepare_output(str(root)) == str(root)
    assert root.is_dir()


def test_an_empty_folder_is_taken(tmp_path: pathlib.Path) -> None:
    assert prepare_output(str(tmp_path)) == str(tmp_path)


def test_a_dataset_that_is_there_may_grow(dataset: pathlib.Path) -> None:
    before = tree(dataset)
    assert prepare_output(str(dataset)) == str(dataset)
    assert tree(dataset) == before
    assert is_dataset(str(dataset))


def test_a_dataset_is_deleted_and_can_be_written_anew(dataset: pathlib.Path) -> None:
    remove_dataset(str(dataset))
    assert tree(dataset) == set()
    write(dataset, some_rows())
    assert is_dataset(str(dataset))


def test_the_check_alone_deletes_nothing(dataset: pathlib.Path) -> None:
    before = tree(dataset)
    check_output(str(dataset))
    assert tree(dataset) == before


def test_a_file_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is not a folder"):
        prepare_output(str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "mine"


def test_a_link_that_points_nowhere_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="is not a folder"):
        check_output(str(tmp_path / "out"))


def test_a_folder_with_files_of_others_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="no dataset of cordiale"):
        prepare_output(str(tmp_path))
    with pytest.raises(OutputError, match="nothing was deleted"):
        remove_dataset(str(tmp_path))
    assert (tmp_path / "documents" / "thesis.txt").exists()


def test_only_what_the_contract_names_is_deleted(dataset: pathlib.Path) -> None:
    (dataset / "notes.txt").write_text("mine")
    (dataset / "figures").mkdir()
    (dataset / "figures" / "one.png").write_bytes(b"mine")
    temporary(dataset, [document()], commit_id="died")
    remove_dataset(str(dataset))
    assert tree(dataset) == {"notes.txt", "figures/one.png"}


def test_links_are_deleted_and_not_followed(dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.txt").write_text("mine")
    (dataset / "documents" / "inside").symlink_to(elsewhere)
    (dataset / "_tmp-x").symlink_to(elsewhere)
    storage.delete_tree(str(dataset / "events"))
    (dataset / "events").symlink_to(elsewhere)
    remove_dataset(str(dataset))
    assert tree(dataset) == set()
    assert (elsewhere / "precious.txt").exists()


def test_the_remains_of_a_run_that_died_are_known_for_what_they_are(tmp_path: pathlib.Path) -> None:
    temporary(tmp_path, [document()])
    assert not is_dataset(str(tmp_path))
    assert prepare_output(str(tmp_path)) == str(tmp_path)
    recover(str(tmp_path))
    assert tree(tmp_path) == set()


@pytest.mark.parametrize("number", range(1, 8))
def test_a_deletion_that_dies_can_be_done_again_and_lists_no_missing_file(
    dataset: pathlib.Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = storage.delete_tree
    calls: list[str] = []

    def dying(path: str) -> None:
        calls.append(path)
        if len(calls) == number:
            raise KeyboardInterrupt
        real(path)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete_tree", dying)
        with pytest.raises(KeyboardInterrupt):
            remove_dataset(str(dataset))
    assert not is_dataset(str(dataset))
    recover(str(dataset))
    assert tree(dataset) == set()


def test_a_folder_that_cannot_be_made_is_an_error_in_one_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot be prepared for output"):
        prepare_output(str(tmp_path / "file" / "out"))


def test_a_file_url_is_a_local_path(tmp_path: pathlib.Path) -> None:
    assert prepare_output(f"file://{tmp_path}/a%20b") == str(tmp_path / "a b")
    assert (tmp_path / "a b").is_dir()


def test_a_url_with_wildcards_is_refused() -> None:
    with pytest.raises(OutputError, match="must not hold"):
        check_output("s3://bucket/news-*")


def test_a_url_that_nothing_installed_serves_is_refused() -> None:
    with pytest.raises(OutputError, match="use a local path"):
        check_output("ftp://host/out")
