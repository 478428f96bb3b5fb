"""Runs killed at random moments and begun again: the dataset is whole all the while, and ends as if undisturbed."""

import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pytest

from tests.end_to_end.forks import Forks, forks
from tests.end_to_end.rows import comparable
from transforms.write import Manifest, one_writer, read_manifests, recover
from transforms.write.manifest import visible_files
from transforms.write.replace import read_groups

DATASETS = ("documents", "paragraphs", "mentions", "dead_letters")
SELLERS = ("France", "Italy", "Spain", "Sweden", "Brazil")


@contextlib.contextmanager
def polled(root: pathlib.Path) -> "Iterator[Poller]":
    """Look at a dataset all the while."""
    poller = Poller(root)
    poller.start()
    try:
        yield poller
    finally:
        poller.stop()


class Poller:
    """A reader that looks at a dataset through its manifests, and notes what it sees that is not whole."""

    def __init__(self, root: pathlib.Path) -> None:
        self._root = root
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll)
        self.looks = 0
        self.views: set[tuple[str, ...]] = set()
        self.wrong: list[str] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _poll(self) -> None:
        while not self._stop.is_set():
            manifests = read_manifests(str(self._root))
            view = tuple(file.path for file in visible_files(manifests))
            try:
                self.wrong += what_is_wrong(self._root, manifests) if view not in self.views else []
            except FileNotFoundError as error:
                after = {file.path for file in visible_files(read_manifests(str(self._root)))}
                gone = str(error.filename).removeprefix(f"{self._root}/")
                self.wrong += [f"{gone} is listed, but not there"] if gone in after else []
                continue
            self.looks += 1
            self.views.add(view)
            time.sleep(0.01)


def what_is_wrong(root: pathlib.Path, manifests: Sequence[Manifest]) -> list[str]:
    """Return what contradicts itself in the view that manifests give; documents say how many rows they have."""
    read: dict[str, list[pa.Table]] = {dataset: [] for dataset in DATASETS}
    wrong = []
    for file in visible_files(manifests):
        tables = list(read_groups(f"{root}/{file.path}"))
        if sum(table.num_rows for table in tables) != file.rows:
            wrong.append(f"{file.path} has not the rows that are listed")
        read.get(file.dataset, []).extend(tables)
    documents = [row for table in read["documents"] for row in table.to_pylist()]
    if len({row["doc_id"] for row in documents}) != len(documents):
        wrong.append("a document is there twice")
    for dataset, column in (("paragraphs", "paragraphs"), ("mentions", "mentions")):
        ids = [doc for table in read[dataset] for doc in table["doc_id"].to_pylist()]
        counts = {row["doc_id"]: row[column] for row in documents}
        if {doc: ids.count(doc) for doc in set(ids)} != {doc: count for doc, count in counts.items() if count}:
            wrong.append(f"the {dataset} are not those of the documents")
    return wrong


def article(number: int, version: int = 1) -> str:
    seller = SELLERS[number % len(SELLERS)]
    body = f"{seller} sold {number + 2} frigates to Chile for {version} billion euro on Monday.\n"
    return f"{seller} sells frigates, again ({number}.{version})\n\n{body}\nNobody else was asked.\n"


def write_inputs(folder: pathlib.Path, numbers: range, version: int = 1) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:03}.txt").write_text(article(number, version), "utf-8")


def kill_after(pid: int, seconds: float) -> None:
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def assert_equal(root: pathlib.Path, other: pathlib.Path) -> None:
    for dataset in DATASETS:
        assert comparable(root, dataset) == comparable(other, dataset), dataset


def assert_clean(root: pathlib.Path) -> None:
    recover(str(root))
    counting = {file.path for file in visible_files(read_manifests(str(root)))}
    assert {str(path.relative_to(root)) for path in root.rglob("*.parquet") if path.parent.name != "_runs"} == counting
    assert not list(root.glob("_tmp*"))


