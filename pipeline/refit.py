"""Fits the weights of an extractor again, from annotated documents.

    python -m pipeline.refit [--extractor rules|both] [--readers FOLDER] [--stretches FILE] [--teach ANNOTATIONS DOCS]
        ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents. Writes
`schemas/data/ontology/weights_rules.json` or `weights_both.json` and prints the figures of the cross-validation over
documents. `both` needs, in FOLDER, readers that were trained without a part of the documents each (`make train` makes
one): a document is read by the one that has not seen it, and left out where all have. Articles whose deals are marked
(`pipeline.marked`) teach who takes which side; `--without` names those that are kept for measuring. Documents that were
written to teach (`--teach`, as often as needed) are no measure: figures and thresholds are those of the others.
"""

import argparse
import dataclasses
import functools
import itertools
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.annotated import Annotated, add_teaching, annotated_documents, annotated_names
from pipeline.calibration import expected_error, table
from pipeline.fit import FOLDS, Example, Fit, fit, fold_of, gather
from pipeline.fit_arguments import fit_arguments
from pipeline.marked import Marked, marked_articles, sided_deals
from pipeline.processes import on_all_processors
from transforms.extract.events import EventExtractor
from transforms.extract.interface import ExtractorOptions
from transforms.extract.reader.model import CARD, ReaderModel
from transforms.extract.weights import Weights, save, weights_file


def main(argv: list[str] | None = None) -> int:
    """Fit, save and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    parser.add_argument("--extractor", choices=("rules", "both"), default="rules")
    parser.add_argument("--readers", type=pathlib.Path, help="folder of readers that each left out some documents")
    parser.add_argument("--stretches", type=pathlib.Path, help="articles whose deals are marked (JSONL)")
    parser.add_argument("--without", type=pathlib.Path, help="annotations of documents that are never fitted to (YAML)")
    add_teaching(parser)
    parser.add_argument("--calibration", type=pathlib.Path, help="write the table of held-out confidences there")
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    if (args.extractor == "both") != (args.readers is not None):
        parser.error("--extractor both needs --readers, and rules take none")
    apart = annotated_names(args.without) if args.without else frozenset()
    pairs = list(zip(args.paths[::2], args.paths[1::2], strict=True))
    unseen = held_out(args.readers) if args.readers else {}
    if args.readers and not unseen:
        parser.error(f"{args.readers} holds no reader that left out documents; `python -m pipeline.training` makes one")

    def wanted(name: str) -> bool:
        return name not in apart and (args.extractor == "rules" or name in unseen)

    documents = [d for d in annotated_documents(pairs) if wanted(d.name)]
    teaching = [d for d in annotated_documents([(a, d) for a, d in args.teach]) if wanted(d.name)]
    marked = [a for a in marked_articles(args.stretches, apart) if wanted(a.name)] if args.stretches else []
    weights, result, figures = refit(documents, unseen, marked, teaching)
    save(weights, weights_file(args.extractor))
    kept = [p for p in result.probabilities if p[0] >= weights.threshold]
    figures["calibration error"] = expected_error(kept)
    if args.calibration:
        args.calibration.write_text(table(kept), "utf-8")
    print("cross-validated: " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    return 0


def refit(
    documents: Sequence[Annotated],
    readers: Mapping[str, pathlib.Path],
    marked: Sequence[Marked] = (),
    teaching: Sequence[Annotated] = (),
) -> tuple[Weights, Fit, dict[str, float]]:
    """Return the weights fitted to documents, the fit of events, and all figures of the cross-validation.

    Args:
        documents: Annotated documents.
        readers: By the name of every document and article, the folder of a reader that has not seen it; none for the
            rules by themselves.
        marked: Articles whose deals are marked.
        teaching: Annotated documents that are fitted to, but from which no figure and no threshold is taken.
    """
    records = [record for d in documents for record in d.records if not record.get("optional")]
    everything, unmeasured = [*documents, *teaching], frozenset(d.name for d in teaching)
    with on_all_processors(_Candidates, readers, [Weights()] * FOLDS) as candidates:
        examples = list(itertools.chain.from_iterable(candidates(everything)))
    events = fit(examples, len(records), unmeasured=unmeasured)
    with on_all_processors(_Candidates, readers, events.held_out) as candidates:
        examples = list(itertools.chain.from_iterable(candidates(everything)))
        sided = list(itertools.chain.from_iterable(candidates(a for a in marked if a.deals)))
    arguments = fit_arguments(examples, records=records, sided=sided, unmeasured=unmeasured)
    figures: dict[str, Any] = {"detect": events.f1, "reachable": events.reachable, **events.accuracy}
    figures |= arguments.f1
    return arguments.added_to(events.weights), events, figures


def held_out(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Return by document name the folder of a reader that was trained without it, as the readers' cards say."""
    found: dict[str, pathlib.Path] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        found.update(dict.fromkeys(json.loads((path / CARD).read_text("utf-8"))["held_out"], path))
    return found


class _Candidates:
    """Gathers the candidates of a document by the weights (some for each fold) and the reader that are new to it."""

    def __init__(self, readers: Mapping[str, pathlib.Path], weights: Sequence[Weights]) -> None:
        self._base = EventExtractor(ExtractorOptions(extractor="rules"), weights=Weights())
        self._readers = readers
        self._weights = weights
        self._model = functools.cache(ReaderModel)

    def __call__(self, one: Annotated | Marked) -> list[Example]:
        reader = self._model(self._readers[one.name]) if self._readers else None
        decisions = self._base.using(self._weights[fold_of(one.name)], reader).extract(one.document).decisions
        if isinstance(one, Marked):
            return list(sided_deals(one, decisions))
        bare = [dataclasses.replace(d, mention=None) for d in decisions]
        return gather(one.name, bare, one.records, one.document.published)


if __name__ == "__main__":
    sys.exit(main())
