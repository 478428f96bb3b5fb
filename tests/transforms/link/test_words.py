import pytest

from transforms.link.words import designations, stem, word


@pytest.mark.parametrize(("plural", "one"), [("S-400s", "S-400"), ("C-27Js", "C-27J"), ("Ka-52s", "Ka-52")])
def test_plurals_of_designations_are_the_designation(plural: str, one: str) -> None:
    assert stem(plural) == stem(one)
    assert designations(plural) == designations(one)


def test_a_letter_of_a_designation_is_no_plural() -> None:
    assert stem("Ka-52K") != stem("Ka-52")
    assert stem("E3S") != stem("E3")


def test_forms_of_a_word_share_their_stem() -> None:
    assert stem("frigates") == stem("Frigate")
    assert stem("glass") == "glass"


def test_a_number_counts_wherever_it_stands() -> None:
    assert word("400").number != -1
    assert word("ships").number == -1
