"""The main job on a Flink cluster of real processes gives the rows of the local runner, undisturbed and killed."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from runners.flink.cluster import Cluster
from tests.conftest import ROOT
from tests.end_to_end.conftest import Ran, run_into
from tests.end_to_end.rows import comparable
from tests.engines.conftest import DOCUMENTS

pytestmark = pytest.mark.engines
DATASETS = ("documents", "paragraphs", "mentions", "dead_letters", "_signatures", "_vectors")


@pytest.fixture(scope="module")
def undisturbed(texts: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_into(tmp_path_factory.mktemp("local") / "out", [str(texts)], link=False)


def run_on(cluster: Cluster, texts: pathlib.Path, root: pathlib.Path) -> Ran:
    master = (f"--flink_master={cluster.address}",)
    return run_into(root, [str(texts)], runner="flink", workers=2, link=False, beam_args=master)


def assert_equal(ran: Ran, other: Ran) -> None:
    for dataset in DATASETS:
        assert comparable(ran.root, dataset) == comparable(other.root, dataset), dataset
    assert ran.outcome.manifest.counts == other.outcome.manifest.counts
    assert len(comparable(ran.root, "documents")) == DOCUMENTS
    assert comparable(ran.root, "mentions")
    assert not list(ran.root.glob("_tmp*"))


def test_rows_on_two_task_managers_are_those_of_the_local_runner(
    cluster: Cluster, texts: pathlib.Path, undisturbed: Ran, tmp_path: pathlib.Path
) -> None:
    ran = run_on(cluster, texts, tmp_path / "out")
    (job_id,) = cluster.rest.jobs()
    assert counted(ran) == counted(undisturbed)
    job = cluster.rest.job(job_id)
    assert job["state"] == "FINISHED"
    assert max(vertex["parallelism"] for vertex in job["vertices"]) == 2
    assert_equal(ran, undisturbed)
    assert ran.outcome.words == undisturbed.outcome.words


def counted(ran: Ran) -> dict[str, int]:
    """Return what the stages have counted, but for times and files, which differ from run to run."""
    stages = ran.outcome.stages.items()
    return {name: count for name, count in stages if not name.endswith(("milliseconds", ".files"))}


@contextlib.contextmanager
def killed_while_reading(cluster: Cluster, root: pathlib.Path) -> Iterator[list[float]]:
    """Kill a task manager once rows are being written, and start another in its place."""
    killed: list[float] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            if any(root.glob("_tmp*/_*-*.parquet")) or _is_extracting(cluster):
                os.kill(cluster.task_managers[0], signal.SIGKILL)
                killed.append(time.monotonic())
                cluster.add_task_manager()
                return

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _is_extracting(cluster: Cluster) -> bool:
    jobs = [job for job, state in cluster.rest.jobs().items() if state == "RUNNING"]
    vertices = [vertex for job in jobs for vertex in cluster.rest.job(job)["vertices"]]
    return any("Extract" in vertex["name"] and vertex["status"] == "RUNNING" for vertex in vertices)


def test_a_task_manager_killed_in_the_middle_costs_no_row_and_doubles_none(
    cluster: Cluster, texts: pathlib.Path, undisturbed: Ran, tmp_path: pathlib.Path
) -> None:
    with killed_while_reading(cluster, tmp_path / "out") as killed:
        ran = run_on(cluster, texts, tmp_path / "out")
    assert killed, "the job was over before its task manager could be killed"
    (job_id,) = (
        job for job, state in cluster.rest.jobs().items() if cluster.rest.job(job)["start-time"] == _latest(cluster)
    )
    assert cluster.rest.job(job_id)["timestamps"]["RESTARTING"] > 0
    assert_equal(ran, undisturbed)


def test_a_run_that_is_killed_counts_for_nothing_and_its_command_completes(
    cluster: Cluster, texts: pathlib.Path, undisturbed: Ran, tmp_path: pathlib.Path
) -> None:
    root = tmp_path / "out"
    command = [sys.executable, "-m", "cordiale", "run", str(texts), "--output", str(root), "--no-link", "--quiet"]
    where = ["--runner", "flink", "--workers", "2", "--flink-master", cluster.address]
    before = set(cluster.rest.jobs())
    process = subprocess.Popen([*command, *where], cwd=ROOT, start_new_session=True)
    try:
        end = time.monotonic() + 120
        while not any(root.glob("_tmp*/_*-*.parquet")) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert process.poll() is None, "the run was over before it could be killed"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for job_id in set(cluster.rest.jobs()) - before:
        cluster.rest.cancel(job_id)
    assert list(root.glob("_tmp*")), "nothing was left behind"
    assert not list(root.glob("_runs/*"))
    assert_equal(run_on(cluster, texts, root), undisturbed)


def _latest(cluster: Cluster) -> int:
    return max(int(cluster.rest.job(job)["start-time"]) for job in cluster.rest.jobs())
