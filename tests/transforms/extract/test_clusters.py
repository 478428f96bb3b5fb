import pytest

from transforms.extract.clusters import group, heard
from transforms.extract.context import DocumentContext
from transforms.extract.drafts import DraftReader
from transforms.extract.items import ItemReader
from transforms.extract.parties import PartyFinder
from transforms.extract.triggers import find_triggers

SIGNED = "Peru signed a contract to buy six helicopters from Spain."


@pytest.fixture(scope="module")
def drafts(parse, ontology):
    """Return the drafts of each event of a sentence, the leading one first."""

    def read(sentence):
        doc = parse(sentence)
        context = DocumentContext(sentence, [(0, len(sentence))], None)
        finder = PartyFinder(context, 0, len(sentence), ontology.triggers)
        reader = DraftReader(finder, ItemReader(doc[:], 0, ontology, []), ontology, [])
        return group([reader.read(c) for c in find_triggers(doc, ontology)], ontology.types)

    return read


@pytest.fixture(scope="module")
def groups(drafts):
    """Return their lemmas."""
    return lambda sentence: lemmas(drafts(sentence))


def lemmas(groups):
    return [[draft.candidate.lemma for draft in group] for group in groups]


def hearing(**said):
    """Make a reader that hears some lemmas as triggers of a type."""
    return lambda draft: said.get(draft.candidate.lemma, ("deal/sale", -9.0))


@pytest.mark.parametrize("loudest", ["contract", "buy"])
def test_the_word_that_the_reader_hears_loudest_leads(drafts, loudest):
    (only,) = heard(drafts(SIGNED), hearing(**{"sign": ("deal/sale", 0.5), loudest: ("deal/sale", 2.0)}))
    assert only[0].candidate.lemma == loudest


@pytest.mark.parametrize(
    "sentence", ["Peru signed an arms deal with Spain.", "An arms deal was signed by Peru and Spain."]
)
def test_a_verb_that_only_carries_a_noun_never_leads_it(drafts, sentence):
    hear = hearing(**{"sign": ("cooperation/agreement", 5.0), "arms deal": ("cooperation/agreement", 2.0)})
    (only,) = heard(drafts(sentence), hear)
    assert only[0].candidate.lemma == "arms deal"


def test_without_a_word_that_the_reader_hears_grammar_decides(drafts):
    assert lemmas(heard(drafts(SIGNED), hearing())) == lemmas(drafts(SIGNED))


@pytest.mark.parametrize(("odds", "events"), [(5.0, 2), (1.0, 1)])
def test_words_that_are_surely_of_another_type_are_an_event_of_their_own(drafts, odds, events):
    hear = hearing(contract=("cooperation/agreement", odds), buy=("deal/sale", 6.0))
    assert len(heard(drafts(SIGNED), hear)) == events


@pytest.mark.parametrize("contract", ["a contract for the supply of gas", "a supply contract for gas"])
def test_what_a_contract_is_about_is_no_event_of_its_own(drafts, contract):
    hear = hearing(contract=("deal/contract", 5.0), supply=("deal/supply", 6.0), sign=("deal/contract", 5.0))
    assert len(heard(drafts(f"Peru and Chile signed {contract}."), hear)) == 1


def test_words_that_hang_on_each_other_report_one_event(groups):
    (only,) = groups("Peru signed a contract to buy six helicopters from Spain.")
    assert {"contract", "buy"} <= set(only)


def test_two_verbs_side_by_side_report_two(groups):
    assert len(groups("Peru bought six helicopters from Spain and sold two frigates to Chile.")) == 2


def test_a_plain_word_leads_a_vague_one(groups):
    found = groups("The Spanish minister met the Peruvian minister to discuss an effort of both countries.")
    assert found[0][0] == "meet"


def test_what_happens_during_another_event_is_its_own(groups):
    found = groups("Spain sold helicopters to Peru during a summit in Lima.")
    assert [lemmas[0] for lemmas in found] == ["sell", "summit"]


def test_goods_that_flow_are_more_special_than_working_together(ontology):
    ranks = {
        name: ontology.types[name].rank for name in ("deal/supply", "cooperation/agreement", "cooperation/general")
    }
    assert sorted(ranks, key=lambda name: -ranks[name]) == list(ranks)
