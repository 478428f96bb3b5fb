"""The sink on a runner: rows in, committed files out."""

import pathlib

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.direct.direct_runner import BundleBasedDirectRunner
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing import test_stream
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms import trigger, window
from apache_beam.transforms.trigger import AccumulationMode
from apache_beam.utils.timestamp import Duration

from schemas.arrow import PUBLIC, file_schema
from tests.transforms.write.samples import (
    FOLDERS,
    STARTED,
    column,
    dead_letter,
    document,
    mention,
    paragraph,
    read,
    some_rows,
    tree,
    write,
)
from transforms.write import Commit, WriteDataset, WriteRows, parquet, read_manifests


def sink(root: pathlib.Path, commit_id: str = "run") -> WriteDataset:
    return WriteDataset(str(root), commit_id=commit_id, options={}, versions={})


def test_rows_of_every_dataset_become_files_named_by_the_contract(tmp_path: pathlib.Path) -> None:
    write(tmp_path, some_rows(), commit_id="2026-01-02")
    assert tree(tmp_path) == {f"{folder}/2026-01-02-00000.parquet" for folder in FOLDERS} | {"_runs/2026-01-02.json"}


def test_every_row_is_in_its_file(tmp_path: pathlib.Path) -> None:
    write(tmp_path, some_rows())
    assert column(tmp_path, "documents", "doc_id") == ["d0", "d1"]
    assert column(tmp_path, "paragraphs", "doc_id") == ["d0", "d1", "d2"]
    assert column(tmp_path, "mentions/event_class=deal", "mention_id") == ["m0", "m2"]
    assert column(tmp_path, "mentions/event_class=cooperation", "mention_id") == ["m1"]
    assert column(tmp_path, "dead_letters", "reason") == ["binary", "empty"]


def test_nested_columns_are_stored_whole(tmp_path: pathlib.Path) -> None:
    write(tmp_path, {"mentions": [mention()]})
    (row,) = read(tmp_path, "mentions/event_class=deal/run-00000.parquet").to_pylist()
    assert [p["name"] for p in row["participants"]] == ["France", "India"]
    assert row["participants"][1]["text"] is None
    assert row["amounts"][0]["amount"] == 2e9
    assert row["location"]["country"] == "IND"


def test_the_sink_sets_commit_id_and_time_of_dead_letters(tmp_path: pathlib.Path) -> None:
    write(tmp_path, some_rows(), commit_id="slice-7")
    assert set(column(tmp_path, "documents", "commit_id")) == {"slice-7"}
    assert set(column(tmp_path, "dead_letters", "commit_id")) == {"slice-7"}
    assert all(seen > STARTED for seen in column(tmp_path, "dead_letters", "seen"))


def test_the_manifest_states_counts_files_options_and_times(tmp_path: pathlib.Path) -> None:
    write(tmp_path, some_rows())
    (manifest,) = read_manifests(str(tmp_path))
    assert (manifest.id, manifest.started, manifest.schema_version) == ("run", STARTED, 1)
    assert manifest.finished > STARTED
    assert (manifest.options, manifest.versions) == ({"min_confidence": 0.5}, {"cordiale": "1"})
    assert manifest.counts == {
        "bytes": 200,
        "characters": 180,
        "dead_letters": 2,
        "dead_letters.inputs": 1,
        "dead_letters.parts": 1,
        "dead_letters.read.binary": 1,
        "dead_letters.read.empty": 1,
        "documents": 2,
        "events": 0,
        "inputs": 3,
        "mentions": 3,
        "mentions.cooperation": 1,
        "mentions.cooperation.exercise": 1,
        "mentions.deal": 2,
        "mentions.deal.contract": 1,
        "mentions.deal.sale": 1,
        "paragraphs": 6,
        "sentences": 10,
        "sentences_parsed": 4,
    }
    assert {file.path: file.rows for file in manifest.files} == {
        "dead_letters/run-00000.parquet": 2,
        "documents/run-00000.parquet": 2,
        "events/run-00000.parquet": 0,
        "mentions/event_class=cooperation/run-00000.parquet": 1,
        "mentions/event_class=deal/run-00000.parquet": 2,
        "paragraphs/run-00000.parquet": 3,
    }
    assert all((tmp_path / file.path).stat().st_size == file.bytes for file in manifest.files)


def test_a_caller_can_count_more(tmp_path: pathlib.Path) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        rows = pipeline | beam.Create([paragraph(0), paragraph(1)])
        {"paragraphs": rows} | WriteDataset(
            str(tmp_path), commit_id="run", options={}, versions={}, count=lambda row: {"words": len(row.text.split())}
        )
    assert read_manifests(str(tmp_path))[0].counts["words"] == 6


