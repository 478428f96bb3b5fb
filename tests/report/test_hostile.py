"""Hostile documents show as text, run nothing and ask nothing of anyone."""

import pathlib
from typing import Any

import pytest

from pipeline.report.article import render_article
from pipeline.report.evidence import Evidence
from pipeline.report.frames import load
from pipeline.report.page import render_report
from pipeline.report.read import Found, paragraphs_of, read
from pipeline.report.text import visible
from tests.report.conftest import OpenPage, written
from tests.report.hostile import LINKS, PAYLOADS, write_hostile

UNHURT = "window.hacked === undefined"
ADDED = "document.querySelectorAll('img, iframe, main script, dialog script, [onerror], [onload]').length"
"""Elements that only a document can have brought in; charts are drawn as svg, so that svg elements say nothing."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    root = tmp_path_factory.mktemp("hostile") / "out"
    write_hostile(root)
    return root


@pytest.fixture(scope="module")
def found(dataset: pathlib.Path) -> Found:
    return read(str(dataset))


def harmless(page: Any) -> bool:
    return bool(page.evaluate(UNHURT)) and page.evaluate(ADDED) == 0


def test_every_event_shows_its_text_and_runs_nothing(open_page: OpenPage, found: Found, tmp_path: pathlib.Path) -> None:
    hostile_name = "<script>window.hacked=11</script>\u202e"
    page = open_page(written(tmp_path / "page.html", render_report(found, name=hostile_name, title=hostile_name))).page
    assert page.locator("h1").inner_text() == visible(hostile_name)
    page.locator('th[data-key="what"] button').click()
    page.locator("#rows .open").first.click()
    seen = set()
    for place in range(len(PAYLOADS)):
        title = page.locator("#dialog-title")
        title.wait_for()
        page.locator("dialog .mention summary").click()
        seen.add(page.locator("dialog blockquote").evaluate("quote => quote.textContent"))
        assert harmless(page)
        if place < len(PAYLOADS) - 1:
            before = page.url
            page.locator('dialog button[aria-label="Next event"]').click()
            page.wait_for_url(lambda url, before=before: url != before)
    assert seen == {visible(mention["sentence"]) for mention in found.mentions.values()}


def test_charts_tables_and_filters_take_hostile_names(
    open_page: OpenPage, found: Found, tmp_path: pathlib.Path
) -> None:
    page = open_page(written(tmp_path / "page.html", render_report(found, name="x"))).page
    for name in ("timeline", "flows", "countries", "money", "goods"):
        page.locator(f"#{name}-table summary").click()
        box = page.locator(f"#{name}-drawing").bounding_box()
        for step in range(2, 10):  # tooltips show names, too
            page.mouse.move(box["x"] + box["width"] * step / 11, box["y"] + box["height"] * step / 11)
    page.locator("#text").fill("<script>window.hacked")
    page.locator("#country").fill("<img src")
    assert harmless(page)


def test_only_web_addresses_become_links(open_page: OpenPage, found: Found, tmp_path: pathlib.Path) -> None:
    page = open_page(written(tmp_path / "page.html", render_report(found, name="x"))).page
    page.locator("#rows .open").first.click()
    links = set()
    for place in range(len(PAYLOADS)):
        page.locator("#dialog-title").wait_for()
        links |= set(page.locator("dialog a").evaluate_all("all => all.map(link => link.getAttribute('href'))"))
        if place < len(PAYLOADS) - 1:
            before = page.url
            page.locator('dialog button[aria-label="Next event"]').click()
            page.wait_for_url(lambda url, before=before: url != before)
    assert links == {LINKS[2], PAYLOADS[-1]}


def test_documents_show_their_text(
    open_page: OpenPage, found: Found, dataset: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    for number, document in enumerate(found.documents.values()):
        paragraphs = paragraphs_of(str(dataset), document["doc_id"])
        path = written(tmp_path / f"{number}.html", render_article(found, document, paragraphs, with_text=True))
        page = open_page(path, ready=None).page
        shown = page.locator(".paragraph > p[dir]").evaluate_all("all => all.map(one => one.textContent)")
        assert [text.replace("\n", "") for text in shown] == [
            visible(row["text"]).replace("\n", "") for row in paragraphs
        ]
        assert harmless(page)
        assert set(page.locator(".subtitle a").evaluate_all("all => all.map(a => a.getAttribute('href'))")) <= {
            LINKS[2]
        }


def test_evidence_in_notebooks_shows_as_text(
    open_page: OpenPage, dataset: pathlib.Path, found: Found, tmp_path: pathlib.Path
) -> None:
    evidence = load(str(dataset)).evidence(limit=None)
    assert isinstance(evidence, Evidence)
    page = open_page(
        written(tmp_path / "page.html", f'<meta charset="utf-8"><main>{evidence._repr_html_()}</main>'), ready=None
    ).page
    shown = page.locator("blockquote").evaluate_all("all => all.map(one => one.textContent)")
    assert sorted(shown) == sorted(visible(mention["sentence"]) for mention in found.mentions.values())
    assert harmless(page)


def test_a_script_that_slips_in_is_stopped_by_the_policy(
    chrome: Any, samples_page: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    from tests.report.browser import visit

    page = samples_page.read_text("utf-8").replace(
        "<main", "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'><main", 1
    )
    with visit(chrome, written(tmp_path / "page.html", page)) as seen:
        assert seen.page.evaluate(UNHURT)
        assert any("Content Security Policy" in complaint for complaint in seen.complaints)
        assert seen.requests == []


def test_our_scripts_never_write_markup() -> None:
    from pipeline.report.page import SCRIPTS
    from pipeline.report.templates import asset

    code = "".join(asset(f"js/{name}.js") for name in (*SCRIPTS, "theme"))
    assert not [
        word
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
        if word in code
    ]
