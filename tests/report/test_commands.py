"""`cordiale report` and `cordiale plot` as users call them."""

import pathlib
import re
import sys
from collections.abc import Callable

import pytest

from pipeline.cli.main import main
from tests.conftest import Finished

Call = Callable[..., Finished]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process: starting one for each question would take too long."""

    def called(*arguments: object) -> Finished:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as done:
            code = int(done.code or 0)
        said = capsys.readouterr()
        return Finished(code, said.out, said.err)

    return called


def test_report_writes_one_file_that_names_no_other(
    call: Call, samples_dataset: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "report.html"
    done = call("report", samples_dataset, "--output", path, "--title", "Ships & <gas>")
    assert done.code == 0, done.err
    assert re.fullmatch(rf"{re.escape(str(path))}: \d+ events, 1\.\d MB\n", done.out)
    page = path.read_text("utf-8")
    assert "<title>Ships &amp; &lt;gas&gt; · cordiale</title>" in page
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"<(?:link|img|iframe|object|embed)\b|\bsrc=|url\(|@import", own)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_report_is_the_same_each_time(call: Call, samples_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for name in ("a.html", "b.html"):
        call("report", samples_dataset, "--output", tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_report_of_one_document(call: Call, samples_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "frigates.html"
    done = call("report", samples_dataset, "--document", "frigates_for_chile.txt", "--output", path)
    assert done.code == 0, done.err
    assert "<h1><bdi>Chile orders Italian frigates" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "OUT"], "the following arguments are required: --output"),
        (["report", "OUT", "--output", "page.pdf"], "--output must end in .html or .htm, but is page.pdf"),
        (["report", "OUT", "--output", "nowhere/page.html"], "there is no folder nowhere; make it first"),
        (["report", "missing", "--output", "page.html"], "missing is not a folder; give the --output of a run"),
        (["report", "OUT", "--output", "page.html", "--document", "nothing.txt"], "there is no document nothing.txt"),
        (
            ["report", "OUT", "--output", "page.html", "--document", "a", "--title", "b"],
            "--title is for the page over all",
        ),
        (["plot", "OUT", "pie", "--output", "a.svg"], "invalid choice: 'pie'"),
        (["plot", "OUT", "flows", "--output", "a.gif"], "--output must end in .svg or .png or .pdf"),
        (["plot", "OUT", "flows", "--output", "a.svg", "--by", "type"], "--by goes with timeline, not with flows"),
        (["plot", "OUT", "flows", "--output", "a.svg", "--top", "0"], "--top must be from 1 to 30, but is 0"),
        (["plot", "OUT", "money", "--output", "a.svg", "--width", "900"], "--width must be from 4 to 100 centimetres"),
    ],
)
def test_mistakes_are_told_in_one_line(
    call: Call,
    samples_dataset: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(*[samples_dataset if argument == "OUT" else argument for argument in arguments])
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["flows", "timeline", "money"])
@pytest.mark.parametrize(("ending", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_plots_are_drawn_in_each_format(
    call: Call, linked_dataset: pathlib.Path, tmp_path: pathlib.Path, kind: str, ending: str, magic: bytes
) -> None:
    path = tmp_path / f"figure.{ending}"
    done = call("plot", linked_dataset, kind, "--output", path)
    assert done.code == 0, done.err
    assert re.fullmatch(rf"{re.escape(str(path))}: 1?\d\d|{re.escape(str(path))}: [\d,]+ of 300 events\n", done.out)
    assert path.read_bytes().startswith(magic)


def test_plots_name_what_they_show(call: Call, linked_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "figure.svg"
    call("plot", linked_dataset, "flows", "--class", "deal", "--top", "4", "--output", path)
    drawn = path.read_text("utf-8")
    assert {"others", "military"} <= set(re.findall(r">(\w+)(?: \d+)?</text>", drawn))
    call("plot", linked_dataset, "timeline", "--by", "status", "--output", path)
    assert {"proposed", "completed", "rejected"} <= set(re.findall(r">(\w+)</text>", path.read_text("utf-8")))


def test_plots_are_the_same_each_time(call: Call, linked_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for name in ("a.svg", "b.svg"):
        call("plot", linked_dataset, "flows", "--output", tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_plot_of_nothing_is_refused(call: Call, tmp_path: pathlib.Path) -> None:
    from benchmarks.made_up import make_up, write_rows

    write_rows(tmp_path / "out", iter(next(make_up(1)).documents))
    done = call("plot", tmp_path / "out", "money", "--output", tmp_path / "a.svg")
    assert done.code == 2
    assert "there is nothing to draw: no event has a sum in a known currency and a date" in done.err


def test_without_matplotlib_the_extra_is_named(
    call: Call, linked_dataset: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = call("plot", linked_dataset, "money", "--output", tmp_path / "a.svg")
    assert done.code == 2
    assert 'pip install "cordiale[plot]"' in done.err


def test_templates_and_scripts_are_part_of_the_package() -> None:
    from setuptools import glob

    from tests.conftest import ROOT

    patterns = re.findall(r'"(report/[^"]+)"', (ROOT / "setup.py").read_text("utf-8"))
    packed = {path for pattern in patterns for path in glob.glob(str(ROOT / "pipeline" / pattern), recursive=True)}
    report = ROOT / "pipeline" / "report"
    needed = [path for folder in ("assets", "templates") for path in (report / folder).rglob("*") if path.is_file()]
    assert {str(path) for path in needed} <= packed