@pytest.fixture(params=["real", "fake"])
def called(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[Forks]:
    with forks(request.param, tmp_path) as called:
        yield called


def killed_and_resumed(called: Forks, folder: pathlib.Path, inputs: int, kills: int, seed: int) -> None:
    """Feed a dataset with changed and new inputs, killed all the while, and compare it with one that was not."""
    draw = random.Random(seed)
    texts, out, undisturbed = folder / "in", folder / "out", folder / "undisturbed"
    options = [str(texts), "--slice", "3", "--quiet"]
    write_inputs(texts, range(inputs // 2))
    (texts / "empty.txt").touch()
    assert called.call("run", *options, "--output", str(out)) == 0, called.said()
    write_inputs(texts, range(inputs // 4), version=2)
    write_inputs(texts, range(inputs // 2, inputs))
    began = time.monotonic()
    assert called.call("run", *options, "--output", str(undisturbed)) == 0, called.said()
    a_slice = (time.monotonic() - began) / (inputs / 3)
    died = 0
    with polled(out) as poller:
        while died < kills:
            pid = called.start("run", *options, "--output", str(out))
            kill_after(pid, draw.uniform(0, 3 * a_slice))
            died += 1
            assert called.wait() in (0, -signal.SIGKILL), called.said()
        assert called.call("run", *options, "--output", str(out)) == 0, called.said()
    assert poller.wrong == []
    assert poller.looks > kills
    assert_equal(out, undisturbed)
    assert_clean(out)


@pytest.mark.parametrize("called", ["real"], indirect=True)
def test_a_run_killed_five_times_ends_as_if_it_had_not_been(called: Forks, tmp_path: pathlib.Path) -> None:
    killed_and_resumed(called, tmp_path, inputs=24, kills=5, seed=random.randrange(1 << 30))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_killed_twentyfive_times_ends_as_if_it_had_not_been(
    called: Forks, tmp_path: pathlib.Path, seed: int
) -> None:
    killed_and_resumed(called, tmp_path, inputs=100, kills=25, seed=seed)


def watched_and_killed(called: Forks, folder: pathlib.Path, rounds: int, seed: int) -> None:
    draw = random.Random(seed)
    texts, out, undisturbed = folder / "in", folder / "out", folder / "undisturbed"
    texts.mkdir()
    options = [str(texts), "--slice", "3", "--output"]
    watching = ["watch", *options, str(out), "--interval", "0.1"]
    write_inputs(texts, range(3))
    began = time.monotonic()
    assert called.call("run", *options, str(out)) == 0, called.said()
    a_slice = time.monotonic() - began
    with polled(out) as poller:
        for number in range(rounds):
            pid = called.start(*watching)
            write_inputs(texts, range(3 * number, 3 * number + 3))
            write_inputs(texts, range(number), version=number)
            kill_after(pid, draw.uniform(0.1, 3 * a_slice))
            assert called.wait() == -signal.SIGKILL, called.said()
        pid = called.start(*watching)
        until(lambda: "watching" in called.said() and is_done(texts, out))
        os.kill(pid, signal.SIGTERM)
        assert called.wait() == 0, called.said()
    assert poller.wrong == []
    assert called.call("run", *options, str(undisturbed)) == 0, called.said()
    assert_equal(out, undisturbed)
    assert_clean(out)


def is_done(texts: pathlib.Path, out: pathlib.Path) -> bool:
    stored = comparable(out, "documents")
    titles = [path.read_text("utf-8").split("\n")[0] for path in texts.iterdir()]
    return len(stored) == len(titles) and all(any(title in row for row in stored) for title in titles)


def until(condition: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(FileNotFoundError, ValueError):
            if condition():
                return
        time.sleep(0.1)
    raise AssertionError("it did not come to be in time")


@pytest.mark.parametrize("called", ["fake"], indirect=True)
def test_a_watch_killed_five_times_misses_nothing(called: Forks, tmp_path: pathlib.Path) -> None:
    watched_and_killed(called, tmp_path, rounds=5, seed=random.randrange(1 << 30))


@pytest.mark.slow
@pytest.mark.parametrize("called", ["fake"], indirect=True)
def test_a_watch_killed_twentyfive_times_misses_nothing(called: Forks, tmp_path: pathlib.Path) -> None:
    watched_and_killed(called, tmp_path, rounds=25, seed=1)


@pytest.mark.parametrize("called", ["fake"], indirect=True)
@pytest.mark.parametrize("command", ["run", "watch"])
def test_a_file_that_cannot_be_written_to_its_end_costs_its_slice_only(
    called: Forks, tmp_path: pathlib.Path, command: str
) -> None:
    texts, out, undisturbed = tmp_path / "in", tmp_path / "out", tmp_path / "undisturbed"
    write_inputs(texts, range(6))
    noise = random.Random(1)
    (texts / "004.txt").write_text(" ".join(str(noise.random()) for _ in range(20_000)), "utf-8")
    age(texts)
    options = [str(texts), "--slice", "2", "--quiet", "--output"]
    assert called.call(command, *options, str(out), file_size=100_000) == 1
    line = called.said().splitlines()[-1]
    assert line.startswith("cordiale: failed: ")
    assert "no room is left" in line
    assert "the same command again" in line
    assert len(read_manifests(str(out))) == 2
    assert what_is_wrong(out, read_manifests(str(out))) == []
    assert not list(out.glob("_tmp*"))
    for root in (out, undisturbed):
        assert called.call("run", *options, str(root)) == 0, called.said()
    assert_equal(out, undisturbed)
    assert_clean(out)


@pytest.fixture
def small_disk(tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    mounted = shutil.which("mount") and subprocess.run(command, capture_output=True, check=False).returncode == 0
    if not mounted:
        pytest.skip("mounting a small file system needs rights that this user has not")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("called", ["fake"], indirect=True)
def test_a_full_disk_stops_a_run_between_slices(
    called: Forks, tmp_path: pathlib.Path, small_disk: pathlib.Path
) -> None:
    texts, out, undisturbed = tmp_path / "in", small_disk / "out", tmp_path / "undisturbed"
    write_inputs(texts, range(24))
    ballast = small_disk / "ballast"
    ballast.write_bytes(os.urandom(1_700_000))
    options = [str(texts), "--slice", "2", "--quiet", "--output"]
    with polled(out) as poller:
        assert called.call("run", *options, str(out)) == 1
        assert "no room is left" in called.said()
        before = len(read_manifests(str(out)))
        assert 0 < before < 12
        ballast.unlink()
        assert called.call("run", *options, str(out)) == 0, called.said()
    assert poller.wrong == []
    assert called.call("run", *options, str(undisturbed)) == 0
    assert_equal(out, undisturbed)
    assert_clean(out)


def test_two_runs_into_one_dataset_at_once_end_with_one_of_them_refused(tmp_path: pathlib.Path) -> None:
    write_inputs(tmp_path / "in", range(2))
    (tmp_path / "out").mkdir()
    with forks("fake", tmp_path) as called, one_writer(str(tmp_path / "out")):
        assert called.call("run", str(tmp_path / "in"), "--output", str(tmp_path / "out")) == 2
        assert f"is being written to by process {os.getpid()}" in called.said()


def age(folder: pathlib.Path) -> None:
    """Let files be old enough to count as written."""
    for path in folder.iterdir():
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 60))
