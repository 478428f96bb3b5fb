import pytest

from pipeline import refit
from pipeline.fit import Example, fit, save, verdicts
from transforms.extract.score import CHOICES, Evidence

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
    keep = fitted.weights["keep"]
    assert keep["trigger=sell/v"] > 0 > keep["trigger=walk/v"]
    assert fitted.f1 == pytest.approx(1.0)


def test_every_question_is_answered_on_held_out_documents(fitted):
    assert {q: fitted.accuracy[q] for q in CHOICES} == dict.fromkeys(CHOICES, 1.0)


def test_weights_are_written_as_readable_json(fitted, tmp_path):
    save(fitted, tmp_path / "weights.json")
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
    saved = []
    monkeypatch.setattr(refit, "save", saved.append)
    assert refit.main([str(tmp_path / "gold.yaml"), str(tmp_path)]) == 0
    assert saved[0].reachable == 1.0
    assert "detect" in capsys.readouterr().out
