"""Runs a graph through Beam's portable job service: the one at `--job_endpoint`, or a local one started for the run."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from apache_beam.runners.portability.local_job_service import LocalJobServicer
from apache_beam.runners.portability.portable_runner import PortableRunner

from runners.arguments import beam_options, check_arguments, value_of
from runners.interface import Engine, NotReadyError, Request
from runners.rows import PLUGIN

SUMMARY = "a portable job service, by --job_endpoint=HOST:PORT after `--`, else a local one with loopback workers"

_PATIENCE = 5.0
"""Seconds to wait for a job service to take a connection."""


def check(request: Request) -> None:
    """Check Beam's options, and that something listens where the job service is said to be."""
    check_arguments(request.beam_args)
    endpoint = value_of("--job_endpoint", request.beam_args)
    if endpoint is not None:
        _check_endpoint(endpoint)


@contextmanager
def engine(request: Request) -> Iterator[Engine]:
    """Give a PortableRunner and, if no job service is named, start one that ends with the context."""
    flags = [f"--sdk_worker_parallelism={request.workers}"]
    environment = value_of("--environment_type", request.beam_args)
    if environment is None:
        flags.append("--environment_type=LOOPBACK")
    local = environment in (None, "LOOPBACK")
    with ExitStack() as stack:
        if value_of("--job_endpoint", request.beam_args) is None:
            service = LocalJobServicer()
            port = service.start_grpc_server()
            stack.callback(service.stop)
            flags.append(f"--job_endpoint=localhost:{port}")
        options = beam_options(flags, PLUGIN, request.beam_args)
        yield Engine(PortableRunner(), options, local=local, sliced=local, staged=local)


def _check_endpoint(endpoint: str) -> None:
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdigit():
        raise NotReadyError(f"--job_endpoint={endpoint} is not of the form HOST:PORT")
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except OSError as error:
        raise NotReadyError(f"no job service answers at {endpoint} ({error}): start it first") from error
