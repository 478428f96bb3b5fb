import pytest

from transforms.extract.numbers import find_numbers, word_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 trams", 12),
        ("1,250 crates", 1250),
        ("2,50,000 doses", 250000),
        ("3.5 million doses", 3.5e6),
        ("258.6 million doses", 258_600_000),  # and no 258,600,000.00000003
        ("a dozen barges", 12),
        ("half a dozen barges", 6),
        ("a pair of ferries", 2),
        ("a single ferry", 1),
        ("two hundred and fifty buses", 250),
        ("twenty-one wagons", 21),
        ("4 lakh tonnes", 4e5),
    ],
)
def test_a_count_has_a_value(text, value):
    assert [n.value for n in find_numbers(text)] == [value]


@pytest.mark.parametrize(
    "text", ["a Tern-7 glider", "the 45,000-ton hull", "version 3.1.4", "an 8x8 lorry", "155mm shells"]
)
def test_figures_inside_a_name_or_a_measure_are_no_counts(text):
    assert find_numbers(text) == []


def test_figures_are_told_from_words():
    assert [n.digits for n in find_numbers("7 boats and seven crews")] == [True, False]


def test_words_that_are_no_number_have_no_value():
    assert word_value("several") is None
