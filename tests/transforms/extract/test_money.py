import pytest

from transforms.extract.money import find_money, local_dollar


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("a price of $40 million", 4e7, "USD"),
        ("a price of €1.2bn", 1.2e9, "EUR"),
        ("a price of A$35m", 3.5e7, "AUD"),
        ("a price of 700 million Swiss francs", 7e8, "CHF"),
        ("a price of Rs 300 crore", 3e9, "INR"),
        ("a price of P18 billion", 1.8e10, "PHP"),
        ("a price of R90 million", 9e7, "ZAR"),
        ("a price of 45 million soles", 4.5e7, "PEN"),
        ("a price of half a billion dollars", 5e8, "USD"),
        ("a $40-million price", 4e7, "USD"),
    ],
)
def test_a_sum_has_an_amount_and_a_currency(text, amount, currency):
    assert [(m.amount, m.currency) for m in find_money(text)] == [(amount, currency)]


@pytest.mark.parametrize("text", ["a P-3 patrol plane", "the P8 mission", "route R12", "N4 motorway", "90 cranes"])
def test_letters_before_figures_are_not_always_money(text):
    assert find_money(text) == []


@pytest.mark.parametrize(
    ("countries", "currency"), [(["JOR"], "JOD"), (["FRA", "SRB"], "RSD"), (["KWT", "JOR"], "KWD")]
)
def test_the_country_named_tells_currencies_of_one_name_apart(countries, currency):
    assert [m.currency for m in find_money("worth 3 million dinars", countries)] == [currency]


def test_the_larger_end_of_a_range_is_the_amount():
    (money,) = find_money("between $2 and $3 billion")
    assert (money.amount, money.qualifier) == (3e9, "range")


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("up to $5 million", "at_most"),
        ("more than $5 million", "at_least"),
        ("about $5 million", "about"),
        ("for $5 million", "exact"),
    ],
)
def test_bounds_are_kept_as_a_qualifier(text, qualifier):
    assert [m.qualifier for m in find_money(text)] == [qualifier]


@pytest.mark.parametrize(
    "text", ["$4 a share", "a $4-a-share offer", "$90 a barrel", "$2 million each", "$70 per unit"]
)
def test_the_price_of_one_is_marked(text):
    assert [m.each for m in find_money(text)] == [True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("75 million zloty ($20 million)", [["PLN", "USD"]]),
        ("£3bn ($4.5bn; 3.9bn euros) in cash", [["GBP", "USD", "EUR"]]),
        ("about 90m kuna (some $45m) and £2m", [["HRK", "USD"], ["GBP"]]),
        ("$30 million ($5 million a year)", [["USD"], ["USD"]]),
        ("$30 million, and later (in May) 5 million euros", [["USD"], ["EUR"]]),
    ],
)
def test_conversions_in_brackets_belong_to_their_sum(text, said):
    assert [[one.currency for one in m.said] for m in find_money(text)] == said


@pytest.mark.parametrize(
    ("text", "found"), [("a 7 billion pound offer", [7e9]), ("a 7 pound hammer", []), ("for 92m kuna", [92e6])]
)
def test_some_names_are_money_after_large_sums_alone(text, found):
    assert [m.amount for m in find_money(text)] == found


@pytest.mark.parametrize(
    ("text", "named", "dollar"),
    [
        ("It will cost $5 million.", {"CAN": 8, "USA": 1}, "CAD"),
        ("It will cost $5 million.", {"CAN": 8, "USA": 5}, "USD"),
        ("It will cost $5 million, or C$6 million.", {"CAN": 8}, "USD"),
        ("It will cost $5 million.", {"PER": 8}, "USD"),
        ("It will cost $5 million.", {}, "USD"),
    ],
)
def test_a_bare_dollar_is_that_of_the_state_that_a_text_is_about(text, named, dollar):
    assert local_dollar(text, named) == dollar
    assert [m.currency for m in find_money("for $5 million", (), dollar)] == [dollar]
