"""The stage in a pipeline: every input is in exactly one of the two outputs."""

import collections
import datetime
import os
import pathlib

import apache_beam as beam
import pytest
from apache_beam import coders
from apache_beam.metrics import MetricsFilter
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import DeadLetter, Document, Source
from tests.transforms.read.conftest import write
from transforms.read import ListInputs, ReadDocuments, ReadLimits, read_metadata

BAD = {
    "empty.txt": (b"", "empty"),
    "white.txt": (b" \n\n\t", "empty"),
    "binary.txt": (b"\0\1\2\3", "binary"),
    "truncated.txt": ("Zürich – café".encode()[:-1], "truncated"),
    "large.txt": (b"x" * 1001, "too_large"),
    "damaged.txt": ("“Zürich” – café".encode() + b"\xff.", "undecodable"),
}
GOOD = {
    "plain.txt": b"A deal.\r\n",
    "two\nlines.txt": b"A deal.",
    'it\'s "so" [1]*?.txt': b"A deal.",
    "latin.txt": "The café paid £5 million.".encode("cp1252"),
    ".hidden/sixteen.txt": "\ufeffA deal.".encode("utf-16-le"),
}
LINKS = {"dangling": ("nowhere", "dangling_link"), "loop": (".", "link_loop"), "outside": ("/dev", "link_outside")}


@pytest.fixture
def archive(folder: pathlib.Path) -> pathlib.Path:
    for name, (data, _) in BAD.items():
        write(folder / "in" / name).write_bytes(data)
    for name, content in GOOD.items():
        write(folder / "in" / name).write_bytes(content)
    for name, (target, _) in LINKS.items():
        os.symlink(target, folder / "in" / name)
    os.mkfifo(folder / "in/pipe")
    return folder


def verdict(element: Document | DeadLetter) -> tuple[str, str]:
    return element.uri, element.reason if isinstance(element, DeadLetter) else element.text


def test_documents_and_dead_letters_add_up_to_the_inputs(archive: pathlib.Path) -> None:
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | ReadDocuments(["in", "nowhere"], limits=ReadLimits(max_bytes=1000))
        letters = [(f"in/{name}", reason) for name, (_, reason) in {**BAD, **LINKS}.items()]
        documents = [(f"in/{name}", decoded(data)) for name, data in GOOD.items()]
        assert_that(read.documents | "D" >> beam.Map(verdict), equal_to(documents), "documents")
        assert_that(
            read.dead_letters | "L" >> beam.Map(verdict),
            equal_to([*letters, ("in/pipe", "not_a_file"), ("nowhere", "missing")]),
            "dead_letters",
        )


def decoded(data: bytes) -> str:
    if data.startswith(b"\xff\xfe"):
        return data.decode("utf-16-le")
    return data.decode("cp1252")


def test_everything_is_counted(archive: pathlib.Path) -> None:
    pipeline = beam.Pipeline(FnApiRunner())
    pipeline | ReadDocuments(["in", "nowhere"], limits=ReadLimits(max_bytes=1000))
    result = pipeline.run()
    result.wait_until_finish()
    counters = result.metrics().query(MetricsFilter().with_namespace("read"))["counters"]
    counts = {counter.key.metric.name: counter.committed for counter in counters}
    reasons = [reason for _, reason in [*BAD.values(), *LINKS.values()]] + ["not_a_file", "missing"]
    assert counts == {
        "documents": len(GOOD),
        "bytes": sum(map(len, GOOD.values())),
        **{f"dead_letters_{reason}": count for reason, count in collections.Counter(reasons).items()},
    }


def test_names_that_are_not_unicode_pass_through_the_pipeline(folder: pathlib.Path) -> None:
    os.mkdir("in")
    pathlib.Path(os.fsdecode(b"in/\xff.txt")).write_text("A deal.")
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | ReadDocuments([os.fsdecode(b"in/\xff.txt")])
        expected = [(f"file://{folder}/in/%FF.txt", "A deal.")]
        assert_that(read.documents | "D" >> beam.Map(verdict), equal_to(expected))


def test_metadata_and_date_reach_the_documents(folder: pathlib.Path) -> None:
    write(folder / "in/a.txt")
    write(folder / "in/b.txt")
    metadata = read_metadata(write(folder / "in/meta.csv", "file,published,title\na.txt,2011-06-17,T\n"))
    day = datetime.date(2018, 7, 21)
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | ReadDocuments(["in"], metadata=metadata, published=day)
        rows = read.documents | "D" >> beam.Map(lambda d: (d.uri, d.title, d.published, d.published_origin))
        expected = [
            ("in/a.txt", "T", datetime.date(2011, 6, 17), "metadata"),
            ("in/b.txt", None, day, "option"),
        ]
        assert_that(rows, equal_to(expected))


def test_links_out_of_the_inputs_are_followed_on_demand(folder: pathlib.Path) -> None:
    write(folder / "out.txt")
    os.mkdir("in")
    os.symlink("../out.txt", "in/link")
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | ReadDocuments(["in"], follow_links=True)
        assert_that(read.documents | "D" >> beam.Map(verdict), equal_to([("in/link", "Text.\n")]))


def test_no_record_is_pickled_between_stages() -> None:
    pipeline = beam.Pipeline(FnApiRunner())
    read = pipeline | ReadDocuments([])
    listed = pipeline | ListInputs([])
    types = {
        "documents": (read.documents, Document),
        "dead_letters": (read.dead_letters, DeadLetter),
        "sources": (listed["sources"], Source),
        "refused": (listed["dead_letters"], DeadLetter),
    }
    for name, (collection, record) in types.items():
        assert collection.element_type == record, name
        assert coders.registry.get_coder(collection.element_type).to_type_hint() is record, name


def test_labels_are_stable() -> None:
    pipeline = beam.Pipeline(FnApiRunner())
    pipeline | ReadDocuments([])
    names = {transform.unique_name for transform in pipeline.to_runner_api().components.transforms.values()}
    assert {
        "ReadDocuments/ListInputs/List",
        "ReadDocuments/ReadSources/Spread",
        "ReadDocuments/ReadSources/Read",
        "ReadDocuments/DeadLetters",
    } <= names
