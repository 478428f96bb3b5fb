import pytest

from transforms.extract.argue.nesting import nest_signs, nesting


@pytest.fixture(scope="session")
def signs(parse):
    """Return the signs of nouns of a sentence, each among those that are named."""

    def call(text, *nouns):
        heads = {t.text: t for t in parse(text) if t.text in nouns}
        nested = nesting(heads.values())
        return {noun: set(nest_signs(heads[noun], nested)) for noun in nouns}

    return call


def test_what_something_is_for_is_within_it(signs):
    found = signs("Spare parts for its tugs were bought.", "parts", "tugs")
    assert found["parts"] == {"inside=none", "around=for", "determiner=none"}
    assert found["tugs"] == {"inside=for", "around=none", "determiner=its"}


def test_members_of_a_list_hang_on_its_first(signs):
    found = signs("The navy ordered two tugs and a ferry.", "tugs", "ferry")
    assert "inside=conj" in found["ferry"]
    assert "around=conj" in found["tugs"]


def test_nouns_between_which_a_verb_stands_are_beside_each_other(signs):
    found = signs("The tugs were delivered to replace ferries.", "tugs", "ferries")
    assert {"inside=none", "around=none"} <= found["ferries"] & found["tugs"]
