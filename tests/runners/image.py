"""Does what a Dockerfile says without Docker, as far as that goes: `python -m tests.runners.image DOCKERFILE FOLDER`.

`FROM` becomes a fresh virtual environment, `COPY` and `RUN` happen below a folder that stands for the image's root.
What the base image would bring beyond Python, and `ENTRYPOINT`, which is a program of Beam's, are left out.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import venv
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
_KNOWN = ("FROM", "WORKDIR", "COPY", "RUN", "ENV", "ENTRYPOINT")


class Step(NamedTuple):
    """An instruction and what follows it."""

    instruction: str
    rest: str


def steps_of(text: str) -> list[Step]:
    """Return the instructions of a Dockerfile, with lines that go on put together.

    Raises:
        ValueError: If there is one that is not known here.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    steps = [Step(*line.split(maxsplit=1)) for line in joined]
    unknown = [step for step in steps if step.instruction not in _KNOWN]
    if unknown:
        raise ValueError(f"{unknown[0].instruction} is not done here")
    return steps


def build(steps: list[Step], folder: pathlib.Path) -> dict[str, str]:
    """Do the steps below a folder, and return the environment that the image would have.

    Raises:
        subprocess.CalledProcessError: If a step fails.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_"))}
    here = folder
    for step in steps:
        if step.instruction == "FROM":
            venv.create(folder / "venv", with_pip=True)
            environment["PATH"] = f"{folder / 'venv' / 'bin'}{os.pathsep}{environment['PATH']}"
        elif step.instruction == "WORKDIR":
            here = folder / step.rest.lstrip("/")
            here.mkdir(parents=True)
        elif step.instruction == "COPY":
            *sources, target = step.rest.split()
            for source in sources:
                _copy(ROOT / source, here / target)
        elif step.instruction == "RUN":
            subprocess.run(["sh", "-ec", step.rest], cwd=here, env=environment, check=True)
        elif step.instruction == "ENV":
            name, _, value = step.rest.partition("=")
            environment[name] = str(folder / value.lstrip("/")) if value.startswith("/") else value
    return environment


def _copy(source: pathlib.Path, target: pathlib.Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    made = build(steps_of(pathlib.Path(sys.argv[1]).read_text("utf-8")), pathlib.Path(sys.argv[2]))
    print(f"built below {sys.argv[2]}; PATH begins with {made['PATH'].split(os.pathsep)[0]}")  # noqa: T201
