"""The four seed articles, which are real: the floor of quality, and offsets in texts from the wild."""

import pathlib
import re
import subprocess
import sys

import pytest

from tests.end_to_end.conftest import Ran, run_into
from tests.end_to_end.rows import rows
from tests.end_to_end.test_contract import spans

FLOOR = {"detect": 0.70, "typed": 0.62, "party": 0.62, "amount": 1.00}


@pytest.fixture(scope="module")
def read(seeds: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_into(tmp_path_factory.mktemp("seeds") / "out", [str(seeds)])


def test_stored_texts_are_slices(read: Ran) -> None:
    texts = {row["uri"]: pathlib.Path(row["uri"]).read_bytes().decode("utf-8") for row in rows(read.root, "documents")}
    for row in rows(read.root, "mentions"):
        for said, start, end in spans(row):
            assert texts[row["uri"]][start:end] == said


def test_quality_floor(read: Ran, seeds: pathlib.Path) -> None:
    evaluation = seeds.parent / "eval"
    arguments = ["--gold", evaluation / "seeds.yaml", "--docs", seeds, "--pred", read.root / "mentions"]
    command = [sys.executable, str(evaluation / "score.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {name: float(score) for name, score in re.findall(r"^(\w+) +F1 ([\d.]+)", done.stdout, re.MULTILINE)}
    assert {name: found[name] for name, least in FLOOR.items() if found[name] < least} == {}
