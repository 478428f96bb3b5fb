"""The extractor, a parser and the ontology, loaded once; sentences in these tests are the project's own."""

import datetime

import pytest
import spacy

from schemas.identity import content_id, doc_id
from schemas.ontology import load_ontology
from schemas.records import Document
from transforms.extract.interface import ExtractorOptions
from transforms.extract.items import ItemReader
from transforms.extract.load import load_extractor
from transforms.split import split_paragraphs


@pytest.fixture(scope="session")
def extractor():
    return load_extractor(ExtractorOptions())


@pytest.fixture(scope="session")
def document_of():
    """Make a document of a text."""

    def make(text, published=datetime.date(2024, 5, 17)):
        return Document(
            doc_id=doc_id("file:///test.txt"),
            content_id=content_id(text),
            uri="test.txt",
            text=text,
            format="text",
            encoding="utf-8",
            bytes=len(text.encode()),
            published=published,
            paragraphs=tuple(split_paragraphs(text)),
        )

    return make


@pytest.fixture(scope="session")
def read(extractor, document_of):
    """Return the mentions of a text."""

    def extract(text, **options):
        return list(extractor.extract(document_of(text, **options)).mentions)

    return extract


@pytest.fixture(scope="session")
def ontology():
    return load_ontology()


@pytest.fixture(scope="session")
def parse():
    return spacy.load(ExtractorOptions().model, exclude=["ner"])


@pytest.fixture
def items_of(parse, ontology):
    """Read the items of the phrase headed by the last word of a sentence that is `word`."""

    def call(text, word):
        doc = parse(text)
        reader = ItemReader(doc[:], 0, ontology)
        token = [t for t in doc if t.text == word][-1]
        return [(t.item.text, t.item.quantity, t.item.unit) for t in reader.read_all(token)]

    return call