def test_a_run_without_rows_commits_empty_files_of_every_dataset(tmp_path: pathlib.Path) -> None:
    write(tmp_path, {"documents": []})
    assert [file.rows for file in read_manifests(str(tmp_path))[0].files] == [0] * len(FOLDERS)
    for folder in FOLDERS:
        assert read(tmp_path, f"{folder}/run-00000.parquet").num_rows == 0


def test_a_later_commit_adds_no_empty_files(tmp_path: pathlib.Path) -> None:
    write(tmp_path, {"documents": [document()]}, commit_id="first")
    write(tmp_path, {"documents": [document(1)]}, commit_id="second")
    assert [file.path for file in read_manifests(str(tmp_path))[1].files] == ["documents/second-00000.parquet"]


def test_the_commit_gives_its_id(tmp_path: pathlib.Path) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        committed = {"documents": pipeline | beam.Create([document()])} | sink(tmp_path, "run-3")
        assert_that(committed, equal_to(["run-3"]))


def test_two_commits_in_one_graph_do_not_mix(tmp_path: pathlib.Path) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        files = [
            pipeline
            | f"Create {name}" >> beam.Create([document(number), dead_letter(number)])
            | f"Write {name}" >> WriteRows(str(tmp_path), commit_id=name)
            for number, name in enumerate(("run", "run-2"))
        ]
        files | beam.Flatten() | Commit(str(tmp_path), options={}, versions={})
    by_id = {manifest.id: manifest for manifest in read_manifests(str(tmp_path))}
    assert set(by_id) == {"run", "run-2"}
    for number, name in enumerate(("run", "run-2")):
        assert read(tmp_path, f"documents/{name}-00000.parquet")["doc_id"].to_pylist() == [f"d{number}"]
        assert by_id[name].counts["inputs"] == 2
    assert not list(tmp_path.glob("_tmp-*"))


def test_each_window_is_a_commit_of_its_own(tmp_path: pathlib.Path) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        rows = (
            pipeline
            | beam.Create([(0, document(0)), (90, document(1)), (30, document(2))])
            | beam.MapTuple(lambda second, row: window.TimestampedValue(row, second))
            | "Window" >> beam.WindowInto(window.FixedWindows(60))
        )
        committed = {"documents": rows} | sink(tmp_path)
        first, second = "run-19700101T000000Z-19700101T000100Z", "run-19700101T000100Z-19700101T000200Z"
        assert_that(committed | beam.WindowInto(window.GlobalWindows()), equal_to([first, second]))
    assert sorted(read(tmp_path, f"documents/{first}-00000.parquet")["doc_id"].to_pylist()) == ["d0", "d2"]
    assert read(tmp_path, f"documents/{second}-00000.parquet").to_pydict()["commit_id"] == [second]


def test_a_late_pane_is_a_commit_of_its_own_and_overwrites_nothing(tmp_path: pathlib.Path) -> None:
    stream = (
        test_stream.TestStream()
        .advance_watermark_to(0)
        .add_elements([window.TimestampedValue(0, 1), window.TimestampedValue(1, 2)])
        .advance_watermark_to(70)
        .add_elements([window.TimestampedValue(2, 3)])
        .advance_watermark_to_infinity()
    )
    with beam.Pipeline(runner=BundleBasedDirectRunner(), options=PipelineOptions(["--streaming"])) as pipeline:
        rows = (
            pipeline
            | stream
            | beam.Map(document)
            | beam.WindowInto(
                window.FixedWindows(60),
                trigger=trigger.AfterWatermark(late=trigger.AfterCount(1)),
                accumulation_mode=AccumulationMode.DISCARDING,
                allowed_lateness=Duration(3600),
            )
        )
        {"documents": rows} | sink(tmp_path)
    name = "run-19700101T000000Z-19700101T000100Z"
    assert [manifest.id for manifest in read_manifests(str(tmp_path))] == [name, f"{name}-p1"]
    assert sorted(read(tmp_path, f"documents/{name}-00000.parquet")["doc_id"].to_pylist()) == ["d0", "d1"]
    assert read(tmp_path, f"documents/{name}-p1-00000.parquet")["doc_id"].to_pylist() == ["d2"]


def test_panes_that_accumulate_are_refused_when_the_graph_is_built(tmp_path: pathlib.Path) -> None:
    pipeline = beam.Pipeline(runner=FnApiRunner())
    rows = (
        pipeline
        | beam.Create([document()])
        | beam.WindowInto(
            window.FixedWindows(60),
            trigger=trigger.AfterWatermark(late=trigger.AfterCount(1)),
            accumulation_mode=AccumulationMode.ACCUMULATING,
        )
    )
    with pytest.raises(ValueError, match="DISCARDING"):
        {"documents": rows} | sink(tmp_path)


