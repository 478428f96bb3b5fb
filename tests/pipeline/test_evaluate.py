import pytest

from pipeline.evaluate import AnnotationError, Count, evaluate, read_annotations

TEXT = "Norway sold five ships to Chile. The two countries met in Oslo."


def record(**changes):
    base = {
        "class": "deal",
        "type": "sale",
        "sector": "military",
        "status": "agreed",
        "realis": "asserted",
        "parties": [["supplier", "Norway", "NOR"], ["recipient", "Chile", "CHL"]],
        "items": [["ships", 5, ""]],
        "spans": [(7, 11)],
    }
    return {**base, **changes}


def row(**changes):
    base = {
        "uri": "folder/a.txt",
        "event_class": "deal",
        "event_type": "sale",
        "sector": "military",
        "status": "agreed",
        "realis": "asserted",
        "trigger_start": 7,
        "trigger_end": 11,
        "participants": [
            {"role": "supplier", "name": "Norway", "country": "NOR"},
            {"role": "recipient", "name": "Chile", "country": "CHL"},
        ],
        "items": [{"text": "ships", "quantity": 5.0}],
        "amounts": [],
        "event_date": None,
    }
    return {**base, **changes}


def test_a_mention_that_agrees_in_all_scores_full():
    figures = evaluate({"a.txt": [record()]}, [row()])
    assert all(figures[name] == 1.0 for name in ("detect", "typed", "party", "item", "status", "realis", "sector"))


def test_seller_and_buyer_the_wrong_way_round_are_no_match():
    swapped = [
        {"role": "recipient", "name": "Norway", "country": "NOR"},
        {"role": "supplier", "name": "Chile", "country": "CHL"},
    ]
    assert evaluate({"a.txt": [record()]}, [row(participants=swapped)])["party"] == 0.0


def test_another_class_is_no_match():
    assert evaluate({"a.txt": [record()]}, [row(event_class="cooperation")])["detect"] == 0.0


def test_a_missed_record_and_a_spurious_mention_both_count():
    figures = evaluate({"a.txt": [record()]}, [row(), row(trigger_start=40, trigger_end=43)])
    assert figures["detect"] == pytest.approx(2 / 3)
    assert evaluate({"a.txt": [record(), record(spans=[(50, 53)])]}, [row()])["detect"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("rows", [[], [row()]])
def test_an_optional_record_is_neither_required_nor_held_against_a_mention(rows):
    gold = {"a.txt": [record(optional=True), record(spans=[(50, 53)])]}
    figures = evaluate(gold, [*rows, row(trigger_start=50, trigger_end=53)])
    assert figures["detect"] == 1.0


def test_a_wrong_count_makes_a_wrong_item():
    assert evaluate({"a.txt": [record()]}, [row(items=[{"text": "ships", "quantity": 4.0}])])["item"] == 0.0


def test_a_year_is_met_by_a_day_in_it():
    gold = {"a.txt": [record(date="2023")]}
    assert evaluate(gold, [row(event_date="2023-05-01")])["date"] == 1.0
    assert evaluate(gold, [row(event_date="2022-05-01")])["date"] == 0.0


def test_a_sum_must_have_its_currency():
    gold = {"a.txt": [record(value=[100.0, "USD"])]}
    assert evaluate(gold, [row(amounts=[{"amount": 100.0, "currency": "EUR"}])])["amount"] == 0.0
    assert evaluate(gold, [row(amounts=[{"amount": 100.5, "currency": "USD"}])])["amount"] == 1.0


def write(folder, quote, trigger):
    (folder / "a.txt").write_text(TEXT, "utf-8")
    lines = f"- doc: a.txt\n  events:\n  - {{q: '{quote}', t: [{trigger}], class: deal, type: sale}}\n"
    (folder / "gold.yaml").write_text(lines, "utf-8")
    return read_annotations(folder / "gold.yaml", folder)


def test_annotations_are_read_with_the_places_of_their_triggers(tmp_path):
    (found,) = write(tmp_path, "Norway sold five ships", "sold")["a.txt"]
    assert [TEXT[a:b] for a, b in found["spans"]] == ["sold"]


@pytest.mark.parametrize(("quote", "trigger"), [("no such words", "no"), ("o", "o"), ("Norway sold", "bought")])
def test_an_annotation_that_does_not_fit_its_text_is_refused(tmp_path, quote, trigger):
    with pytest.raises(AnnotationError, match=r"a\.txt"):
        write(tmp_path, quote, trigger)


def test_nothing_counted_is_nothing_won():
    assert Count().f1 == 0.0
