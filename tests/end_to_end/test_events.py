"""From articles to events: histories told over several days, copies, and commands that look at what came of them."""

import dataclasses
import json
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pipeline.cli.main import main
from pipeline.execute import run
from pipeline.link import LinkOptions, link
from pipeline.options import RunOptions
from tests.conftest import Finished
from tests.end_to_end.rows import comparable, rows
from transforms.write import read_manifests

EARLY = {
    "corvettes/1": (
        "2018-07-03",
        "Romania chose the Dutch shipbuilder Damen to build four Sigma corvettes for 1.2 billion euros.",
    ),
    "corvettes/2": ("2019-01-11", "Romania and Damen signed the contract for four Sigma corvettes on Thursday."),
    "rafale/1": ("2015-09-13", "Ecuador agreed to buy 12 Rafale fighters from France for 2 billion dollars."),
    "gas/1": (
        "2017-03-14",
        "Qatar and Poland signed a contract for the supply of liquefied natural gas to Swinoujscie.",
    ),
    "talks/1": ("2021-04-29", "Tajikistan and Kyrgyzstan will hold talks on the Isfara water intake on May 1."),
}
LATE = {
    "corvettes/3": ("2024-09-02", "Damen delivered the last of the four Sigma corvettes to Romania on Sunday."),
    "rafale/2": ("2016-03-30", "Ecuador cancelled its order of 12 Rafale fighters from France on Tuesday."),
    "rafale/3": ("2014-02-01", "France is in talks to sell 12 Rafale fighters to Ecuador."),
    "talks/2": ("2021-05-02", "Kyrgyzstan and Tajikistan held talks on the Isfara water intake on Saturday."),
    "copy/1": (
        "2018-07-04",
        "Romania chose the Dutch shipbuilder Damen to build four Sigma corvettes for 1.2 billion euros.",
    ),
}
LATEST = {"corvettes": "completed", "rafale": "cancelled", "talks": "completed", "gas": "agreed"}


