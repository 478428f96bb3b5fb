import dataclasses

import pytest

from transforms.extract import score
from transforms.extract.context import Party
from transforms.extract.score import Evidence, Scorer, choice_features, features


def party(country):
    return Party(country, 0, 3, country, "country", country)


@pytest.fixture
def evidence():
    return Evidence(
        event_type="deal/sale",
        status="agreed",
        realis="asserted",
        sector="military",
        rules={"event_type": "deal/sale", "status": "agreed", "realis": "asserted", "sector": "military"},
        lemma="buy",
        verb=True,
        lemmas=frozenset({"buy", "contract"}),
        unmet=(),
        types=("deal/contract", "deal/sale"),
        parties=(party("PER"), party("ESP")),
        classes=frozenset({"arms"}),
        money=False,
        date=True,
        kind="body",
        light=None,
        definite=False,
        stage=("form=past", "plan@above"),
        fields=("goods_sector=military",),
        around=("prep=from", "beside_type=deal/sale/after"),
        when="past",
    )


@pytest.fixture
def weights(monkeypatch):
    def use(threshold=0.5, **choices):
        monkeypatch.setattr(score, "_weights", lambda: score._Weights(threshold, {}, choices))
        return Scorer()

    return use


def test_features_are_readable_and_pair_what_means_more_together(evidence):
    found = set(features(evidence))
    assert {"trigger=buy/v", "parties=2", "with=contract", "buy/parties=2", "deal/sale/genre=news"} <= found


def test_each_question_sees_what_bears_on_it(evidence):
    status = set(choice_features("status", evidence))
    assert {"own=agreed", "plan@above", "deal/sale/form=past", "buy/form=past", "past/form=past"} <= status
    assert "goods_sector=military" not in status
    kind = set(choice_features("event_type", evidence))
    assert {"goods_sector=military", "buy/prep=from", "buy/goods=arms"} <= kind
    assert not any(name.startswith("type=") for name in kind)


def test_the_rules_answer_where_nothing_is_fitted(evidence, weights):
    assert weights().choose("status", evidence, ("agreed", "proposed")) == "agreed"


def test_weights_choose_among_what_is_allowed(evidence, weights):
    table = {"agreed": {"bias": 0.0}, "proposed": {"plan@above": 2.0}, "completed": {"bias": 9.0}}
    assert weights(status=table).choose("status", evidence, ("agreed", "proposed")) == "proposed"
    other = dataclasses.replace(evidence, stage=())
    assert weights(status=table).choose("status", other, ("agreed", "proposed")) == "agreed"


def test_the_threshold_keeps_and_drops_with_a_reason(evidence, weights):
    scorer = weights(0.4)
    assert scorer.judge(evidence, 0.5) == (True, "kept")
    assert scorer.judge(evidence, 0.3) == (False, "unlikely")
    assert scorer.judge(dataclasses.replace(evidence, unmet=("item",)), 0.3) == (False, "missing: item")
    assert scorer.judge(dataclasses.replace(evidence, parties=()), 0.3) == (False, "no party")
