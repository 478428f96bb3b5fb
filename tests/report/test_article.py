import pathlib

import pytest

from pipeline.errors import UsageError
from pipeline.report.article import find_document, render_article
from pipeline.report.read import Found, paragraphs_of
from tests.report.conftest import OpenPage, written

DOCUMENTS = {
    key: {"doc_id": key, "uri": uri, "url": url}
    for key, uri, url in (
        ("d1", "/news/a.txt", None),
        ("d2", "/old/a.txt", None),
        ("d3", "/news/b.html", "https://example.org/b"),
    )
}


@pytest.mark.parametrize("asked", ["/news/b.html", "b.html", "news/b.html", "https://example.org/b", "d3"])
def test_a_document_is_found_by_uri_end_of_it_url_or_id(asked: str) -> None:
    assert find_document(DOCUMENTS, asked)["doc_id"] == "d3"


def test_an_ambiguous_end_is_refused_with_the_ids() -> None:
    with pytest.raises(UsageError, match=r"2 documents are called a.txt; name one by its doc_id: d1, d2"):
        find_document(DOCUMENTS, "a.txt")


def test_an_unknown_document_is_refused_with_what_is_near() -> None:
    with pytest.raises(UsageError, match=r"near it: /news/b\.html"):
        find_document(DOCUMENTS, "/news/bb.html")


def test_every_mention_is_marked_in_its_article(
    open_page: OpenPage, samples_found: Found, samples_dataset: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    document = max(samples_found.documents.values(), key=lambda row: row["mentions"])
    paragraphs = paragraphs_of(str(samples_dataset), document["doc_id"])
    page = open_page(
        written(tmp_path / "a.html", render_article(samples_found, document, paragraphs, with_text=True)), ready=None
    ).page
    mentions = sorted(
        (m for m in samples_found.mentions.values() if m["doc_id"] == document["doc_id"]),
        key=lambda m: m["trigger_start"],
    )
    assert page.locator(".paragraph").count() == len(paragraphs)
    assert page.locator(".mentions > li").count() == len(mentions) == document["mentions"]
    marked = page.locator(".paragraph mark.trigger").evaluate_all("all => all.map(mark => mark.textContent).join('|')")
    assert all(word in marked for mention in mentions for word in mention["trigger"].split()[:1])
    page.locator(".refs a").first.click()
    assert page.locator(".mentions li:target").count() == 1


def test_without_paragraphs_the_sentences_remain(samples_found: Found) -> None:
    document = max(samples_found.documents.values(), key=lambda row: row["mentions"])
    page = render_article(samples_found, document, [], with_text=True)
    assert "The run has left out paragraphs (--no-paragraphs)" in page
    assert page.count("<blockquote") == document["mentions"]
