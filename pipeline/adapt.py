"""Fits the shipped weights a little further, to annotated documents that the shipped reader has not seen.

    python -m pipeline.adapt [--strength X] [--output FILE] ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents. It needs neither
torch nor other readers and takes minutes: what readers and rules make of the documents stays as it is, and how they
are weighed moves from the shipped weights (`schemas/data/ontology/weights_both.json`) as far as the documents ask
for it; `--strength` holds it back. Prints how well each question is answered before and after, in cross-validation over
documents.
"""

import argparse
import dataclasses
import pathlib
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.annotated import annotated_documents
from pipeline.fit import L2, Example, Matrix, Row, Table, answer, fold_of, gather, nearby, scored, verdicts
from pipeline.fit_arguments import KINDS
from pipeline.fit_arguments import L2 as ARGUMENT_L2
from transforms.extract.argue import NONE, TAKEN
from transforms.extract.events import EventExtractor
from transforms.extract.interface import ExtractorOptions
from transforms.extract.reader.model import shipped_reader
from transforms.extract.score import CHOICES, choice_features, features
from transforms.extract.weights import Weights, save, shipped_weights, weights_file

FOLDS = 5
STRENGTH = 2.0
"""How much more than in the first fit the weights are held, now to where they are."""


@dataclasses.dataclass(frozen=True)
class Cases:
    """Questions of one kind: by case its document, features and answer, and the weights that answer now by answer."""

    name: str
    documents: Sequence[str]
    rows: Sequence[Row]
    truth: Sequence[str]
    tables: Mapping[str, Table]
    l2: float

    def fitted(self, without: Collection[str], strength: float) -> dict[str, dict[str, float]]:
        """Return the weights fitted further to the documents that are not left out."""
        used = [i for i, d in enumerate(self.documents) if d not in without and self.truth[i] in self.tables]
        rows, truth = [self.rows[i] for i in used], [self.truth[i] for i in used]
        return nearby(rows, truth, self.tables, self.l2 * strength)

    def loss(self, tables: Mapping[str, Table], of: Collection[str]) -> tuple[float, float, int]:
        """Return the summed log loss, the right answers, and the number of the cases of some documents."""
        used = [i for i, d in enumerate(self.documents) if d in of and self.truth[i] in tables]
        if not used:
            return 0.0, 0.0, 0
        answers = list(tables)
        scores = scored([self.rows[i] for i in used], tables)
        scores -= scores.max(axis=1, keepdims=True)
        chances = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        right = np.array([answers.index(self.truth[i]) for i in used])
        return float(-chances[np.arange(len(used)), right].sum()), float((chances.argmax(axis=1) == right).sum()), len(used)


def main(argv: list[str] | None = None) -> int:
    """Fit, save and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    parser.add_argument("--strength", type=float, default=STRENGTH, help="the more, the nearer to the shipped weights")
    parser.add_argument("--output", type=pathlib.Path, help="where the weights go (default: into the package)")
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    pairs = list(zip(args.paths[::2], args.paths[1::2], strict=True))
    weights = shipped_weights("both")
    cases = cases_of(read_examples(pairs, weights), weights)
    for one in cases:
        print(_figures(one, args.strength), flush=True)
    save(adapted(weights, cases, args.strength), args.output or weights_file("both"))
    return 0


def read_examples(pairs: Sequence[tuple[pathlib.Path, pathlib.Path]], weights: Weights) -> list[Example]:
    """Return all candidates of documents, as they are read with the shipped reader, with what annotations they touch."""
    plain = dataclasses.replace(weights, arguments={}, least={})  # so that the arguments of all are listed
    base = EventExtractor(ExtractorOptions(extractor="both", screen=False), weights=plain, reader=shipped_reader())
    found: list[Example] = []
    for one in annotated_documents(pairs):
        decisions = [dataclasses.replace(d, mention=None) for d in base.extract(one.document).decisions]
        found += gather(one.name, decisions, one.records, one.document.published)
    return found


def cases_of(examples: Sequence[Example], weights: Weights) -> list[Cases]:
    """Return what the weights have to answer about candidates, question by question."""
    judged = [(e, v) for e, v in zip(examples, verdicts(examples), strict=True) if v is not None]
    found = [
        Cases(
            "keep",
            [e.document for e, _ in judged],
            [dict(features(e.evidence)) for e, _ in judged],
            ["yes" if v else "no" for _, v in judged],
            {"no": {}, "yes": weights.keep},
            L2["keep"],
        )
    ]
    hits = [e for e in examples if e.record]
    for question in CHOICES:
        rows = [dict(choice_features(question, e.evidence)) for e in hits]
        truth = [answer(question, e.record or {}) for e in hits]
        found.append(Cases(question, [e.document for e in hits], rows, truth, weights.choices[question], L2[question]))
    right = [e for e, v in judged if v]
    for kind, (label, is_open) in KINDS.items():
        said = [(e, a) for e in right for a in e.arguments if a.kind == kind and not is_open(e, a)]
        table = weights.arguments[kind]
        found.append(
            Cases(
                kind,
                [e.document for e, _ in said],
                [a.signs for _, a in said],
                [label(a, e.record or {}) for e, a in said],
                table if kind == "party" else {NONE: {}, **table},
                ARGUMENT_L2[kind],
            )
        )
    return found


def adapted(
    weights: Weights, cases: Sequence[Cases], strength: float = STRENGTH, without: Collection[str] = ()
) -> Weights:
    """Return weights fitted further to cases, those of some documents left out; thresholds stay."""
    choices, arguments, keep = dict(weights.choices), dict(weights.arguments), weights.keep
    for one in cases:
        tables = one.fitted(without, strength)
        if one.name == "keep":
            keep = _difference(tables["yes"], tables["no"])
        elif one.name in choices:
            choices[one.name] = tables
        else:
            arguments[one.name] = tables if one.name == "party" else {TAKEN: _difference(tables[TAKEN], tables[NONE])}
    return dataclasses.replace(weights, keep=keep, choices=choices, arguments=arguments)


def _difference(one: Table, other: Table) -> dict[str, float]:
    return {n: round(one.get(n, 0.0) - other.get(n, 0.0), 3) for n in sorted({*one, *other})}


def _figures(cases: Cases, strength: float) -> str:
    """Return a line on how well a question is answered by the weights as they are, and fitted without the document."""
    before, after = np.zeros(3), np.zeros(3)
    for fold in range(FOLDS):
        apart = {d for d in cases.documents if fold_of(d) == fold}
        before += cases.loss(cases.tables, apart)
        after += cases.loss(cases.fitted(apart, strength), apart)
    number = max(1.0, before[2])
    return (
        f"{cases.name:12} {int(number):6} cases  log loss {before[0] / number:.4f} to {after[0] / number:.4f}"
        f"  right {before[1] / number:.4f} to {after[1] / number:.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
