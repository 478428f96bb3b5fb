"""Articles for tests of readers: made-up news with events in them, each in as many formats as there are readers."""

import bz2
import dataclasses
import email.message
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import docx
import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from fpdf import FPDF
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

_COUNTRIES = ("Chile", "Norway", "Kenya", "Vietnam", "Poland", "Egypt", "Peru", "Jordan", "Finland", "Brazil")
_SELLERS = ("France", "Germany", "Italy", "Sweden", "Spain", "Japan", "Canada", "Australia", "India", "Turkey")
_GOODS = ("frigates", "helicopters", "trainer aircraft", "patrol boats", "armoured vehicles")


@dataclasses.dataclass(frozen=True)
class Story:
    """An article: title and paragraphs."""

    title: str
    paragraphs: Sequence[str]

    @property
    def text(self) -> str:
        return "\n\n".join([self.title, *self.paragraphs]) + "\n"


def story(number: int) -> Story:
    """Return the article of a number; each is different."""
    buyer = _COUNTRIES[number % 10]
    seller = _SELLERS[(number // 10 + number) % 10]
    goods = _GOODS[number % 5]
    count = number % 17 + 2
    order = (
        f"{seller} will sell {count} {goods} to {buyer} under a contract worth ${count * 30} million, the defence "
        f"ministry in {buyer} said on Monday. It was the largest order of the year number {number}."
    )
    delivery = (
        f"The two countries signed the agreement after months of talks. Deliveries of the {goods} are to begin in "
        "the spring, and crews will be trained for a year, officials said at a press conference in the capital."
    )
    exercise = (
        f"{buyer} and {seller} also agreed to hold a joint naval exercise in the autumn, the ministry said. It "
        "gave no further details of the plan, and the opposition asked for a debate in parliament about its cost."
    )
    return Story(f"{seller} to sell {count} {goods} to {buyer}", (order, delivery, exercise))


def page(told: Story, *, before: str = "", after: str = "", head: str = "") -> bytes:
    """Return an HTML page with an article."""
    paragraphs = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in told.paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{escape(told.title)} | The Harbour News</title>"
        f"<meta property='og:site_name' content='The Harbour News'>{head}</head><body>{before}"
        f"<article><h1>{escape(told.title)}</h1>\n{paragraphs}</article>{after}</body></html>"
    ).encode()


def pdf(told: Story, **options: Any) -> bytes:
    document = FPDF()
    document.set_creator("tests")
    if options.get("password"):
        document.set_encryption(owner_password="o", user_password=options["password"])
    document.add_page()
    document.set_font("helvetica", size=11)
    for paragraph in (told.title, *told.paragraphs):
        document.multi_cell(0, 5, paragraph)
        document.ln(5)
    return bytes(document.output())


def word(told: Story) -> bytes:
    document = docx.Document()
    document.add_heading(told.title, 0)
    for paragraph in told.paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def mail(told: Story) -> bytes:
    message = email.message.EmailMessage()
    message["From"] = "Jane Doe <jane@example.org>"
    message["To"] = "list@example.org"
    message["Subject"] = told.title
    message["Date"] = "Mon, 02 Jul 2018 10:00:00 +0000"
    message["Message-ID"] = "<1@example.org>"
    message.set_content(told.text)
    return message.as_bytes()


def mbox(stories: Sequence[Story]) -> bytes:
    head = b"From jane@example.org Mon Jul  2 10:00:00 2018\n"
    return b"\n".join(head + mail(told) for told in stories)


def json_lines(stories: Sequence[Story]) -> bytes:
    records = ({"body": told.text, "date": "2018-07-02", "headline": told.title} for told in stories)
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def table(stories: Sequence[Story]) -> bytes:
    rows = [f'"{told.title}","{told.text}"\r\n' for told in stories]
    return ("title,text\r\n" + "".join(rows)).encode()


def avro(stories: Sequence[Story], codec: str = "deflate", interval: int = 16000) -> bytes:
    fields = [{"name": "text", "type": "string"}, {"name": "published", "type": ["null", "string"], "default": None}]
    out = io.BytesIO()
    schema = fastavro.parse_schema({"type": "record", "name": "Article", "fields": fields})
    records = [{"text": told.text, "published": "2018-07-02"} for told in stories]
    fastavro.writer(out, schema, records, codec=codec, sync_interval=interval)
    return out.getvalue()


def parquet(stories: Sequence[Story], rows: int = 100) -> bytes:
    out = io.BytesIO()
    columns = {"article_text": [told.text for told in stories], "title": [told.title for told in stories]}
    pq.write_table(pa.table(columns), out, row_group_size=rows)
    return out.getvalue()


def warc(stories: Sequence[Story], *, compress: bool, status: str = "200 OK") -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compress)
    for number, told in enumerate(stories):
        headers = StatusAndHeaders(status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        url = f"http://news.example/{number}"
        writer.write_record(
            writer.create_warc_record(url, "response", payload=io.BytesIO(page(told)), http_headers=headers)
        )
    return out.getvalue()


def rss(stories: Sequence[Story]) -> bytes:
    items = "".join(
        f"<item><title>{escape(told.title)}</title><link>http://news.example/{number}</link><pubDate>Mon, 02 Jul 2018 "
        f"10:00:00 GMT</pubDate><description>{escape(''.join(f'<p>{p}</p>' for p in told.paragraphs))}</description>"
        "</item>"
        for number, told in enumerate(stories)
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>The Harbour News</title>"
        f"{items}</channel></rss>"
    ).encode()


def atom(stories: Sequence[Story]) -> bytes:
    entries = "".join(
        f"<entry><title>{escape(told.title)}</title><updated>2018-07-02T10:00:00Z</updated><content type='html'>"
        f"{escape(''.join(f'<p>{p}</p>' for p in told.paragraphs))}</content></entry>"
        for told in stories
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>The Harbour News</title>{entries}</feed>".encode()


def markdown(told: Story) -> bytes:
    return f"---\ndate: 2018-07-02\n---\n# {told.text}".encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


SINGLE: Mapping[str, Callable[[Story], bytes]] = {
    "txt": lambda told: told.text.encode(),
    "html": page,
    "pdf": pdf,
    "docx": word,
    "eml": mail,
    "md": markdown,
    "txt.gz": lambda told: gzip.compress(told.text.encode()),
    "txt.bz2": lambda told: bz2.compress(told.text.encode()),
    "txt.xz": lambda told: lzma.compress(told.text.encode()),
    "html.zst": lambda told: zstandard.compress(page(told)),
}
"""Formats of one document, by the ending of their names."""

MANY: Mapping[str, Callable[[Sequence[Story]], bytes]] = {
    "jsonl": json_lines,
    "csv": table,
    "avro": avro,
    "parquet": parquet,
    "warc": lambda stories: warc(stories, compress=False),
    "warc.gz": lambda stories: warc(stories, compress=True),
    "rss": rss,
    "atom.xml": atom,
    "mbox": mbox,
    "jsonl.gz": lambda stories: gzip.compress(json_lines(stories)),
    "zip": lambda stories: zipped({f"in/{n}.txt": told.text.encode() for n, told in enumerate(stories)}),
    "tar.gz": lambda stories: tarred({f"in/{n}.html": page(told) for n, told in enumerate(stories)}, "w:gz"),
    "tar.zst": lambda stories: zstandard.compress(
        tarred({f"{n}.jsonl": json_lines([told]) for n, told in enumerate(stories)})
    ),
}
"""Formats of any number of documents."""
