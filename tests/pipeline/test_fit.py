import json

import numpy as np
import pytest

from pipeline import refit
from pipeline.fit import Example, fit, fold_of, minimise, verdicts
from pipeline.fit_arguments import fit_arguments
from schemas.records import Item
from transforms.extract.argue.question import Argument
from transforms.extract.dates import Date
from transforms.extract.party import Party
from transforms.extract.score import CHOICES, Evidence
from transforms.extract.weights import Weights, save, shipped_weights

RECORD = {"class": "deal", "type": "sale", "status": "agreed", "realis": "asserted", "sector": "military"}


def evidence(lemma, event_type="deal/sale", **changes):
    fields = {
        "event_type": event_type,
        "status": "agreed",
        "realis": "asserted",
        "sector": "military",
        "rules": {"event_type": event_type, "status": "agreed", "realis": "asserted", "sector": "military"},
        "lemma": lemma,
        "verb": True,
        "lemmas": frozenset({lemma}),
        "unmet": (),
        "types": ("cooperation/general", "deal/sale"),
        "parties": (),
        "classes": frozenset(),
        "money": False,
        "date": False,
        "kind": "body",
        "light": None,
        "definite": False,
        "stage": (),
        "fields": (),
    }
    return Evidence(**{**fields, **changes})


def test_the_first_candidate_of_its_class_on_a_required_record_is_right():
    twice = [Example("a", evidence("sell"), {0: RECORD}), Example("a", evidence("sale"), {0: RECORD})]
    assert verdicts(twice) == [True, False]


def test_a_candidate_of_another_class_is_wrong():
    assert verdicts([Example("a", evidence("meet", "cooperation/dialogue"), {0: RECORD})]) == [False]


def test_a_candidate_on_an_optional_record_alone_is_left_open():
    assert verdicts([Example("a", evidence("sell"), {0: {**RECORD, "optional": True}})]) == [None]


def test_a_candidate_on_no_record_is_wrong():
    assert verdicts([Example("a", evidence("sell"), {})]) == [False]


@pytest.fixture(scope="module")
def fitted():
    talks = {**RECORD, "class": "cooperation", "type": "general", "status": "underway", "sector": "trade"}
    examples = []
    for i in range(40):
        name = f"document {i}"
        examples.append(Example(name, evidence("sell"), {0: RECORD}))
        examples.append(Example(name, evidence("cooperate", "cooperation/general"), {1: talks}))
        examples.append(Example(name, evidence("walk"), {}))
    return fit(examples, 80)


def test_what_is_always_an_event_is_told_from_what_never_is(fitted):
    keep = fitted.weights.keep
    assert keep["trigger=sell/v"] > 0 > keep["trigger=walk/v"]
    assert fitted.f1 == pytest.approx(1.0)


def test_every_question_is_answered_on_held_out_documents(fitted):
    assert {q: fitted.accuracy[q] for q in CHOICES} == dict.fromkeys(CHOICES, 1.0)


def test_weights_are_written_as_readable_json(fitted, tmp_path):
    save(fitted.weights, tmp_path / "weights.json")
    assert '"trigger=sell/v"' in (tmp_path / "weights.json").read_text("utf-8")


def test_the_weights_are_fitted_again_from_annotated_documents(tmp_path, monkeypatch, capsys):
    text = "Norway sold five ships to Chile. Nobody walked home.\n\nThe minister met his friends in a park."
    lines = ["- doc: 0.txt", "  published: 2024-05-03", "  events:"]
    for i in range(6):
        (tmp_path / f"{i}.txt").write_text(text, "utf-8")
    entry = "  - {q: Norway sold five ships, t: [sold], class: deal, type: sale, "
    entry += "status: completed, realis: asserted, sector: military}"
    gold = [line for i in range(6) for line in (lines[0].replace("0", str(i)), *lines[1:], entry)]
    (tmp_path / "gold.yaml").write_text("\n".join(gold) + "\n", "utf-8")
    saved: list[Weights] = []
    monkeypatch.setattr(refit, "save", lambda weights, _: saved.append(weights))
    assert refit.main([str(tmp_path / "gold.yaml"), str(tmp_path)]) == 0
    assert "deal/sale" in saved[0].choices["event_type"]
    assert set(saved[0].arguments) == {"party", "item", "amount", "date"}
    assert "detect" in capsys.readouterr().out


def test_each_fold_has_weights_that_have_not_seen_it():
    examples = [Example(f"{i}", evidence("sell" if i % 2 else "walk"), {0: RECORD} if i % 2 else {}) for i in range(60)]
    examples += [Example("odd", evidence("sing"), {0: RECORD}) for _ in range(9)]
    held_out = fit(examples, 39).held_out
    assert "trigger=sing/v" not in held_out[fold_of("odd")].keep
    assert all("trigger=sing/v" in w.keep for k, w in enumerate(held_out) if k != fold_of("odd"))


