"""A broker of Kafka's from its packages, on loopback: `python -m tests.engines.broker` installs it."""

import contextlib
import pathlib
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence

from runners.flink import processes
from runners.flink.java import find_java
from runners.flink.packages import cache
from runners.interface import NotReadyError

_POM = pathlib.Path(__file__).with_name("kafka-broker.xml")
_JARS = "kafka-3.9.1"
_PATIENCE = 120


def installed() -> pathlib.Path:
    """Return the folder of the broker's jars.

    Raises:
        NotReadyError: If they are not there.
    """
    folder = cache() / _JARS
    if not any(folder.glob("kafka_2.13-*.jar")):
        raise NotReadyError(f"Kafka is not in {folder}: `python -m tests.engines.broker` installs it")
    return folder


def install() -> None:
    """Fetch the broker's jars, if they are not there."""
    with contextlib.suppress(NotReadyError):
        installed()
        return
    fresh = cache() / f"{_JARS}.part"
    shutil.rmtree(fresh, ignore_errors=True)
    copy = ["mvn", "-B", "-q", "-f", str(_POM), "dependency:copy-dependencies", "-DincludeScope=runtime"]
    subprocess.run([*copy, f"-DoutputDirectory={fresh}"], check=True)
    fresh.rename(cache() / _JARS)


@contextlib.contextmanager
def broker(folder: pathlib.Path) -> Iterator[str]:
    """Have a broker for as long as the context lasts; gives its address."""
    port, control = processes.free_port(), processes.free_port()
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{control}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{control}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": folder / "logs",
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "num.partitions": 2,
    }
    config = folder / "server.properties"
    config.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    _call("kafka.tools.StorageTool", ["format", "-t", str(uuid.uuid4()), "-c", str(config)])
    process = processes.start(_command("kafka.Kafka", [str(config)]), folder / "broker.log")
    try:
        ready = lambda: b"Kafka Server started" in (folder / "broker.log").read_bytes()  # noqa: E731
        processes.wait("Kafka", ready, [process], folder / "broker.log")
        yield f"127.0.0.1:{port}"
    finally:
        processes.stop(process)


def send(address: str, topic: str, messages: Sequence[tuple[str, str]]) -> None:
    """Send messages with their keys; neither may hold a tab or a new line."""
    arguments = ["--bootstrap-server", address, "--topic", topic]
    arguments += ["--property", "parse.key=true", "--property", "key.separator=\t"]
    _call("kafka.tools.ConsoleProducer", arguments, "".join(f"{key}\t{text}\n" for key, text in messages))


def _call(entry: str, arguments: Sequence[str], given: str = "") -> None:
    command = _command(entry, arguments)
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-1000:]


def _command(entry: str, arguments: Sequence[str]) -> list[str]:
    return [find_java(), "-Xmx384m", "-XX:+UseSerialGC", "-cp", f"{installed()}/*", entry, *arguments]


if __name__ == "__main__":
    try:
        install()
    except (NotReadyError, OSError, subprocess.SubprocessError) as trouble:
        sys.exit(f"kafka: {trouble}")
