"""What is done with engines from the command line: `python -m runners.flink install | up | down | pool`."""

import sys

from runners.flink import cluster, packages
from runners.flink.pool import main as serve_workers
from runners.interface import NotReadyError

_USAGE = """\
usage: python -m runners.flink install     install Flink and Beam's job server (`make engines`)
       python -m runners.flink up          start a cluster on loopback (`make flink-up`); --help tells more
       python -m runners.flink down        stop it (`make flink-down`)
       python -m runners.flink pool        serve workers beside a task manager; --help tells more"""


def main(arguments: list[str]) -> None:
    """Do what the first argument says."""
    what = arguments[0] if arguments else ""
    if what == "install":
        packages.install()
        print(f"engines: ready in {packages.cache()}")  # noqa: T201
    elif what in ("up", "down"):
        cluster.main(arguments)
    elif what == "pool":
        serve_workers(arguments[1:])
    else:
        sys.exit(_USAGE)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NotReadyError as trouble:
        sys.exit(f"flink: {trouble}")
