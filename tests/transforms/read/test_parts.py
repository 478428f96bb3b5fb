"""Large files are cut into parts that several workers read, and give what they give whole."""

import dataclasses
import io
import pathlib
from collections import Counter
from collections.abc import Callable

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.records import DeadLetter, Document, Part, Source
from tests.corpus import articles
from transforms.read import FieldNames, ReadLimits, ReadOptions, ReadSources
from transforms.read.formats import jsonlines
from transforms.read.found import PASSED, File
from transforms.read.guard import Guard
from transforms.read.reader import cut_into_parts, read_part
from transforms.read.streams import Budget, Stream
from transforms.read.unfold import Unfolder

STORIES = [articles.story(number) for number in range(30)]


def source(path: pathlib.Path) -> Source:
    return Source(str(path), str(path))


MAKE: dict[str, Callable[[], bytes]] = {
    "avro": lambda: articles.avro(STORIES, interval=900),
    "parquet": lambda: articles.parquet(STORIES, rows=4),
}


def bytes_of(suffix: str) -> bytes:
    return MAKE[suffix]() if suffix in MAKE else articles.MANY[suffix](STORIES)


def read_parts(path: pathlib.Path, size: int) -> tuple[int, list[tuple[str, str]]]:
    """Return how many parts of this size a file has, and what they give, each read for itself."""
    guard = Guard()
    try:
        parts = cut_into_parts(source(path), size, guard=guard)
        found = [item for part in parts for item in read_part(part, ReadOptions(), guard)]
    finally:
        guard.close()
    results = [item for item in found if isinstance(item, (Document, DeadLetter))]
    return len(parts), [(item.uri.removeprefix(str(path)), getattr(item, "reason", "read")) for item in results]


@pytest.mark.parametrize("suffix", ["jsonl", "avro", "parquet", "warc", "warc.gz"])
def test_a_pipeline_reads_all_parts(tmp_path: pathlib.Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(bytes_of(suffix))
    assert len(cut_into_parts(source(path), 1000)) > 2
    expected = [item for item in read_part(Part(source(path)), ReadOptions()) if isinstance(item, Document)]
    assert len(expected) == len(STORIES)
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | beam.Create([source(path)]) | ReadSources(part_size=1000)
        assert_that(read["documents"] | beam.Map(comparable), equal_to([comparable(found) for found in expected]))
        assert_that(read["dead_letters"], equal_to([]), "dead letters")


def comparable(document: Document) -> str:
    """Return all of a document but its language, which is recognised later."""
    return repr(dataclasses.replace(document, language=None))


def test_blank_lines_at_the_ends_make_no_dead_letter(tmp_path: pathlib.Path) -> None:
    path, lines = tmp_path / "a.jsonl", articles.json_lines(STORIES)
    expected = {"read": len(STORIES)}
    for data in (b"\n" * 50_000 + lines, lines + b"\n" * 50_000, b"\n" * 50_000 + lines + b"\n" * 50_000):
        path.write_bytes(data)
        parts, found = read_parts(path, 20_000)
        assert parts > 2
        assert Counter(verdict for _, verdict in found) == expected


def test_a_file_of_which_no_part_holds_anything_is_one_dead_letter(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b" \n" * 50_000)
    assert read_parts(path, 20_000) == (5, [("", "empty")])


@pytest.mark.parametrize("compress", [True, False])
def test_a_web_archive_without_a_page_is_one_dead_letter(tmp_path: pathlib.Path, compress: bool) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compress)
    for number in range(40):
        headers = StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
        url = f"http://x.example/{number}"
        writer.write_record(writer.create_warc_record(url, "request", http_headers=headers))
    path = tmp_path / ("a.warc.gz" if compress else "a.warc")
    path.write_bytes(out.getvalue())
    parts, found = read_parts(path, 2000)
    assert parts > 2
    assert found == [("", "empty")]


@pytest.mark.parametrize("way", ["hang", "crash"])
def test_a_file_that_cannot_be_planned_is_read_in_one_go(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    harm = "time.sleep(600)" if way == "hang" else "os._exit(7)"
    (site / "sitecustomize.py").write_text(
        "import os, sys, time\n"
        "if 'worker' in ' '.join(sys.orig_argv):\n"
        "    from transforms.read.formats import jsonlines\n"
        f"    object.__setattr__(jsonlines.FORMAT, 'plan', lambda *_: {harm})\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(site))
    path = tmp_path / "a.jsonl"
    path.write_bytes(articles.json_lines(STORIES))
    guard = Guard()
    options = ReadOptions(ReadLimits(max_seconds=1))
    monkeypatch.setattr("transforms.read.guard._STARTING", 5.0)
    try:
        assert cut_into_parts(source(path), 1000, options, guard) == [Part(source(path))]
    finally:
        guard.close()


def test_a_plan_gives_signs_of_life(tmp_path: pathlib.Path) -> None:
    cuts = jsonlines.FORMAT.plan
    assert cuts is not None
    lines = io.BytesIO(articles.json_lines(STORIES) * 2000)
    next(cuts(lines, 100_000))
    assert lines.tell() < 2_000_000


def test_what_is_passed_over_on_a_second_try_gives_signs_of_life() -> None:
    data = articles.json_lines(STORIES)
    stream = Stream(io.BytesIO(data), budget=Budget(len(data), 100), size=len(data))
    unfolder = Unfolder(Source("a.jsonl", "/a.jsonl"), "file:///a.jsonl", ReadOptions(), skip=20)
    outcomes = list(unfolder.unfold(File("a.jsonl", stream)))
    assert outcomes[:20] == [PASSED] * 20
    assert sum(isinstance(outcome, Document) for outcome in outcomes) == len(STORIES) - 20


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
