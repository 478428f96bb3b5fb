import dataclasses

import pytest

from transforms.extract.argue.judge import Judge, brokered, rows_completed, sides
from transforms.extract.argue.parties import place_slot
from transforms.extract.argue.question import Argument, ranked
from transforms.extract.memory import Memory
from transforms.extract.party import Party
from transforms.extract.weights import Weights

PERU = Party("Peru", 0, 4, "Peru", "country", "PER")
SPAIN = Party("Spain", 9, 14, "Spain", "country", "ESP")
WEIGHTS = Weights(
    arguments={
        "party": {
            "none": {"bias": 2.0},
            "supplier": {"sells": 4.0},
            "recipient": {"buys": 4.0},
            "party": {"joins": 4.0},
        },
        "date": {"taken": {"near": 3.0, "bias": -1.0}},
    },
    least={"party": 0.4, "date": 0.5},
)


def argument(party, *signs, rule="none"):
    return Argument("party", rule, party, dict.fromkeys(signs, 1.0))


def cast(arguments, **options):
    return [(role, p.key) for role, p in Judge(WEIGHTS).parties(arguments, **{"directed": True, **options})]


def test_each_takes_the_likeliest_role():
    assert cast([argument(PERU, "buys"), argument(SPAIN, "sells")]) == [("recipient", "PER"), ("supplier", "ESP")]


def test_arguments_know_how_they_stand_to_their_rivals():
    first, second = (Argument("item", "none", PERU, {"reader": odds}) for odds in (1.5, -0.5))
    loud, quiet = (dict(one.signs) for one in ranked([first, second]))
    assert (loud["reader/margin"], quiet["reader/margin"]) == (2.0, -2.0)
    assert loud["reader/rank=0"] == quiet["reader/rank=1"] == 1.0
    assert [dict(one.signs) for one in ranked([argument(PERU, "buys")])] == [{"buys": 1.0}]


def test_who_is_likelier_nobody_takes_no_part():
    assert cast([argument(PERU, "buys"), argument(SPAIN)]) == [("recipient", "PER")]


def test_two_firms_of_one_state_both_take_part():
    first, second = (Party(n, i, i + 9, n, "company", "PER") for i, n in ((0, "Marvela Naval"), (30, "Ostra Mines")))
    found = Judge(WEIGHTS).parties([argument(first, "joins"), argument(second, "joins")], directed=False)
    assert [p.name for _, p in found] == ["Marvela Naval", "Ostra Mines"]


def test_a_state_and_its_firm_are_one_on_a_side():
    firm = Party("Marvela Naval", 20, 33, "Marvela Naval", "company", "PER")
    assert cast([argument(PERU, "sells"), argument(firm, "sells")]) == [("supplier", "PER")]


def test_where_nobody_gives_or_gets_there_are_parties_alone():
    found = cast([argument(PERU, "buys", "joins"), argument(SPAIN, "sells")], directed=False)
    assert found == [("party", "PER"), ("party", "ESP")]


def test_of_two_on_one_side_the_less_certain_goes_over():
    surely = {"none": 0.0, "supplier": 0.1, "recipient": 0.9}
    hardly = {"none": 0.1, "supplier": 0.4, "recipient": 0.5}
    assert sides([surely, hardly], 0.4, directed=True) == ["recipient", "supplier"]
    assert sides([hardly, surely], 0.4, directed=True) == ["supplier", "recipient"]


def test_two_who_surely_buy_both_buy():
    surely = {"none": 0.0, "supplier": 0.1, "recipient": 0.9}
    assert sides([surely, surely], 0.4, directed=True) == ["recipient", "recipient"]


def test_one_torn_between_the_sides_takes_part():
    assert sides([{"none": 0.3, "supplier": 0.3, "recipient": 0.4}], 0.5, directed=True) == ["recipient"]
    assert sides([{"none": 0.6, "supplier": 0.2, "recipient": 0.2}], 0.5, directed=True) == ["none"]


@pytest.mark.parametrize(
    ("text", "name", "verb", "slot"),
    [
        ("Peru will buy trainers from Spain.", "Peru", "buy", "recipient"),
        ("Peru will buy trainers from Spain.", "Spain", "buy", "supplier"),
        ("Spain sold trainers to Peru.", "Spain", "sell", "supplier"),
        ("Spain sold trainers to Peru and Chile.", "Chile", "sell", "recipient"),
        ("The trainers were sold by Spain.", "Spain", "sell", "supplier"),
        ("Spain is quiet.", "quiet", "sell", None),
    ],
)
def test_a_frame_has_a_slot_for_where_a_word_stands(parse, ontology, text, name, verb, slot):
    token = next(t for t in parse(text) if t.text == name)
    frame = next(t.frame for t in ontology.triggers[verb] if t.verb)
    assert place_slot(token, frame) == slot


