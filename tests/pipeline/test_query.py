"""SQL: what can be asked, and what cannot be reached."""

import datetime
import pathlib

import pytest

from pipeline.cli.main import main
from pipeline.errors import UsageError
from pipeline.export_view import View, open_view
from pipeline.query import ask
from schemas.arrow import to_table
from tests.transforms.link.telling import mention
from transforms.write import commit_tables, one_writer


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("asked") / "it's out"
    folder.mkdir()
    rows = [mention(f"{n}.txt", published=datetime.date(2020, 1, 1 + n), title="[bold]x") for n in range(3)]
    with one_writer(str(folder)) as normal:
        commit_tables(normal, {"mentions/event_class=deal": [to_table("mentions", rows)]}, options={}, versions={})
    return folder


@pytest.fixture(scope="module")
def view(root: pathlib.Path) -> View:
    return open_view(str(root))


def test_all_datasets_are_views(view: View) -> None:
    names = [row[0] for row in ask(view.files, "show tables").rows]
    assert names == ["dead_letters", "documents", "events", "mentions", "paragraphs"]


def test_mentions_have_their_class(view: View) -> None:
    answer = ask(view.files, "select event_class, count(*) as n, min(published) as first from mentions group by all")
    assert answer.columns == ["event_class", "n", "first"]
    assert answer.rows == [("deal", 3, datetime.date(2020, 1, 1))]


def test_files_that_no_manifest_lists_are_not_seen(root: pathlib.Path, view: View) -> None:
    stray = root / "mentions" / "event_class=deal" / "stray-00000.parquet"
    committed = next(pathlib.Path(path) for path in view.files["mentions"] if "deal" in path)
    stray.write_bytes(committed.read_bytes())
    assert ask(open_view(str(root)).files, "select count(*) from mentions").rows == [(3,)]
    stray.unlink()


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{secret}')",
        "select * from '{secret}'",
        "select * from read_text('{secret}')",
        "select * from glob('{folder}/*')",
        "from read_blob('{folder}/*')",
    ],
)
def test_no_other_file_can_be_read(view: View, tmp_path: pathlib.Path, query: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError):
        ask(view.files, query.format(secret=secret, folder=tmp_path))


@pytest.mark.parametrize(
    "query",
    [
        "copy mentions to '{folder}/x.csv'",
        "attach '{folder}/x.db'",
        "create table x (i int)",
        "drop view mentions",
        "set enable_external_access = true",
        "install httpfs",
        "select 1; select 2",
        "",
    ],
)
def test_only_reading_is_answered(view: View, tmp_path: pathlib.Path, query: str) -> None:
    with pytest.raises(UsageError, match="give one statement that reads"):
        ask(view.files, query.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_query_is_told_in_one_line(view: View) -> None:
    with pytest.raises(UsageError, match="cannot be answered") as told:
        ask(view.files, "select nothing from mentions")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("csv", "title,n\n[bold]x,3\n"),
        ("json", '{"title": "[bold]x", "n": 3}\n'),
    ],
)
def test_answers_can_be_printed_for_programs(
    root: pathlib.Path, capsys: pytest.CaptureFixture[str], form: str, wanted: str
) -> None:
    assert main(["sql", str(root), "select title, count(*) as n from mentions group by all", "--format", form]) == 0
    assert capsys.readouterr().out == wanted


def test_a_table_shows_texts_as_they_are(root: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", str(root), 'select title as "[red]t", null as x from mentions limit 1']) == 0
    out = capsys.readouterr().out
    assert "[bold]x" in out
    assert "[red]t" in out
    assert "1 row" in out


def test_a_missing_dataset_is_told_in_one_line(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", str(tmp_path), "select 1"]) == 2
    assert "holds no dataset" in capsys.readouterr().err
