"""Pages: the article is read, all else is kept apart."""

import datetime

import pytest

from schemas.codes import READ_KINDS
from tests.corpus.articles import page
from tests.corpus.layouts import LAYOUTS, STORY, decoys_in
from tests.transforms.read.formats.reading import read_one, verdicts
from transforms.read.formats.html import nesting
from transforms.split.ptransforms import split_document


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_the_article_is_read(layout: str) -> None:
    document = split_document(read_one("a.html", LAYOUTS[layout]))
    texts: dict[str, list[str]] = {kind: [] for kind in ("title", "heading", "body")}
    for paragraph in document.paragraphs:
        if paragraph.kind in READ_KINDS:
            texts[paragraph.kind].append(document.text[paragraph.start : paragraph.end])
    assert texts["title"] == [STORY.title]
    assert texts["body"] == list(STORY.paragraphs)
    assert not decoys_in(" ".join(texts["heading"]))


def test_comments_and_boilerplate_are_kept_as_such() -> None:
    document = read_one("a.html", LAYOUTS["comments"])
    kinds = {p.kind for p in document.paragraphs if decoys_in(document.text[p.start : p.end])}
    assert kinds == {"comment"}
    document = read_one("a.html", LAYOUTS["semantic elements"])
    assert {p.kind for p in document.paragraphs if decoys_in(document.text[p.start : p.end])} == {"boilerplate"}


def test_metadata_comes_from_the_page() -> None:
    head = (
        "<meta property='article:published_time' content='2018-07-02T10:00:00Z'><meta name='author' content='Jane Doe'>"
        "<link rel='canonical' href='http://news.example/a'>"
    )
    document = read_one("a.html", page(STORY, head=head))
    assert (document.title, document.source, document.author) == (STORY.title, "The Harbour News", "Jane Doe")
    assert (document.published, document.published_origin) == (datetime.date(2018, 7, 2), "metadata")
    assert document.url == "http://news.example/a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "iso-8859-1"])
def test_the_declared_encoding_counts(encoding: str) -> None:
    text = (
        page(STORY).decode().replace("utf-8", encoding.replace("utf-16", "utf-8")).replace("The two", "Zürich: the two")
    )
    assert "Zürich: the two" in read_one("a.html", text.encode(encoding)).text


@pytest.mark.parametrize(
    ("markup", "depth"),
    [
        ("<div><p>a<p>b</div>", 1),
        ("<div>" * 7, 7),
        ("<div></div>" * 50, 1),
        ("<b><i>x</b>y", 2),
        ("<script>if (a<b) '<div><div><div>'</script><p>", 0),
        ("<!-- <div><div> --><div>", 1),
        ("<br><img src=x><div/>", 0),
        ("<a title='<b><b>'>", 1),
    ],
)
def test_nesting(markup: str, depth: int) -> None:
    assert nesting(markup, 100) == depth


def test_nesting_is_limited() -> None:
    deep = b"<html><body>" + b"<div>" * 150 + b"<p>A deal was signed by all of them on a Monday.</p>" + b"</div>" * 150
    assert verdicts("a.html", deep, max_nesting=100) == [("a.html", "too_nested")]
    assert verdicts("a.html", deep, max_nesting=200) == [("a.html", "html")]