def test_every_file_has_the_explicit_schema_zstd_statistics_and_page_index(tmp_path: pathlib.Path) -> None:
    write(tmp_path, some_rows())
    for path in sorted(tmp_path.rglob("*.parquet")):
        file = pq.ParquetFile(path)
        dataset = path.relative_to(tmp_path).parts[0]
        assert file.schema_arrow.equals(file_schema(dataset), check_metadata=True), path
        assert file.metadata.metadata[b"schema_version"] == b"1"
        for group in range(file.num_row_groups):
            first = file.metadata.row_group(group).column(0)
            assert (first.compression, first.is_stats_set) == ("ZSTD", True)
            assert first.has_column_index
            assert first.has_offset_index


def test_lists_have_elements_named_element(tmp_path: pathlib.Path) -> None:
    write(tmp_path, {"mentions": [mention()]})
    file = pq.ParquetFile(tmp_path / "mentions/event_class=deal/run-00000.parquet")
    paths = [file.schema.column(index).path for index in range(len(file.schema.names))]
    assert "participants.list.element.role" in paths


def test_large_bundles_are_written_in_row_groups_and_full_files(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "CHUNK_ROWS", 10)
    monkeypatch.setattr(parquet, "FILE_ROWS", 50)
    monkeypatch.setattr("transforms.write.plan.FILE_ROWS", 50)
    write(tmp_path, {"paragraphs": [paragraph(number) for number in range(125)]})
    rows = [file.rows for file in read_manifests(str(tmp_path))[0].files if file.dataset == "paragraphs"]
    assert sum(rows) == 125
    assert max(rows) == 50
    assert len(set(column(tmp_path, "paragraphs", "doc_id"))) == 125


def test_a_long_text_does_not_wait_for_more_rows(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "CHUNK_WEIGHT", 1000)
    write(tmp_path, {"paragraphs": [paragraph(number, "x" * 2000) for number in range(3)]})
    file = pq.ParquetFile(tmp_path / "paragraphs/run-00000.parquet")
    assert file.metadata.num_rows == 3


def test_a_row_that_does_not_fit_the_schema_names_its_folder(tmp_path: pathlib.Path) -> None:
    with pytest.raises(Exception, match="a row of documents does not fit the schema"):
        write(tmp_path, {"documents": [document(characters=2**40)]})
    assert not (tmp_path / "_runs").exists()


def test_something_that_is_no_row_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(Exception, match="str is not a row of any dataset"):
        write(tmp_path, {"documents": ["a text"]})


def test_an_unknown_class_of_mentions_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(Exception, match="event_class is 'war'"):
        write(tmp_path, {"mentions": [mention(event_class="war")]})


def test_an_unknown_dataset_is_refused_when_the_graph_is_built(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="essays"):
        {"essays": beam.Pipeline(runner=FnApiRunner()) | beam.Create([1])} | sink(tmp_path)


def test_options_that_json_cannot_hold_are_refused_at_once(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="options go into the manifest"):
        Commit(str(tmp_path), options={"path": tmp_path}, versions={})


@pytest.mark.parametrize("commit_id", ["", "a/b", "_a", "a b", "../a", "a*"])
def test_a_commit_id_that_cannot_name_a_file_is_refused_at_once(tmp_path: pathlib.Path, commit_id: str) -> None:
    with pytest.raises(ValueError, match="commit id"):
        WriteRows(str(tmp_path), commit_id=commit_id)


def test_a_folder_with_brackets_and_blanks_in_its_name_is_written_to(tmp_path: pathlib.Path) -> None:
    root = tmp_path / "a [b]* ?c"
    write(root, some_rows())
    assert column(root, "documents", "doc_id") == ["d0", "d1"]
    assert not list(root.glob("_tmp-*"))


def test_only_names_of_files_cross_the_barrier(tmp_path: pathlib.Path) -> None:
    pipeline = beam.Pipeline(runner=FnApiRunner())
    parts = {name: pipeline | f"Create {name}" >> beam.Create(part) for name, part in some_rows().items()}
    parts | sink(tmp_path)
    proto = pipeline.to_runner_api(use_fake_coders=False)
    barriers = [t for t in proto.components.transforms.values() if t.spec.urn == "beam:transform:group_by_key:v1"]
    assert [t.unique_name for t in barriers if t.unique_name.startswith("WriteDataset")] == [
        "WriteDataset/Commit/Barrier"
    ]


def test_datasets_are_those_of_the_schemas() -> None:
    assert {folder.split("/")[0] for folder in FOLDERS} == set(PUBLIC)
    assert isinstance(file_schema("mentions"), pa.Schema)
