"""Annotated documents are read as the pipeline reads them."""

import pathlib

from pipeline.annotated import annotated_documents, annotated_names

_SAMPLES = pathlib.Path(__file__).parents[2] / "samples"


def test_the_names_of_a_file_of_annotations_are_those_of_its_documents() -> None:
    annotations = _SAMPLES / "annotations.yaml"
    documents = list(annotated_documents([(annotations, _SAMPLES)]))
    assert annotated_names(annotations) == {d.name for d in documents}
    assert documents


def test_an_annotated_document_has_its_paragraphs_and_records() -> None:
    for one in annotated_documents([(_SAMPLES / "annotations.yaml", _SAMPLES)]):
        assert one.document.paragraphs
        assert all(one.document.text[start:end].strip() for record in one.records for start, end in record["spans"])
