"""Annotated documents are read as the pipeline reads them, and the project's own keep to the guide's vocabulary."""

import collections
import pathlib

import pycountry
import pytest

from pipeline.annotated import Annotated, annotated_documents, annotated_names
from schemas.codes import EVENT_TYPES, REALIS, ROLES, SECTORS, STATUSES
from schemas.lexicon import country_names, rows

_ROOT = pathlib.Path(__file__).parents[2]
_SAMPLES = _ROOT / "samples"
_FOLDERS = [_SAMPLES, *sorted(p.parent for p in (_ROOT / "annotated").glob("*/annotations.yaml"))]
_FIELDS = {
    "q", "t", "class", "type", "sector", "status", "realis", "parties", "items", "value", "date", "event", "optional",
    "spans",
}  # fmt: skip


@pytest.fixture(params=_FOLDERS, ids=[p.name for p in _FOLDERS], scope="module")
def folder(request: pytest.FixtureRequest) -> pathlib.Path:
    path: pathlib.Path = request.param
    return path


@pytest.fixture(scope="module")
def documents(folder: pathlib.Path) -> list[Annotated]:
    return list(annotated_documents([(folder / "annotations.yaml", folder)]))


def test_every_document_of_a_folder_is_annotated(folder: pathlib.Path, documents: list[Annotated]) -> None:
    assert documents
    assert annotated_names(folder / "annotations.yaml") == {d.name for d in documents}
    assert {p.name for p in folder.glob("*.txt")} == {d.name for d in documents}


def test_an_annotated_document_has_its_paragraphs_and_records(documents: list[Annotated]) -> None:
    for one in documents:
        assert one.document.paragraphs
        assert all(one.document.text[start:end].strip() for record in one.records for start, end in record["spans"])


def test_records_use_the_codes_of_the_dataset(documents: list[Annotated]) -> None:
    for record in (r for d in documents for r in d.records):
        assert set(record) <= _FIELDS, record["q"]
        assert record["type"] in EVENT_TYPES[record["class"]], record["q"]
        assert (record["sector"] in SECTORS, record["status"] in STATUSES, record["realis"] in REALIS) == (
            True,
            True,
            True,
        ), record["q"]
        assert {role for role, _, _ in record["parties"]} <= set(ROLES), record["q"]
        assert record["event"], record["q"]


def test_parties_have_known_codes(documents: list[Annotated]) -> None:
    bodies = {row[column] for row in rows("bodies.csv") for column in ("acronym", "code")}
    known = {"", *(country.alpha_3 for country in pycountry.countries), *country_names(), *bodies}
    codes = {code for d in documents for record in d.records for _, _, code in record["parties"]}
    assert codes <= known, sorted(codes - known)


def test_parties_and_items_are_in_the_words_of_the_document(folder: pathlib.Path, documents: list[Annotated]) -> None:
    if folder == _SAMPLES:
        pytest.skip("the samples resolve names, as the guide does")
    for one in documents:
        for record in one.records:
            named = [name for _, name, _ in record["parties"]] + [item[0] for item in record.get("items") or ()]
            assert all(str(name) in one.document.text for name in named), record["q"]


def test_no_two_documents_have_the_same_name() -> None:
    names = collections.Counter(n for f in _FOLDERS for n in annotated_names(f / "annotations.yaml"))
    assert max(names.values()) == 1
