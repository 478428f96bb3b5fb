"""Whatever lies among the inputs gives a document or one dead letter with its reason, and the rest is extracted."""

import os
import pathlib
import shutil

import pytest

from schemas.codes import DEAD_LETTER_REASONS
from tests.end_to_end.conftest import Ran, run_into
from tests.end_to_end.rows import comparable, rows

GOOD_NAMES = ("plain.txt", "new\nline.txt", "quo'te\".txt", "[brackets]*?.txt", "späße.txt")
PARAGRAPH = "Two dogs were seen.\n\n"

EXPECTED = {
    "empty.txt": "empty",
    "white.txt": "empty",
    "binary.txt": "binary",
    "cut.txt": "truncated",
    "long_line.txt": "too_large",
    "locked.txt": "unreadable",
    "dangling.txt": "dangling_link",
    "loop": "link_loop",
    "pipe": "not_a_file",
    "many.txt": "too_many_paragraphs",
}


@pytest.fixture(scope="session")
def folder(samples: list[str], tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    root = tmp_path_factory.mktemp("bad")
    for name, sample in zip(GOOD_NAMES, samples, strict=False):
        shutil.copy(sample, root / name)
    (root / "empty.txt").touch()
    (root / "white.txt").write_text(" \n\t\n", "utf-8")
    (root / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (root / "cut.txt").write_bytes("Das Geschäft über zwölf Schiffe – 5 €".encode()[:-1])
    (root / "long_line.txt").write_bytes(b"a deal " * (60_000_000 // 7))
    (root / "dangling.txt").symlink_to("nowhere.txt")
    (root / "below").mkdir()
    (root / "below" / "loop").symlink_to("..")
    (root / "many.txt").write_text(PARAGRAPH * 6000, "utf-8")
    os.mkfifo(root / "pipe")
    (root / "locked.txt").write_text("A deal was signed.", "utf-8")
    return root


@pytest.fixture(scope="session")
def mixed(folder: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    (folder / "locked.txt").chmod(0)
    return run_into(tmp_path_factory.mktemp("mixed") / "out", [str(folder), str(folder / "vanished.txt")])


def reasons(ran: Ran) -> dict[str, str]:
    return {pathlib.Path(row["uri"]).name: row["reason"] for row in rows(ran.root, "dead_letters")}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_reason(mixed: Ran, name: str) -> None:
    if name == "locked.txt" and os.geteuid() == 0:
        pytest.skip("nothing is locked to root")
    assert reasons(mixed)[name] == EXPECTED[name]


def test_a_named_file_that_is_not_there(mixed: Ran) -> None:
    assert reasons(mixed)["vanished.txt"] == "missing"


def test_each_dead_letter_is_complete(mixed: Ran) -> None:
    for row in rows(mixed.root, "dead_letters"):
        assert row["reason"] in DEAD_LETTER_REASONS
        assert row["part"] is None
        assert "\n" not in row["detail"]
        assert row["commit_id"] in {manifest.id for manifest in mixed.outcome.manifests}
        assert row["seen"] is not None


def test_odd_names_are_read_normally(mixed: Ran) -> None:
    read = {pathlib.Path(row["uri"]).name for row in rows(mixed.root, "documents")}
    assert set(GOOD_NAMES) <= read


def test_documents_and_dead_letters_are_all_inputs(mixed: Ran, folder: pathlib.Path) -> None:
    inputs = sum(1 for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()) + 1
    documents, letters = len(rows(mixed.root, "documents")), len(rows(mixed.root, "dead_letters"))
    assert documents + letters == inputs == mixed.outcome.manifest.counts["inputs"]


def test_the_rest_is_extracted_as_if_alone(mixed: Ran, folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    alone = run_into(tmp_path / "out", [str(folder / "plain.txt")])
    among = [row for row in comparable(mixed.root, "mentions") if "plain.txt" in row]
    assert comparable(alone.root, "mentions") == among


def test_worker_processes_agree(mixed: Ran, folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    other = run_into(tmp_path / "out", [str(folder), str(folder / "vanished.txt")], workers=2)
    assert reasons(other) == reasons(mixed)
