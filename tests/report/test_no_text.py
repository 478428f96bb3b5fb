"""`--no-text`: no sentence, nor any other wording of a document that is not a name or an item, may be in the page."""

import base64
import gzip
import pathlib
import re

import pytest

from pipeline.report.article import render_article
from pipeline.report.page import render_report
from pipeline.report.read import Found, paragraphs_of

BLOCK = re.compile(r'<script type="application/octet-stream" class="block">([^<]*)</script>')


def everything(page: str) -> str:
    packed = [gzip.decompress(base64.b64decode(block)).decode() for block in BLOCK.findall(page)]
    return "\n".join([page, *packed])


@pytest.fixture(scope="module")
def without(samples_found: Found) -> str:
    return everything(render_report(samples_found, name="samples", with_text=False))


def test_sentences_are_there_otherwise(samples_found: Found) -> None:
    page = everything(render_report(samples_found, name="samples"))
    plain = [m["sentence"] for m in samples_found.mentions.values() if len(re.findall(r"\w+", m["sentence"])) > 3]
    assert plain
    pieces = re.findall(r"[^\"\\\n]{25,}", max(plain, key=len))
    assert any(piece[:12] in page for piece in pieces)


def test_no_five_words_of_a_sentence_are_left(samples_found: Found, without: str) -> None:
    kept = {document["title"] for document in samples_found.documents.values()}
    kept |= {item["text"] for mention in samples_found.mentions.values() for item in mention["items"]}
    kept |= {party["name"] for mention in samples_found.mentions.values() for party in mention["participants"]}
    known = " ".join(text for text in kept if text)
    for mention in samples_found.mentions.values():
        words = mention["sentence"].split()
        for first in range(len(words) - 4):
            said = " ".join(words[first : first + 5])
            assert said in known or said not in without


def test_offsets_are_kept(samples_found: Found, without: str) -> None:
    for mention in samples_found.mentions.values():
        assert f'"place":[{mention["sentence_start"]},{mention["sentence_end"]}]' in without


def test_the_page_says_so(without: str) -> None:
    assert "Sentences are left out of this page" in without


def test_a_document_keeps_places_and_loses_its_text(samples_found: Found, samples_dataset: pathlib.Path) -> None:
    document = next(iter(samples_found.documents.values()))
    paragraphs = paragraphs_of(str(samples_dataset), document["doc_id"])
    page = render_article(samples_found, document, paragraphs, with_text=False)
    body = max((row["text"] for row in paragraphs if row["kind"] == "body"), key=len)
    assert body[:40] not in page
    assert "characters " in page
