"""What is done with engines from the command line: `python -m runners.flink install | up | down | pool`."""

import sys

from runners.arguments import value_of
from runners.flink import cluster, packages
from runners.flink.pool import main as serve_workers
from runners.flink.rest import Rest
from runners.interface import NotReadyError

_USAGE = """\
usage: python -m runners.flink install     install Flink and Beam's job server (`make engines`)
       python -m runners.flink up          start a cluster on loopback (`make flink-up`); --help tells more
       python -m runners.flink down        stop it (`make flink-down`)
       python -m runners.flink pool        serve workers beside a task manager; --help tells more
       python -m runners.flink counters --flink-master HOST:PORT
                                           print what the stages of the jobs that run there have counted"""


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
    elif what == "counters" and (master := value_of("--flink-master", arguments[1:])) is not None:
        _print_counters(Rest(master))
    else:
        sys.exit(_USAGE)


def _print_counters(rest: Rest) -> None:
    rest.version()  # says in one line what is wrong if nothing answers
    for job_id in sorted(job for job, state in rest.jobs().items() if state == "RUNNING"):
        print(job_id)  # noqa: T201
        for name, count in sorted(rest.counters(job_id).items()):
            print(f"  {name:<32}{count:>12,}")  # noqa: T201


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NotReadyError as trouble:
        sys.exit(f"flink: {trouble}")
