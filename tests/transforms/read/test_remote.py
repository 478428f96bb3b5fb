"""What lies behind URLs is listed and read through Beam's filesystems, and errors of a store cost one input."""

import importlib
import importlib.util
import pathlib
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from schemas.identity import doc_id
from schemas.records import DeadLetter, Document, Part, Source
from tests.corpus import articles
from tests.transforms.read.conftest import found, verdict
from transforms.read import (
    ReadDocuments,
    ReadLimits,
    ReadOptions,
    has_any_input,
    list_inputs,
    read_document,
    read_metadata,
)
from transforms.read.guard import Guard
from transforms.read.reader import cut_into_parts, read_part
from transforms.read.unfold import Noted

OBJECTS = {
    "news/a.txt": "A deal – signed.\r\n".encode(),
    "news/sub/b.txt": "The café paid £5 million.".encode("cp1252"),
    "news/odd [1]*?.txt": b"A deal.",
    "news/empty.txt": b"",
    "news/folder/": b"",
    "news/packed.gz": b"\x1f\x8b\x08\0",
    "other/c.txt": b"A deal.",
    "marker/": b"",
}


@pytest.fixture(scope="module")
def s3_options() -> Iterator[PipelineOptions]:
    """A small S3 on this machine, and what Beam needs to find it."""
    boto3 = pytest.importorskip("boto3", reason="needs the extra apache-beam[aws]")
    server_module = pytest.importorskip("moto.server", reason="needs moto[server], a stand-in for S3")
    server = server_module.ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "s3_endpoint_url": f"http://{host}:{port}",
        "s3_access_key_id": "testing",
        "s3_secret_access_key": "testing",
        "s3_region_name": "us-east-1",
    }
    client = boto3.client(
        "s3",
        endpoint_url=options["s3_endpoint_url"],
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="archive")
    for key, data in OBJECTS.items():
        client.put_object(Bucket="archive", Key=key, Body=data)
    yield PipelineOptions(**options)
    server.stop()


@pytest.fixture
def s3(s3_options: PipelineOptions, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipelineOptions]:
    session = importlib.import_module("boto3.session").Session()
    monkeypatch.setattr("boto3.session.Session", lambda: session)  # one for all calls: a new one takes half a second
    before = FileSystems._pipeline_options
    FileSystems.set_options(s3_options)
    yield s3_options
    FileSystems.set_options(before)


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("s3://archive/news/a.txt", ["news/a.txt"]),
        ("s3://archive/news/sub", ["news/sub/b.txt"]),
        ("s3://archive/news/sub/", ["news/sub/b.txt"]),
        ("s3://archive/other", ["other/c.txt"]),
        ("s3://archive/news/*.txt", ["news/a.txt", "news/empty.txt", "news/odd [1]*?.txt"]),
        ("s3://archive/**/?.txt", ["news/a.txt", "news/sub/b.txt", "other/c.txt"]),
        ("s3://archive/news/odd [1]*?.txt", ["news/odd [1]*?.txt"]),
        ("s3://archive", sorted(key for key in OBJECTS if not key.endswith("/"))),
    ],
)
def test_objects_are_found_by_name_folder_and_pattern(s3: PipelineOptions, url: str, keys: list[str]) -> None:
    assert found(url) == [(f"s3://archive/{key}", "input") for key in keys]
    assert has_any_input([url])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("s3://archive/nowhere.txt", "missing"),
        ("s3://archive/*.pdf", "missing"),
        ("s3://nowhere/a.txt", "missing"),
        ("s3://archive/marker/", "empty_folder"),
    ],
)
def test_a_url_without_objects_is_one_dead_letter(s3: PipelineOptions, url: str, reason: str) -> None:
    assert found(url) == [(url, reason)]
    assert not has_any_input([url])


def test_an_object_named_more_than_once_is_one_input(s3: PipelineOptions) -> None:
    url = "s3://archive/other/c.txt"
    assert found(url, "s3://archive/other", url, "s3://archive/other/*") == [(url, "input")]


def test_objects_are_read_with_bytes_as_stored(s3: PipelineOptions) -> None:
    results = {}
    for source in list_inputs(["s3://archive/news"]):
        assert isinstance(source, Source)
        result = read_document(source, ReadLimits())
        results[source.uri] = result.reason if isinstance(result, DeadLetter) else result.text
    assert results == {
        "s3://archive/news/a.txt": "A deal – signed.\r\n",
        "s3://archive/news/sub/b.txt": "The café paid £5 million.",
        "s3://archive/news/odd [1]*?.txt": "A deal.",
        "s3://archive/news/empty.txt": "empty",
        "s3://archive/news/packed.gz": "truncated",
    }


