"""Options are checked before anything is read or written."""

import pathlib

import pytest

from pipeline.errors import UsageError
from pipeline.options import RunOptions, validate


def options(*inputs: str, output: pathlib.Path) -> RunOptions:
    return RunOptions(inputs=inputs, output=str(output))


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_input_and_output_must_not_lie_in_each_other(tmp_path: pathlib.Path, prefix: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("A deal.", "utf-8")
    with pytest.raises(UsageError, match=r"^the input .*a\.txt lies in the output folder"):
        validate(options(f"{prefix}{tmp_path}/in/a.txt", output=tmp_path / "in"))
    with pytest.raises(UsageError, match=r"^the output .*out lies in the input folder"):
        validate(options(f"{prefix}{tmp_path}/in", output=tmp_path / "in" / "out"))


@pytest.mark.parametrize("url", ["s3://bucket/articles/", "gs://bucket/a.txt", "file:///articles/a.txt"])
def test_inputs_elsewhere_go_with_an_output_here(tmp_path: pathlib.Path, url: str) -> None:
    validate(options(url, output=tmp_path / "out"))
