"""Broken and hostile files, each with the reason to refuse it for: `python -m tests.corpus.hostile FOLDER`."""

import bz2
import functools
import gzip
import io
import json
import pathlib
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import zstandard

from tests.corpus import articles as a

_STORY = a.story(7)
_ENTITIES = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {c} "{f"&{b};" * 10}">' for b, c in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
_FRENCH = (
    "La France vendra douze frégates au Chili dans le cadre d'un contrat de plusieurs milliards, a annoncé lundi le "
    "ministère. Les deux pays ont signé l'accord après des mois de négociations, avec livraison au printemps."
)
_GERMAN = (
    "Deutschland wird im Rahmen eines Vertrags zwölf Fregatten an Chile liefern, teilte das Ministerium am Montag mit. "
    "Die beiden Länder haben die Vereinbarung nach monatelangen Gesprächen unterzeichnet, die Lieferung beginnt bald."
)


class Broken(NamedTuple):
    """A file and the dead letter that it must give.

    Attributes:
        name: Of the file.
        data: Its bytes.
        reason: From `DEAD_LETTER_REASONS`.
        key: What follows the file's name in the dead letter's URI.
    """

    name: str
    data: bytes
    reason: str
    key: str = ""


@functools.cache
def broken() -> list[Broken]:
    """Return the files, in order of their names."""
    return sorted([*_plain(), *_packed(), *_records(), *_documents()])


def write(folder: pathlib.Path) -> list[Broken]:
    """Write the files into a folder and return what they are."""
    made = broken()
    for file in made:
        (folder / file.name).write_bytes(file.data)
    return made


