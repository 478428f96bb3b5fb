"""A real browser for tests: Debian's Chromium, driven by Playwright, which notes whatever a page should not do."""

import contextlib
import dataclasses
import os
import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SHOWN = "html[data-ready=yes]"
"""What there is once a page is drawn. Its policy forbids to evaluate code, so that tests wait for elements."""
SEARCHABLE = "html[data-searchable=yes]"
PATIENCE = 180_000
"""Milliseconds after which a test gives up: far more than a page needs, for machines that are busy otherwise."""
MISSING = "needs Chromium: `make browser` installs it"


def chromium() -> str | None:
    """Return the path of the browser, if there is one; CHROMIUM names another than the system's."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Start Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield started
        finally:
            started.close()


@dataclasses.dataclass
class Visit:
    """A page that was opened, and what it has done that it should not.

    Attributes:
        page: Playwright's page.
        requests: URLs asked for besides the file itself.
        complaints: Errors, warnings and dialogs.
    """

    page: Any
    requests: list[str]
    complaints: list[str]


@contextlib.contextmanager
def visit(
    started: Any, path: pathlib.Path, *, ready: str | None = SHOWN, fragment: str = "", **options: Any
) -> Iterator[Visit]:
    """Open a file; no request goes out of this machine, and each is noted."""
    settings = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", **options}
    context = started.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Visit(page, [], [])
    address = path.resolve().as_uri()

    def intercept(route: Any) -> None:
        if route.request.url.split("#")[0] == address:
            route.continue_()
        else:
            seen.requests.append(route.request.url)
            route.abort()

    def dismiss(asked: Any) -> None:
        seen.complaints.append(f"dialog: {asked.message}")
        asked.dismiss()

    context.route("**/*", intercept)
    page.on("console", lambda said: seen.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("dialog", dismiss)
    try:
        page.goto(address + fragment, wait_until="load")
        if ready:
            page.locator(ready).wait_for(state="attached")
        yield seen
    finally:
        context.close()
