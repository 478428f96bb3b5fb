"""The screen is fitted to what the extractor finds, not to annotations."""

import gzip
import json

import numpy as np
import pytest

from pipeline import screening
from pipeline.annotated import plain_document
from schemas.ontology import load_ontology
from transforms.extract.screen import Screen, ScreenModel, trigger_forms

DEAL = "Chile will buy {} frigates from Italy."
DULL = "It rained for {} hours and the cat slept."


def made(number, told=0, name="made"):
    """Return an example of which one sentence is said to tell of a deal: the first, which does, or another."""
    text = f"{DEAL.format(number)} {DULL.format(number)}"
    border = text.index("It rained")
    spans = [(0, border - 1), (border, len(text))]
    document = plain_document(f"{name}-{number}", text, None)
    return screening.example(document, spans, [(spans[told][0], 0.9, True)], trigger_forms(load_ontology()))


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    path = tmp_path_factory.mktemp("screen") / "screen.npz"
    weights, bias, threshold, passing = screening.fit([made(number) for number in range(24)], loss=0.0)
    assert passing == 0.5
    screening.save(path, weights, bias, threshold)
    return ScreenModel(path)


def test_what_was_fitted_tells_deals_from_rain_in_new_documents(fitted):
    text = f"{DEAL.format(93)} {DULL.format(7)}"
    border = text.index("It rained")
    assert Screen(load_ontology(), fitted).passing(text, [(0, border - 1), (border, len(text))]) == [True, False]


@pytest.mark.parametrize(("loss", "threshold"), [(0.0, -2.0), (0.25, 1.0), (0.5, 3.0)])
def test_a_threshold_loses_no_more_than_it_may(loss, threshold):
    scores, mentions = np.array([3.0, 1.0, 0.0, -2.0, -5.0]), np.array([2, 1, 0, 1, 0])
    assert screening.least(scores, mentions, loss) == threshold


def test_the_threshold_is_that_of_general_news():
    news, dense = [made(number) for number in range(24)], [made(number, told=1, name="dense") for number in range(4)]
    *_, passing = screening.fit([*news, *dense], loss=0.0, news={e.name for e in news})
    assert passing == 0.5
    for missing in (set(), {"kept for measuring"}):
        *_, passing = screening.fit([*news, *dense], loss=0.0, news=missing)
        assert passing == 1.0


def test_half_of_the_articles_are_left_for_measuring(tmp_path):
    path = tmp_path / "articles.jsonl.gz"
    lines = [
        json.dumps({"id": f"a{n}", "title": "Rain", "text": DULL.format(n), "date": "20240503"}) for n in range(40)
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    every, half = list(screening.articles(path)), list(screening.articles(path, half=True))
    assert len(every) == 40
    assert 10 < len(half) < 30
    assert {d.uri for d in half} == {d.uri for d in every if screening.in_half(d.uri)}
    assert {str(d.published) for d in every} == {"2024-05-03"}


def test_with_nothing_to_fit_to_one_line_says_so(capsys):
    with pytest.raises(SystemExit):
        screening.main([])
    assert "nothing to fit to" in capsys.readouterr().err
