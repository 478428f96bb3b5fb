"""The accessibility checker axe finds no fault in any state of the pages, light and dark, wide and narrow."""

import pathlib
from typing import Any

import pytest

from pipeline.report.article import render_article
from pipeline.report.read import Found, paragraphs_of
from tests.report.conftest import OpenPage, written

AXE = (pathlib.Path(__file__).with_name("vendor") / "axe.min.js").read_text("utf-8")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def faults(page: Any) -> list[str]:
    """Return what axe has to say, of whatever weight."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{fault['impact']}: {fault['id']}: {node['html'][:200]}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_page_has_no_fault(
    open_page: OpenPage, samples_page: pathlib.Path, scheme: str, size: dict[str, int]
) -> None:
    page = open_page(samples_page, color_scheme=scheme, viewport=size).page
    assert faults(page) == []
    if size is NARROW:
        page.locator("#fold").click()
        assert faults(page) == []
    page.locator("#timeline-table summary").click()
    page.locator("#rows .open").first.click()
    page.locator("dialog[open]").wait_for()
    page.locator("dialog .mention summary").first.click()
    assert faults(page) == []


def test_the_page_without_results_has_no_fault(open_page: OpenPage, samples_page: pathlib.Path) -> None:
    page = open_page(samples_page).page
    page.locator("#text").fill("zzzzzz")
    page.locator('html[data-drawn="0"]').wait_for(state="attached")
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_document_has_no_fault(
    open_page: OpenPage, samples_found: Found, samples_dataset: pathlib.Path, tmp_path: pathlib.Path, scheme: str
) -> None:
    document = next(row for row in samples_found.documents.values() if row["mentions"] > 3)
    paragraphs = paragraphs_of(str(samples_dataset), document["doc_id"])
    page = open_page(
        written(tmp_path / "a.html", render_article(samples_found, document, paragraphs, with_text=True)),
        ready=None,
        color_scheme=scheme,
    ).page
    assert faults(page) == []


def test_the_checker_finds_faults_where_there_are_some(open_page: OpenPage, tmp_path: pathlib.Path) -> None:
    page = open_page(
        written(tmp_path / "a.html", "<!doctype html><title>x</title><img src='data:,'><input>"), ready=None
    ).page
    assert any("image-alt" in fault for fault in faults(page))
