"""Fits the weights of `transforms.extract.score` to annotated documents.

Multinomial logistic regressions with L2 regularisation over readable features, by L-BFGS. The questions are
settled in order, and each sees the answers before it as cross-validation over documents gave them, never as fitted to
the same document: so the features of fitting are as good as those of running. The threshold of "is it an event?" is
that of the best F1 in cross-validation.
"""

import dataclasses
import datetime
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse

from transforms.extract.argue.question import Argument
from transforms.extract.interface import Decision
from transforms.extract.score import CHOICES, Evidence, answered, choice_features, features
from transforms.extract.weights import Weights

FOLDS = 5
L2 = {"keep": 16.0, "event_type": 6.0, "status": 12.0, "realis": 6.0, "sector": 6.0}
"""Strength of the regularisation by question: the greatest that costs nothing in cross-validation."""
TAUGHT = 0.1
"""How loud, in "is it an event?", a candidate of a document that only teaches is beside one of a document that is
measured: what is worth a record is a habit of annotators, but what is an event at all is not."""
_RARE = 3
_NOISE = 0.005
_SMALL = 1e-2
_STEPS = 200
_CLOSE = 1e-4
UNTAUGHT = -1
"""The answer of a row whose answer is not known."""

Matrix = npt.NDArray[np.float64]
Row = Mapping[str, float]
"""Features by name."""
Indices = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Example:
    """A candidate and the annotations that its triggers touch, of any class, by their number in the document.

    `years` are those in which the annotations of its document put events, and the one in which it was published.
    """

    document: str
    evidence: Evidence
    records: Mapping[int, Mapping[str, Any]]
    arguments: Sequence[Argument] = ()
    years: frozenset[str] = frozenset()

    @property
    def record(self) -> Mapping[str, Any] | None:
        """The annotation that the candidate should agree with: a required one first, one of its own class first."""
        own = self.evidence.event_class
        ranked = sorted(self.records.items(), key=lambda r: (bool(r[1].get("optional")), r[1]["class"] != own, r[0]))
        return ranked[0][1] if ranked else None


@dataclasses.dataclass(frozen=True)
class Fit:
    """Fitted weights, with their figures in cross-validation.

    Attributes:
        weights: Fitted to all documents.
        held_out: The same by fold, each fitted to the documents outside it.
        f1: F1 of the kept candidates against all required records.
        reachable: Share of the required records that have a candidate.
        accuracy: Share of right answers to each of `CHOICES` on required records.
        probabilities: Held-out probability and truth of every candidate that is measured, for calibration.
    """

    weights: Weights
    held_out: Sequence[Weights]
    f1: float
    reachable: float
    accuracy: Mapping[str, float]
    probabilities: Sequence[tuple[float, bool]]


def gather(
    document: str,
    decisions: Sequence[Decision],
    gold: Sequence[Mapping[str, Any]],
    published: datetime.date | None = None,
) -> list[Example]:
    """Return the candidates of one document with the annotations that they touch."""
    years = frozenset(str(day)[:4] for day in (published, *(r.get("date") for r in gold)) if day)
    return [
        Example(
            document, d.evidence, {i: r for i, r in enumerate(gold) if _overlaps(d, r["spans"])}, d.arguments, years
        )
        for d in decisions
        if d.evidence is not None
    ]


def verdicts(examples: Iterable[Example]) -> list[bool | None]:
    """Return whether each candidate is right: the first of its class to touch a required record; None if open."""
    taken: set[tuple[str, int]] = set()
    found: list[bool | None] = []
    for example in examples:
        mine = {i: r for i, r in example.records.items() if r["class"] == example.evidence.event_class}
        required = [i for i, r in mine.items() if not r.get("optional")]
        free = [i for i in required if (example.document, i) not in taken]
        taken.update((example.document, i) for i in free[:1])
        found.append(True if free else None if mine and not required else False)
    return found


