"""Has transforms that are written in Java put into graphs that are built in Python: Beam's expansion service.

Sources that never end are Flink's own business: they are expanded to reads that Flink does itself, with checkpoints,
watermarks and another parallelism after a savepoint (`use_deprecated_read`). The other way, splittable DoFns in a
worker, was tried: it works, but on Flink every pause of one leaves some state behind for ever (Beam's issue 27648).

What Java does besides, such as taking Kafka's messages apart, is done by a worker of Java's. On this machine that is a
process like the service; elsewhere Flink starts Beam's image for it.
"""

import contextlib
import pathlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

from runners.flink import processes
from runners.flink.java import OPENED, find_java
from runners.flink.packages import job_server_command
from runners.flink.server import ended_with_us

_SERVICE = "org.apache.beam.sdk.expansion.service.ExpansionService"


_STREAMING = '{"beam:option:streaming:v1":true}'
_WORKERS = "org.apache.beam.fn.harness.ExternalWorkerService"
_AT = re.compile(r"started at address: (\S+:\d+)")


@contextlib.contextmanager
def expansion_service(jar: str | None = None, *, workers: str | None = None) -> Iterator[str]:
    """Have an expansion service for as long as the context lasts; gives its address.

    Args:
        jar: A job server of the user's own, which holds one.
        workers: The address of a service for workers of Java's; else they are containers of Beam's image.

    Raises:
        NotReadyError: If it cannot be started.
    """
    port = processes.free_port()
    options = [str(port), "--experiments=use_deprecated_read", "--javaClassLookupAllowlistFile=*"]
    if workers is not None:
        options += ["--defaultEnvironmentType=EXTERNAL", f"--defaultEnvironmentConfig={workers}"]
    with _java(jar, _SERVICE, options) as (process, log):
        processes.wait("Beam's expansion service", lambda: processes.listens("localhost", port), [process], log)
        yield f"localhost:{port}"


@contextlib.contextmanager
def java_workers(jar: str | None = None) -> Iterator[str]:
    """Serve workers of Java's, in one process, for as long as the context lasts; gives the address of the service.

    Raises:
        NotReadyError: If it cannot be started.
    """
    with _java(jar, _WORKERS, []) as (process, log):
        processes.wait("Beam's Java worker", lambda: _AT.search(log.read_text()) is not None, [process], log)
        found = _AT.search(log.read_text())
        assert found is not None, "it was just there"
        yield found[1]


@contextlib.contextmanager
def _java(
    jar: str | None, entry: str, arguments: list[str]
) -> Iterator[tuple["subprocess.Popen[bytes]", pathlib.Path]]:
    _, where, *_ = job_server_command(jar)
    env = shutil.which("env") or "env"
    logging = pathlib.Path(__file__).with_name("log4j2.properties")
    settings = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Dlog4j.configurationFile={logging}"]
    command = [env, f"PIPELINE_OPTIONS={_STREAMING}", find_java(), *settings, *OPENED, "-cp", where, entry, *arguments]
    with tempfile.TemporaryDirectory(prefix="cordiale-java-") as folder:
        log = pathlib.Path(folder, "java.log")
        process = processes.start(ended_with_us(command), log)
        try:
            yield process, log
        finally:
            processes.stop(process)
