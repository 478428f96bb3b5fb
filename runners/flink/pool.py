"""A pool of workers, each a process of its own: Flink's task managers ask it for one when they need it.

Run one beside each task manager (`python -m runners.flink pool --port 50000`, with
`-- --environment_type=EXTERNAL --environment_config=localhost:50000` for the job); on one machine a run has its own.
The package must be installed where it runs: a pool installs nothing.
"""

import argparse
import contextlib
import os
import pathlib
import subprocess
import sys
import threading
from collections.abc import Iterator

import grpc
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc
from apache_beam.utils import thread_pool_executor

from runners.flink import processes

_OPTIONS = (("grpc.http2.max_pings_without_data", 0), ("grpc.http2.max_ping_strikes", 0))
_ENDPOINTS = ("control", "logging", "artifact", "provision")


class _Pool(beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolServicer):
    """Starts and stops workers.

    Args:
        logs: A folder for what each of them prints; nowhere, if not given.
    """

    def __init__(self, logs: pathlib.Path | None) -> None:
        self._logs = logs
        self._workers: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def StartWorker(  # noqa: N802
        self, request: beam_fn_api_pb2.StartWorkerRequest, context: grpc.ServicerContext
    ) -> object:
        """Start a worker; task managers that are new ask for new ones, and each calls its first one `1-1`."""
        endpoints = [f"--{name}_endpoint={getattr(request, f'{name}_endpoint').url}" for name in _ENDPOINTS]
        command = [sys.executable, "-m", "runners.flink.worker", f"--id={request.worker_id}", *endpoints]
        folder = self._logs or pathlib.Path(os.devnull)
        log = folder / f"worker-{request.worker_id}.log" if self._logs else folder
        try:
            process = processes.start(command, log)
        except OSError as error:
            return beam_fn_api_pb2.StartWorkerResponse(error=str(error))
        with self._lock:
            self._workers[context.peer(), request.worker_id] = process
        return beam_fn_api_pb2.StartWorkerResponse()

    def StopWorker(  # noqa: N802
        self, request: beam_fn_api_pb2.StopWorkerRequest, context: grpc.ServicerContext
    ) -> object:
        """End the worker of the one that asks; that of another task manager may have the same name and is at work."""
        with self._lock:
            process = self._workers.pop((context.peer(), request.worker_id), None)
        if process is not None:
            processes.stop(process, patience=5)
        return beam_fn_api_pb2.StopWorkerResponse()

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._workers = list(self._workers.values()), {}
        for process in workers:
            processes.stop(process, patience=5)


@contextlib.contextmanager
def pool(port: int = 0, *, host: str = "127.0.0.1", logs: pathlib.Path | None = None) -> Iterator[str]:
    """Serve workers for as long as the context lasts; gives the pool's address."""
    service = _Pool(logs)
    server = grpc.server(thread_pool_executor.shared_unbounded_instance(), options=_OPTIONS)
    bound = server.add_insecure_port(f"{host}:{port}")
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(service, server)
    server.start()
    try:
        yield f"localhost:{bound}"
    finally:
        server.stop(1).wait()
        service.close()


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m runners.flink pool", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: loopback only)")
    parser.add_argument("--logs", type=pathlib.Path, help="folder for what workers print (default: nowhere)")
    args = parser.parse_args(arguments)
    with pool(args.port, host=args.host, logs=args.logs) as address:
        print(f"workers at {address}", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
