"""What all tests share: where the project lies, and the command line as users call it."""

import dataclasses
import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"


@dataclasses.dataclass(frozen=True)
class Finished:
    """What a call of the command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def samples() -> list[str]:
    return sorted(str(path) for path in (ROOT / "samples").glob("*.txt"))


@pytest.fixture(scope="session")
def seeds() -> pathlib.Path:
    if not SEEDS.is_dir():
        pytest.skip("the seed articles are not part of the project; they lie in ../shared/seeds where it is developed")
    return SEEDS


@pytest.fixture(scope="session")
def cordiale() -> Callable[..., Finished]:
    """Call the command in a process of its own, from the project's folder."""

    def call(*arguments: str, timeout: float = 300) -> Finished:
        command = [sys.executable, "-m", "cordiale", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
        return Finished(done.returncode, done.stdout, done.stderr)

    return call