STORIES = [articles.story(number) for number in range(30)]
LARGE = {
    "a.jsonl": articles.json_lines(STORIES),
    "a.avro": articles.avro(STORIES, interval=900),
    "a.parquet": articles.parquet(STORIES, rows=4),
    "a.warc": articles.warc(STORIES, compress=False),
    "a.warc.gz": articles.warc(STORIES, compress=True),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_object_is_read_in_parts(
    s3: PipelineOptions, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    url = f"s3://archive/large/{name}"
    with FileSystems.create(url, compression_type="uncompressed") as file:
        file.write(LARGE[name])
    (tmp_path / name).write_bytes(LARGE[name])
    monkeypatch.setattr("transforms.read.reader.HEADER", 400)  # the files are small
    fetched: list[int] = []
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", counting(fetched))
    guard = Guard()
    try:
        parts = cut_into_parts(Source(url, url), 3000, guard=guard)
        found = [item for part in parts for item in read_part(part, ReadOptions(), guard)]
    finally:
        guard.close()
        FileSystems.delete([url])
    local = list(read_part(Part(Source(url, str(tmp_path / name))), ReadOptions()))
    assert len(parts) > 2
    assert texts(found) == texts(local)
    assert len(texts(found)) == len(STORIES)
    assert len(fetched) == 1 + len(parts)
    assert max(fetched[1:]) < len(LARGE[name]), "each worker fetches its part, not all"


def texts(found: list[Document | DeadLetter | Noted]) -> list[tuple[str, str]]:
    return [(item.uri, item.text) for item in found if isinstance(item, Document)]


def counting(sizes: list[int]) -> Callable[..., Any]:
    """Return a maker of temporary files that notes how much is written into each."""
    make = tempfile.NamedTemporaryFile

    def made(**options: Any) -> Any:
        file: Any = make(**options)
        write = file.file.write
        sizes.append(0)

        def counted(data: bytes) -> int:
            sizes[-1] += len(data)
            return int(write(data))

        file.write = counted
        return file

    return made


def test_an_objects_identity_is_its_url(s3: PipelineOptions) -> None:
    url = "s3://archive/news/a.txt"
    document = read_document(Source(uri=url, path=url), ReadLimits())
    assert not isinstance(document, DeadLetter)
    assert document.doc_id == doc_id(url)


@pytest.mark.parametrize(("key", "limit", "reason"), [("vanished.txt", 100, "missing"), ("news/a.txt", 5, "too_large")])
def test_an_object_that_cannot_be_read_is_one_dead_letter(
    s3: PipelineOptions, key: str, limit: int, reason: str
) -> None:
    url = f"s3://archive/{key}"
    letter = read_document(Source(uri=url, path=url), ReadLimits(max_bytes=limit))
    assert isinstance(letter, DeadLetter)
    assert verdict(letter) == reason


def test_metadata_fit_objects_too(s3: PipelineOptions, tmp_path: pathlib.Path) -> None:
    (tmp_path / "meta.csv").write_text("file,title\nsub/b.txt,T\n")
    sources = list(list_inputs(["s3://archive/news"], metadata=read_metadata(tmp_path / "meta.csv")))
    titles = {source.uri: source.title for source in sources if isinstance(source, Source) and source.title}
    assert titles == {"s3://archive/news/sub/b.txt": "T"}


def test_a_pipeline_reads_from_s3(s3_options: PipelineOptions, tmp_path: pathlib.Path) -> None:
    (tmp_path / "local.txt").write_text("Here.")
    with beam.Pipeline(FnApiRunner(), options=s3_options) as pipeline:
        read = pipeline | ReadDocuments([str(tmp_path), "s3://archive/other/", "s3://archive/nowhere"])
        assert_that(read.documents | beam.Map(lambda d: d.text), equal_to(["Here.", "A deal."]), "documents")
        letters = read.dead_letters | "L" >> beam.Map(lambda d: (d.uri, d.reason))
        assert_that(letters, equal_to([("s3://archive/nowhere", "missing")]), "dead_letters")


def test_a_store_that_does_not_answer_costs_one_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionError("no route\nto host")

    monkeypatch.setattr("transforms.read.walk.check_scheme", lambda url: None)
    monkeypatch.setattr(FileSystems, "exists", refuse)
    (letter,) = list_inputs(["s3://archive/a.txt"])
    assert isinstance(letter, DeadLetter)
    assert (letter.uri, letter.reason, letter.detail) == (
        "s3://archive/a.txt",
        "unreadable",
        "ConnectionError: no route to host",
    )


@pytest.mark.parametrize(("url", "extra"), [("gs://b/a.txt", "gcp"), ("s3://b/a.txt", "aws"), ("hdfs://h/a", "hadoop")])
def test_a_missing_extra_is_named_before_anything_is_read(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, url: str, extra: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for ask in (has_any_input, lambda arguments: list(list_inputs(arguments))):
        with pytest.raises(ValueError, match=rf"^{url}: .* pip install 'apache-beam\[{extra}\]'$"):
            ask([str(tmp_path), url])


def test_a_scheme_that_no_filesystem_knows_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^https://x.org/a.txt: https:// cannot be read; use a local path, or a URL of"
    ):
        has_any_input(["https://x.org/a.txt"])
