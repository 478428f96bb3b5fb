"""Fits the weights by which candidates are kept or dropped (`schemas/data/ontology/weights.json`) to annotated documents.

A logistic regression with L2 regularisation over the readable features of `transforms.extract.score`, by iteratively
reweighted gradient steps in numpy; the threshold is that of the best F1 in cross-validation over documents.
"""

import dataclasses
import json
import pathlib
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.extract.interface import Decision
from transforms.extract.score import WEIGHTS, features

FOLDS = 5
_RARE = 2


@dataclasses.dataclass(frozen=True)
class Example:
    """A candidate with its features; `label` is None where the annotators leave it open."""

    document: str
    names: tuple[str, ...]
    label: bool | None


@dataclasses.dataclass(frozen=True)
class Fit:
    """A fitted model, with its figures in cross-validation."""

    weights: Mapping[str, float]
    threshold: float
    f1: float
    reachable: int
    records: int
    probabilities: Sequence[tuple[float, bool]]


def label(document: str, decisions: Sequence[Decision], gold: Sequence[Mapping[str, Any]]) -> list[Example]:
    """Return the examples of one document: a candidate is right if it is the first to hit a required record."""
    taken: set[int] = set()
    examples = []
    for decision in decisions:
        if decision.evidence is None:
            continue
        hits = [i for i, record in enumerate(gold) if record["class"] == decision.event_class and _overlaps(decision, record["spans"])]
        required = [i for i in hits if not gold[i].get("optional")]
        free = [i for i in required if i not in taken]
        verdict: bool | None
        if free:
            taken.add(free[0])
            verdict = True
        else:
            verdict = None if hits and not required else False
        examples.append(Example(document, tuple(sorted(set(features(decision.evidence)))), verdict))
    return examples


def fit(examples: Iterable[Example], records: int, *, l2: float = 1.0, seed: int = 0) -> Fit:
    """Fit the weights and choose the threshold by cross-validation over documents.

    Args:
        examples: Candidates of all documents.
        records: How many required records there are, those without a candidate included.
        l2: Strength of the regularisation.
        seed: Changes the folds.
    """
    known = [e for e in examples if e.label is not None]
    counts = Counter(name for e in known for name in e.names)
    names = sorted(name for name, n in counts.items() if n >= _RARE)
    matrix = _matrix(known, names)
    labels = np.array([bool(e.label) for e in known], dtype=float)
    fold = np.array([zlib.crc32(f"{seed}/{e.document}".encode()) % FOLDS for e in known])
    held = np.zeros(len(known))
    for k in range(FOLDS):
        weights = _solve(matrix[fold != k], labels[fold != k], l2)
        held[fold == k] = _sigmoid(matrix[fold == k] @ weights)
    threshold, f1 = _best_threshold(held, labels, records)
    weights = _solve(matrix, labels, l2)
    table = {"bias": float(weights[-1])} | {n: round(float(w), 4) for n, w in zip(names, weights[:-1], strict=True) if abs(w) > 1e-3}
    return Fit(table, threshold, f1, int(labels.sum()), records, list(zip(held.tolist(), labels.astype(bool).tolist(), strict=True)))


def save(result: Fit, path: pathlib.Path = WEIGHTS) -> None:
    """Write the weights as readable JSON."""
    data = {"threshold": round(result.threshold, 3), "weights": {k: round(v, 4) for k, v in sorted(result.weights.items())}}
    path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


def _overlaps(decision: Decision, spans: Sequence[tuple[int, int]]) -> bool:
    return any(decision.trigger_start < end and start < decision.trigger_end for start, end in spans)


def _matrix(examples: Sequence[Example], names: Sequence[str]) -> npt.NDArray[np.float64]:
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names) + 1))
    matrix[:, -1] = 1.0
    for row, example in enumerate(examples):
        for name in example.names:
            if name in column:
                matrix[row, column[name]] = 1.0
    return matrix


def _sigmoid(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))
    return result


def _solve(matrix: npt.NDArray[np.float64], labels: npt.NDArray[np.float64], l2: float) -> npt.NDArray[np.float64]:
    """Newton's method; the bias is not regularised."""
    weights = np.zeros(matrix.shape[1])
    penalty = np.full(matrix.shape[1], l2)
    penalty[-1] = 1e-6
    for _ in range(12):
        p = _sigmoid(matrix @ weights)
        gradient = matrix.T @ (p - labels) + penalty * weights
        hessian = (matrix * (p * (1 - p))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def _best_threshold(held: npt.NDArray[np.float64], labels: npt.NDArray[np.float64], records: int) -> tuple[float, float]:
    best = (0.5, 0.0)
    for threshold in np.arange(0.15, 0.7, 0.01):
        kept = held >= threshold
        right = float(labels[kept].sum())
        f1 = 2 * right / (kept.sum() + records)
        if f1 > best[1]:
            best = (float(threshold), f1)
    return best
