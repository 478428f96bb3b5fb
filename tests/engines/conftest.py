"""A Flink cluster of real processes, and articles to read on it."""

import os
import pathlib
from collections.abc import Iterator

import pytest

from runners.flink.cluster import Cluster, running
from runners.flink.java import find_java
from runners.flink.packages import flink_classpath, job_server_command
from runners.interface import NotReadyError

DOCUMENTS = 500
SELLERS = ("France", "Italy", "Spain", "Sweden", "Brazil")


def article(number: int) -> str:
    """Return a short article; every seventh reports nothing."""
    seller = SELLERS[number % len(SELLERS)]
    if number % 7 == 0:
        return f"Quiet day in {seller} ({number})\n\nNothing was sold on day {number}.\n"
    return f"{seller} sells frigates ({number})\n\n{seller} sold {number + 2} frigates to Chile for 2 billion euro.\n"


@pytest.fixture(scope="session", autouse=True)
def _engines() -> None:
    """Skip with the reason where engines are not installed; in CI that is a failure."""
    try:
        find_java()
        flink_classpath()
        job_server_command()
    except NotReadyError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("texts")
    for number in range(DOCUMENTS):
        (folder / f"{number:03}.txt").write_text(article(number), "utf-8")
    (folder / "empty.txt").touch()
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("flink"), task_managers=2, slots=1) as cluster:
        yield cluster
