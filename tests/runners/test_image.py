"""What the image's Dockerfile does is done outside Docker: the package is installed from the lock, and runs."""

import os
import pathlib
import subprocess

import pytest

from tests.runners.image import ROOT, build, steps_of

DOCKERFILE = ROOT / "runners" / "dataflow" / "Dockerfile"


def test_steps_go_on_over_lines() -> None:
    steps = steps_of("FROM a:1\n# why\nRUN one \\\n    && two\n")
    assert steps == [("FROM", "a:1"), ("RUN", "one && two")]


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="ADD"):
        steps_of("FROM a:1\nADD b c\n")


def test_all_that_is_copied_is_there() -> None:
    copied = [step.rest.split()[:-1] for step in steps_of(DOCKERFILE.read_text("utf-8")) if step.instruction == "COPY"]
    missing = [name for names in copied for name in names if not (ROOT / name).exists()]
    assert copied
    assert not missing


@pytest.mark.slow
def test_the_image_that_is_built_reads_an_article(tmp_path: pathlib.Path) -> None:
    environment = build(steps_of(DOCKERFILE.read_text("utf-8")), tmp_path / "image")
    assert pathlib.Path(environment["FLEX_TEMPLATE_PYTHON_PY_FILE"]).is_file()
    article = tmp_path / "a.txt"
    article.write_text("France sold 3 frigates to Chile.", "utf-8")
    command = ["cordiale", "run", str(article), "--output", str(tmp_path / "out"), "--no-link"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "1 mention" in done.stdout
    folder = environment["PATH"].split(os.pathsep)[0]
    assert str(tmp_path) in folder
