"""Beam's job server for Flink: takes pipelines, and has them run in itself or on a cluster."""

import contextlib
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator

from runners.flink import processes
from runners.flink.java import OPENED, find_java
from runners.flink.packages import job_server_command

EMBEDDED = "[local]"
"""The name of the Flink that the job server has in itself."""
_HEAP = "-Xmx1g"


@contextlib.contextmanager
def job_server(master: str, jar: str | None = None) -> Iterator[str]:
    """Have a job server for as long as the context lasts; gives its address.

    Args:
        master: The cluster's `HOST:PORT`, or `EMBEDDED`.
        jar: A job server of the user's own.

    Raises:
        NotReadyError: If it cannot be started.
    """
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cordiale-flink-"))
    port = processes.free_port()
    logging = pathlib.Path(__file__).with_name("log4j2.properties")
    java = [find_java(), _HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *OPENED]
    where = ["--flink-master", master, "--job-port", str(port), "--artifact-port", "0", "--expansion-port", "0"]
    settings = [f"-Dlog4j.configurationFile={logging}"]
    command = [*java, *settings, *job_server_command(jar), *where, "--artifacts-dir", str(folder / "artifacts")]
    process = processes.start(ended_with_us(command), folder / "job-server.log")
    try:
        log = folder / "job-server.log"
        processes.wait("Beam's job server", lambda: processes.listens("localhost", port), [process], log)
        yield f"localhost:{port}"
    finally:
        processes.stop(process)
        if os.environ.get("CORDIALE_KEEP_LOGS") is None:
            shutil.rmtree(folder, ignore_errors=True)


def ended_with_us(command: list[str]) -> list[str]:
    """Return a command that ends when this process is killed, where the system has a way to say so."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command
