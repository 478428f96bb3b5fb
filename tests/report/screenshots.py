"""Pictures of the page for README, made from `samples/`: `python -m tests.report.screenshots FOLDER [--all]`.

Two go into README: the page, and an event opened in the dark. `--all` adds those that are looked at before a change to
the page lands: phone, print, a document.
"""

import os
import pathlib
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from pipeline.report.article import render_article
from pipeline.report.page import render_report
from pipeline.report.read import paragraphs_of, read
from tests.conftest import ROOT
from tests.end_to_end.conftest import run_into
from tests.report.browser import browser, visit

DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
TALL = {"width": 1280, "height": 1080}
ARTICLE = "frigates_for_chile.txt"


def main(arguments: Sequence[str]) -> None:
    """Make the pictures."""
    folder = pathlib.Path(arguments[0]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, browser() as started:
        page, article = _pages(pathlib.Path(work))
        _page(started, page, folder / "report.png")
        _event(started, page, folder / "event_dark.png", viewport=TALL, color_scheme="dark")
        if "--all" in arguments:
            _page(started, page, folder / "phone.png", viewport=PHONE, device_scale_factor=2)
            _event(started, page, folder / "event_phone.png", viewport=PHONE, device_scale_factor=2)
            _page(started, page, folder / "report_dark.png", viewport=DESKTOP, color_scheme="dark", whole=True)
            _page(started, page, folder / "report_whole.png", whole=True)
            _print(started, page, folder / "report.pdf")
            _page(started, article, folder / "article.png", ready=None)
            _page(started, article, folder / "article_phone.png", ready=None, viewport=PHONE, device_scale_factor=2)


def _pages(work: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    os.chdir(ROOT)  # the page shows paths as they were given, and those of this machine are nobody's business
    articles = sorted(map(str, pathlib.Path("samples").glob("*.txt")))
    root = run_into(work / "samples", articles, metadata="samples/metadata.csv").root
    found = read(str(root))
    (work / "page.html").write_text(render_report(found, name="samples"), encoding="utf-8", newline="\n")
    document = next(row for row in found.documents.values() if row["uri"].endswith(ARTICLE))
    article = render_article(found, document, paragraphs_of(str(root), document["doc_id"]), with_text=True)
    (work / "article.html").write_text(article, encoding="utf-8", newline="\n")
    return work / "page.html", work / "article.html"


def _page(started: Any, page: pathlib.Path, picture: pathlib.Path, *, whole: bool = False, **options: Any) -> None:
    with visit(started, page, **{"viewport": DESKTOP, **options}) as seen:
        seen.page.screenshot(path=picture, full_page=whole)


def _event(started: Any, page: pathlib.Path, picture: pathlib.Path, **options: Any) -> None:
    with visit(started, page, fragment="#text=frigates&status=agreed", **options) as seen:
        seen.page.locator("html[data-searchable=yes]").wait_for(state="attached")
        seen.page.locator("#rows tr", has_text="1.35 bn").first.click()
        seen.page.locator("dialog[open]").wait_for()
        seen.page.screenshot(path=picture)


def _print(started: Any, page: pathlib.Path, paper: pathlib.Path) -> None:
    """Print one page as PDF, and show it as it is printed."""
    with visit(started, page, viewport={"width": 760, "height": 1000}) as seen:
        seen.page.pdf(path=paper, format="A4")
        seen.page.emulate_media(media="print")
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.page.screenshot(path=paper.with_suffix(".print.png"), full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
