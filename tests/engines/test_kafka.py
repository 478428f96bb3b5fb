"""Documents from a topic of a real broker, through Beam's connector on Flink, become rows: each once, by its key."""

import dataclasses
import json
import os
import pathlib
from collections.abc import Iterator

import pytest

from pipeline.options import RunOptions
from pipeline.stream.drive import StreamOptions
from pipeline.stream.windows import Windows
from runners.flink.cluster import Cluster
from runners.interface import NotReadyError
from tests.end_to_end.rows import rows
from tests.engines import broker
from tests.engines.streaming import streaming
from transforms.write.manifest import read_manifests, total_counts

pytestmark = pytest.mark.engines

TOPIC = "articles"
HOW = StreamOptions(Windows(size=60, early=2), interval=1, checkpoint=3)


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a broker; where it is not installed, skip with the reason, in CI fail."""
    try:
        broker.installed()
    except NotReadyError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with broker.broker(tmp_path_factory.mktemp("kafka")) as address:
        yield address


def sale(seller: str, number: int) -> str:
    return f"{seller} sold {number} frigates to Chile for 2 billion euro."


def test_messages_become_rows_once_by_key(cluster: Cluster, address: str, tmp_path: pathlib.Path) -> None:
    master = (f"--flink_master={cluster.address}",)
    url = f"kafka://{address}/{TOPIC}"
    options = RunOptions((url,), str(tmp_path / "out"), runner="flink", workers=2, link=False, beam_args=master)
    broker.send(address, TOPIC, [(f"plain {number}", sale("France", number + 2)) for number in range(10)])
    with streaming(options, HOW) as running:
        running.wait("what was there before", lambda: len(running.names()) == 10)
        fields = json.dumps({"title": "Frigates", "text": sale("Italy", 3), "published": "2024-05-06"})
        again = [("plain 0", sale("France", 2)), ("plain 1", sale("Sweden", 7)), ("json", fields), ("nothing", "")]
        broker.send(address, TOPIC, again)
        running.wait("what came", lambda: len(running.names()) == 11)
        (job_id,) = (job for job, state in cluster.rest.jobs().items() if state == "RUNNING")
        running.wait(
            "counters on Flink's page", lambda: cluster.rest.counters(job_id).get("extract_documents", 0) >= 12
        )
        assert cluster.rest.counters(job_id)["read_dead_letters_empty"] == 1
        running.wait("the empty one", lambda: total_counts(read_manifests(str(running.root)))["dead_letters"] == 1)

    root = running.root
    assert set(running.names().values()) == {1}
    documents = {row["uri"].removeprefix(f"{url}#"): row for row in rows(root, "documents")}
    assert {"plain%200", "plain%201"} < set(documents)
    (record,) = (row for name, row in documents.items() if name.startswith("json"))
    assert record["title"] == "Frigates"
    assert str(record["published"]) == "2024-05-06"
    sellers = {
        row["uri"].removeprefix(f"{url}#"): {p["name"] for p in row["participants"] if p["role"] == "supplier"}
        for row in rows(root, "mentions")
    }
    assert sellers["plain%200"] == {"France"}
    assert sellers["plain%201"] == {"Sweden"}, "the later message of a key counts"
    assert [row["reason"] for row in rows(root, "dead_letters")] == ["empty"]

    with streaming(dataclasses.replace(options, workers=1), HOW) as running:
        broker.send(address, TOPIC, [("last", sale("Spain", 5))])
        running.wait("what came after a savepoint", lambda: len(running.names()) == 12)
    assert set(running.names().values()) == {1}
