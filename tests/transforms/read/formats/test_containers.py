"""Containers: each record counts under its own key, and a part of a file gives just its records."""

import gzip
import io
import json
from typing import Any

import pytest

from schemas.records import Document
from tests.corpus import articles
from tests.transforms.read.formats.reading import read, read_one, verdicts
from transforms.read.formats import avro, compressed, jsonlines, parquet, warc
from transforms.read.formats.interface import Cut, Format
from transforms.read.limits import FieldNames

STORIES = [articles.story(number) for number in range(60)]

CUT: dict[str, tuple[Format, bytes]] = {
    "a.jsonl": (jsonlines.FORMAT, articles.json_lines(STORIES)),
    "a.avro": (avro.FORMAT, articles.avro(STORIES, interval=2000)),
    "a.parquet": (parquet.FORMAT, articles.parquet(STORIES, rows=7)),
    "a.warc": (warc.FORMAT, articles.warc(STORIES, compress=False)),
    "a.warc.gz": (compressed.GZIP, articles.warc(STORIES, compress=True)),
}


def part_of(cut: Cut, end: int | None) -> dict[str, Any]:
    whole = not cut.start and end is None
    return {"start": cut.start, "end": end, "first": cut.first, "whole": whole}


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("size", [1, 3000, 20_000])
def test_parts_give_what_the_whole_gives(name: str, size: int) -> None:
    known, data = CUT[name]
    assert known.plan is not None
    cuts = list(known.plan(io.BytesIO(data), size))
    assert cuts[0].start == 0
    assert len(cuts) > (2 if size < 20_000 else 0)
    found = []
    for cut, end in zip(cuts, [*[cut.start for cut in cuts[1:]], None], strict=True):
        found += read(name, data, part=part_of(cut, end))
    assert [(record.uri, record) for record in found] == [(record.uri, record) for record in read(name, data)]
    assert len(found) == len(STORIES)


def test_records_beyond_the_limit_are_one_dead_letter() -> None:
    found = verdicts("a.jsonl", articles.json_lines(STORIES), max_records=5)
    assert found == [*((f"a.jsonl#{n}", "jsonl") for n in range(1, 6)), ("a.jsonl", "too_many_records")]


def test_the_limit_on_records_holds_over_parts() -> None:
    known, data = CUT["a.jsonl"]
    assert known.plan is not None
    cuts = list(known.plan(io.BytesIO(data), 3000))
    found = []
    for cut, end in zip(cuts, [*[cut.start for cut in cuts[1:]], None], strict=True):
        found += verdicts("a.jsonl", data, part=part_of(cut, end), max_records=20)
    assert len([uri for uri, reason in found if reason == "jsonl"]) == 20
    assert [uri for uri, reason in found if reason == "too_many_records"] == ["a.jsonl"]


@pytest.mark.parametrize("suffix", articles.SINGLE)
def test_formats_of_one_document(suffix: str) -> None:
    document = read_one(f"a.{suffix}", articles.SINGLE[suffix](STORIES[4]))
    assert document.uri == f"a.{suffix}"
    assert STORIES[4].paragraphs[1] in " ".join(document.text.split())
    for paragraph in document.paragraphs:
        assert document.text[paragraph.start : paragraph.end].strip()


@pytest.mark.parametrize("suffix", articles.MANY)
def test_containers_count_their_records(suffix: str) -> None:
    found = read(f"a.{suffix}", articles.MANY[suffix](STORIES[:4]))
    assert all(isinstance(document, Document) for document in found), found
    assert len({document.uri for document in found}) == 4
    assert all(document.uri.startswith(f"a.{suffix}#") for document in found)


def test_content_counts_more_than_the_name() -> None:
    assert verdicts("a.txt", articles.pdf(STORIES[0])) == [("a.txt", "pdf")]
    assert verdicts("a.pdf", articles.word(STORIES[0])) == [("a.pdf", "docx")]
    assert verdicts("noname", articles.json_lines(STORIES[:1])) == [("noname#1", "jsonl")]
    assert verdicts("a.html", STORIES[0].text.encode()) == [("a.html", "text")]


def test_fields_are_taken_as_named_by_the_user() -> None:
    record = {"text": "not this one", "story": {"inner": "this one"}, "when": "2 July 2018", "body": "nor this"}
    data = json.dumps(record).encode()
    document = read_one("a.jsonl", data, fields=FieldNames(text="story.inner", published="when"))
    assert document.text == "this one"
    assert document.published_origin == "container"
    assert str(document.published) == "2018-07-02"
    assert verdicts("a.jsonl", data, fields=FieldNames(text="nothing")) == [("a.jsonl#1", "no_text_field")]


def test_html_in_a_field_is_read_as_html() -> None:
    record = {"html": articles.page(STORIES[0]).decode(), "url": "http://news.example/1"}
    document = read_one("a.jsonl", json.dumps(record).encode())
    assert (document.format, document.uri, document.url) == ("html", "a.jsonl#1", "http://news.example/1")
    assert document.paragraphs[0].kind == "title"


def test_archives_in_archives_have_keys_in_a_row() -> None:
    inner = articles.zipped({"x/a.jsonl": articles.json_lines(STORIES[:2])})
    packed = gzip.compress(articles.tarred({"b.zip": inner}))
    assert [uri for uri, _ in verdicts("a.tar.gz", packed)] == [
        "a.tar.gz#b.zip#x/a.jsonl#1",
        "a.tar.gz#b.zip#x/a.jsonl#2",
    ]


def test_a_name_that_stands_twice_in_an_archive_gives_two_keys() -> None:
    out = io.BytesIO()
    import tarfile

    with tarfile.open(fileobj=out, mode="w") as archive:
        for _ in range(2):
            info = tarfile.TarInfo("a.txt")
            info.size = 7
            archive.addfile(info, io.BytesIO(b"A deal."))
    assert [uri for uri, _ in verdicts("a.tar", out.getvalue())] == ["a.tar#a.txt", "a.tar#a.txt (2)"]


def test_attachments_are_inputs_of_their_own() -> None:
    import email

    message = email.message_from_bytes(articles.mail(STORIES[0]), policy=email.policy.default)
    message.add_attachment(articles.pdf(STORIES[1]), maintype="application", subtype="pdf", filename="b.pdf")
    assert verdicts("a.eml", message.as_bytes()) == [("a.eml", "mail"), ("a.eml#1/b.pdf", "pdf")]
