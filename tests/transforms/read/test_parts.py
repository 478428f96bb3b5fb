"""Large files are cut into parts that several workers read, and give what they give whole."""

import pathlib

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import Part, Source
from tests.corpus import articles
from transforms.read import FieldNames, ReadOptions, ReadSources
from transforms.read.reader import cut_into_parts

STORIES = [articles.story(number) for number in range(30)]


def source(path: pathlib.Path) -> Source:
    return Source(str(path), str(path))


@pytest.mark.parametrize("suffix", ["jsonl", "avro", "parquet", "warc", "warc.gz"])
def test_a_pipeline_reads_all_parts(tmp_path: pathlib.Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    make = {"avro": lambda: articles.avro(STORIES, interval=900), "parquet": lambda: articles.parquet(STORIES, rows=4)}
    path.write_bytes(make[suffix]() if suffix in make else articles.MANY[suffix](STORIES))
    assert len(cut_into_parts(source(path), 1000)) > 2
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | beam.Create([source(path)]) | ReadSources(part_size=1000)
        expected = [f"{path}#{number}" for number in range(1, 31)]
        assert_that(read["documents"] | beam.Map(lambda document: document.uri), equal_to(expected))


def test_small_files_and_formats_that_cannot_be_cut_are_one_part(tmp_path: pathlib.Path) -> None:
    for name, data in (
        ("a.jsonl", articles.json_lines(STORIES[:1])),
        ("a.csv", articles.table(STORIES)),
        ("a.gz", b"\x1f\x8b" * 9),
    ):
        (tmp_path / name).write_bytes(data)
        assert cut_into_parts(source(tmp_path / name), 2000) == [Part(source(tmp_path / name))]


def test_what_cannot_be_planned_is_left_to_reading(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(5000))
    (tmp_path / "a.avro").write_bytes(b"Obj\x01" + b"\xff" * 5000)
    for name in ("a.parquet", "a.avro", "missing.jsonl"):
        assert cut_into_parts(source(tmp_path / name), 1000) == [Part(source(tmp_path / name))]


def test_options_reach_the_readers(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "not this", "story": "A deal was signed."}\n', "utf-8")
    with beam.Pipeline(FnApiRunner()) as pipeline:
        options = ReadOptions(fields=FieldNames(text="story"))
        read = pipeline | beam.Create([source(path)]) | ReadSources(options=options)
        assert_that(read["documents"] | beam.Map(lambda document: document.text), equal_to(["A deal was signed."]))
