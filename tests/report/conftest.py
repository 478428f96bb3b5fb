"""Datasets and their pages, and a browser to open them in."""

import contextlib
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.made_up import write_made_up
from pipeline.report.page import render_report
from pipeline.report.read import Found, read
from tests.conftest import ROOT
from tests.end_to_end.conftest import run_into
from tests.report.browser import MISSING, Visit, browser, chromium, visit

OpenPage = Callable[..., Visit]


@pytest.fixture(scope="session")
def samples_dataset(samples: list[str], tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Linked, as `cordiale run` leaves it."""
    metadata = str(ROOT / "samples" / "metadata.csv")
    return run_into(tmp_path_factory.mktemp("report") / "samples", samples, metadata=metadata).root


@pytest.fixture(scope="session")
def unlinked_found(samples: list[str], tmp_path_factory: pytest.TempPathFactory) -> Found:
    return read(str(run_into(tmp_path_factory.mktemp("report") / "unlinked", samples[:3], link=False).root))


@pytest.fixture(scope="session")
def samples_found(samples_dataset: pathlib.Path) -> Found:
    return read(str(samples_dataset))


@pytest.fixture(scope="session")
def linked_dataset(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    root = tmp_path_factory.mktemp("report") / "linked"
    write_made_up(root, 300)
    return root


@pytest.fixture(scope="session")
def linked_found(linked_dataset: pathlib.Path) -> Found:
    return read(str(linked_dataset))


@pytest.fixture(scope="session")
def samples_page(samples_found: Found, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return written(tmp_path_factory.mktemp("pages") / "samples.html", render_report(samples_found, name="samples"))


@pytest.fixture(scope="session")
def linked_page(linked_found: Found, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return written(tmp_path_factory.mktemp("pages") / "linked.html", render_report(linked_found, name="linked"))


def written(path: pathlib.Path, page: str) -> pathlib.Path:
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    if chromium() is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with browser() as started:
        yield started


@pytest.fixture
def open_page(chrome: Any) -> Iterator[OpenPage]:
    """Open files; whatever the test looks at, nothing may be asked of the network and nothing go wrong."""
    visits = []
    with contextlib.ExitStack() as stack:

        def opened(path: pathlib.Path, **options: Any) -> Visit:
            visits.append(stack.enter_context(visit(chrome, path, **options)))
            return visits[-1]

        yield opened
        assert [seen.requests for seen in visits] == [[] for _ in visits]
        assert [seen.complaints for seen in visits] == [[] for _ in visits]