def test_documents_that_only_teach_tell_the_stage_and_but_faintly_what_is_an_event():
    done = {**RECORD, "status": "completed"}
    examples = [Example(f"taught {i}", evidence("deliver"), {0: done}) for i in range(20)]
    examples += [Example(f"taught {i}", evidence("sell"), {0: RECORD}) for i in range(20)]
    examples += [Example(f"measured {i}", evidence("walk"), {0: RECORD}) for i in range(5)]
    fitted = fit(examples, 5, unmeasured={f"taught {i}" for i in range(20)})
    stages = fitted.weights.choices["status"]
    assert stages["completed"]["trigger=deliver/v"] > stages["agreed"]["trigger=deliver/v"]
    loud = fit(examples, 45)
    assert 0 < sum(map(abs, fitted.weights.keep.values())) < sum(map(abs, loud.weights.keep.values()))
    assert len(fitted.probabilities) == 5
    assert fitted.f1 == fitted.reachable == pytest.approx(1.0)


def test_a_smooth_function_is_minimised():
    goal, scale = np.array([3.0, -1.0, 0.5]), np.array([1.0, 10.0, 100.0])

    def loss(at):
        return float((scale * (at - goal) ** 2).sum()), 2 * scale * (at - goal)

    assert minimise(loss, np.zeros(3)) == pytest.approx(goal, abs=1e-2)


def test_arguments_are_learnt_from_what_the_records_name():
    chile = Party("Chile", 0, 5, "Chile", "country", "CHL")
    norway = Party("Norway", 9, 15, "Norway", "country", "NOR")
    ships = Item("five ships", 20, 30, None, 5.0, "five", 20, 24, None)
    record = {**RECORD, "parties": [["recipient", "Chile", "CHL"]], "items": [["ships", 5, ""]]}
    arguments = (
        Argument("party", "none", chile, {"relation=pobj:to": 1.0}),
        Argument("party", "supplier", norway, {"relation=nsubj": 1.0}),
        Argument("item", "none", ships, {"class=goods": 1.0}),
    )
    fitted = fit_arguments(
        [Example(f"{i}", evidence("sell", directed=True), {0: record}, arguments) for i in range(40)]
    )
    assert fitted.f1["party"] == fitted.f1["item"] == pytest.approx(1.0)
    table = fitted.arguments["party"]
    assert table["recipient"]["relation=pobj:to"] > 0 > table["recipient"]["relation=nsubj"]


def test_arguments_of_documents_that_only_teach_are_not_counted():
    def example(name, signs, said):
        day = Date(0, 4, "2019", None, None)
        return Example(name, evidence("sell"), {0: {**RECORD, "date": said}}, (Argument("date", "taken", day, signs),))

    taught = [example(f"taught {i}", {"near": 1.0}, "2019") for i in range(30)]
    measured = [example(f"measured {i}", {"far": 1.0}, "1971") for i in range(10)]
    fitted = fit_arguments([*taught, *measured], records=[], unmeasured={e.document for e in taught})
    assert fitted.arguments["date"]["taken"]["near"] > 0 > fitted.arguments["date"]["taken"]["far"]
    assert fitted.f1["date"] == 0.0


def test_a_date_of_the_years_at_hand_is_no_error_where_a_record_has_none():
    def example(name, day, signs, **record):
        argument = Argument("date", "taken", Date(0, 4, day, None, None), signs)
        return Example(name, evidence("sell"), {0: {**RECORD, **record}}, (argument,), frozenset({"2019"}))

    said, other = {"near": 1.0}, {"far": 1.0}
    examples = [example(f"{i}", "2019-05", said, date="2019-05") for i in range(30)]
    examples += [example(f"same{i}", "2019", other) for i in range(30)]
    assert fit_arguments(examples).f1["date"] == pytest.approx(1.0)
    examples += [example(f"old{i}", "1971", other) for i in range(30)]
    table = fit_arguments(examples).arguments["date"]["taken"]
    assert table["far"] < 0 < table["near"]


@pytest.mark.parametrize("extractor", ["rules", "both"])
def test_what_is_shipped_answers_every_question(extractor):
    weights = shipped_weights(extractor)
    assert set(weights.choices) == set(CHOICES)
    assert set(weights.arguments) == {"party", "item", "amount", "date"}
    assert 0 < weights.threshold < 1


def test_both_are_fitted_to_what_a_reader_has_not_seen(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        refit.main(["--extractor", "both", "--readers", str(tmp_path), "gold.yaml", "docs"])
    assert stopped.value.code == 2
    assert "no reader that left out documents" in capsys.readouterr().err
    for name, unseen in (("one", ["a.txt", "b.txt"]), ("two", ["c.txt"])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.json").write_text(json.dumps({"held_out": unseen}), "utf-8")
    found = refit.held_out(tmp_path)
    assert {name: folder.name for name, folder in found.items()} == {"a.txt": "one", "b.txt": "one", "c.txt": "two"}
