import dataclasses
import gzip
import json
import pathlib
import subprocess
import sys

import pytest

from pipeline.annotated import plain_document, read_plain
from pipeline.screening import in_half
from schemas.ontology import DEFAULT, load_ontology
from tests.conftest import ROOT
from transforms.extract.events import EventExtractor
from transforms.extract.interface import ExtractorOptions
from transforms.extract.screen import Screen, shipped_screen

ARTICLES = ROOT.parent / "shared" / "data" / "bbc.jsonl.gz"
DEAL = "Norway signed a contract worth $90 million to buy two frigates from Italy."
CAT = "It rained all night and the cat slept under the stairs."
PLAY = "Her second novel is about a lighthouse, a dog and a very long winter."


def passing(screen, *sentences):
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    return screen.passing(text, [(start, start + len(s)) for start, s in zip(starts, sentences, strict=True)])


@pytest.fixture(scope="module")
def fitted():
    return Screen(load_ontology(), shipped_screen())


@pytest.mark.parametrize("word", ["sell", "sells", "sold", "SOLD", "selling", "re-sold", "co-operating", "agreements"])
def test_without_the_fitted_look_every_form_of_a_trigger_passes(word):
    assert passing(Screen(load_ontology()), f"They said {word} twice.", "Nothing at all.") == [True, False]


def test_a_part_of_a_word_is_no_trigger():
    assert passing(Screen(load_ontology()), "The counsellor was unsold on it.") == [False]


def test_deals_pass_and_cats_do_not(fitted):
    assert passing(fitted, CAT, PLAY) == [False, False]
    assert passing(fitted, DEAL) == [True]


def test_a_document_without_sentences_has_none_that_pass(fitted):
    assert fitted.passing("", []) == []
    assert passing(fitted, "—") == [False]


def test_triggers_that_a_user_has_added_pass_whatever_the_fitted_look_says(tmp_path, fitted):
    mine = tmp_path / "mine.yaml"
    added = "\n  - {type: deal/sale, frame: give, verbs: [rain]}\n"
    mine.write_text(DEFAULT.read_text("utf-8").replace("\ntriggers:\n", f"\ntriggers:{added}", 1), "utf-8")
    screen = Screen(load_ontology(mine), shipped_screen())
    assert passing(fitted, PLAY, CAT) == [False, False]
    assert passing(screen, PLAY, CAT) == [False, True]


def test_scores_are_the_same_in_every_process():
    program = f"""
from schemas.ontology import load_ontology
from transforms.extract.screen import Words, shipped_screen, trigger_forms
words = Words({DEAL!r}, [(0, {len(DEAL)})])
print(shipped_screen().scores(words, trigger_forms(load_ontology())).tolist())
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(said) == 1


@pytest.fixture(scope="module")
def extractors():
    return EventExtractor(ExtractorOptions()), EventExtractor(ExtractorOptions(screen=False))


def lost(extractors, documents):
    """Return how many mentions of the second extractor the first does not have, and how many there are."""
    found = [
        [{m.mention_id for m in extractor.extract(document).mentions} for document in documents]
        for extractor in extractors
    ]
    return sum(len(all_ - kept) for kept, all_ in zip(*found, strict=True)), sum(map(len, found[1]))


def test_samples_lose_nothing(extractors):
    documents = [read_plain(pathlib.Path(path), None) for path in sorted((ROOT / "samples").glob("*.txt"))[:6]]
    gone, total = lost(extractors, documents)
    assert total > 20
    assert gone == 0


@pytest.mark.slow
@pytest.mark.skipif(not ARTICLES.exists(), reason="the news articles are not part of the project: ../shared/data")
def test_of_news_that_was_not_fitted_to_few_mentions_are_lost(extractors):
    with gzip.open(ARTICLES, "rt", encoding="utf-8") as lines:
        articles = [a for a in map(json.loads, lines) if not in_half(a["id"])]
    documents = [dataclasses.replace(plain_document(a["id"], a["text"], None), title=a["title"]) for a in articles[::4]]
    gone, total = lost(extractors, documents)
    assert gone <= 0.01 * total  # 0.5 % of all of them; a quarter of them tells that no better
