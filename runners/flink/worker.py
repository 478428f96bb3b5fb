"""One of Beam's Python workers, started the way Beam's container images start theirs.

Beam's own pool of workers starts them without the pipeline's options, so that they know neither `--beam_plugins` nor
what file systems need. This asks the runner for all of it first. It is what `runners.flink.pool` starts.
"""

import argparse
import os
import sys
import threading
import time

import grpc
from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc, endpoints_pb2
from apache_beam.runners.worker import sdk_worker_main
from google.protobuf import json_format, text_format

_PATIENCE = 60.0
_LOOK = 2.0


def environment_of(arguments: list[str]) -> dict[str, str]:
    """Return the variables that Beam's worker reads, from what the runner says on the command line and when asked."""
    parser = argparse.ArgumentParser(prog="python -m runners.flink.worker", description=__doc__)
    parser.add_argument("--id", required=True)
    for name in ("provision", "control", "logging", "artifact"):
        parser.add_argument(f"--{name}_endpoint", default="")
    args = parser.parse_args(arguments)
    info = _provision(args.provision_endpoint, args.id)
    control = args.control_endpoint or info.control_endpoint.url
    logging = args.logging_endpoint or info.logging_endpoint.url
    return {
        "WORKER_ID": args.id,
        "PIPELINE_OPTIONS": json_format.MessageToJson(info.pipeline_options),
        "CONTROL_API_SERVICE_DESCRIPTOR": _descriptor(control),
        "RUNNER_CAPABILITIES": " ".join(info.runner_capabilities),
        **({"LOGGING_API_SERVICE_DESCRIPTOR": _descriptor(logging)} if logging else {}),
    }


def _provision(endpoint: str, worker_id: str) -> beam_provision_api_pb2.ProvisionInfo:
    with grpc.insecure_channel(endpoint) as channel:
        service = beam_provision_api_pb2_grpc.ProvisionServiceStub(channel)
        request = beam_provision_api_pb2.GetProvisionInfoRequest()
        return service.GetProvisionInfo(request, timeout=_PATIENCE, metadata=[("worker_id", worker_id)]).info


def _descriptor(url: str) -> str:
    return str(text_format.MessageToString(endpoints_pb2.ApiServiceDescriptor(url=url)))


def _end_with(parent: int) -> None:
    """End when the pool is gone, however it went: a killed one cannot end its workers itself."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    os.environ.update(environment_of(sys.argv[1:]))
    sdk_worker_main.main([])
