import pytest

from transforms.extract.triggers import find_triggers


@pytest.fixture(scope="module")
def lemmas(parse, ontology):
    """Return the lemmas of the candidates of a sentence."""

    def find(sentence):
        return [c.lemma for c in find_triggers(parse(sentence), ontology)]

    return find


def test_the_longest_phrase_wins(lemmas):
    assert "free trade agreement" in lemmas("Fiji and Tonga signed a free trade agreement.")
    assert "agreement" not in lemmas("Fiji and Tonga signed a free trade agreement.")


def test_a_particle_may_stand_a_little_further_on(lemmas):
    assert "hand over" in lemmas("The yard handed the ferry over on Friday.")


def test_a_noun_before_with_is_a_trigger_and_the_verb_is_none(lemmas):
    assert "deal" in lemmas("Tonga reached a deal with Fiji.")
    assert "deal" not in lemmas("Tonga has to deal with the storm.")


@pytest.mark.parametrize(
    "sentence", ["They sang to restore order.", "The stock exchange closed early.", "He made a great deal of noise."]
)
def test_words_in_another_sense_are_left_out(lemmas, sentence):
    assert not {"order", "exchange", "deal"} & set(lemmas(sentence))


def test_candidates_stand_in_order(parse, ontology):
    found = find_triggers(parse("Fiji bought two ferries and leased a dock to Tonga."), ontology)
    assert [c.first for c in found] == sorted(c.first for c in found)
    assert all(c.verb == (c.head.pos_ == "VERB") for c in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "A court in Lima ordered the retrial of a trader.",
        "The envoy was ordered home by a judge.",
        "The ministry ordered the closure of two mines.",
        "The general ordered him to leave.",
    ],
)
def test_whoever_gives_a_command_buys_nothing(lemmas, sentence):
    assert "order" not in lemmas(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Peru ordered two ferries to replace an older one.", "The police force ordered ten drones."],
)
def test_goods_that_are_to_serve_a_purpose_are_ordered(lemmas, sentence):
    assert "order" in lemmas(sentence)
