"""One input becomes one document or one dead letter."""

import builtins
import os
import pathlib
from collections.abc import Callable

import pytest

from schemas.identity import canonical_uri, content_id, doc_id
from schemas.records import DeadLetter, Document, Source
from tests.transforms.read.conftest import write
from transforms.read import ReadLimits, read_document


def read(path: pathlib.Path, **limits: int) -> Document | DeadLetter:
    return read_document(Source(uri=str(path), path=str(path)), ReadLimits(**limits))


def letter_of(path: pathlib.Path, **limits: int) -> tuple[str, str, int | None]:
    letter = read(path, **limits)
    assert isinstance(letter, DeadLetter), letter
    assert (letter.uri, letter.part, letter.stage) == (str(path), None, "read")
    return letter.reason, letter.detail, letter.bytes


def test_a_document_holds_the_text_and_its_identities(folder: pathlib.Path) -> None:
    path = write(folder / "a.txt", "A deal – signed.\r\n")
    document = read(path)
    assert isinstance(document, Document)
    assert document.text == "A deal – signed.\r\n"
    assert (document.format, document.encoding, document.bytes) == ("text", "utf-8", path.stat().st_size)
    assert document.content_id == content_id("A deal – signed.\r\n")
    assert document.doc_id == doc_id(canonical_uri(str(path)))
    assert document.paragraphs == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\x7fELF\x02\x01\0\0", "binary"),
        ("A café".encode()[:-1], "truncated"),
        ("“A” café – ".encode() + b"\xff deal", "undecodable"),
    ],
)
def test_bad_bytes_give_one_dead_letter_with_their_size(folder: pathlib.Path, data: bytes, reason: str) -> None:
    path = folder / "a.txt"
    path.write_bytes(data)
    assert (letter_of(path)[0], letter_of(path)[2]) == (reason, len(data))


def test_sixty_megabytes_on_one_line_are_refused_unread(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "a.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    monkeypatch.setattr("transforms.read.formats.interface.read_at_most", None)
    assert letter_of(path) == ("too_large", "60000000 bytes, the limit is 20000000", 60_000_000)


def test_a_file_of_just_the_limit_is_read(folder: pathlib.Path) -> None:
    path = write(folder / "a.txt", "x" * 100)
    assert isinstance(read(path, max_bytes=100), Document)
    assert letter_of(path, max_bytes=99)[0] == "too_large"


@pytest.mark.skipif(not pathlib.Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_file_that_is_larger_than_it_says_is_not_read_beyond_the_limit() -> None:
    path = pathlib.Path("/proc/self/status")
    assert path.stat().st_size == 0
    assert isinstance(read(path), Document)
    assert letter_of(path, max_bytes=10)[0] == "too_large"


def test_a_file_that_vanishes_is_missing(folder: pathlib.Path) -> None:
    assert letter_of(folder / "a.txt") == ("missing", "No such file or directory", None)


def test_a_folder_of_the_path_that_became_a_file_is_missing(folder: pathlib.Path) -> None:
    write(folder / "in")
    assert letter_of(folder / "in/a.txt")[0] == "missing"


def test_a_file_without_permission_is_unreadable(
    refused_folder: pathlib.Path, as_ordinary_user: Callable[[], None]
) -> None:
    path = write(refused_folder / "a.txt")
    path.chmod(0)
    as_ordinary_user()
    assert letter_of(path) == ("unreadable", "Permission denied", None)


@pytest.mark.skipif(not pathlib.Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_an_error_while_reading_is_unreadable() -> None:
    assert letter_of(pathlib.Path("/proc/self/mem")) == ("unreadable", "Input/output error", None)


@pytest.mark.parametrize("swap", [os.mkdir, os.mkfifo])
def test_a_file_that_became_something_else_neither_hangs_nor_kills(
    folder: pathlib.Path, swap: Callable[[str], None]
) -> None:
    swap("a.txt")
    assert letter_of(folder / "a.txt")[0] == "not_a_file"


def test_every_file_is_closed_again(folder: pathlib.Path) -> None:
    path = write(folder / "a.txt")
    os.mkdir("b")
    before = len(os.listdir("/dev/fd"))
    for _ in range(20):
        read(path)
        read(folder / "b")
    assert len(os.listdir("/dev/fd")) == before


def test_local_files_are_read_without_beams_filesystems(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        assert not name.startswith("apache_beam.io"), name
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert isinstance(read(write(folder / "a.txt")), Document)
