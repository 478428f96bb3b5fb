import pytest

from transforms.extract.stages import genre, governors_of, signs, status_and_realis, verb_form


@pytest.fixture(scope="module")
def token(parse):
    """Return the token of a sentence with this text."""

    def find(sentence, word):
        return next(t for t in parse(sentence) if t.text == word)

    return find


@pytest.mark.parametrize(
    ("sentence", "verb", "form"),
    [
        ("Norway sold two ferries to Chile.", "sold", "past"),
        ("Norway has sold two ferries to Chile.", "sold", "perfect"),
        ("Norway had sold two ferries to Chile.", "sold", "pluperfect"),
        ("Norway will sell two ferries to Chile.", "sell", "future"),
        ("Norway is going to sell two ferries to Chile.", "sell", "going_to"),
        ("Norway could sell two ferries to Chile.", "sell", "would"),
        ("Norway should sell two ferries to Chile.", "sell", "should"),
        ("Norway wants to sell two ferries to Chile.", "sell", "infinitive"),
        ("Norway is selling two ferries to Chile.", "selling", "progressive"),
        ("Norway was selling two ferries to Chile.", "selling", "past_progressive"),
        ("Two ferries were sold to Chile.", "sold", "past_passive"),
        ("Two ferries are sold to Chile every year.", "sold", "passive"),
        ("Two ferries have been sold to Chile.", "sold", "perfect_passive"),
        ("The ministers will meet in May and sign a pact.", "sign", "future"),
    ],
)
def test_a_verb_has_the_form_of_its_auxiliaries(token, sentence, verb, form):
    assert verb_form(token(sentence, verb)) == form


def test_a_word_above_counts_by_its_class_as_well(token, ontology):
    head = token("Peru plans to buy six trams from Spain.", "buy")
    found = signs(head, None, [], ontology)
    assert "above=plan" in found
    assert "plan@above" in found
    assert "nearest=plan" in found
    assert "says=plan/present" in found
    assert {"form=infinitive", "top=present"} <= set(found)


def test_the_outermost_trigger_has_signs_of_its_own(token, ontology):
    doc = token("Peru signed a contract to buy six trams.", "buy").doc
    by_text = {t.text: t for t in doc}
    found = signs(by_text["buy"], None, [by_text["contract"]], ontology)
    assert "outer=past" in found
    assert "sign@group" in found


def test_purpose_is_followed_only_on_request(token, ontology):
    head = token("The army hired Acme to supply tents.", "supply")
    assert {t.text for t in governors_of(head, ontology)} <= {
        t.text for t in governors_of(head, ontology, purposes=True)
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Readout of the call between the two ministers\n\nThey agreed to meet.", "readout"),
        ("Joint Statement of Ruritania and Sylvania\n\nWe resolve to trade.", "joint_statement"),
        ("A ferry line opens\n\nThe line starts on Monday.", "news"),
    ],
)
def test_the_beginning_tells_the_kind_of_document(text, kind, ontology):
    assert genre(text, ontology) == kind


@pytest.mark.parametrize(
    ("sentence", "word", "event_type", "expected"),
    [
        ("Peru ordered six trams from Spain.", "ordered", "deal/sale", ("agreed", "asserted")),
        ("Peru plans to buy six trams from Spain.", "buy", "deal/sale", ("proposed", "asserted")),
        ("Peru could buy six trams from Spain.", "buy", "deal/sale", ("proposed", "hypothetical")),
        ("Peru and Spain will meet in Lima.", "meet", "cooperation/dialogue", ("proposed", "asserted")),
        ("Peru did not buy the trams.", "buy", "deal/sale", ("rejected", "negated")),
    ],
)
def test_rules_know_stage_and_standing(token, ontology, sentence, word, event_type, expected):
    head = token(sentence, word)
    assert status_and_realis(head, governors_of(head, ontology), event_type, ontology) == expected
