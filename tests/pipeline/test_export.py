"""Exports: what goes out comes back, in every reader that people use, and no text runs as a formula."""

import csv
import dataclasses
import io
import json
import pathlib
from typing import Any

import duckdb
import fastavro
import pandas as pd
import polars as pl
import pytest

from pipeline.errors import UsageError
from pipeline.export import FORMATS, export
from pipeline.export_plover import sides
from pipeline.export_sipri import COLUMNS, description, designation, register
from pipeline.export_tables import original, safe
from pipeline.export_view import View, open_view
from schemas.arrow import to_table
from schemas.codes import EVENT_CLASSES
from schemas.records import Event, Mention
from tests.transforms.link.telling import histories, mention
from transforms.link.merge import merge_event
from transforms.write import commit_tables, one_writer

NASTY = (
    '=HYPERLINK("http://example.org")',
    "+1",
    "-2+3",
    "@sum",
    "\tx",
    "'quoted'",
    "'=1",
    "''-1",
    'a,b;c\nd"e',
    "Kraków – 北京",
    "",
)


def told() -> list[Mention]:
    found = [m for _, reports in histories().values() for m in reports]
    nasty = [
        mention(f"nasty{n}.txt", f"France sold two ships to Chile. {text}", title=text) for n, text in enumerate(NASTY)
    ]
    talks = [("party", "France", "FRA"), ("party", "Chile", "CHL"), ("broker", "Peru", "PER")]
    return [*found, *nasty, mention("talks.txt", who=talks, event_class="cooperation", event_type="general")]


def merged() -> list[Event]:
    events = [merge_event(name, map(dataclasses.asdict, reports), {}) for name, (_, reports) in histories().items()]
    return [*events, merge_event("nasty", [dataclasses.asdict(m) for m in told() if m.uri.startswith("nasty")], {})]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("exported") / "out"
    folder.mkdir()
    tables = {
        f"mentions/event_class={name}": [to_table("mentions", [m for m in told() if m.event_class == name])]
        for name in EVENT_CLASSES
    }
    with one_writer(str(folder)) as root:
        commit_tables(root, {**tables, "events": [to_table("events", merged())]}, options={}, versions={})
    return open_view(str(folder))


@pytest.fixture
def exported(view: View, tmp_path: pathlib.Path) -> Any:
    def call(name: str, dataset: str | None = None) -> pathlib.Path:
        path = tmp_path / "file"
        export(view, name, dataset, str(path))
        return path

    return call


def restored(row: dict[str, str], kinds: dict[str, Any]) -> dict[str, Any]:
    """Return a row of CSV as the values that it was made from; JSON for lists and structs."""
    found: dict[str, Any] = {}
    for name, text in row.items():
        value = kinds[name]
        if isinstance(value, str):
            found[name] = original(text)
        elif text == "":
            found[name] = None
        elif isinstance(value, bool | list | dict):
            found[name] = json.loads(original(text))
        elif isinstance(value, int | float):
            found[name] = type(value)(text)
        else:
            found[name] = text
    return found


@pytest.mark.parametrize("dataset", ["mentions", "events"])
def test_csv_comes_back(view: View, exported: Any, dataset: str) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv", dataset).read_bytes().decode("utf-8-sig"), newline="")))
    expected = list(view.rows(dataset))
    assert len(rows) == len(expected)
    for got, wanted in zip(rows, expected, strict=True):
        plain = json.loads(json.dumps(wanted, default=str))
        assert restored(got, plain) == {name: value if value != "" else "" for name, value in plain.items()}


def test_no_cell_of_csv_runs_as_a_formula(exported: Any) -> None:
    for row in csv.reader(io.StringIO(exported("csv", "mentions").read_text("utf-8-sig"), newline="")):
        for cell in row:
            if cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
                float(cell)


