"""Log lines of JSON tell what happened to which document."""

import json
import pathlib
from collections.abc import Callable

from tests.conftest import Finished


def test_every_document_and_dead_letter_is_a_line_with_its_name(
    cordiale: Callable[..., Finished], tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("France sold 3 frigates to Chile.", "utf-8")
    (folder / "empty.txt").touch()
    options = ["--quiet", "--no-link", "--extractor", "rules", "--log-format", "json"]
    done = cordiale("run", str(folder), "--output", str(tmp_path / "out"), *options)
    assert done.code == 0, done.err
    lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    told = {line["event"]: line for line in lines if "event" in line}
    assert told["document"]["uri"] == str(folder / "a.txt")
    assert len(told["document"]["doc_id"]) == 32
    assert told["dead_letter"]["reason"] == "empty"
    assert {"time", "level", "logger"} <= set(told["document"])
