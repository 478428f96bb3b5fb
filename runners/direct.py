"""Runs a graph on this machine by Beam's FnApiRunner: in memory, or in several worker processes.

FnApiRunner is named on purpose: Beam's `DirectRunner` would first try to download another runner.
"""

import logging
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from runners.arguments import beam_options, check_arguments
from runners.interface import Engine, Request
from runners.rows import PLUGIN

SUMMARY = "this machine, in memory or with --workers N processes"

_IN_MEMORY = ("--direct_running_mode=in_memory",)


def check(request: Request) -> None:
    """Check Beam's options."""
    check_arguments(request.beam_args)


@contextmanager
def engine(request: Request) -> Iterator[Engine]:
    """Give FnApiRunner with the wanted number of workers."""
    if request.workers == 1:
        yield Engine(fn_runner.FnApiRunner(), beam_options(_IN_MEMORY, request.beam_args), local=True)
    else:
        options = beam_options([f"--direct_num_workers={request.workers}"], PLUGIN, request.beam_args)
        yield Engine(_multi_processing(options), options, local=True)


def _multi_processing(options: PipelineOptions) -> fn_runner.FnApiRunner:
    """Return the runner that `--direct_running_mode=multi_processing` stands for, but for four things.

    The path of Python is quoted, worker processes get the options, and what they print is dropped unless Beam is to
    log: they tell everything at level INFO, and what goes wrong comes back as an error of the run. Ctrl-C on a terminal
    reaches this process alone, which may want to finish what it has begun; workers end when it does.
    """
    command = "trap '' INT; exec " + shlex.join([sys.executable, "-m", "apache_beam.runners.worker.sdk_worker_main"])
    if not logging.getLogger(fn_runner.__name__).isEnabledFor(logging.WARNING):
        command += " 2>/dev/null"
    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options(drop_default=True))
    provision = beam_provision_api_pb2.ProvisionInfo(retrieval_token="unused", pipeline_options=encoded)  # noqa: S106
    return fn_runner.FnApiRunner(
        default_environment=SubprocessSDKEnvironment.from_command_string(command),
        provision_info=fn_runner.ExtendedProvisionInfo(provision),
    )
