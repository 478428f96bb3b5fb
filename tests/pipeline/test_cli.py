"""The command line refuses what cannot be done in one line that helps, and its exit codes can be relied on."""

import json
import pathlib
from collections.abc import Callable, Sequence

import pytest

from cordiale import __version__
from pipeline.cli.main import main
from tests.conftest import Finished

Call = Callable[..., Finished]


@pytest.fixture
def article(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text("France and Italy signed an agreement on space research on Monday.\n", "utf-8")
    return str(path)


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command in this process, whose logging stays as it is."""
    monkeypatch.setattr("pipeline.cli.main._settle_logging", lambda *, debug: None)

    def call(*arguments: str) -> Finished:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Finished(code, said.out, said.err)

    return call


def refused(called: Call, arguments: Sequence[str]) -> str:
    """Return the one line with which a call is refused."""
    finished = called(*arguments)
    assert finished.code == 2
    assert finished.out == ""
    (line,) = finished.err.splitlines()
    assert line.startswith("cordiale")
    return line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["rum"], "invalid choice: 'rum'"),
        (["run", "x"], "--output"),
        (["run", "--output", "out"], "INPUT"),
        (["run", "x", "--output", "out", "--workers", "two"], "'two' is not a whole number"),
        (["run", "x", "--output", "out", "--published", "Monday"], "'Monday' is not a date like 2018-07-23"),
        (["run", "x", "--output", "out", "--runner", "spark"], "invalid choice: 'spark'"),
        (["run", "x", "--output", "out", "--work", "2"], "unrecognized arguments"),
        (["show", "out", "--type", "treaty"], "invalid choice: 'treaty'"),
        (["schema", "rows"], "invalid choice: 'rows'"),
    ],
)
def test_bad_arguments(called: Call, arguments: list[str], said: str) -> None:
    line = refused(called, arguments)
    assert said in line
    assert "--help" in line


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "0"], "--workers must be at least 1"),
        (["--slice", "0"], "--slice must be at least 1"),
        (["--max-bytes", "0"], "--max-bytes must be at least 1"),
        (["--min-confidence", "70"], "--min-confidence must be between 0 and 1"),
        (["--metadata", "no.csv"], "--metadata no.csv: there is no such file"),
        (["--ontology", "no.yaml"], "--ontology no.yaml: there is no such file"),
        (["--model", "no_such_model"], "the spaCy model 'no_such_model' is not installed"),
        (["--runner", "prism"], "--prism_location"),
        (["--runner", "prism", "--", "--prism_location=no"], "there is no Prism binary at no"),
        (["--runner", "portable", "--", "--job_endpoint=nowhere"], "not of the form HOST:PORT"),
        (["--runner", "portable", "--", "--job_endpoint=localhost:9"], "no job service answers at localhost:9"),
        (["--", "--no_such_option=1"], "Beam knows no option '--no_such_option=1'"),
        (["--", "--direct_num_workers=many"], "Beam's options after `--`: argument --direct_num_workers"),
    ],
)
def test_options_that_cannot_be(
    called: Call, article: str, tmp_path: pathlib.Path, options: list[str], said: str
) -> None:
    out = tmp_path / "out"
    assert said in refused(called, ["run", article, "--output", str(out), *options])
    assert not out.exists()


def test_a_watch_without_a_pause_is_refused(called: Call, tmp_path: pathlib.Path) -> None:
    arguments = ["watch", str(tmp_path), "--output", str(tmp_path / "out"), "--interval", "0"]
    assert "--interval must be more than 0" in refused(called, arguments)


def test_missing_input(called: Call, tmp_path: pathlib.Path) -> None:
    line = refused(called, ["run", str(tmp_path / "none"), "--output", str(tmp_path / "out")])
    assert "there is nothing to read" in line
    assert not (tmp_path / "out").exists()


def test_folder_without_files(called: Call, tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    assert "there is nothing to read" in refused(
        called, ["run", str(tmp_path / "in"), "--output", str(tmp_path / "out")]
    )


def test_metadata_with_a_mistake(called: Call, article: str, tmp_path: pathlib.Path) -> None:
    table = tmp_path / "m.csv"
    table.write_text("file,published\narticle.txt,yesterday\n", "utf-8")
    line = refused(called, ["run", article, "--output", str(tmp_path / "out"), "--metadata", str(table)])
    assert "line 2" in line


def test_ontology_with_a_mistake(called: Call, article: str, tmp_path: pathlib.Path) -> None:
    ontology = tmp_path / "o.yaml"
    ontology.write_text("triggers: [", "utf-8")
    line = refused(called, ["run", article, "--output", str(tmp_path / "out"), "--ontology", str(ontology)])
    assert str(ontology) in line


def test_output_in_the_input(called: Call, article: str, tmp_path: pathlib.Path) -> None:
    assert "write beside it" in refused(called, ["run", str(tmp_path), "--output", str(tmp_path / "out")])
    assert "write somewhere else" in refused(called, ["run", article, "--output", str(tmp_path)])


def test_folder_with_other_files_is_left_alone(called: Call, article: str, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("Dear", "utf-8")
    refused(called, ["run", article, "--output", str(other), "--fresh"])
    assert (other / "letter.txt").read_text("utf-8") == "Dear"


@pytest.mark.parametrize("command", ["show", "files", "dead-letters", "retry", "compact"])
def test_reading_where_there_is_no_dataset(called: Call, tmp_path: pathlib.Path, command: str) -> None:
    assert "is not a folder" in refused(called, [command, str(tmp_path / "none")])
    assert "holds no dataset" in refused(called, [command, str(tmp_path)])


def test_options_of_beam_go_with_run_only(called: Call) -> None:
    assert "go with `cordiale run`" in refused(called, ["files", "out", "--", "--streaming"])


def test_help_shows_examples(called: Call) -> None:
    for command in ("run", "watch", "retry", "compact", "show", "files", "schema"):
        finished = called(command, "--help")
        assert finished.code == 0
        assert f"  cordiale {command} " in finished.out


def test_version(called: Call) -> None:
    assert called("--version").out == f"cordiale {__version__}\n"


@pytest.mark.parametrize("dataset", ["documents", "paragraphs", "mentions", "events", "dead_letters"])
def test_schema(called: Call, dataset: str) -> None:
    assert called("schema", dataset).out.startswith(dataset)
    assert "string" in called("schema", dataset, "--format", "arrow").out
    assert json.loads(called("schema", dataset, "--format", "avro").out)["type"] == "record"


def test_schema_of_all(called: Call) -> None:
    assert len(json.loads(called("schema", "--format", "avro").out)) == 5


def test_an_unexpected_error_is_one_line(called: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    def fail(root: str, dataset: str | None) -> list[str]:
        raise RuntimeError("first\nthe disk is gone\n")

    monkeypatch.setattr("pipeline.cli.files.files_of", fail)
    finished = called("files", str(tmp_path))
    assert finished.code == 1
    assert finished.err == "cordiale: failed: the disk is gone (--debug shows where)\n"
    assert "Traceback" in called("files", str(tmp_path), "--debug").err
