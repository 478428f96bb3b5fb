import dataclasses

import pytest

from transforms.extract.argue import Argument, Judge
from transforms.extract.context import Party
from transforms.extract.weights import Weights

PERU = Party("Peru", 0, 4, "Peru", "country", "PER")
SPAIN = Party("Spain", 9, 14, "Spain", "country", "ESP")
WEIGHTS = Weights(
    arguments={
        "party": {"none": {}, "supplier": {"sells": 4.0}, "recipient": {"buys": 4.0}, "party": {"joins": 4.0}},
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


def test_who_is_likelier_nobody_takes_no_part():
    assert cast([argument(PERU, "buys"), argument(SPAIN)]) == [("recipient", "PER")]


def test_where_nobody_gives_or_gets_there_are_parties_alone():
    assert cast([argument(PERU, "buys", "joins"), argument(SPAIN, "sells")], directed=False) == [("party", "PER")]


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
