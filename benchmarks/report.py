"""How the page of `cordiale report` does with many events: `python -m benchmarks.report [EVENTS [ROUNDS]]`.

Makes a dataset of invented events (20,000 unless told otherwise) and its page, then opens the page and filters it in
headless Chromium. Prints the size of the file and medians: of opening, from the start of navigation until the table
can be used and until charts are drawn; and of filtering, from a key or choice until the table shows what passes, until
that is painted, and until the charts follow (they wait 80 ms for a pause in typing).
"""

import pathlib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.made_up import write_made_up
from pipeline.report.page import render_report
from pipeline.report.read import read
from tests.report.browser import SEARCHABLE, browser, visit

_FILTERS = (
    ("text", "patrol"),
    ("text", "france patrol"),
    ("class", "deal"),
    ("country", "India"),
    ("confidence", "0.8"),
    ("from", "2015-01-01"),
)

_MEASURE_FILTER = """([name, value]) => new Promise((done) => {
  const field = document.getElementById("filters").elements[name];
  delete document.documentElement.dataset.drawn;
  const began = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const shown = performance.now();
  requestAnimationFrame(() => setTimeout(() => {
    const painted = performance.now();
    const look = () => document.documentElement.dataset.drawn === undefined ? setTimeout(look, 5)
      : done([shown - began, painted - began, performance.now() - began]);
    look();
  }));
})"""


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    events = int(arguments[0]) if arguments else 20_000
    rounds = int(arguments[1]) if len(arguments) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        write_made_up(pathlib.Path(folder) / "out", events)
        began = time.monotonic()
        found = read(f"{folder}/out")
        page.write_text(render_report(found, name="made up"), encoding="utf-8", newline="\n")
        seconds = time.monotonic() - began
        rows = f"{len(found.events):,} events, {len(found.mentions):,} mentions"
        print(f"{rows}: {page.stat().st_size / 1e6:.1f} MB, made in {seconds:.1f} s", flush=True)
        with browser() as started:
            usable, opened = zip(*(_opening(started, page) for _ in range(rounds)), strict=True)
            medians = f"table {statistics.median(usable):,.0f} ms, charts {statistics.median(opened):,.0f} ms"
            print(f"opens: {medians} (medians of {rounds}, worst {max(opened):,.0f})", flush=True)
            _filtering(started, page, rounds)


def _opening(started: Any, page: pathlib.Path) -> tuple[float, float]:
    with visit(started, page) as seen:
        marks = "['usable', 'opened'].map(name => performance.getEntriesByName(name)[0].startTime)"
        usable, opened = seen.page.evaluate(marks)
        return usable, opened


def _filtering(started: Any, page: pathlib.Path, rounds: int) -> None:
    with visit(started, page) as seen:
        seen.page.locator(SEARCHABLE).wait_for(state="attached", timeout=60_000)
        every = []
        for name, value in _FILTERS:
            times = [_filter(seen.page, name, value) for _ in range(rounds)]
            every += times
            _say(f"{name} = {value}", times)
        _say("all filters", every)


def _filter(page: Any, name: str, value: str) -> list[float]:
    measured: list[float] = page.evaluate(_MEASURE_FILTER, [name, value])
    page.locator("#clear").click()
    page.wait_for_timeout(600)
    return measured


def _say(what: str, times: Sequence[Sequence[float]]) -> None:
    computed, painted, charts = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{what}: table {computed:,.0f} ms, painted {painted:,.0f} ms, charts {charts:,.0f} ms (medians)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
