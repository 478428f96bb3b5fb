"""The page in a real browser, as people use it: look, filter, sort, open, by mouse and by keyboard."""

import pathlib
import re
from typing import Any

import pytest

from pipeline.report import figures
from pipeline.report.page import render_report
from pipeline.report.places import country_names
from pipeline.report.read import Found, read
from pipeline.report.text import pieces, spans_of, visible
from tests.end_to_end.conftest import run_into
from tests.report.browser import SEARCHABLE
from tests.report.conftest import OpenPage, written

SIZES = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]


def count(page: Any) -> str:
    return str(page.locator("#count").inner_text())


def shown(page: Any) -> list[str]:
    ids: list[str] = page.locator("#rows tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)")
    return ids


def table_of(page: Any, name: str) -> list[list[str]]:
    page.locator(f"#{name}-table summary").click()
    page.locator(f"#{name}-table tbody tr").first.wait_for(state="attached")  # it is filled once it has opened
    rows: list[list[str]] = page.locator(f"#{name}-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return rows


def settle(page: Any, events: int) -> None:
    page.locator(f'html[data-drawn="{events}"]').wait_for(state="attached")


def opened_event(page: Any) -> tuple[str, list[tuple[str, list[tuple[str, str]]]]]:
    """Return what the dialog shows: the id in the address, and the sentence and marks of each mention."""
    mentions = page.locator("dialog .mention").evaluate_all(
        "all => all.map(one => [one.querySelector('blockquote').textContent,"
        " [...one.querySelectorAll('mark')].map(mark => [mark.className, mark.textContent])])"
    )
    return page.url, [(text, [(roles, said) for roles, said in marks]) for text, marks in mentions]


def told(found: Found, event_id: str) -> list[dict[str, Any]]:
    event = next(event for event in found.events if event["event_id"] == event_id)
    return [found.mentions[key] for key in event["mention_ids"]]


def expected(mention: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    cut = pieces(mention["sentence"], spans_of(mention), offset=mention["sentence_start"])
    marks = [(" ".join(piece.roles), visible(piece.text)) for piece in cut if piece.roles]
    return visible(mention["sentence"]), marks


def test_the_page_shows_its_figures_and_charts(
    open_page: OpenPage, samples_page: pathlib.Path, samples_found: Found
) -> None:
    page = open_page(samples_page).page
    assert count(page) == f"{len(samples_found.events)} events"
    assert page.locator("#figure-events").inner_text() == str(len(samples_found.events))
    assert page.locator(".drawing svg path").count() > 50
    assert page.locator(".drawing").evaluate_all("all => all.every(one => one.getAttribute('aria-label').length > 20)")


def test_chart_tables_say_what_is_counted_in_the_dataset(
    open_page: OpenPage, linked_page: pathlib.Path, linked_found: Found
) -> None:
    page = open_page(linked_page).page
    names = country_names()
    bins, counts = figures.timeline(linked_found.events, "event_class")
    expected_rows = [[label, *(str(counts[c][at]) for c in ("deal", "cooperation"))] for at, label in enumerate(bins)]
    assert [row[:3] for row in table_of(page, "timeline")] == expected_rows
    flows: dict[tuple[str, str, bool], int] = {}
    for flow, number in figures.flows(linked_found.events).items():
        key = (names.get(flow.source, flow.source), names.get(flow.target, flow.target), flow.directed)
        flows[key] = flows.get(key, 0) + number
    rows = table_of(page, "flows")
    assert {(a, b, kind == "supplies"): int(n) for a, b, kind, n, _ in rows} == flows
    money = figures.money(linked_found.events)
    page.locator("#money-table summary").click()
    page.locator("#money-table tbody tr").first.wait_for(state="attached")
    heads = page.locator("#money-table thead th").all_inner_texts()
    cells = page.locator("#money-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    told = {
        (int(row[0]), c): float(v.replace(",", "")) for row in cells for c, v in zip(heads[1:], row[1:], strict=True)
    }
    assert {key: value for key, value in told.items() if value} == money


@pytest.mark.parametrize(
    ("field", "value", "column", "wanted"),
    [
        ("class", "deal", "event_class", "deal"),
        ("type", "exercise", "event_type", "exercise"),
        ("sector", "military", "sector", "military"),
        ("status", "proposed", "status", "proposed"),
        ("realis", "negated", "realis", "negated"),
    ],
)
def test_choices_filter(
    open_page: OpenPage,
    samples_page: pathlib.Path,
    samples_found: Found,
    field: str,
    value: str,
    column: str,
    wanted: str,
) -> None:
    page = open_page(samples_page).page
    page.select_option(f"#{field}", value)
    passing = {event["event_id"] for event in samples_found.events if event[column] == wanted}
    assert passing
    page.select_option("#size", "250")
    assert set(shown(page)) == passing
    assert count(page) == f"{len(passing)} of {len(samples_found.events)} events"


def test_country_confidence_and_dates_filter_together(
    open_page: OpenPage, linked_page: pathlib.Path, linked_found: Found
) -> None:
    page = open_page(linked_page).page
    page.locator("#country").type("ind")
    page.locator("#from").fill("2010-01-01")
    page.locator("#to").fill("2020-12-31")
    page.locator("#confidence").fill("0.6")
    passing = {
        event["event_id"]
        for event in linked_found.events
        if "IND" in figures.countries_of(event)
        and "2010-01-01" <= str(event["day"]) <= "2020-12-31"
        and round(event["confidence"], 3) >= 0.6
    }
    assert 0 < len(passing) < 50
    assert set(shown(page)) == passing
    settle(page, len(passing))
    assert page.locator("#figure-events").inner_text() == str(len(passing))


def test_words_of_sentences_are_found_while_typing(
    open_page: OpenPage, samples_page: pathlib.Path, samples_found: Found
) -> None:
    page = open_page(samples_page).page
    page.locator(SEARCHABLE).wait_for(state="attached")
    page.locator("#text").type("dr")
    some = count(page)
    page.locator("#text").fill("DRAGGED contest")
    passing = {
        event["event_id"]
        for event in samples_found.events
        for sentence in [samples_found.mentions[key]["sentence"] for key in event["mention_ids"]]
        if "dragged" in sentence and "contest" in sentence
    }
    assert passing
    assert set(shown(page)) == passing
    assert int(some.split()[0]) > len(passing)


def test_nothing_found_is_said_and_can_be_cleared(
    open_page: OpenPage, samples_page: pathlib.Path, samples_found: Found
) -> None:
    page = open_page(samples_page).page
    page.locator("#text").fill("zzzzzz")
    assert count(page) == f"0 of {len(samples_found.events)} events"
    assert page.locator("#rows").inner_text() == "No event passes these filters."
    settle(page, 0)
    page.locator("#clear").click()
    page.locator("#rows tr[data-id]").first.wait_for()
    assert count(page) == f"{len(samples_found.events)} events"


def test_the_count_is_announced(open_page: OpenPage, samples_page: pathlib.Path) -> None:
    assert open_page(samples_page).page.locator("#count").get_attribute("aria-live") == "polite"


def test_columns_sort_both_ways_and_what_is_unknown_stands_last(
    open_page: OpenPage, samples_page: pathlib.Path, samples_found: Found
) -> None:
    page = open_page(samples_page).page
    page.select_option("#size", "250")
    head = page.locator('th[data-key="sum"]')
    sums = {event["event_id"]: (figures.main_amount(event) or {}).get("amount") for event in samples_found.events}
    for direction in ("descending", "ascending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == direction
        order = [sums[key] for key in shown(page)]
        known = [value for value in order if value is not None]
        assert known == sorted(known, reverse=direction == "descending")
        assert order[len(known) :] == [None] * (len(order) - len(known))


def test_pages_turn(open_page: OpenPage, linked_page: pathlib.Path) -> None:
    page = open_page(linked_page).page
    first = shown(page)
    page.locator("#next").click()
    assert page.locator("#page").inner_text() == "Page 2 of 6"
    assert not set(first) & set(shown(page))
    page.locator("#previous").click()
    assert shown(page) == first


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_marks_are_those_of_the_dataset(
    open_page: OpenPage, samples_page: pathlib.Path, samples_found: Found, size: dict[str, int]
) -> None:
    page = open_page(samples_page, viewport=size).page
    ids = shown(page)
    page.locator("#rows .open").first.click()
    for place, key in enumerate(ids[:25]):
        page.wait_for_url(re.compile(f"event={key}"))
        _, mentions = opened_event(page)
        assert mentions == [expected(mention) for mention in told(samples_found, key)]
        assert page.locator("dialog .place .uri").all_inner_texts() == [m["uri"] for m in told(samples_found, key)]
        if place < 24:
            page.locator('dialog button[aria-label="Next event"]').click()


def test_a_linked_event_shows_its_history_and_all_mentions(
    open_page: OpenPage, linked_page: pathlib.Path, linked_found: Found
) -> None:
    page = open_page(linked_page).page
    event = max(linked_found.events, key=lambda event: (event["n_mentions"], event["event_id"]))
    page.select_option("#size", "250")
    page.locator("#text").fill(" ".join(party["name"] for party in event["participants"]))
    page.locator(f'tr[data-id="{event["event_id"]}"]').click()
    page.locator("dialog[open]").wait_for()
    _, mentions = opened_event(page)
    assert mentions == [expected(linked_found.mentions[key]) for key in event["mention_ids"]]
    assert page.locator("dialog .history li").count() == len(event["status_history"])
    links = page.locator("dialog .from a").evaluate_all("all => all.map(link => link.href)")
    assert links == [linked_found.documents[key]["url"] for key in event["doc_ids"]]


def test_the_whole_way_by_keyboard(open_page: OpenPage, samples_page: pathlib.Path) -> None:
    page = open_page(samples_page).page
    press = page.keyboard.press
    focused = lambda: page.evaluate("document.activeElement.textContent")  # noqa: E731
    press("Tab")
    assert focused() == "Skip to the table of events"
    press("Enter")
    ids = shown(page)
    for _ in range(12):
        press("Tab")
        if page.evaluate("document.activeElement.classList.contains('open')"):
            break
    row = "document.activeElement.closest('tr').dataset.id"
    assert page.evaluate(row) == ids[0]
    press("ArrowDown")
    press("ArrowDown")
    press("ArrowUp")
    assert page.evaluate(row) == ids[1]
    press("End")
    assert page.evaluate(row) == ids[-1]
    press("Home")
    press("ArrowDown")
    press("Enter")
    page.locator("dialog[open]").wait_for()
    assert page.evaluate("document.activeElement.id") == "dialog-title"
    seen = []
    for _ in range(8):
        press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        seen.append(focused())
    assert {"‹", "›", "Close", "What was read"} <= set(seen)
    press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    assert page.evaluate(row) == ids[1]


def test_a_link_opens_the_same_filters_and_event(open_page: OpenPage, samples_page: pathlib.Path) -> None:
    page = open_page(samples_page).page
    page.select_option("#class", "deal")
    page.locator("#rows .open").nth(2).click()
    page.locator("dialog[open]").wait_for()
    address = page.url
    other = open_page(samples_page, fragment="#" + address.partition("#")[2]).page
    other.locator("dialog[open]").wait_for()
    assert other.locator("#dialog-title").inner_text() == page.locator("#dialog-title").inner_text()
    assert count(other) == count(page)


def test_colours_follow_the_system_and_the_button(open_page: OpenPage, samples_page: pathlib.Path) -> None:
    page = open_page(samples_page, color_scheme="dark").page
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    page.locator("#theme").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    assert page.locator("#theme").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_at_the_side(open_page: OpenPage, samples_page: pathlib.Path, width: int) -> None:
    page = open_page(samples_page, viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#rows .open").first.click()
    page.locator("dialog[open]").wait_for()
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= width


def test_filters_unfold_on_a_phone(open_page: OpenPage, samples_page: pathlib.Path) -> None:
    page = open_page(samples_page, viewport=SIZES[1]).page
    assert not page.locator("#class").is_visible()
    page.locator("#fold").click()
    assert page.locator("#class").is_visible()
    assert page.locator("#fold").get_attribute("aria-expanded") == "true"


def test_paper_has_all_rows_in_light_colours_and_no_controls(open_page: OpenPage, linked_page: pathlib.Path) -> None:
    page = open_page(linked_page, color_scheme="dark").page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(page)) == 300
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert not page.locator("#filters").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(shown(page)) == 50


def test_a_dataset_without_events_says_so(open_page: OpenPage, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text(
        "The weather stayed dry over the whole valley for most of the long week.\n", "utf-8"
    )
    found = read(str(run_into(tmp_path / "out", [str(tmp_path / "a.txt")]).root))
    page = open_page(written(tmp_path / "page.html", render_report(found, name="nothing"))).page
    assert page.locator(".notice").first.inner_text() == "This dataset holds no events."
    assert count(page) == "0 events"


def test_the_seed_articles_make_a_page_that_works(
    open_page: OpenPage, seeds: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    found = read(str(run_into(tmp_path / "out", [str(seeds)]).root))
    page = open_page(written(tmp_path / "page.html", render_report(found, name="seeds"))).page
    assert count(page) == f"{len(found.events)} events"
    page.select_option("#class", "deal")
    deals = {event["event_id"] for event in found.events if event["event_class"] == "deal"}
    assert set(shown(page)) == deals
    page.locator('th[data-key="confidence"] button').click()
    ids = shown(page)
    known = {event["event_id"]: round(event["confidence"], 3) for event in found.events}
    confidences = [known[key] for key in ids]
    assert confidences == sorted(confidences, reverse=True)
    page.locator("#rows .open").first.press("Enter")
    for place, key in enumerate(ids):
        page.wait_for_url(re.compile(f"event={key}"))
        assert opened_event(page)[1] == [expected(mention) for mention in told(found, key)]
        if place < len(ids) - 1:
            page.locator('dialog button[aria-label="Next event"]').press("Enter")
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
