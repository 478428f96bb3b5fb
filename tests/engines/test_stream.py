"""A stream on a Flink cluster of real processes: nothing is lost and nothing doubled, whatever is killed or stopped."""

import datetime
import json
import os
import pathlib
import signal

import pytest

from pipeline.options import RunOptions
from pipeline.stream.drive import StreamOptions, savepoint_of
from pipeline.stream.windows import PUBLICATION, Windows
from runners.flink.cluster import Cluster
from tests.end_to_end.conftest import run_into
from tests.end_to_end.rows import comparable, rows
from tests.engines.conftest import article
from tests.engines.streaming import Streaming, streaming
from transforms.write.manifest import read_manifests, total_counts
from transforms.write.spool import FILES

pytestmark = pytest.mark.engines

DATASETS = ("documents", "paragraphs", "mentions", "dead_letters", "_signatures", "_vectors")
DAY = 86_400.0
HOW = StreamOptions(Windows(PUBLICATION, size=DAY, early=2, lateness=30 * DAY), interval=1, checkpoint=3)
DELAY = 4 * HOW.interval + 2 * HOW.windows.early + HOW.checkpoint + 10
"""Seconds in which a document should be there: two looks, a pane, a commit, and what a machine at work takes for it."""


def put(folder: pathlib.Path, numbers: range, published: datetime.date | None = None) -> None:
    """Write articles the way they should be: elsewhere, then all at once."""
    stated = f"{published:%d %B %Y}\n\n" if published else ""
    for number in numbers:
        title, _, body = article(number).partition("\n\n")
        (folder.parent / "writing").write_text(f"{title}\n\n{stated}{body}", "utf-8")
        (folder.parent / "writing").replace(folder / f"{number:03}.txt")


def has_all(running: Streaming, count: int) -> bool:
    return len(running.names()) == count


def test_stream_killed_stopped_and_resumed_loses_and_doubles_nothing(cluster: Cluster, tmp_path: pathlib.Path) -> None:
    folder, root = tmp_path / "incoming", tmp_path / "out"
    folder.mkdir()
    master = (f"--flink_master={cluster.address}",)
    options = RunOptions((str(folder),), str(root), runner="flink", workers=2, link=False, beam_args=master)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    put(folder, range(10), today)
    (folder / "empty.txt").touch()
    with streaming(options, HOW) as running:
        running.wait("all of the first", lambda: has_all(running, 10))

        put(folder, range(10, 20), today)
        delays = [running.wait("what came on time", lambda: has_all(running, 20))]
        put(folder, range(20, 30), today - datetime.timedelta(days=10))
        put(folder, range(30, 35), today - datetime.timedelta(days=700))
        delays.append(running.wait("what was late", lambda: has_all(running, 35)))

        put(folder, range(35, 95), today)
        running.wait("rows not committed yet", lambda: any((root / FILES).glob("*")))
        os.kill(cluster.task_managers[0], signal.SIGKILL)
        cluster.add_task_manager()
        running.wait("all in spite of a kill", lambda: has_all(running, 95))
        (job_id,) = (job for job, state in cluster.rest.jobs().items() if state == "RUNNING")
        assert cluster.rest.job(job_id)["timestamps"]["RESTARTING"] > 0

    savepoint = savepoint_of(str(root))
    assert savepoint is not None, running.said
    assert cluster.rest.job(job_id)["state"] == "FINISHED"
    put(folder, range(95, 105), today)
    with streaming(options.__class__(**{**vars(options), "workers": 1}), HOW) as running:
        assert any("goes on" in line for line in running.said)
        put(folder, range(105, 110), today)
        put(folder, range(3), today)  # changed in nothing but the time
        running.wait("all in spite of a stop", lambda: has_all(running, 110))
        (job_id,) = (job for job, state in cluster.rest.jobs().items() if state == "RUNNING")
        vertices = cluster.rest.job(job_id)["vertices"]
        assert max(vertex["parallelism"] for vertex in vertices) == 1

    print(json.dumps({"delays": delays, "said": running.said}))  # noqa: T201  (shown when it fails)
    assert max(delays) < DELAY
    assert set(running.names().values()) == {1}
    timings = {row["commit_id"] for row in rows(root, "documents")}
    manifests = read_manifests(str(root))
    assert timings <= {manifest.id for manifest in manifests}
    panes = {manifest.options["pane"] for manifest in manifests}
    assert {"early", "late"} <= panes
    local = run_into(tmp_path / "local", [str(folder)], link=False)
    for dataset in DATASETS:
        assert comparable(root, dataset) == comparable(local.root, dataset), dataset
    counted = {name: count for name, count in total_counts(manifests).items() if count}
    assert counted == {name: count for name, count in local.outcome.manifest.counts.items() if count}
    again = run_into(root, [str(folder)], link=False)
    assert again.outcome.skipped == 111