def fit(
    examples: Iterable[Example],
    records: int,
    *,
    unmeasured: Collection[str] = (),
    l2: Mapping[str, float] = L2,
    seed: int = 0,
) -> Fit:
    """Fit all weights.

    Args:
        examples: Candidates of all documents.
        records: How many required records there are in the documents that are measured, those without a candidate
            included.
        unmeasured: Names of documents that teach, but are no measure: neither figures nor the threshold are of these.
        l2: Strength of the regularisation by question (`keep` and each of `CHOICES`).
        seed: Changes the folds of the cross-validation.
    """
    examples = list(examples)
    choices: dict[str, Any] = {}
    folds: list[dict[str, Any]] = [{} for _ in range(FOLDS)]
    accuracy = {}
    for question in CHOICES:
        choices[question], parts, held = _choice(question, examples, l2[question], seed)
        for fold, part in zip(folds, parts, strict=True):
            fold[question] = part
        accuracy[question] = _accuracy(question, examples, held, unmeasured)
        examples = [
            dataclasses.replace(e, evidence=answered(e.evidence, question, a))
            for e, a in zip(examples, held, strict=True)
        ]
    judged = [(e, v) for e, v in zip(examples, verdicts(examples), strict=True) if v is not None]
    measured = np.array([e.document not in unmeasured for e, _ in judged], dtype=bool)
    labels = np.array([v for _, v in judged], dtype=float)
    keep, keeps, chances = _keep([e for e, _ in judged], labels, np.where(measured, 1.0, TAUGHT), l2["keep"], seed)
    known = [e for (e, _), counted in zip(judged, measured, strict=True) if counted]
    labels, chances = labels[measured], chances[measured]
    threshold, f1 = _best_threshold(chances, labels, records)
    threshold = round(threshold, 3)
    accuracy["typed_f1"] = _typed_f1(known, chances >= threshold, labels > 0, records)
    return Fit(
        Weights(threshold, keep, choices),
        [Weights(threshold, k, c) for k, c in zip(keeps, folds, strict=True)],
        f1,
        float(labels.sum()) / records,
        accuracy,
        list(zip(chances.tolist(), (labels > 0).tolist(), strict=True)),
    )


def _typed_f1(
    examples: Sequence[Example], kept: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_], records: int
) -> float:
    """Return the F1 of candidates that are kept, right, and of the right type."""
    typed = [
        k and r and e.evidence.event_type == _answer("event_type", e.record or {})
        for e, k, r in zip(examples, kept, right, strict=True)
        if k
    ]
    return float(2 * sum(typed) / (float(kept.sum()) + records))


def _keep(
    known: Sequence[Example], labels: Matrix, loud: Matrix, l2: float, seed: int
) -> tuple[dict[str, float], list[dict[str, float]], Matrix]:
    """Fit "is it an event?"; return its weights, those of the folds, and the held-out probabilities."""
    found = cross_validated(
        [e.document for e in known], (dict(features(e.evidence)) for e in known), labels.astype(int), 2, l2, seed, loud
    )
    whole, *parts = (_table(found.names, m.columns, m.weights[:, 1] - m.weights[:, 0]) for m in found.models)
    return whole, parts, _sigmoid(found.held[:, 1] - found.held[:, 0])


def _choice(
    question: str, examples: Sequence[Example], l2: float, seed: int
) -> tuple[dict[str, dict[str, float]], list[dict[str, dict[str, float]]], list[str]]:
    """Fit the answers to a question on what hits a record; return weights, those of the folds, and held-out answers."""
    truths = [_answer(question, e.record) if e.record else "" for e in examples]
    answers = sorted(a for a, n in Counter(truths).items() if a and n >= _RARE)
    column = {a: k for k, a in enumerate(answers)}
    found = cross_validated(
        [e.document for e in examples],
        (dict(choice_features(question, e.evidence)) for e in examples),
        [column.get(t, UNTAUGHT) for t in truths],
        len(answers),
        l2,
        seed,
    )
    held = [
        _best(question, example.evidence, dict(zip(answers, line, strict=True)))
        for example, line in zip(examples, found.held.tolist(), strict=True)
    ]
    whole, *parts = ({a: found.table(k, model) for a, k in column.items()} for model in found.models)
    return whole, parts, held


