"""Reads annotated documents as the pipeline reads them, for fitting and training."""

import argparse
import dataclasses
import datetime
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.evaluate import read_annotations
from schemas.identity import content_id, doc_id
from schemas.records import DeadLetter, Document, Source
from schemas.yamls import load_yaml
from transforms.read import ReadLimits
from transforms.read.reader import read_document
from transforms.split.paragraphs import split_paragraphs
from transforms.split.ptransforms import describe_document


@dataclasses.dataclass(frozen=True)
class Annotated:
    """A document whose paragraphs are split, with its annotated records."""

    name: str
    document: Document
    records: Sequence[Mapping[str, Any]]


def annotated_documents(pairs: Sequence[tuple[pathlib.Path, pathlib.Path]]) -> Iterator[Annotated]:
    """Yield the documents of (annotations, folder of documents) pairs.

    Raises:
        AnnotationError: If an annotation does not fit its document.
        ValueError: If a document cannot be read.
    """
    for annotations, folder in pairs:
        records = read_annotations(annotations, folder)
        for entry in load_yaml(annotations.read_text("utf-8")):
            day = entry.get("published") or None
            published = datetime.date.fromisoformat(str(day)) if day else None
            yield Annotated(entry["doc"], read_plain(folder / entry["doc"], published), records[entry["doc"]])


def annotated_names(annotations: pathlib.Path) -> frozenset[str]:
    """Return the names of the documents that a file annotates."""
    return frozenset(entry["doc"] for entry in load_yaml(annotations.read_text("utf-8")))


def add_teaching(parser: argparse.ArgumentParser) -> None:
    """Add the option that names documents to fit to, but not to measure on."""
    parser.add_argument(
        "--teach",
        nargs=2,
        action="append",
        default=[],
        type=pathlib.Path,
        metavar=("ANNOTATIONS", "DOCS"),
        help="annotated documents to fit to, but not to measure on",
    )


def plain_document(name: str, text: str, published: datetime.date | None) -> Document:
    """Return a text as a document whose paragraphs are split."""
    size = len(text.encode())
    document = Document(doc_id(name), content_id(text), name, text, "text", "utf-8", size, published=published)
    return describe_document(document, split_paragraphs(text))


def read_plain(path: pathlib.Path, published: datetime.date | None) -> Document:
    """Return a text file as a document whose paragraphs are split.

    Raises:
        ValueError: If it cannot be read.
    """
    document = read_document(Source(uri=str(path), path=str(path), published=published), ReadLimits())
    if isinstance(document, DeadLetter):
        raise ValueError(f"{path}: {document.reason}: {document.detail}")  # noqa: TRY004 - it is the file that is wrong
    return describe_document(document, split_paragraphs(document.text))
