import dataclasses

import pytest

from transforms.extract.party import Party
from transforms.extract.reader.questions import Heard
from transforms.extract.score import Evidence, Scorer, choice_features, features
from transforms.extract.weights import Weights, shipped_weights


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
def weights():
    def use(threshold=0.5, **choices):
        return Scorer(Weights(threshold, {}, choices))

    return use


def test_features_are_readable_and_pair_what_means_more_together(evidence):
    found = {name for name, _ in features(evidence)}
    assert {"trigger=buy/v", "parties=2", "with=contract", "buy/parties=2", "deal/sale/genre=news"} <= found


def test_each_question_sees_what_bears_on_it(evidence):
    status = {name for name, _ in choice_features("status", evidence)}
    assert {"own=agreed", "plan@above", "deal/sale/form=past", "buy/form=past", "past/form=past"} <= status
    assert "goods_sector=military" not in status
    kind = {name for name, _ in choice_features("event_type", evidence)}
    assert {"goods_sector=military", "buy/prep=from", "buy/goods=arms"} <= kind
    assert not any(name.startswith("type=") for name in kind)


def test_the_rules_answer_where_nothing_is_fitted(evidence, weights):
    assert weights().choose("status", evidence, ("agreed", "proposed")) == "agreed"


def test_weights_choose_among_what_is_allowed(evidence, weights):
    table = {"agreed": {"bias": 0.0}, "proposed": {"plan@above": 2.0}, "completed": {"bias": 9.0}}
    scorer = weights(status=table, event_type={evidence.event_type: {"bias": 0.0}})
    assert scorer.choose("status", evidence, ("agreed", "proposed")) == "proposed"
    other = dataclasses.replace(evidence, stage=())
    assert scorer.choose("status", other, ("agreed", "proposed")) == "agreed"


def test_the_rules_tell_the_stage_of_a_type_that_the_weights_do_not_know(evidence, weights):
    scorer = weights(
        status={"agreed": {"bias": 0.0}, "rejected": {"bias": 9.0}}, event_type={"deal/lease": {"bias": 0.0}}
    )
    assert evidence.rules["status"] == "agreed"
    assert scorer.choose("status", evidence, ("agreed", "rejected")) == "agreed"


def test_the_threshold_keeps_and_drops_with_a_reason(evidence, weights):
    scorer = weights(0.4)
    assert scorer.judge(evidence, 0.5) == (True, "kept")
    assert scorer.judge(evidence, 0.3) == (False, "unlikely")
    assert scorer.judge(dataclasses.replace(evidence, unmet=("item",)), 0.3) == (False, "missing: item")
    assert scorer.judge(dataclasses.replace(evidence, parties=()), 0.3) == (False, "no party")


def heard(word, event, **answers):
    return Heard(word, event, 0.0, {"event_type": {}, "status": {}, "realis": {}, "sector": {}, **answers})


def test_what_the_reader_says_stands_among_the_features_as_numbers(evidence):
    loud = dataclasses.replace(evidence, heard=heard(4.0, 100.0, status={"proposed": -0.4}))
    assert dict(features(loud))["reader:word"] == pytest.approx(1.0)
    assert dict(features(loud))["reader:event"] == pytest.approx(3.0)
    assert dict(choice_features("status", loud))["reader:proposed"] == pytest.approx(-0.1)
    assert not any(name.startswith("reader") for name, _ in features(evidence))


def test_the_reader_alone_says_what_it_heard(evidence):
    reader = Scorer(shipped_weights("reader"))
    sure = dataclasses.replace(evidence, heard=heard(4.0, 4.0, status={"agreed": -3.0, "proposed": -0.1}))
    assert reader.score(sure) > 0.9
    assert reader.choose("status", sure, ("agreed", "proposed")) == "proposed"
    assert reader.score(dataclasses.replace(sure, heard=heard(-4.0, -4.0))) < 0.1