@dataclasses.dataclass(frozen=True)
class CrossValidated:
    """Multinomial logistic models of the same rows.

    Attributes:
        names: Of the features.
        models: One that is fitted to all rows, then those of the folds, each without the rows of its documents.
        held: For every row the scores, (rows, answers), of the model that did not see its document.
    """

    names: Sequence[str]
    models: Sequence["_Model"]
    held: Matrix

    def table(self, answer: int, model: "_Model | None" = None) -> dict[str, float]:
        """Return an answer's weights by feature, and its bias, in one of the models; by default in that of all rows."""
        chosen = model or self.models[0]
        return _table(self.names, chosen.columns, chosen.weights[:, answer])


def cross_validated(
    documents: Sequence[str],
    rows: Iterable[Row],
    truth: Sequence[int] | Indices,
    answers: int,
    l2: float,
    seed: int,
    weights: Sequence[float] | Matrix | None = None,
) -> CrossValidated:
    """Fit a model, and cross-validate it over documents; features of fewer than three rows are left out.

    Args:
        documents: Of each row.
        rows: Features by name.
        truth: The number of each row's answer, or `UNTAUGHT`, where it gets scores but is not fitted to.
        answers: How many answers there are.
        l2: Strength of the regularisation.
        seed: Changes the folds.
        weights: What each row counts; all the same, if not given.
    """
    names, data = _matrix(rows)
    labels, loud = np.array(truth, dtype=np.int64), np.ones(len(documents)) if weights is None else np.array(weights)
    held = np.zeros((len(documents), answers))
    taught, folds = np.flatnonzero(labels != UNTAUGHT), _folds(documents, seed)
    tasks = [taught, *(train[labels[train] != UNTAUGHT] for train, _ in folds)]
    models = [_fitted(data[chosen], labels[chosen], loud[chosen], answers, l2) for chosen in tasks]
    for (_, test), model in zip(folds, models[1:], strict=True):
        held[test] = data[test][:, model.columns] @ model.weights
    return CrossValidated(names, models, held)


def _best(question: str, evidence: Evidence, scores: Mapping[str, float]) -> str:
    allowed = [a for a in scores if question != "event_type" or a in evidence.types]
    return max(allowed, key=lambda a: scores[a], default=evidence.rules[question])


def _accuracy(question: str, examples: Sequence[Example], held: Sequence[str], unmeasured: Collection[str]) -> float:
    right = [
        a == _answer(question, e.record)
        for e, a in zip(examples, held, strict=True)
        if e.record and not e.record.get("optional") and e.document not in unmeasured
    ]
    return sum(right) / max(1, len(right))


def _answer(question: str, record: Mapping[str, Any]) -> str:
    return f"{record['class']}/{record['type']}" if question == "event_type" else str(record[question])


def _overlaps(decision: Decision, spans: Sequence[tuple[int, int]]) -> bool:
    return any(decision.trigger_start < end and start < decision.trigger_end for start, end in spans)


def fold_of(document: str, seed: int = 0, folds: int = FOLDS) -> int:
    """Return the fold of a cross-validation in which a document is held out."""
    return zlib.crc32(f"{seed}/{document}".encode()) % folds


def _folds(documents: Sequence[str], seed: int) -> list[tuple[Indices, Indices]]:
    """Return the indices to train on and to test on for each fold, by document; all are trained on if none is left."""
    fold = np.array([fold_of(d, seed) for d in documents])
    everything = np.arange(len(documents))
    return [
        (np.flatnonzero(fold != k) if (fold != k).any() else everything, np.flatnonzero(fold == k))
        for k in range(FOLDS)
    ]


