"""Runs a graph on Flink: on one within this machine's job server, or on a cluster at an address.

What it needs is installed by `make engines`. Workers are processes of a pool that the run has itself, if Flink is on
this machine; else where and how they start is said by Beam's `--environment_type`.
"""

import contextlib
import os
import pathlib
from collections.abc import Iterator, Sequence

from apache_beam.runners.portability.portable_runner import PortableRunner

from runners.arguments import beam_options, check_arguments, value_of
from runners.flink.java import find_java
from runners.flink.options import FLINK_OPTIONS
from runners.flink.packages import FLINK, flink_classpath, job_server_command
from runners.flink.pool import pool
from runners.flink.rest import Rest
from runners.flink.server import EMBEDDED, job_server
from runners.interface import Engine, NotReadyError, Request
from runners.rows import PLUGIN

SUMMARY = "Flink within this machine, or the cluster at --flink-master HOST:PORT"

_HERE = ("localhost", "127.0.0.1", "[::1]")


def check(request: Request) -> None:
    """Check Beam's options, Java, what is installed, and that a Flink of the right version answers."""
    check_arguments(request.beam_args, known=FLINK_OPTIONS)
    find_java()
    jar = value_of("--flink_job_server_jar", request.beam_args)
    job_server_command(jar)
    master = master_of(request.beam_args)
    if master == EMBEDDED:
        if jar is None:
            flink_classpath()
        return
    host, _, port = master.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise NotReadyError(f"--flink-master {master} is neither HOST:PORT nor {EMBEDDED}")
    version = Rest(master).version()
    if jar is None and not version.startswith(f"{FLINK}."):
        raise NotReadyError(
            f"the Flink at {master} is {version}, but the job server here is for {FLINK}: take a cluster of that "
            "version, or name Beam's job server for yours by `-- --flink_job_server_jar=JAR`"
        )
    if value_of("--environment_type", request.beam_args) is None and host not in _HERE:
        raise NotReadyError(
            f"the Flink at {master} is not on this machine: say how its workers start, by `-- "
            "--environment_type=DOCKER --environment_config=IMAGE`, or EXTERNAL with the address of a pool "
            "(docs/running-at-scale.md)"
        )


@contextlib.contextmanager
def engine(request: Request) -> Iterator[Engine]:
    """Give a PortableRunner with a job server of its own and, if Flink is on this machine, a pool of workers."""
    master = master_of(request.beam_args)
    flags = [f"--parallelism={request.workers}"]
    with contextlib.ExitStack() as stack:
        own_workers = value_of("--environment_type", request.beam_args) is None
        if own_workers:
            logs = os.environ.get("CORDIALE_WORKER_LOGS")
            address = stack.enter_context(pool(logs=pathlib.Path(logs) if logs else None))
            count = request.workers if master == EMBEDDED else 1
            flags += ["--environment_type=EXTERNAL", f"--environment_config={address}"]
            flags += [f"--sdk_worker_parallelism={count}"]
        server = stack.enter_context(job_server(master, value_of("--flink_job_server_jar", request.beam_args)))
        flags.append(f"--job_endpoint={server}")
        options = beam_options(flags, PLUGIN, request.beam_args)
        yield Engine(PortableRunner(), options, local=own_workers, sliced=False, staged=True)


def master_of(arguments: Sequence[str]) -> str:
    """Return where Flink is: `HOST:PORT`, or `EMBEDDED`."""
    named = value_of("--flink_master", arguments)
    if named in (None, "[auto]", EMBEDDED):
        return EMBEDDED
    assert named is not None, "just looked at"
    return named.removeprefix("http://").rstrip("/")
