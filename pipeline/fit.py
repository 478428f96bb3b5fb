"""Fits the weights of `transforms.extract.score` to annotated documents.

Logistic regressions with L2 regularisation over readable features, by Newton's method in numpy. The threshold of "is it an event?" is
that of the best F1 in cross-validation over documents.
"""

import dataclasses
import json
import pathlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.extract.interface import Decision
from transforms.extract.score import CHOICES, WEIGHTS, Evidence, choice_features, features

FOLDS = 5
_RARE = 2
_SMALL = 1e-3

Matrix = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Example:
    """A candidate; `label` is None where the annotators leave it open, `record` the annotation that it hits."""

    document: str
    evidence: Evidence
    label: bool | None
    record: Mapping[str, Any] | None


@dataclasses.dataclass(frozen=True)
class Fit:
    """Fitted weights, with their figures in cross-validation.

    Attributes:
        weights: As stored: `threshold`, `keep`, and a table for each of `CHOICES`.
        f1: F1 of the kept candidates against all required records.
        reachable: Share of the required records that have a candidate.
        accuracy: Share of right answers to each of `CHOICES`.
        probabilities: Held-out probability and truth of every candidate, for calibration.
    """

    weights: Mapping[str, Any]
    f1: float
    reachable: float
    accuracy: Mapping[str, float]
    probabilities: Sequence[tuple[float, bool]]


def label(document: str, decisions: Sequence[Decision], gold: Sequence[Mapping[str, Any]]) -> list[Example]:
    """Return the examples of one document: a candidate is right if it is the first to hit a required record."""
    taken: set[int] = set()
    examples = []
    for decision in decisions:
        if decision.evidence is None:
            continue
        hits = [i for i, r in enumerate(gold) if r["class"] == decision.event_class and _overlaps(decision, r["spans"])]
        required = [i for i in hits if not gold[i].get("optional")]
        free = [i for i in required if i not in taken]
        taken.update(free[:1])
        verdict = True if free else None if hits and not required else False
        record = gold[(free or hits)[0]] if free or hits else None
        examples.append(Example(document, decision.evidence, verdict, record))
    return examples


def fit(examples: Iterable[Example], records: int, *, l2: float = 1.0, seed: int = 0) -> Fit:
    """Fit all weights.

    Args:
        examples: Candidates of all documents.
        records: How many required records there are, those without a candidate included.
        l2: Strength of the regularisation.
        seed: Changes the folds of the cross-validation.
    """
    examples = list(examples)
    known = [e for e in examples if e.label is not None]
    labels = np.array([bool(e.label) for e in known], dtype=float)
    held, weights = _keep(known, labels, l2, seed)
    threshold, f1 = _best_threshold(held, labels, records)
    tables: dict[str, Any] = {"threshold": round(threshold, 3), "keep": weights}
    accuracy = {}
    for question in CHOICES:
        tables[question], accuracy[question] = _choice(question, [e for e in examples if e.record], l2, seed)
    return Fit(tables, f1, float(labels.sum()) / records, accuracy, list(zip(held.tolist(), (labels > 0).tolist(), strict=True)))


def save(result: Fit, path: pathlib.Path = WEIGHTS) -> None:
    """Write the weights as readable JSON."""
    path.write_text(json.dumps(result.weights, indent=1, sort_keys=True) + "\n", "utf-8")


def _keep(known: Sequence[Example], labels: Matrix, l2: float, seed: int) -> tuple[Matrix, dict[str, float]]:
    names, matrix = _matrix([list(features(e.evidence)) for e in known])
    held = np.zeros(len(known))
    for train, test in _folds(known, seed):
        held[test] = _sigmoid(matrix[test] @ _solve(matrix[train], labels[train], l2))
    return held, _table(names, _solve(matrix, labels, l2))


def _choice(question: str, examples: Sequence[Example], l2: float, seed: int) -> tuple[dict[str, dict[str, float]], float]:
    """Fit one-against-rest models for the answers to a question; return them and their accuracy on held-out documents."""
    names, matrix = _matrix([list(choice_features(question, e.evidence)) for e in examples])
    truth = [_answer(question, e.record or {}) for e in examples]
    answers = sorted(a for a, n in Counter(truth).items() if n >= _RARE)
    scores = np.full((len(examples), len(answers)), -np.inf)
    tables = {}
    for k, answer in enumerate(answers):
        labels = np.array([t == answer for t in truth], dtype=float)
        tables[answer] = _table(names, _solve(matrix, labels, l2))
        for train, test in _folds(examples, seed):
            scores[test, k] = matrix[test] @ _solve(matrix[train], labels[train], l2)
    chosen = [answers[i] for i in scores.argmax(axis=1)]
    return tables, sum(c == t for c, t in zip(chosen, truth, strict=True)) / max(1, len(truth))


def _answer(question: str, record: Mapping[str, Any]) -> str:
    return f"{record['class']}/{record['type']}" if question == "event_type" else str(record[question])


def _overlaps(decision: Decision, spans: Sequence[tuple[int, int]]) -> bool:
    return any(decision.trigger_start < end and start < decision.trigger_end for start, end in spans)


def _folds(examples: Sequence[Example], seed: int) -> list[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    fold = np.array([zlib.crc32(f"{seed}/{e.document}".encode()) % FOLDS for e in examples])
    return [(fold != k, fold == k) for k in range(FOLDS) if (fold == k).any() and (fold != k).any()]


def _matrix(rows: Sequence[Sequence[str]]) -> tuple[list[str], Matrix]:
    counts = Counter(name for row in rows for name in set(row))
    names = sorted(name for name, n in counts.items() if n >= _RARE)
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names) + 1))
    matrix[:, -1] = 1.0
    for i, row in enumerate(rows):
        matrix[i, [column[name] for name in set(row) if name in column]] = 1.0
    return names, matrix


def _table(names: Sequence[str], weights: Matrix) -> dict[str, float]:
    table = {n: round(float(w), 3) for n, w in zip(names, weights[:-1], strict=True) if abs(w) > _SMALL}
    return {**table, "bias": round(float(weights[-1]), 3)}


def _sigmoid(x: Matrix) -> Matrix:
    result: Matrix = 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))
    return result


def _solve(matrix: Matrix, labels: Matrix, l2: float) -> Matrix:
    """Minimise the regularised logistic loss by L-BFGS-free gradient descent with momentum (Nesterov); the bias is free."""
    return _descend(lambda w: matrix.T @ (_sigmoid(matrix @ w) - labels), matrix, l2)


def _descend(gradient: Callable[[Matrix], Matrix], matrix: Matrix, l2: float) -> Matrix:
    penalty = np.full(matrix.shape[1], l2)
    penalty[-1] = 1e-3
    rate = 1.0 / (0.25 * float((matrix.sum(axis=1) * matrix.max(axis=0).sum()).max() ** 0.5 * len(matrix) ** 0.5) + l2)
    weights = np.zeros(matrix.shape[1])
    ahead = weights.copy()
    for step in range(1, 400):
        new = ahead - rate * (gradient(ahead) + penalty * ahead)
        ahead = new + (step - 1) / (step + 2) * (new - weights)
        if np.abs(new - weights).max() < 1e-4:
            return new
        weights = new
    return weights


def _best_threshold(held: Matrix, labels: Matrix, records: int) -> tuple[float, float]:
    best = (0.5, 0.0)
    for threshold in np.arange(0.15, 0.7, 0.01):
        kept = held >= threshold
        f1 = 2 * float(labels[kept].sum()) / (float(kept.sum()) + records)
        if f1 > best[1]:
            best = (float(threshold), f1)
    return best