@pytest.mark.parametrize("text", NASTY)
def test_what_was_made_safe_can_be_restored(text: str) -> None:
    assert original(safe(text)) == text
    assert safe(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_csv_opens_in_pandas_polars_and_duckdb(view: View, exported: Any) -> None:
    path = exported("csv", "mentions")
    number = sum(1 for _ in view.rows("mentions"))
    assert len(pd.read_csv(path)) == number
    assert pl.read_csv(path, infer_schema_length=None).height == number
    (found,) = duckdb.sql(f"select count(distinct mention_id) from read_csv('{path}')").fetchall()
    assert found == (number,)


@pytest.mark.parametrize("dataset", ["mentions", "events"])
def test_json_lines_come_back(view: View, exported: Any, dataset: str) -> None:
    path = exported("jsonl", dataset)
    expected = [json.loads(json.dumps(row, default=str)) for row in view.rows(dataset)]
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == expected
    assert len(pd.read_json(path, lines=True)) == len(expected)
    (found,) = duckdb.sql(f"select count(*) from read_json('{path}', format = 'newline_delimited')").fetchall()
    assert found == (len(expected),)


@pytest.mark.parametrize("dataset", ["mentions", "events", "documents", "paragraphs", "dead_letters"])
def test_avro_comes_back(view: View, exported: Any, dataset: str) -> None:
    with exported("avro", dataset).open("rb") as handle:
        assert list(fastavro.reader(handle)) == list(view.rows(dataset))


def test_the_register_has_a_line_for_each_deal_in_arms(exported: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("sipri-csv").read_text("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    found = {row["event_id"]: row for row in rows}
    assert {"corvettes", "helicopters", "missiles twice"} <= set(found)
    assert not {"fighter jets cancelled", "gas contract", "memorandum", "reactor"} & set(found)
    boats = found["corvettes"]
    assert (boats["supplier"], boats["recipient"]) == ("Netherlands", "Romania")
    assert (boats["designation"], boats["description"]) == ("Sigma", "corvettes")
    assert (boats["order_date"], boats["order_date_is_estimate"]) == ("2019-01-10", "false")
    assert (boats["numbers_ordered"], boats["numbers_ordered_is_estimate"]) == ("4", "false")
    assert (boats["numbers_delivered"], boats["numbers_delivered_is_estimate"]) == ("4", "false")
    assert (boats["delivery_years"], boats["delivery_years_is_estimate"]) == ("2024", "false")
    assert "1,200,000,000 EUR" in boats["comments"]


def test_numbers_that_differ_are_estimates() -> None:
    reports = [mention(f"{n}.txt", what=[("Mistral ships", number)]) for n, number in enumerate((2, 2, 4))]
    rows = [dataclasses.asdict(m) for m in reports]
    (line,) = register(dataclasses.asdict(merge_event("e", rows, {})), rows)
    assert (line["numbers_ordered"], line["numbers_ordered_is_estimate"]) == (2, True)
    assert (line["numbers_delivered"], line["delivery_years"]) == (None, None)
    assert (line["order_date"], line["order_date_is_estimate"]) == ("2020-01-02", True)


def test_an_item_is_divided_into_designation_and_description() -> None:
    assert (designation("Ka-52 attack helicopters"), description("Ka-52 attack helicopters")) == (
        "Ka-52",
        "attack helicopters",
    )
    assert (designation("rifles"), description("rifles")) == ("", "rifles")


def test_plover_lines_tell_who_did_what_to_whom(exported: Any) -> None:
    rows = [json.loads(line) for line in exported("plover-jsonl").read_text("utf-8").splitlines()]
    row = next(row for row in rows if row["cite"]["uri"] == "corvettes/0.txt")
    assert [actor["name"] for actor in row["actor"]] == ["Damen"]
    assert [actor["country"] for actor in row["recipient"]] == ["ROU"]
    assert row["context"] == ["military"]
    assert row["text"] == "Romania chose Damen to build four Sigma corvettes for its navy."
    assert row["cite"]["published"] == "2018-07-03"


def test_without_a_direction_the_first_party_acts() -> None:
    parties = [{"role": "party", "name": name, "country": None, "kind": None} for name in "abc"]
    actors, recipients = sides(parties)
    assert [a["name"] for a in actors] == ["a"]
    assert [r["name"] for r in recipients] == ["b", "c"]


def test_a_format_refuses_datasets_that_it_does_not_hold(view: View, tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="holds events only"):
        export(view, "sipri-csv", "mentions", str(tmp_path / "file"))


def test_a_file_that_cannot_be_written_is_told_in_one_line(view: View, tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        export(view, "csv", None, str(tmp_path))
    with pytest.raises(UsageError, match="there is no folder"):
        export(view, "csv", None, str(tmp_path / "missing" / "file"))


def test_what_fails_leaves_the_old_file(view: View, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    broken = View({**view.files, "events": [str(tmp_path / "gone.parquet")]})
    with pytest.raises(UsageError):
        export(broken, "csv", "events", str(path))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_command_offers_every_format() -> None:
    from pipeline.cli.export import FORMATS as OFFERED

    assert tuple(FORMATS) == OFFERED
