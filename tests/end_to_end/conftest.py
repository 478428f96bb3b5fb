"""One run over the samples that many tests look at."""

import dataclasses
import pathlib

import pytest

from pipeline.execute import Outcome, run
from pipeline.options import RunOptions


@dataclasses.dataclass(frozen=True)
class Ran:
    """A run and where it wrote."""

    root: pathlib.Path
    outcome: Outcome


def run_into(root: pathlib.Path, inputs: list[str], **options: object) -> Ran:
    made = RunOptions(inputs=tuple(inputs), output=str(root))
    return Ran(root, run(dataclasses.replace(made, **options)))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def ran(samples: list[str], tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_into(tmp_path_factory.mktemp("samples") / "out", samples)
