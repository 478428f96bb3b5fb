"""One command over a folder of all formats, good and broken: rows for the one, a dead letter each for the other."""

import collections
import datetime
import json
import os
import pathlib
from typing import Any

import pytest

from tests.conftest import Finished
from tests.corpus import articles, layouts, mixed
from tests.end_to_end.conftest import Ran, run_into
from tests.end_to_end.rows import comparable, rows
from tests.end_to_end.test_contract import spans


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, mixed.Mixed]:
    path = tmp_path_factory.mktemp("mixed")
    return path, mixed.write(path)


@pytest.fixture(scope="module")
def read(folder: tuple[pathlib.Path, mixed.Mixed], tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_into(tmp_path_factory.mktemp("dataset") / "out", [str(folder[0])])


def test_two_workers_give_the_same_rows(
    read: Ran, folder: tuple[pathlib.Path, mixed.Mixed], tmp_path: pathlib.Path
) -> None:
    other = run_into(tmp_path / "out", [str(folder[0])], workers=2)
    for dataset in ("documents", "paragraphs", "mentions", "dead_letters"):
        assert comparable(other.root, dataset) == comparable(read.root, dataset), dataset
    assert other.outcome.manifest.counts == read.outcome.manifest.counts
    assert other.outcome.notes == read.outcome.notes


def test_an_input_that_is_named_again_counts_once(
    folder: tuple[pathlib.Path, mixed.Mixed], tmp_path: pathlib.Path
) -> None:
    path, made = folder
    name = "many.jsonl"
    again = [str(path / name), str(path / name), str(path / "." / name), f"file://{path / name}", str(path / "*.jsonl")]
    ran = run_into(tmp_path / "out", again)
    letters = sum(uri.partition("#")[0].endswith(".jsonl") for uri in made.bad)
    counts = ran.outcome.manifest.counts
    assert (counts["inputs"], counts["documents"]) == (made.good[name] + letters, made.good[name])


def test_no_event_is_read_from_outside_of_an_article(tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    for number, page in enumerate(layouts.LAYOUTS.values()):
        (tmp_path / "in" / f"{number}.html").write_bytes(page)
    ran = run_into(tmp_path / "out", [str(tmp_path / "in")])
    mentions = rows(ran.root, "mentions")
    assert len(layouts.LAYOUTS) >= 10
    assert len({row["uri"] for row in mentions}) == len(layouts.LAYOUTS)
    assert {row["sentence"] for row in mentions if row["sentence"] not in layouts.STORY.text} == set()
    kept = " ".join(row["text"] for row in rows(ran.root, "paragraphs"))
    assert layouts.decoys_in(kept) == list(layouts.DECOYS), "what is no article is kept as such"


def within(folder: pathlib.Path, uri: str) -> str:
    return uri.removeprefix(f"{folder}/")


def test_there_is_enough_of_both(folder: tuple[pathlib.Path, mixed.Mixed]) -> None:
    _, made = folder
    assert sum(made.good.values()) >= 300
    assert len(made.bad) >= 40


def test_every_good_document_gives_a_row(read: Ran, folder: tuple[pathlib.Path, mixed.Mixed]) -> None:
    path, made = folder
    files = collections.Counter(within(path, row["uri"]).partition("#")[0] for row in rows(read.root, "documents"))
    assert files == made.good


def test_every_bad_one_gives_one_dead_letter_with_the_right_reason(
    read: Ran, folder: tuple[pathlib.Path, mixed.Mixed]
) -> None:
    path, made = folder
    letters = [(within(path, row["uri"]), row["reason"]) for row in rows(read.root, "dead_letters")]
    assert sorted(letters) == sorted(made.bad.items())


def test_the_counts_add_up(read: Ran, folder: tuple[pathlib.Path, mixed.Mixed]) -> None:
    _, made = folder
    counts = read.outcome.manifest.counts
    assert counts["inputs"] == sum(made.good.values()) + len(made.bad)
    assert counts["documents"] == len(rows(read.root, "documents")) == sum(made.good.values())
    assert counts["dead_letters.inputs"] == len(rows(read.root, "dead_letters")) == len(made.bad)


def test_every_document_has_an_identity_and_a_uri_of_its_own(read: Ran) -> None:
    documents = rows(read.root, "documents")
    for name in ("doc_id", "uri"):
        assert len({row[name] for row in documents}) == len(documents)


def test_every_document_reports_its_deal(read: Ran) -> None:
    deals = {row["uri"] for row in rows(read.root, "mentions") if row["event_class"] == "deal"}
    assert {row["uri"] for row in rows(read.root, "documents")} == deals


def test_texts_are_the_slices_of_what_paragraphs_hold(read: Ran) -> None:
    texts: dict[str, str] = {}
    for row in sorted(rows(read.root, "paragraphs"), key=lambda row: (row["doc_id"], row["start"])):
        before = texts.get(row["doc_id"], "")
        texts[row["doc_id"]] = before + " " * (row["start"] - len(before)) + row["text"]
    for mention in rows(read.root, "mentions"):
        for said, start, end in spans(mention):
            assert texts[mention["doc_id"]][start:end].split() == said.split()


def test_how_records_were_understood_is_told(read: Ran) -> None:
    notes = " ".join(read.outcome.notes)
    for field in ("'body'", "'article_text'", "'headline'"):
        assert f"from field {field}" in notes


def test_nothing_was_written_beside_the_dataset(read: Ran, folder: tuple[pathlib.Path, mixed.Mixed]) -> None:
    path, made = folder
    names = set(made.good) | {uri.partition("#")[0] for uri in made.bad}
    assert set(os.listdir(path)) == names
    assert not (path.parent / "evil.txt").exists()
    assert not pathlib.Path("/etc/evil.txt").exists()


def test_dead_letters_are_shown_in_groups(read: Ran, cordiale: Any) -> None:
    shown: Finished = cordiale("dead-letters", str(read.root), "--limit", "2")
    assert shown.code == 0
    assert "\n  … and " in shown.out
    assert shown.out.splitlines()[-1] == f"{len(rows(read.root, 'dead_letters'))} dead letters"
    lines = cordiale("dead-letters", str(read.root), "--reason", "not_english", "--json").out.splitlines()
    assert {json.loads(line)["reason"] for line in lines} == {"not_english"}
    assert len(lines) == 2


ONE: dict[str, bytes] = {
    "a.txt": articles.story(3).text.encode(),
    **{f"a.{suffix}": make(articles.story(3)) for suffix, make in articles.SINGLE.items() if suffix != "txt"},
    **{f"many.{suffix}": make([articles.story(3)]) for suffix, make in articles.MANY.items()},
}


def test_the_same_article_gives_the_same_events_in_every_format(tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    for name, data in ONE.items():
        (tmp_path / "in" / name).write_bytes(data)
    # Some formats state the day of publication, which tells the stage of a deal; so all are told the same one.
    ran = run_into(tmp_path / "out", [str(tmp_path / "in")], published=datetime.date(2018, 7, 2))
    found: dict[str, list[Any]] = collections.defaultdict(list)
    for row in rows(ran.root, "mentions"):
        found[row["uri"]].append(values(row))
    (expected,) = [sorted(events) for uri, events in found.items() if uri.endswith("/a.txt")]
    assert len(expected) >= 3
    assert len(found) == len(ONE)
    assert {uri: sorted(events) for uri, events in found.items() if sorted(events) != expected} == {}


def values(row: dict[str, Any]) -> tuple[Any, ...]:
    parties = sorted((party["role"], party["name"]) for party in row["participants"])
    items = [(item["category"], item["quantity"]) for item in row["items"]]
    amounts = [(amount["amount"], amount["currency"]) for amount in row["amounts"]]
    said = (row["event_class"], row["event_type"], row["trigger"], row["sector"], row["status"], row["realis"])
    return said, str(parties), str(items), str(amounts)
