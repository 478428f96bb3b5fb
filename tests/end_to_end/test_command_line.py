"""`run`, `show` and `files` as a user calls them, each in a process of its own."""

import json
import os
import pathlib
import shutil
from collections.abc import Callable

import pytest

from tests.conftest import ROOT, Finished
from tests.end_to_end.conftest import Ran
from tests.end_to_end.rows import comparable, rows
from transforms.write import list_files

Call = Callable[..., Finished]


@pytest.fixture(scope="module")
def called(
    samples: list[str], cordiale: Call, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Finished, pathlib.Path]:
    inputs, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("called") / "out"
    for sample in samples:
        shutil.copy(sample, inputs)
    (inputs / "empty.txt").touch()
    metadata = str(ROOT / "samples" / "metadata.csv")
    return cordiale("run", str(inputs), "--output", str(out), "--metadata", metadata, "--strict"), out


def test_strict_tells_dead_letters_by_the_exit_code(called: tuple[Finished, pathlib.Path]) -> None:
    assert called[0].code == 3


def test_summary(called: tuple[Finished, pathlib.Path], samples: list[str]) -> None:
    finished, out = called
    lines = finished.out.splitlines()
    assert lines[0].startswith(f"{len(samples)} of {len(samples) + 1} inputs read, ")
    assert "words per second" in lines[1]
    assert f"{len(rows(out, 'mentions'))} mentions" in lines
    assert "1 dead letter" in lines
    assert f"dataset: {out}" in lines
    assert f"next:    cordiale show {out}" in lines


def test_progress_is_plain_where_it_is_piped(called: tuple[Finished, pathlib.Path], samples: list[str]) -> None:
    assert called[0].err == f"reading {len(samples) + 1} inputs\n"


def test_metadata_is_taken_over(called: tuple[Finished, pathlib.Path]) -> None:
    documents = {pathlib.Path(row["uri"]).name: row for row in rows(called[1], "documents")}
    assert documents["aqaba_reactor.txt"]["source"] == "Levant Energy Monitor"
    assert documents["aqaba_reactor.txt"]["published_origin"] == "metadata"
    assert str(documents["aqaba_reactor.txt"]["published"]) == "2024-01-30"


def test_a_dataset_grows_unless_fresh(samples: list[str], cordiale: Call, tmp_path: pathlib.Path) -> None:
    out = str(tmp_path / "out")
    assert cordiale("run", samples[0], "--output", out).out.startswith("1 of 1 input read")
    assert cordiale("run", samples[0], "--output", out).out.startswith("nothing to do: the dataset holds 1 input")
    grown = cordiale("run", *samples[:2], "--output", out)
    assert "1 input skipped: the dataset holds them as they are" in grown.out
    assert sorted(row["uri"] for row in rows(tmp_path / "out", "documents")) == samples[:2]
    assert cordiale("run", samples[1], "--output", out, "--fresh").code == 0
    assert [row["uri"] for row in rows(tmp_path / "out", "documents")] == samples[1:2]


def test_rows_do_not_hang_on_the_order_of_sets(
    ran: Ran, samples: list[str], cordiale: Call, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        assert cordiale("run", *samples, "--output", str(tmp_path / seed), "--quiet").code == 0
    for dataset in ("documents", "paragraphs", "mentions"):
        assert (
            comparable(tmp_path / "1", dataset) == comparable(tmp_path / "2", dataset) == comparable(ran.root, dataset)
        )


def test_quiet_says_nothing(samples: list[str], cordiale: Call, tmp_path: pathlib.Path) -> None:
    finished = cordiale("run", samples[0], "--output", str(tmp_path / "out"), "--quiet", "--strict")
    assert finished == Finished(0, "", "")


def test_files_lists_what_the_manifest_lists(ran: Ran, cordiale: Call) -> None:
    listed = cordiale("files", str(ran.root)).out.splitlines()
    assert listed == [str(ran.root / file.path) for file in list_files(str(ran.root))]
    mentions = cordiale("files", str(ran.root), "--dataset", "mentions").out.splitlines()
    assert mentions == [path for path in listed if "/mentions/" in path]


def test_show_is_plain_where_it_is_piped(ran: Ran, cordiale: Call) -> None:
    finished = cordiale("show", str(ran.root), "--limit", "3")
    assert finished.code == 0
    assert finished.err == ""
    assert "\x1b" not in finished.out
    assert finished.out.count("  trigger ") == 3
    assert f"3 of {len(rows(ran.root, 'mentions'))} events" in finished.out


def test_show_as_json_gives_whole_rows(ran: Ran, cordiale: Call) -> None:
    shown = [json.loads(line) for line in cordiale("show", str(ran.root), "--json", "--limit", "0").out.splitlines()]
    stored = rows(ran.root, "mentions")
    assert sorted(row["mention_id"] for row in shown) == sorted(row["mention_id"] for row in stored)
    assert set(shown[0]) == set(stored[0])


def test_show_filters(ran: Ran, cordiale: Call) -> None:
    lines = cordiale("show", str(ran.root), "--json", "--class", "deal", "--limit", "0").out.splitlines()
    assert {json.loads(line)["event_class"] for line in lines} == {"deal"}


def test_colour_is_for_terminals(ran: Ran) -> None:
    pty = pytest.importorskip("pty")
    assert "\x1b[" in _on_a_terminal(pty, ran.root, {})
    assert "\x1b[" not in _on_a_terminal(pty, ran.root, {"NO_COLOR": "1"})


def _on_a_terminal(pty: object, root: pathlib.Path, environment: dict[str, str]) -> str:
    import subprocess
    import sys

    above, below = os.openpty()
    command = [sys.executable, "-m", "cordiale", "show", str(root), "--limit", "1"]
    variables = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm-256color", **environment}
    subprocess.run(command, cwd=ROOT, stdout=below, stderr=subprocess.DEVNULL, env=variables, check=True)
    os.close(below)
    text = os.read(above, 1 << 16).decode()
    os.close(above)
    return text