def _plain() -> Iterator[Broken]:
    yield Broken("b-empty.txt", b"", "empty")
    yield Broken("b-white.html", b" \n\n", "empty")
    yield Broken("b-noise.txt", bytes(range(256)) * 8, "binary")
    yield Broken("b-image.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "binary")
    yield Broken("b-cut.txt", "Zwölf Schiffe für 5 €".encode()[:-1], "truncated")
    yield Broken("b-damaged.txt", "“Zürich” – café".encode() + b"\xff and more.", "undecodable")
    yield Broken("b-french.txt", _FRENCH.encode(), "not_english")
    yield Broken(
        "b-german.html", f"<html><body><article><p>{_GERMAN}</p></article></body></html>".encode(), "not_english"
    )
    yield Broken("b-many.txt", b"A short one.\n\n" * 5001, "too_many_paragraphs")
    yield Broken("b-large.txt", b"a deal " * 3_000_000, "too_large")


def _packed() -> Iterator[Broken]:
    text = _STORY.text.encode()
    yield Broken("b-cut.txt.gz", gzip.compress(text)[:-12], "truncated")
    yield Broken("b-cut.txt.bz2", bz2.compress(text)[:-12], "truncated")
    yield Broken("b-cut.txt.zst", zstandard.compress(text)[:-12], "truncated")
    yield Broken("b-noise.gz", b"\x1f\x8b\x08\0" + b"\xff" * 64, "malformed")
    yield Broken("b-named.gz", b"not gzip at all", "malformed")
    yield Broken("b-bomb.txt.gz", gzip.compress(bytes(200_000_000)), "expands_too_much")
    yield Broken("b-bomb.txt.zst", zstandard.compress(bytes(200_000_000)), "expands_too_much")
    yield Broken("b-bomb.zip", a.zipped({"zeros.txt": bytes(200_000_000)}), "expands_too_much", "#zeros.txt")
    yield Broken("b-deep.zip", _matryoshka(6), "too_deep", "#inner.zip" * 5)
    yield Broken("b-cut.zip", a.zipped({"a.txt": text})[:-30], "malformed")
    yield Broken("b-empty.zip", a.zipped({}), "empty")
    yield Broken("b-slip.zip", a.zipped({"../../evil.txt": text}), "unsafe_member", "#../../evil.txt")
    yield Broken("b-absolute.zip", _absolute_zip(text), "unsafe_member", "#/etc/evil.txt")
    yield Broken("b-link.zip", _link_zip(), "unsafe_member", "#link")
    yield Broken("b-sheet.xlsx", a.zipped({"[Content_Types].xml": b"<Types/>", "xl/a.xml": b"<a/>"}), "binary")
    yield Broken("b-link.tar", _special_tar(tarfile.SYMTYPE), "unsafe_member", "#odd")
    yield Broken("b-hard.tar", _special_tar(tarfile.LNKTYPE), "unsafe_member", "#odd")
    yield Broken("b-device.tar", _special_tar(tarfile.CHRTYPE), "unsafe_member", "#odd")
    yield Broken("b-slip.tar", a.tarred({"../evil.txt": text}), "unsafe_member", "#../evil.txt")
    yield Broken("b-cut.tar", a.tarred({"a.txt": text * 40})[:5000], "truncated", "#a.txt")


def _records() -> Iterator[Broken]:
    yield Broken("b-line.jsonl", b'{"text": \n', "malformed", "#1")
    yield Broken("b-list.jsonl", b"[1, 2]\n", "malformed", "#1")
    yield Broken("b-other.jsonl", b'{"x": "y"}\n', "no_text_field", "#1")
    yield Broken("b-blank.jsonl", b'{"text": "  "}\n', "empty", "#1")
    yield Broken("b-long.jsonl", json.dumps({"text": "a deal " * 3_000_000}).encode() + b"\n", "too_large", "#1")
    yield Broken("b-nested.jsonl", b'{"text": ' + b"[" * 200_000 + b"\n", "too_nested", "#1")
    yield Broken("b-short.csv", b"title,text\r\nonly one cell\r\n", "malformed", "#1")
    yield Broken("b-header.csv", b"title,text\r\n", "empty")
    yield Broken("b-fields.csv", b"a,b\r\n1,2\r\n", "no_text_field", "#1")
    yield Broken("b-head.avro", b"Obj\x01" + b"\xff" * 40, "malformed")
    yield Broken("b-cut.parquet", a.parquet([_STORY])[:-20], "malformed")
    yield Broken("b-status.warc", a.warc([_STORY], compress=False, status="404 Not Found"), "http_error", "#1")
    yield Broken("b-noise.warc", b"WARC/1.0\r\n\r\n", "malformed")
    yield Broken("b-cut.warc", a.warc([_STORY], compress=False)[:-100], "truncated", "#1")
    yield Broken("b-cut.warc.gz", a.warc([_STORY], compress=True)[:-100], "truncated", "#1")
    yield Broken("b-image.warc", a.warc([_STORY], compress=False).replace(b"text/html", b"image/png"), "empty")
    yield Broken("b-long.csv", b"title,text\r\na," + b"a deal " * 3_000_000 + b"\r\n", "too_large", "#1")


def _documents() -> Iterator[Broken]:
    pdf = a.pdf(_STORY)
    yield Broken(
        "b-links.html", b"<html><head><title></title></head><body><nav><a>x</a></nav></body></html>", "no_text"
    )
    yield Broken("b-deep.html", b"<html><body>" + b"<div>" * 5000 + b"A deal was signed.", "too_nested")
    yield Broken(
        "b-bomb.rss",
        f"<?xml version='1.0'?>{_ENTITIES}<rss><channel><title>&j;</title></channel></rss>".encode(),
        "malformed",
    )
    external = "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    yield Broken(
        "b-external.rss",
        f"{external}<rss><channel><item><title>&x;</title></item></channel></rss>".encode(),
        "malformed",
    )
    yield Broken("b-named.pdf", b"not a PDF at all", "malformed")
    yield Broken("b-cut.pdf", pdf[: len(pdf) // 4], "truncated")
    yield Broken("b-blank.pdf", a.pdf(a.Story("", ())), "no_text")
    yield Broken("b-locked.pdf", a.pdf(_STORY, password="secret"), "encrypted")
    yield Broken("b-named.docx", b"not a DOCX at all", "malformed")
    yield Broken("b-cut.docx", a.word(_STORY)[:3000], "truncated")
    yield Broken("b-blank.docx", a.word(a.Story("", ())), "no_text")
    yield Broken("b-blank.eml", b"From: a@b.c\nSubject: x\nDate: Mon, 02 Jul 2018 10:00:00 +0000\n\n", "empty")


def _matryoshka(depth: int) -> bytes:
    data = a.zipped({"a.txt": _STORY.text.encode()})
    for _ in range(depth):
        data = a.zipped({"inner.zip": data})
    return data


def _absolute_zip(text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = "/etc/evil.txt"
        archive.writestr(info, text)
    return out.getvalue()


def _link_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _special_tar(kind: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("odd")
        info.type = kind
        info.linkname = "/etc/passwd"
        archive.addfile(info)
    return out.getvalue()


def main(arguments: Sequence[str]) -> None:
    """Write the files into the folder that is named."""
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{len(write(folder))} files in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
