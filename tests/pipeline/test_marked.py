"""Articles whose deals are marked by hand teach who gives and who gets."""

import json

import pytest

from pipeline.marked import marked_articles, reporting, sided_deals
from transforms.extract.events import EventExtractor
from transforms.extract.interface import ExtractorOptions
from transforms.extract.weights import Weights

TEXT = "The mayor was away. Norway sold five frigates to Chile in May 2023. Rain fell on Oslo."
STRETCH = "Norway sold five frigates to Chile in May 2023"


def label(tag, words):
    start = TEXT.index(words)
    return {"tag": tag, "start": start, "end": start + len(words)}


@pytest.fixture(scope="module")
def rules():
    return EventExtractor(ExtractorOptions(extractor="rules"), weights=Weights())


@pytest.fixture
def articles(tmp_path):
    def write(*labels):
        article = {"name": "a.txt", "date": "20230600", "text": TEXT, "labels": [label("Answer", STRETCH), *labels]}
        empty = {
            "name": "b.txt",
            "date": "20230601",
            "text": "Rain fell.",
            "labels": [{"tag": "Answer", "start": -1, "end": -1}],
        }
        path = tmp_path / "articles.jsonl"
        path.write_text(json.dumps(article) + "\n" + json.dumps(empty) + "\n", "utf-8")
        return path

    return write


def sides(rules, article):
    decisions = rules.extract(article.document).decisions
    return [e.records[0]["parties"] for e in sided_deals(article, decisions)]


def test_a_day_that_is_unknown_is_no_date(articles):
    first, second = marked_articles(articles())
    assert first.document.published is None
    assert str(second.document.published) == "2023-06-01"


def test_articles_kept_apart_are_left_out(articles):
    assert [a.name for a in marked_articles(articles(), {"a.txt"})] == ["b.txt"]


def test_an_empty_label_is_no_deal(articles):
    first, second = marked_articles(articles())
    assert [TEXT[slice(*deal)] for deal in first.deals] == [STRETCH]
    assert second.deals == []


def test_the_likeliest_candidate_stands_for_the_trigger(articles, rules):
    article = next(iter(marked_articles(articles())))
    best = reporting(rules.extract(article.document).decisions, article.deals[0])
    assert best is not None
    assert TEXT[best.trigger_start : best.trigger_end] == "sold"


def test_a_deal_with_both_sides_marked_tells_who_takes_which(articles, rules):
    (article, _) = marked_articles(articles(label("Seller Country", "Norway"), label("Buyer Country", "Chile")))
    (parties,) = sides(rules, article)
    assert sorted(parties) == [["recipient", "Chile", "CHL"], ["supplier", "Norway", "NOR"]]


def test_a_deal_with_one_side_marked_tells_nothing(articles, rules):
    (article, _) = marked_articles(articles(label("Buyer Country", "Chile")))
    assert sides(rules, article) == []