def test_the_last_role_of_a_party_is_remembered_by_class():
    memory = Memory()
    memory.add("deal/sale", [("supplier", SPAIN), ("recipient", PERU)], None, [])
    memory.add("deal/sale", [("supplier", PERU), ("recipient", SPAIN)], None, [])
    assert [(role, p.country) for role, p in memory.roles("deal")][:2] == [("recipient", "ESP"), ("supplier", "PER")]
    assert memory.roles("cooperation") == []


def test_one_party_is_told_once_however_often_it_is_named():
    again = dataclasses.replace(PERU, text="Lima", start=20, end=24)
    assert cast([argument(PERU, "buys"), argument(again, "buys")]) == [("recipient", "PER")]


def test_a_side_that_the_sentence_names_is_not_filled_from_before():
    before = dataclasses.replace(SPAIN, text=None, start=None, end=None, resolved=True)
    assert cast([argument(PERU, "buys"), argument(before, "buys")]) == [("recipient", "PER")]
    assert set(cast([argument(PERU, "buys"), argument(before, "sells")])) == {("recipient", "PER"), ("supplier", "ESP")}


def test_without_weights_the_rules_answer_stands():
    judge = Judge(Weights())
    assert judge.probabilities(argument(PERU, rule="recipient")) == {"recipient": 1.0}
    assert not judge.is_fitted


@pytest.mark.parametrize(("signs", "count"), [(("near",), 1), ((), 0)])
def test_a_date_is_taken_if_it_is_likely_enough(signs, count):
    dates = [Argument("date", "none", PERU, dict.fromkeys(signs, 1.0))]
    assert len(Judge(WEIGHTS).chosen("date", dates)) == count


CHAD, MALI, NIGER = (
    Party(n, i, i + 5, n, "country", c) for i, (n, c) in enumerate((("Chad", "TCD"), ("Mali", "MLI"), ("Niger", "NER")))
)


def completed(*chosen, row=(CHAD, MALI, NIGER)):
    found = rows_completed(chosen, lambda one: [p for p in row if p is not one] if one in row else [])
    return [(role, p.key) for role, p in found]


def test_the_rest_of_a_row_of_names_takes_part_in_the_same_role():
    assert completed(("party", CHAD), ("party", MALI)) == [("party", "TCD"), ("party", "MLI"), ("party", "NER")]
    assert completed(("party", CHAD), row=(CHAD, MALI)) == [("party", "TCD"), ("party", "MLI")]


def test_a_row_of_which_few_take_part_is_left_alone():
    assert completed(("party", CHAD)) == [("party", "TCD")]
    assert completed(("party", PERU)) == [("party", "PER")]


def test_who_stands_on_the_other_side_is_not_taken_for_one_of_the_row():
    assert completed(("recipient", CHAD), ("supplier", MALI), row=(CHAD, MALI)) == [
        ("recipient", "TCD"),
        ("supplier", "MLI"),
    ]


def test_through_whom_another_sells_is_a_broker():
    trader = Party("Calder Arms", 30, 41, "Calder Arms", "company", "MLT")
    asked = [(PERU, "recipient"), (SPAIN, "supplier"), (trader, "broker")]
    assert brokered(asked, ["recipient", "supplier", "supplier"]) == ["recipient", "supplier", "broker"]
    assert brokered(asked[::2], ["recipient", "supplier"]) == ["recipient", "supplier"]


def test_a_state_through_which_goods_pass_takes_no_part():
    chile = Party("Chile", 30, 35, "Chile", "country", "CHL")
    asked = [(PERU, "recipient"), (SPAIN, "supplier"), (chile, "broker")]
    assert brokered(asked, ["recipient", "supplier", "supplier"]) == ["recipient", "supplier", "none"]


def test_through_whom_its_own_state_sells_takes_no_part_beside_it():
    firm = Party("Vega Naval", 30, 40, "Vega Naval", "company", "ESP")
    asked = [(PERU, "recipient"), (SPAIN, "supplier"), (firm, "broker")]
    assert brokered(asked, ["recipient", "supplier", "supplier"]) == ["recipient", "supplier", "none"]
