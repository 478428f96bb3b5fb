import pytest

from transforms.extract.drafts import support_verb
from transforms.extract.endings import ending


@pytest.fixture(scope="module")
def said(parse, ontology):
    """Return how the event of a trigger word in a sentence has plainly ended, if it says so."""

    def find(sentence, word):
        head = next(t for t in parse(sentence) if t.text == word)
        return ending(head, support_verb(head, ontology) if head.pos_ == "NOUN" else None, ontology)

    return find


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("Peru has refused to sell copper to Bolivia.", "sell", ("rejected", "asserted")),
        ("Peru declined to meet the envoy of Bolivia.", "meet", ("rejected", "asserted")),
        ("Norway rejected an offer by Chile to hold talks on salmon.", "talks", ("rejected", "asserted")),
        ("Fiji has suspended military aid to Tonga.", "aid", ("suspended", "asserted")),
        ("Fiji reduced food supplies to Tonga in March.", "supplies", ("suspended", "asserted")),
        ("Oslo announced a suspension of aid to the island.", "aid", ("suspended", "asserted")),
        ("The visit was cancelled by the minister.", "visit", ("cancelled", "asserted")),
        ("Kenya called off the summit with Benin.", "summit", ("cancelled", "asserted")),
        ("Peru and Chile failed to reach an agreement on fishing.", "agreement", ("rejected", "negated")),
        ("Chile failed to buy the ferries.", "buy", ("rejected", "negated")),
    ],
)
def test_a_word_that_means_nothing_else_settles_the_stage(said, sentence, word, expected):
    assert said(sentence, word) == expected


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("Peru and Chile signed an agreement on fishing.", "agreement"),
        ("Fiji did not suspend aid to Tonga.", "aid"),
        ("Fiji may suspend aid to Tonga.", "aid"),
        ("If Kenya cancelled the summit, Benin would protest.", "summit"),
        ("Peru wants to cancel the contract.", "contract"),
        ("The minister held talks after Chile rejected the budget.", "talks"),
        ("Peru and Chile have so far failed to reach an agreement.", "agreement"),
        ("Norway offered to sell two ferries to Chile.", "sell"),
    ],
)
def test_what_is_open_or_denied_is_left_to_be_weighed(said, sentence, word):
    assert said(sentence, word) is None


def test_a_refusal_reaches_the_row(read):
    (mention,) = read("The president of Chile refused to meet the president of Peru on Monday.")
    assert mention.status == "rejected"
