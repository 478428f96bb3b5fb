"""Folders to read, an ordinary user to be refused, and a small S3."""

import csv
import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterator

import pytest

from schemas.records import DeadLetter, Source
from transforms.read import list_inputs

NOBODY = 65534


@pytest.fixture(autouse=True)
def same_csv_limit() -> Iterator[None]:
    """Readers of tables set Python's limit for cells, which holds for the whole process."""
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """An empty folder that is the current one, so that arguments can be short."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def refused_folder() -> Iterator[pathlib.Path]:
    """A folder in which permissions count: the test runs as an ordinary user, also where it was started by root."""
    path = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def as_ordinary_user() -> Iterator[Callable[[], None]]:
    was_root = os.geteuid() == 0

    def become() -> None:
        if was_root:
            os.seteuid(NOBODY)

    yield become
    if was_root:
        os.seteuid(0)


def write(path: pathlib.Path, text: str = "Text.\n") -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def found(*arguments: str, **options: object) -> list[tuple[str, str]]:
    """Return what a listing gives: each URI with `input` or the reason why it is none."""
    return [(item.uri, verdict(item)) for item in list_inputs(arguments, **options)]  # type: ignore[arg-type]


def verdict(item: Source | DeadLetter) -> str:
    return item.reason if isinstance(item, DeadLetter) else "input"
