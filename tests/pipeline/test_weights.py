import json

import numpy as np
import pytest

from pipeline.fit import fit, gather, minimise, save, verdicts
from transforms.extract.interface import Decision
from transforms.extract.score import Evidence


def evidence(lemma, form, event_type="deal/sale"):
    return Evidence(
        event_type=event_type,
        status="agreed",
        realis="asserted",
        sector="trade",
        rules={"event_type": event_type, "status": "agreed", "realis": "asserted", "sector": "trade"},
        lemma=lemma,
        verb=True,
        lemmas=frozenset({lemma}),
        unmet=(),
        types=("deal/contract", "deal/sale"),
        parties=(),
        classes=frozenset(),
        money=False,
        date=False,
        kind="body",
        light=None,
        definite=False,
        stage=(f"form={form}",),
        fields=(),
    )


def candidate(start, of):
    return Decision(0, 90, start, start + 4, of.event_class, "sale", "give", True, "kept", None, of)


def record(start, **fields):
    known = {"class": "deal", "type": "sale", "status": "agreed", "realis": "asserted", "sector": "trade"}
    return {**known, "spans": [(start, start + 4)], **fields}


def test_the_first_candidate_on_a_record_is_right_and_an_optional_one_open():
    decisions = [candidate(at, evidence("sell", "past")) for at in (0, 2, 20, 40)]
    gold = [record(0), record(20, optional=True)]
    assert verdicts(gather("a.txt", decisions, gold)) == [True, False, None, False]


def test_a_record_of_the_other_class_is_not_hit():
    decisions = [candidate(0, evidence("sell", "past"))]
    assert verdicts(gather("a.txt", decisions, [record(0, **{"class": "cooperation"})])) == [False]


@pytest.fixture(scope="module")
def fitted():
    """Twenty documents in which past sales are agreed, future ones proposed, and whatever is sung is no event."""
    examples = []
    for i in range(20):
        decisions = [
            candidate(0, evidence("sell", "past")),
            candidate(20, evidence("sell", "future")),
            candidate(40, evidence("sing", "past")),
        ]
        examples += gather(f"{i}.txt", decisions, [record(0), record(20, status="proposed")])
    return fit(examples, 50)


def test_what_can_be_learnt_is_learnt_and_held_out_figures_tell(fitted):
    assert fitted.accuracy["status"] == 1.0
    assert fitted.accuracy["event_type"] == 1.0
    assert fitted.reachable == pytest.approx(0.8)
    assert fitted.f1 == pytest.approx(2 * 40 / (40 + 50))
    weights = fitted.weights
    assert weights["status"]["proposed"]["form=future"] > weights["status"]["agreed"]["form=future"]
    assert weights["keep"]["trigger=sing/v"] < 0 < weights["keep"]["trigger=sell/v"]


def test_weights_are_stored_as_readable_json(fitted, tmp_path):
    save(fitted, tmp_path / "weights.json")
    stored = json.loads((tmp_path / "weights.json").read_text("utf-8"))
    assert stored == fitted.weights
    assert 0 < stored["threshold"] < 1


def test_a_fit_can_be_repeated():
    examples = gather("a.txt", [candidate(0, evidence("sell", "past"))] * 4, [record(0)])
    assert fit(examples, 1).weights == fit(examples, 1).weights


def test_a_smooth_function_is_minimised():
    goal = np.array([3.0, -1.0, 0.5])
    scale = np.array([1.0, 10.0, 100.0])

    def loss(at):
        return float((scale * (at - goal) ** 2).sum()), 2 * scale * (at - goal)

    assert minimise(loss, np.zeros(3)) == pytest.approx(goal, abs=1e-2)
