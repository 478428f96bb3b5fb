"""Fits the weights of the extractor again, from annotated documents.

    python -m pipeline.refit ANNOTATIONS DOCS [ANNOTATIONS DOCS ...]

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents. Writes
`schemas/data/ontology/weights.json` and prints the figures of the cross-validation over documents.
"""

import argparse
import datetime
import pathlib
import sys
from collections.abc import Iterator

import yaml

from pipeline.evaluate import read_annotations
from pipeline.fit import Example, fit, gather, save
from schemas.records import DeadLetter, Document, Source
from transforms.extract.interface import ExtractorOptions
from transforms.extract.rules import RuleExtractor
from transforms.read import ReadLimits
from transforms.read.reader import read_document
from transforms.split.paragraphs import split_paragraphs
from transforms.split.ptransforms import describe_document


def main(argv: list[str] | None = None) -> int:
    """Fit, save and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    paths = parser.parse_args(argv).paths
    if len(paths) % 2:
        parser.error("name annotations and documents in pairs")
    extractor = RuleExtractor(ExtractorOptions(), fitted=False)
    examples: list[Example] = []
    records = 0
    for annotations, folder in zip(paths[::2], paths[1::2], strict=True):
        gold = read_annotations(annotations, folder)
        records += sum(not record.get("optional") for found in gold.values() for record in found)
        for document in read_documents(annotations, folder):
            name = pathlib.Path(document.uri).name
            examples += gather(name, extractor.extract(document).decisions, gold[name])
    result = fit(examples, records)
    save(result)
    figures = {"detect": result.f1, "reachable": result.reachable, **result.accuracy}
    print("cross-validated: " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    return 0


def read_documents(annotations: pathlib.Path, folder: pathlib.Path) -> Iterator[Document]:
    """Yield the annotated documents, split, with their days of publication."""
    for entry in yaml.safe_load(annotations.read_text("utf-8")):
        path = str(folder / entry["doc"])
        day = entry.get("published") or None
        published = datetime.date.fromisoformat(str(day)) if day else None
        document = read_document(Source(uri=path, path=path, published=published), ReadLimits())
        if isinstance(document, DeadLetter):
            raise SystemExit(f"{path}: {document.reason}: {document.detail}")
        yield describe_document(document, split_paragraphs(document.text))


if __name__ == "__main__":
    sys.exit(main())
