import dataclasses
import pathlib

import pytest

from benchmarks.made_up import make_up, write_rows
from pipeline.errors import UsageError
from pipeline.report.data import blocks, details, index
from pipeline.report.page import render_report
from pipeline.report.read import Found, paragraphs_of, read


def test_mentions_that_nobody_linked_stand_for_themselves(unlinked_found: Found) -> None:
    assert unlinked_found.linked == 0
    assert [event["mention_ids"] for event in unlinked_found.events] == [[key] for key in unlinked_found.mentions]
    assert "each stands for an event of its own" in render_report(unlinked_found, name="x")


def test_what_a_run_links_is_shown_linked(samples_found: Found) -> None:
    assert 0 < samples_found.linked <= len(samples_found.events) < len(samples_found.mentions)


def test_linked_events_are_shown_as_they_are(linked_found: Found) -> None:
    assert linked_found.linked == len(linked_found.events) == 300
    assert {key for event in linked_found.events for key in event["mention_ids"]} == set(linked_found.mentions)
    assert "event of its own" not in render_report(linked_found, name="x")


def test_mentions_outside_of_all_events_are_not_lost(tmp_path: pathlib.Path) -> None:
    one, other = make_up(2)
    write_rows(tmp_path / "out", iter([*one.rows(), *other.mentions, *other.documents]))
    found = read(str(tmp_path / "out"))
    assert found.linked == 1
    assert len(found.events) == 1 + len(other.mentions)
    assert f"{len(other.mentions)} mentions are linked to no event" in render_report(found, name="x")


def test_an_event_whose_mentions_are_gone_can_still_be_shown(tmp_path: pathlib.Path) -> None:
    told = next(make_up(1))
    write_rows(tmp_path / "out", iter([dataclasses.replace(told.event, event_date="soon")]))
    found = read(str(tmp_path / "out"))
    assert found.events[0]["day"] is None
    assert details(found.events[0], found, with_text=True)["mentions"] == []


def test_files_that_no_manifest_lists_are_not_read(linked_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    write_rows(tmp_path / "out", iter(next(make_up(1)).rows()))
    stray = next((linked_dataset / "events").glob("*.parquet"))
    (tmp_path / "out" / "events" / "other-00000.parquet").write_bytes(stray.read_bytes())
    assert len(read(str(tmp_path / "out")).events) == 1


def test_what_is_no_dataset_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="holds no dataset"):
        read(str(tmp_path))


def test_paragraphs_come_in_order(samples_dataset: pathlib.Path, samples_found: Found) -> None:
    doc_id = next(iter(samples_found.documents))
    paragraphs = paragraphs_of(str(samples_dataset), doc_id)
    assert [row["paragraph"] for row in paragraphs] == list(range(len(paragraphs)))
    assert paragraphs


def test_numbers_that_json_does_not_know_are_left_out(tmp_path: pathlib.Path) -> None:
    told = next(make_up(1))
    amounts = [dataclasses.replace(told.event.amounts[0], amount=float("inf"), amount_max=float("nan"))]
    write_rows(tmp_path / "out", iter([*told.mentions, dataclasses.replace(told.event, amounts=amounts)]))
    found = read(str(tmp_path / "out"))
    assert index(found, with_text=True)["events"][0][12][0][:2] == [0, None]
    assert list(blocks(found, with_text=True))