def written(folder: pathlib.Path, articles: Mapping[str, tuple[str, str]]) -> tuple[list[str], str]:
    """Write articles and their metadata; return the paths."""
    folder.mkdir()
    lines, paths = ["file,published"], []
    for name, (published, text) in articles.items():
        path = folder / f"{name.replace('/', '_')}.txt"
        path.write_text(text + "\n", "utf-8")
        paths.append(str(path))
        lines.append(f"{path.name},{published}")
    (folder / "metadata.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return paths, str(folder / "metadata.csv")


def feed(root: pathlib.Path, folder: pathlib.Path, articles: Mapping[str, tuple[str, str]], **options: Any) -> Any:
    inputs, metadata = written(folder, articles)
    made = RunOptions(inputs=tuple(inputs), output=str(root), metadata=metadata)
    return run(dataclasses.replace(made, **options))


def events_of(root: pathlib.Path, history: str) -> list[dict[str, Any]]:
    """Return the events that mentions of a history are in."""
    names = {row["mention_id"]: pathlib.Path(row["uri"]).name for row in rows(root, "mentions")}
    return [e for e in rows(root, "events") if any(names[m].startswith(f"{history}_") for m in e["mention_ids"])]


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    root = tmp_path_factory.mktemp("histories") / "out"
    feed(root, root.parent / "early", EARLY)
    return root


@pytest.fixture(scope="module")
def ids(early: pathlib.Path) -> dict[str, str]:
    """The ids that events had before the late articles came."""
    return {history: events_of(early, history)[0]["event_id"] for history in LATEST}


@pytest.fixture(scope="module")
def fed(early: pathlib.Path, ids: dict[str, str]) -> pathlib.Path:
    feed(early, early.parent / "late", LATE)
    return early


@pytest.mark.parametrize("history", LATEST)
def test_a_history_is_one_event_with_its_latest_status(fed: pathlib.Path, history: str) -> None:
    found = events_of(fed, history)
    assert [event["status"] for event in found] == [LATEST[history]]


@pytest.mark.parametrize("history", LATEST)
def test_events_keep_their_ids_as_the_data_grow(fed: pathlib.Path, ids: dict[str, str], history: str) -> None:
    assert events_of(fed, history)[0]["event_id"] == ids[history]


def test_a_copy_is_marked_and_is_no_further_source(fed: pathlib.Path) -> None:
    documents = {pathlib.Path(row["uri"]).stem: row for row in rows(fed, "documents")}
    assert documents["copy_1"]["duplicate_of"] == documents["corvettes_1"]["doc_id"]
    assert [name for name, row in documents.items() if row["duplicate_of"]] == ["copy_1"]
    event = events_of(fed, "corvettes")[0]
    assert documents["copy_1"]["doc_id"] in event["doc_ids"]
    assert event["amounts"][0]["n_sources"] == 1


def test_every_mention_is_in_one_event(fed: pathlib.Path) -> None:
    linked = [mention for event in rows(fed, "events") for mention in event["mention_ids"]]
    assert sorted(linked) == sorted(row["mention_id"] for row in rows(fed, "mentions"))


def test_linking_again_changes_nothing(fed: pathlib.Path) -> None:
    before = comparable(fed, "events")
    link(LinkOptions(str(fed)))
    assert comparable(fed, "events") == before
    assert len(read_manifests(str(fed))[-1].replaces) == 1


def test_a_run_with_nothing_new_does_not_link(fed: pathlib.Path) -> None:
    commits = len(read_manifests(str(fed)))
    made = RunOptions(inputs=(str(fed.parent / "late" / "copy_1.txt"),), output=str(fed))
    made = dataclasses.replace(made, metadata=str(fed.parent / "late" / "metadata.csv"))
    assert run(made).linked is None
    assert len(read_manifests(str(fed))) == commits


def test_the_order_of_feeding_does_not_change_events_or_marks(fed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    inputs = tuple(str(fed.parent / part) for part in ("late", "early"))
    both = tmp_path / "metadata.csv"
    lines = [(fed.parent / part / "metadata.csv").read_text("utf-8").splitlines() for part in ("late", "early")]
    both.write_text("\n".join([*lines[0], *lines[1][1:]]) + "\n", "utf-8")
    root = tmp_path / "out"
    texts = tuple(str(p) for part in inputs for p in sorted(pathlib.Path(part).glob("*.txt")))
    run(RunOptions(inputs=texts, output=str(root), metadata=str(both)))

    def told(place: pathlib.Path) -> list[tuple[Any, ...]]:
        return sorted((sorted(e["mention_ids"]), e["status"], e["event_date"]) for e in rows(place, "events"))

    assert told(root) == told(fed)
    assert comparable(root, "documents") == comparable(fed, "documents")


def test_skipped_duplicates_are_in_no_event(fed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    root = tmp_path / "out"
    feed(
        root,
        tmp_path / "in",
        {name: {**EARLY, **LATE}[name] for name in ("corvettes/1", "copy/1")},
        skip_duplicates=True,
    )
    mentions = {row["mention_id"]: row["uri"] for row in rows(root, "mentions")}
    assert any("copy_1" in uri for uri in mentions.values())
    assert all("copy_1" not in mentions[m] for event in rows(root, "events") for m in event["mention_ids"])


def test_a_run_without_linking_leaves_events_empty_and_link_makes_them(
    tmp_path: pathlib.Path, cordiale: Callable[..., Finished]
) -> None:
    root = tmp_path / "out"
    feed(root, tmp_path / "in", {"gas/1": EARLY["gas/1"]}, link=False)
    assert rows(root, "events") == []
    done = cordiale("link", str(root))
    assert done.code == 0, done.err
    assert "linked in" in done.out
    assert len(rows(root, "events")) >= 1


def test_linking_what_is_no_dataset_says_what_to_do(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "holds no dataset" in told
    assert told.count("\n") == 1


def test_sql_answers_over_the_views(fed: pathlib.Path, cordiale: Callable[..., Finished]) -> None:
    query = "select count(*) as n, list_sort(list_distinct(list(event_class))) as classes from mentions"
    done = cordiale("sql", str(fed), query, "--format", "json")
    assert done.code == 0, done.err
    assert json.loads(done.out) == {"n": len(rows(fed, "mentions")), "classes": ["cooperation", "deal"]}
