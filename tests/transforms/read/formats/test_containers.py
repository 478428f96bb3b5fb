"""Containers: each record counts under its own key, and a part of a file gives just its records."""

import email
import email.policy
import gzip
import io
import json
import lzma
import random
import tarfile
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.records import Document
from tests.corpus import articles
from tests.transforms.read.formats.reading import read, read_one, verdicts
from transforms.read.formats import avro, compressed, jsonlines, parquet, warc
from transforms.read.formats.interface import Cut, Format
from transforms.read.limits import FieldNames

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
STORIES = [articles.story(number) for number in range(60)]


def _around(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "application/gzip")], protocol="HTTP/1.1")
    record = writer.create_warc_record("http://x.example/", "response", payload=io.BytesIO(data), http_headers=headers)
    writer.write_record(record)
    return out.getvalue()


NOISE = random.Random(1).randbytes(40_000)
EMBEDDED = gzip.compress(b"WARC/1.0\r\n" + NOISE)
"""A compressed archive within a page of another stands there as it is, for it cannot be compressed again."""

CUT: dict[str, tuple[Format, bytes]] = {
    "a.jsonl": (jsonlines.FORMAT, articles.json_lines(STORIES)),
    "a.avro": (avro.FORMAT, articles.avro(STORIES, interval=2000)),
    "a.parquet": (parquet.FORMAT, articles.parquet(STORIES, rows=7)),
    "a.warc": (warc.FORMAT, articles.warc(STORIES, compress=False)),
    "a.warc.gz": (compressed.GZIP, articles.warc(STORIES, compress=True)),
    "b.warc.gz": (compressed.GZIP, _around(NOISE + EMBEDDED) + articles.warc(STORIES, compress=True)),
    "one-member.warc.gz": (compressed.GZIP, gzip.compress(articles.warc(STORIES, compress=False))),
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
    assert len(cuts) > 2 or size == 20_000 or name == "one-member.warc.gz"
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
    with tarfile.open(fileobj=out, mode="w") as archive:
        for _ in range(2):
            info = tarfile.TarInfo("a.txt")
            info.size = 7
            archive.addfile(info, io.BytesIO(b"A deal."))
    assert [uri for uri, _ in verdicts("a.tar", out.getvalue())] == ["a.tar#a.txt", "a.tar#a.txt (2)"]


def test_a_page_that_holds_an_archive_is_not_taken_for_its_records() -> None:
    assert _around(NOISE + EMBEDDED).count(EMBEDDED[:1000]) == 1
    known, data = CUT["b.warc.gz"]
    assert known.plan is not None
    assert [cut.first for cut in known.plan(io.BytesIO(data), 1)] == list(range(len(STORIES) + 1))


PACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "xz": lzma.compress}


@pytest.mark.parametrize("packed", PACK)
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "mbox", "warc", "tar"])
def test_a_damaged_archive_gives_all_before_the_damage(suffix: str, packed: str) -> None:
    stories = STORIES[:10]
    members = {f"{number}.txt": story.text.encode() for number, story in enumerate(stories)}
    data = PACK[packed](articles.tarred(members) if suffix == "tar" else articles.MANY[suffix](stories))
    found = verdicts(f"a.{suffix}.{packed}", data[: 8 * len(data) // 10])
    assert len(found) >= 5
    assert [reason for _, reason in found].count("truncated") == 1
    assert found[-1][1] == "truncated"


@pytest.mark.parametrize("cut", [1, 100, 300])
def test_a_web_archive_that_ends_in_a_page_gives_no_half_page(cut: int) -> None:
    data = articles.warc(STORIES[:3], compress=False)[: -cut - len("\r\n\r\n")]
    assert verdicts("a.warc", data) == [("a.warc#1", "html"), ("a.warc#2", "html"), ("a.warc#3", "truncated")]


def test_a_web_archive_that_ends_in_what_is_passed_over_says_so() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    writer.write_record(writer.create_warc_record("http://x.example/", "metadata", payload=io.BytesIO(b"x" * 500)))
    data = articles.warc(STORIES[:1], compress=False) + out.getvalue()[:-200]
    assert verdicts("a.warc", data) == [("a.warc#1", "html"), ("a.warc", "truncated")]


def test_a_row_that_is_far_too_long_is_one_dead_letter() -> None:
    data = b"title,text\r\na," + b"x" * 250 + b"\r\nb,A deal.\r\n"
    assert verdicts("a.csv", data, max_bytes=100) == [("a.csv#1", "too_large"), ("a.csv#2", "csv")]


def test_a_value_that_means_nothing_costs_its_row_only() -> None:
    out = io.BytesIO()
    days = pa.array([0, 10**15, 0]).cast(pa.timestamp("s"))
    pq.write_table(pa.table({"text": ["One deal.", "Two deals.", "Three deals."], "date": days}), out, version="2.6")
    assert [reason for _, reason in verdicts("a.parquet", out.getvalue())] == ["parquet", "malformed", "parquet"]


def test_records_of_a_list_have_their_own_size() -> None:
    found = read(
        "a.json", json.dumps([{"text": "A deal."}, {"text": "Ein Geschäft.", "tags": ["x", {"y": "z"}]}]).encode()
    )
    assert [document.bytes for document in found] == [7, 16]


def message(*, html: bool = False) -> EmailMessage:
    policy = email.policy.default
    made: Any = email.message_from_bytes(articles.mail(STORIES[0]), policy=policy)
    if html:
        made.set_content("<p>A deal was signed on Monday.</p>", subtype="html")
    return made  # type: ignore[no-any-return]


def test_a_message_that_goes_on_after_an_attachment_is_one_text() -> None:
    for html in (False, True):
        mail = message(html=html)
        mail.add_attachment(PNG, maintype="image", subtype="png", disposition="inline")
        mail.add_attachment("And a treaty was signed on Friday.", disposition="inline")
        document = read_one("a.eml", mail.as_bytes())
        assert document.text.rstrip().endswith("And a treaty was signed on Friday.")


def test_what_a_message_shows_within_itself_is_an_input_too() -> None:
    mail = message()
    mail.add_attachment(
        articles.pdf(STORIES[1]), maintype="application", subtype="pdf", disposition="inline", filename="b.pdf"
    )
    mail.add_attachment(message(), disposition="inline")
    mail.add_attachment(PNG, maintype="image", subtype="png", disposition="attachment", filename="c.png")
    assert verdicts("a.eml", mail.as_bytes()) == [
        ("a.eml", "mail"),
        ("a.eml#1/b.pdf", "pdf"),
        ("a.eml#2/attachment 2", "mail"),
        ("a.eml#3/c.png", "binary"),
    ]


def test_attachments_are_inputs_of_their_own() -> None:
    mail = message()
    mail.add_attachment(articles.pdf(STORIES[1]), maintype="application", subtype="pdf", filename="b.pdf")
    assert verdicts("a.eml", mail.as_bytes()) == [("a.eml", "mail"), ("a.eml#1/b.pdf", "pdf")]
