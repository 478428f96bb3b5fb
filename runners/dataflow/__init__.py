"""Runs a graph on Google Cloud Dataflow, from an image that holds the package and the model.

A run is one slice there, and its commit is done by a worker: the process that has started the job may go.
"""

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from runners.arguments import beam_options, check_arguments, value_of
from runners.interface import Engine, NotReadyError, Request
from runners.rows import PLUGIN

SUMMARY = "Google Cloud Dataflow, by --project, --region, --temp_location and --sdk_container_image after `--`"

NEEDED = {
    "--project": (r"[a-z][a-z0-9-]{4,28}[a-z0-9](:.+)?", "the Google Cloud project, like my-project"),
    "--region": (r"[a-z]+(-[a-z]+)+\d+", "where workers run, like europe-west4"),
    "--temp_location": (r"gs://[a-z0-9][a-z0-9._-]+(/.*)?", "a folder for temporary files, like gs://bucket/tmp"),
    "--sdk_container_image": (
        r"[\w.-]+(:\d+)?(/[\w.-]+)+([:@][\w.:-]+)?",
        "the image made of runners/dataflow/Dockerfile",
    ),
}
"""What Dataflow cannot do without: what each value looks like, and what it is."""

DEFAULTS = {
    "--machine_type": "n2-standard-2",
    "--autoscaling_algorithm": "THROUGHPUT_BASED",
    "--disk_size_gb": "30",
    "--number_of_worker_harness_threads": "2",
    "--sdk_location": "container",
}
"""The model works on one core for each process, and one process runs for each core: small machines, many of them.

Threads share a process and its model, which works for one of them at a time; the second reads and writes meanwhile.
"""


def check(request: Request) -> None:
    """Check Beam's options, that Dataflow's client is installed, and that what it needs is given."""
    try:
        importlib.import_module("google.cloud.dataflow")
    except ImportError as error:
        raise NotReadyError("the dataflow runner needs Google's libraries: pip install 'cordiale[gcp]'") from error
    check_arguments(request.beam_args)
    for option, (pattern, meaning) in NEEDED.items():
        value = value_of(option, request.beam_args)
        if value is None:
            raise NotReadyError(f"the dataflow runner needs {option} after `--`: {meaning}")
        if not re.fullmatch(pattern, value):
            raise NotReadyError(f"{option}={value} is not {meaning}")


@contextmanager
def engine(request: Request) -> Iterator[Engine]:
    """Give a DataflowRunner; the service scales from one worker to `--workers`."""
    from apache_beam.runners.dataflow.dataflow_runner import DataflowRunner  # noqa: PLC0415  (needs Google's libraries)

    flags = [f"{option}={value}" for option, value in DEFAULTS.items()]
    flags += ["--runner=DataflowRunner", f"--max_num_workers={request.workers}"]
    options = beam_options(flags, PLUGIN, request.beam_args)
    yield Engine(DataflowRunner(), options, local=False, sliced=False, staged=False)
