import pytest
import spacy
from spacy.tokens import Doc

from transforms.extract import parse, retag
from transforms.extract.interface import ExtractorOptions
from transforms.extract.parse import Parser

SENTENCES = (
    "Norway sold five frigates to Chile in May, its defence ministry said.",
    "There were talks, and there was no deal.",
    "Ain't it gonna rain? Let's go, y'all, they've gotta see it.",
    "  The   firm's best-known product -- a $90m jet -- was cancelled.",
    "They said that it's been sold.",
)


def described(doc):
    return [(t.text, t.idx, t.pos_, t.tag_, t.dep_, t.lemma_, str(t.morph), t.head.i) for t in doc]


@pytest.fixture(scope="module")
def parser():
    return Parser(ExtractorOptions.model)


@pytest.fixture(scope="module")
def plain():
    """The same model as spaCy runs it."""
    nlp = spacy.load(ExtractorOptions.model, exclude=["ner", "senter"])
    return [described(doc) for doc in nlp.pipe(SENTENCES)]


def parsed(parser):
    with parser.zone():
        return [described(doc) for doc in parser.parse(SENTENCES)]


def test_a_parse_is_that_of_the_plain_model(parser, plain):
    assert parsed(parser) == plain


def test_an_object_is_a_noun_whatever_the_tagger_says(parser):
    with parser.zone():
        (doc,) = parser.parse(["India signs missile deal with Israel."])
    assert [(t.tag_, t.pos_, t.lemma_) for t in doc if t.text == "deal"] == [("NN", "NOUN", "deal")]


@pytest.mark.parametrize(
    ("relations", "tag"),
    [(("ROOT", "dobj", "prep"), "NN"), (("ROOT", "dobj", "dobj"), "VBP"), (("ROOT", "ccomp", "prep"), "VBP")],
)
def test_a_tag_gives_way_to_a_relation_that_verbs_do_not_have(parser, relations, tag):
    doc = Doc(
        parser.nlp.vocab, ["sign", "deal", "with"], heads=[0, 0, 1], deps=list(relations), tags=["VB", "VBP", "IN"]
    )
    assert [t.tag_ for t in retag.nominal_tags(doc)] == ["VB", tag, "IN"]


def test_words_seen_before_are_read_alike(parser, plain):
    assert [parsed(parser), parsed(parser)] == [plain, plain]


def test_a_parse_is_the_same_in_any_zone(plain, monkeypatch):
    monkeypatch.setattr(parse, "_COMMON", 2)
    monkeypatch.setattr(parse, "_ZONE", 7)
    parser = Parser(ExtractorOptions.model)
    assert [parsed(parser) for _ in range(5)] == [plain] * 5


def test_words_of_later_documents_are_given_back(monkeypatch):
    monkeypatch.setattr(parse, "_COMMON", 1)
    monkeypatch.setattr(parse, "_ZONE", 1)
    parser = Parser(ExtractorOptions.model)
    for number in range(5):
        with parser.zone():
            list(parser.parse([f"The word unheard{number} is new."]))
    kept = [number for number in range(5) if f"unheard{number}" in parser.nlp.vocab.strings]
    assert kept == [0, 4]  # of the first sentences, and of those that are worked on


def test_rules_that_look_at_other_attributes_are_left_to_spacy():
    alone = [{"patterns": [[{"TAG": "NN", "LOWER": "sale"}]], "attrs": {"POS": "NOUN"}, "index": 0}]
    joined = [{"patterns": [[{"LOWER": {"REGEX": "^y"}}, {"LOWER": {"IN": ["all", "both"]}}]], "attrs": {}, "index": 0}]
    shape = [{"patterns": [[{"SHAPE": "dd"}]], "attrs": {"POS": "NUM"}, "index": 0}]
    assert parse._marks(alone) == set()
    assert parse._marks([*alone, *joined]) == {"all", "both"}
    assert parse._marks([*alone, *shape]) is None