def _matrix(rows: Iterable[Row]) -> tuple[Sequence[str], scipy.sparse.csr_array]:
    """Return the names of features in order, and rows of them; each holds few of thousands. The last column is bias."""
    found: dict[str, int] = {}
    columns, values, ends = array("q"), array("d"), array("q", [0])
    for row in rows:
        columns.extend(found.setdefault(name, len(found)) for name in row)
        values.extend(row.values())
        ends.append(len(columns))
    names = sorted(found)
    moved = np.empty(len(names), dtype=np.int64)
    moved[np.array([found[name] for name in names], dtype=np.int64)] = np.arange(len(names))
    shape = (len(ends) - 1, len(names))
    plain = scipy.sparse.csr_array((np.array(values), moved[np.array(columns)], np.array(ends)), shape=shape)
    bias = scipy.sparse.csr_array(np.ones((shape[0], 1)))
    return names, scipy.sparse.hstack([plain, bias], format="csr")


@dataclasses.dataclass(frozen=True)
class _Model:
    """Weights, (columns, answers), of some columns of a matrix, of which the last is the bias."""

    columns: Indices
    weights: Matrix


def _fitted(data: scipy.sparse.csr_array, truth: Indices, loud: Matrix, answers: int, l2: float) -> _Model:
    counts = np.bincount(data.indices, minlength=data.shape[1])
    columns = np.append(np.flatnonzero(counts[:-1] >= _RARE), data.shape[1] - 1)
    return _Model(columns, _solve(data[:, columns], truth, answers, l2, loud))


def _table(names: Sequence[str], columns: Indices, weights: Matrix) -> dict[str, float]:
    *plain, bias = weights.tolist()
    pairs = zip(columns.tolist(), plain, strict=False)
    return {**{names[i]: round(weight, 3) for i, weight in pairs if abs(weight) > _SMALL}, "bias": round(bias, 3)}


def _sigmoid(x: Matrix) -> Matrix:
    result: Matrix = 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))
    return result


def _solve(data: scipy.sparse.csr_array, truth: Indices, answers: int, l2: float, loud: Matrix) -> Matrix:
    """Minimise the regularised multinomial log loss of rows with weights; the bias is all but free."""
    shape = (data.shape[1], answers)
    penalty = np.full((shape[0], 1), l2)
    penalty[-1] = 1e-3
    rows, turned = np.arange(len(truth)), data.T.tocsr()

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(shape)
        scores = data @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        total = chances.sum(axis=1, keepdims=True)
        losses = loud * (np.log(total[:, 0]) - scores[rows, truth])
        value = float(losses.sum() + 0.5 * (penalty * weights**2).sum())
        chances /= total
        chances[rows, truth] -= 1.0
        chances *= loud[:, None]
        gradient = turned @ chances + penalty * weights
        return value, gradient.ravel()

    return minimise(loss, np.zeros(shape[0] * shape[1])).reshape(shape)


def minimise(loss: Callable[[Matrix], tuple[float, Matrix]], start: Matrix) -> Matrix:
    """Minimise a smooth convex function by L-BFGS; `loss` returns value and gradient."""
    first = float(np.abs(loss(start)[1]).max()) or 1.0
    enough = {"maxiter": _STEPS, "gtol": _CLOSE * first, "ftol": 0.0}
    best: Matrix = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=enough).x
    return best


def _best_threshold(held: Matrix, labels: Matrix, records: int) -> tuple[float, float]:
    """Return the highest threshold as good as the best but for noise (rather right than many), and its F1."""
    curve = []
    for threshold in np.arange(0.15, 0.7, 0.01):
        kept = held >= threshold
        curve.append((float(threshold), 2 * float(labels[kept].sum()) / (float(kept.sum()) + records)))
    best = max(f1 for _, f1 in curve)
    return max((t, f1) for t, f1 in curve if f1 >= best - _NOISE)
