"""The runners by name.

To add one, write a module with what `runners.interface.RunnerModule` asks for, and name it here.
"""

import importlib
from typing import cast

from runners.interface import NotReadyError, RunnerModule

RUNNERS = {
    "dataflow": "runners.dataflow",
    "direct": "runners.direct",
    "flink": "runners.flink",
    "portable": "runners.portable",
    "prism": "runners.prism",
}
"""Modules are imported when they are chosen, so that one runner's dependencies are no burden to another."""


def find_runner(name: str) -> RunnerModule:
    """Return the module of a runner.

    Raises:
        NotReadyError: If there is no runner of that name.
    """
    if name not in RUNNERS:
        raise NotReadyError(f"there is no runner {name!r}; take one of {', '.join(RUNNERS)}")
    return cast(RunnerModule, importlib.import_module(RUNNERS[name]))
