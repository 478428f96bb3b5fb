"""A parser and the ontology, loaded once; sentences in these tests are the project's own."""

import pytest
import spacy

from schemas.ontology import load_ontology
from transforms.extract.interface import ExtractorOptions
from transforms.extract.items import ItemReader


@pytest.fixture(scope="session")
def ontology():
    return load_ontology()


@pytest.fixture(scope="session")
def parse():
    return spacy.load(ExtractorOptions().model, exclude=["ner"])


@pytest.fixture
def read(parse, ontology):
    """Read the items of the phrase headed by the last word of a sentence that is `word`."""

    def call(text, word):
        doc = parse(text)
        reader = ItemReader(doc[:], 0, ontology)
        token = [t for t in doc if t.text == word][-1]
        return [(t.item.text, t.item.quantity, t.item.unit) for t in reader.read_all(token)]

    return call
