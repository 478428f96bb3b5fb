"""Starts Java processes that end with this one or are ended by whoever started them, and waits until they listen."""

import pathlib
import socket
import subprocess
import time
from collections.abc import Callable, Sequence

from runners.interface import NotReadyError

PATIENCE = 180.0
"""Seconds for a process of Java to be ready; on a machine at rest it takes five."""
_BLINK = 0.2
_TAIL = 4_000


def free_port() -> int:
    """Return a port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(command: Sequence[str], log: pathlib.Path) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own, so that Ctrl-C on the terminal does not reach it; it talks to a file."""
    with log.open("wb") as handle:
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=handle, stderr=subprocess.STDOUT, start_new_session=True
        )


def stop(process: "subprocess.Popen[bytes]", patience: float = 20.0) -> None:
    """End a process; kill it if it does not."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def listens(host: str, port: int, timeout: float = 2.0) -> bool:
    """Tell whether something takes connections there."""
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError:
        return False
    return True


def wait(
    what: str,
    is_ready: Callable[[], bool],
    processes: Sequence["subprocess.Popen[bytes]"],
    log: pathlib.Path,
    patience: float = PATIENCE,
) -> None:
    """Wait until something is ready.

    Raises:
        NotReadyError: If a process ends before, or nothing comes of it; with what the log says.
    """
    end = time.monotonic() + patience
    while not is_ready():
        if any(process.poll() is not None for process in processes):
            raise NotReadyError(f"{what} did not start: {_last_words(log)}")
        if time.monotonic() > end:
            raise NotReadyError(f"{what} is not ready after {patience:g} s; its log is {log}")
        time.sleep(_BLINK)


def _last_words(log: pathlib.Path) -> str:
    lines = log.read_bytes()[-_TAIL:].decode(errors="replace").splitlines()
    telling = [line.strip() for line in lines if "Exception" in line or "Error" in line or "Caused" in line]
    return (telling or [line for line in lines if line.strip()] or ["it said nothing"])[-1]
