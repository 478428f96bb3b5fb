"""A Flink cluster on loopback, made of processes: one job manager and some task managers.

It is what tests and a single large machine need; elsewhere Flink's own ways of deployment are better. Flink's packages
on PyPI have no start scripts, so what those settle (memory, class path, opened modules) is settled here.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

from runners.flink import processes
from runners.flink.java import OPENED, find_java
from runners.flink.packages import flink_classpath
from runners.flink.rest import Rest
from runners.interface import NotReadyError

JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
FOLDER = "build/flink"
_STATE = "cluster.json"
_GONE = 20.0
_BLINK = 0.1

_MEMORY = {
    "taskmanager.cpu.cores": 1.0,
    "taskmanager.memory.framework.heap.size": "128 mb",
    "taskmanager.memory.framework.off-heap.size": "128 mb",
    "taskmanager.memory.task.heap.size": "1536 mb",
    "taskmanager.memory.task.off-heap.size": "0 b",
    "taskmanager.memory.managed.size": "256 mb",
    "taskmanager.memory.network.min": "64 mb",
    "taskmanager.memory.network.max": "64 mb",
    "taskmanager.memory.jvm-metaspace.size": "256 mb",
    "taskmanager.memory.jvm-overhead.min": "128 mb",
    "taskmanager.memory.jvm-overhead.max": "128 mb",
}
_HEAP = {"job": "1g", "task": "1664m"}
"""Of a task manager: framework and task heap from above."""


@dataclasses.dataclass
class Cluster:
    """A cluster that runs.

    Attributes:
        folder: Its configuration, logs, checkpoints and savepoints.
        address: `HOST:PORT` of its REST interface, for `--flink-master`.
        job_manager: Its process id.
        task_managers: Their process ids.
    """

    folder: pathlib.Path
    address: str
    job_manager: int
    task_managers: list[int] = dataclasses.field(default_factory=list)

    @property
    def rest(self) -> Rest:
        """Its REST interface."""
        return Rest(self.address)

    def add_task_manager(self) -> int:
        """Start one more task manager, and return its process id when it has registered."""
        before = self._registered()
        process = _start(self.folder, TASK_MANAGER, f"task-{len(self.task_managers)}", "task")
        self.task_managers.append(process.pid)
        log = self.folder / f"task-{len(self.task_managers) - 1}.log"
        processes.wait("a task manager", lambda: bool(self._registered() - before), [process], log)
        return process.pid

    def _registered(self) -> set[str]:
        """Return the names of the task managers that the job manager knows; one that is dead stays for a while."""
        return {str(manager["id"]) for manager in self.rest.task_managers()}

    def stop(self) -> None:
        """End all its processes."""
        pids = [*self.task_managers, self.job_manager]
        for pid in pids:
            _signal(pid, self.folder, signal.SIGTERM)
        end = time.monotonic() + _GONE
        while any(_is_ours(pid, self.folder) for pid in pids) and time.monotonic() < end:
            time.sleep(_BLINK)
        for pid in pids:
            _signal(pid, self.folder, signal.SIGKILL)
        (self.folder / _STATE).unlink(missing_ok=True)

    def save(self) -> None:
        """Note the cluster in its folder, for another process to stop it."""
        state = {"address": self.address, "job_manager": self.job_manager, "task_managers": self.task_managers}
        (self.folder / _STATE).write_text(json.dumps(state), "utf-8")


def start_cluster(folder: pathlib.Path, *, task_managers: int = 2, slots: int = 1, port: int = 0) -> Cluster:
    """Start a cluster and return it when all task managers have registered.

    Args:
        folder: For its files.
        task_managers: How many.
        slots: Of each task manager: how many subtasks of a stage it runs at once.
        port: Of the REST interface; any that is free, if 0.

    Raises:
        NotReadyError: If it cannot be started; nothing is left running then.
    """
    folder = folder.resolve()
    find_java()
    flink_classpath()
    if (folder / _STATE).exists() and load(folder) is not None:
        raise NotReadyError(f"a cluster runs in {folder} already: `make flink-down` stops it")
    if port and processes.listens("127.0.0.1", port):
        raise NotReadyError(f"port {port} is taken: name another by --port, or stop what uses it")
    folder.mkdir(parents=True, exist_ok=True)
    port = port or processes.free_port()
    _configure(folder, port, slots)
    manager = _start(folder, JOB_MANAGER, "job", "job")
    cluster = Cluster(folder, f"127.0.0.1:{port}", manager.pid)
    try:
        processes.wait("the job manager", lambda: processes.listens("127.0.0.1", port), [manager], folder / "job.log")
        for _ in range(task_managers):
            cluster.add_task_manager()
    except BaseException:
        cluster.stop()
        raise
    cluster.save()
    return cluster


@contextlib.contextmanager
def running(folder: pathlib.Path, *, task_managers: int = 2, slots: int = 1) -> Iterator[Cluster]:
    """Have a cluster for as long as the context lasts."""
    cluster = start_cluster(folder, task_managers=task_managers, slots=slots)
    try:
        yield cluster
    finally:
        cluster.stop()


def load(folder: pathlib.Path) -> Cluster | None:
    """Return the cluster that runs in a folder, or None."""
    folder = folder.resolve()
    try:
        state = json.loads((folder / _STATE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    cluster = Cluster(folder, **state)
    pids = [cluster.job_manager, *cluster.task_managers]
    return cluster if any(_is_ours(pid, folder) for pid in pids) else None


def _configure(folder: pathlib.Path, port: int, slots: int) -> None:
    local = "127.0.0.1"
    settings: dict[str, object] = {
        "jobmanager.rpc.address": local,
        "jobmanager.rpc.port": processes.free_port(),
        "jobmanager.bind-host": local,
        "taskmanager.host": local,
        "taskmanager.bind-host": local,
        "rest.address": local,
        "rest.bind-address": local,
        "rest.port": port,
        "taskmanager.numberOfTaskSlots": slots,
        "cluster.evenly-spread-out-slots": True,
        "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": 10,
        "restart-strategy.fixed-delay.delay": "5 s",
        "heartbeat.interval": 2000,
        "heartbeat.timeout": 30000,
        "state.checkpoints.dir": (folder / "checkpoints").as_uri(),
        "state.savepoints.dir": (folder / "savepoints").as_uri(),
        "io.tmp.dirs": str(folder / "tmp"),
        **_MEMORY,
    }
    (folder / "tmp").mkdir(exist_ok=True)
    lines = [f"{key}: {json.dumps(value)}" for key, value in settings.items()]
    (folder / "config.yaml").write_text("\n".join(lines) + "\n", "utf-8")


def _start(folder: pathlib.Path, entry: str, name: str, kind: str) -> "subprocess.Popen[bytes]":
    logging = pathlib.Path(__file__).with_name("log4j2.properties")
    java = [find_java(), f"-Xmx{_HEAP[kind]}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *OPENED]
    settings = [f"-Dlog4j.configurationFile={logging}", f"-Dcordiale.folder={folder}"]
    command = [*java, *settings, "-cp", os.pathsep.join(flink_classpath()), entry, "--configDir", str(folder)]
    return processes.start(command, folder / f"{name}.log")


def _is_ours(pid: int, folder: pathlib.Path) -> bool:
    """Tell whether a process lives and is of the cluster in a folder: ids of processes are given out again."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # one that has ended is a zombie until its parent has asked
    told = subprocess.run(  # noqa: S603
        [shutil.which("ps") or "ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return f"-Dcordiale.folder={folder}" in told.stdout.split()


def _signal(pid: int, folder: pathlib.Path, number: signal.Signals) -> None:
    if _is_ours(pid, folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def main(arguments: list[str] | None = None) -> None:
    """Start or stop a cluster from the command line."""
    parser = argparse.ArgumentParser(prog="python -m runners.flink", description=__doc__)
    parser.add_argument("what", choices=("up", "down"))
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path(FOLDER), help=f"default: {FOLDER}")
    parser.add_argument("--task-managers", type=int, default=2, metavar="N", help="default: 2")
    parser.add_argument("--slots", type=int, default=1, metavar="N", help="of each task manager; default: 1")
    parser.add_argument("--port", type=int, default=8081, help="of the REST interface; default: 8081")
    args = parser.parse_args(arguments)
    if args.what == "up":
        cluster = start_cluster(args.folder, task_managers=args.task_managers, slots=args.slots, port=args.port)
        print(f"Flink {cluster.rest.version()} at http://{cluster.address}, {args.task_managers} task managers")  # noqa: T201
    elif (found := load(args.folder)) is not None:
        found.stop()
        print(f"Flink in {args.folder} is stopped")  # noqa: T201
    else:
        print(f"no Flink runs in {args.folder}")  # noqa: T201
