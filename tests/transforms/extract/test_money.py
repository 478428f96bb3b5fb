import pytest

from transforms.extract.money import find_money


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


def test_a_conversion_in_brackets_is_marked():
    assert [(m.currency, m.bracketed) for m in find_money("75 million zloty ($20 million)")] == [
        ("PLN", False),
        ("USD", True),
    ]
