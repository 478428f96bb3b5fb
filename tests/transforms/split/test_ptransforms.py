import dataclasses
import datetime

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import DeadLetter, Document
from transforms.split import SplitParagraphs, split_paragraphs

TEXT = """\
Ruritania orders two ferries from Freedonia

By Jane Doe

(Source: Harbour News; issued May 2, 2019)

Ruritania has ordered two ferries from a yard in Freedonia, the harbour board said, and will pay for them in salt.
"""
DOCUMENT = Document("d", "c", "a.txt", TEXT, format="text", encoding="utf-8", bytes=len(TEXT))


def split(document: Document, **options: int) -> tuple[list[Document], list[DeadLetter]]:
    """Run the transform on one document and return what came out."""
    documents: list[Document] = []
    dead_letters: list[DeadLetter] = []
    with beam.Pipeline(FnApiRunner()) as pipeline:
        result = pipeline | beam.Create([document]) | SplitParagraphs(**options)
        for output, into in ((result.documents, documents), (result.dead_letters, dead_letters)):
            assert_that(output, into.extend, label=str(id(into)))
    return documents, dead_letters


def test_a_document_gets_its_paragraphs_and_what_it_states():
    (document,), dead_letters = split(DOCUMENT)
    assert dead_letters == []
    assert list(document.paragraphs) == split_paragraphs(TEXT)
    assert document.title == "Ruritania orders two ferries from Freedonia"
    assert (document.author, document.source) == ("Jane Doe", "Harbour News")
    assert (document.published, document.published_origin) == (datetime.date(2019, 5, 2), "text")


def test_what_the_source_has_said_stands():
    given = dataclasses.replace(
        DOCUMENT, title="T", source="S", author="A", published=datetime.date(2020, 1, 1), published_origin="metadata"
    )
    (document,), _ = split(given)
    assert dataclasses.replace(document, paragraphs=()) == given


def test_too_many_paragraphs_are_a_dead_letter():
    documents, (letter,) = split(DOCUMENT, max_paragraphs=3)
    assert documents == []
    assert (letter.uri, letter.part, letter.stage, letter.reason) == ("a.txt", None, "split", "too_many_paragraphs")
    assert letter.detail == "4 paragraphs, more than --max-paragraphs 3"


def test_text_without_paragraphs_passes():
    (document,), _ = split(dataclasses.replace(DOCUMENT, text=" \n"))
    assert list(document.paragraphs) == []


def test_a_senseless_limit_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        SplitParagraphs(max_paragraphs=0)


def test_records_are_not_pickled_between_stages():
    with beam.Pipeline(FnApiRunner()) as pipeline:
        result = pipeline | beam.Create([DOCUMENT]) | SplitParagraphs()
        titles = result.documents | beam.Reshuffle() | beam.Map(lambda document: document.title)
        assert_that(titles, equal_to(["Ruritania orders two ferries from Freedonia"]))
