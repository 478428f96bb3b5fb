import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to, is_empty

from schemas.records import DeadLetter, Document
from transforms.split import SplitParagraphs, split_paragraphs

TEXT = """\
Ruritania orders two ferries from Freedonia

By Jane Doe

(Source: Harbour News; issued May 2, 2019)

Ruritania has ordered two ferries from a yard in Freedonia, the harbour board said, and will pay for them in salt.
"""
DOCUMENT = Document("d", "c", "a.txt", TEXT, format="text", encoding="utf-8", bytes=len(TEXT))
SAID: dict[str, Any] = {
    "title": "T",
    "source": "S",
    "author": "A",
    "published": datetime.date(2020, 1, 1),
    "published_origin": "metadata",
}


def check(
    document: Document, documents: Callable[[Any], None], dead_letters: Callable[[Any], None], **options: int
) -> None:
    """Run the transform on one document and match what comes out."""
    with beam.Pipeline(FnApiRunner()) as pipeline:
        result = pipeline | beam.Create([document]) | SplitParagraphs(**options)
        assert_that(result.documents, documents, label="documents")
        assert_that(result.dead_letters, dead_letters, label="dead letters")


def test_a_document_gets_its_paragraphs_and_what_it_states():
    expected = dataclasses.replace(
        DOCUMENT,
        paragraphs=split_paragraphs(TEXT),
        title="Ruritania orders two ferries from Freedonia",
        author="Jane Doe",
        source="Harbour News",
        published=datetime.date(2019, 5, 2),
        published_origin="text",
    )
    check(DOCUMENT, equal_to([_listed(expected)], equals_fn=_same), is_empty())


def test_what_the_source_has_said_stands():
    said = dataclasses.replace(DOCUMENT, **SAID)
    expected = dataclasses.replace(said, paragraphs=split_paragraphs(TEXT))
    check(said, equal_to([expected], equals_fn=_same), is_empty())


def test_too_many_paragraphs_are_a_dead_letter():
    letter = DeadLetter(
        uri="a.txt",
        part=None,
        stage="split",
        reason="too_many_paragraphs",
        detail="4 paragraphs, more than --max-paragraphs 3",
        bytes=len(TEXT),
        commit_id=None,
        seen=None,
    )
    check(DOCUMENT, is_empty(), equal_to([letter]), max_paragraphs=3)


def test_text_without_paragraphs_passes():
    document = dataclasses.replace(DOCUMENT, text=" \n")
    check(document, equal_to([document], equals_fn=_same), is_empty())


def test_a_senseless_limit_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        SplitParagraphs(max_paragraphs=0)


def _same(expected: Document, actual: Document) -> bool:
    return _listed(expected) == _listed(actual)


def _listed(document: Document) -> Document:
    """Return the document with a list of paragraphs: Beam's coder makes no difference between sequences."""
    return dataclasses.replace(document, paragraphs=list(document.paragraphs))
