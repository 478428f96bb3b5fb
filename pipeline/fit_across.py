"""Fits the weights by which stories of different documents are joined, beginning from those set by hand.

Annotators seldom know that another document tells of the same event under another label, so only documents that were
written as sets (`annotated/stories`) say what belongs together; all others say, faintly, what does not. Where neither
says anything, the weights stay what `schemas/data/linking/across.yaml` has: the fit is regularised towards it (a
Gaussian prior with that mean).
"""

import collections
import dataclasses
import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.fit import Matrix, fold_of, minimise
from transforms.link.across import comparable
from transforms.link.blocks import candidates
from transforms.link.order import Row, content_key, story_order
from transforms.link.pairs import PAIRS_AT_ONCE, Rarity, compare
from transforms.link.profiles import Array, Profiles, merge_profiles
from transforms.link.weights import BIAS, Weights

FOLDS = 5
L2 = 25.0
"""Strength of the pull towards the weights set by hand."""
FAINT = 0.1
"""Weight of a pair of stories of which not both are of a set."""
_THRESHOLDS = np.arange(-2.5, 0.6, 0.1)


@dataclasses.dataclass(frozen=True)
class Told:
    """Stories in their total order.

    Attributes:
        profiles: What they tell.
        labels: The event of each; None where it is not known.
        documents: The name of each one's document.
    """

    profiles: Profiles
    labels: Sequence[str | None]
    documents: Sequence[str]


@dataclasses.dataclass(frozen=True)
class _Pairs:
    features: Mapping[str, Array]
    truth: Matrix
    weight: Matrix
    fold: Array
    wanted: int


def told(
    rows: Sequence[Row], profiles: Profiles, labels: Sequence[str | None], documents: Sequence[str], story: Array
) -> Told:
    """Return the stories that mentions tell, each with the label that most of its mentions have.

    Args:
        rows: Mentions in their total order.
        profiles: Of the mentions.
        labels: Of the mentions.
        documents: Names of the mentions' documents.
        story: The number of each mention's story, from 0 on without gaps.
    """
    first = np.unique(story, return_index=True)[1]
    said: list[collections.Counter[str]] = [collections.Counter() for _ in first]
    for number, label in zip(story.tolist(), labels, strict=True):
        if label is not None:
            said[number][label] += 1
    merged = merge_profiles(profiles, story)
    order = story_order(merged["published"], np.array([content_key(rows[row]) for row in first]))
    names = [said[i].most_common(1)[0][0] if said[i] else None for i in order.tolist()]
    return Told(merged.take(order), names, [documents[first[i]] for i in order.tolist()])


def fit_across(
    parts: Sequence[Told], sets: Collection[str], prior: Weights, rarity: Rarity
) -> tuple[dict[str, Any], float, float]:
    """Fit the weights; return them as fields of the data file, their F1 in cross-validation, and that of the prior.

    Args:
        parts: Stories of all documents, read in one or several ways.
        sets: Names of the documents whose labels hold across documents.
        prior: The weights set by hand, and the scores of pairs that were not compared or are apart.
        rarity: How much words tell.
    """
    pairs = _joined([_pairs(part, frozenset(sets), rarity) for part in parts])
    names = [n for n, values in pairs.features.items() if n in prior.table or values.std() > 0]
    names = [n for n in names if n in prior.table or "×" in n or n.split()[0] in _TELLING]
    matrix = np.stack([pairs.features[n] for n in names], axis=1)
    mean = np.array([*(prior.table.get(n, 0.0) for n in names), prior.table.get(BIAS, 0.0)])
    held = np.zeros(len(pairs.truth))
    for fold in range(FOLDS):
        apart = pairs.fold == fold
        best = _solve(matrix[~apart], pairs.truth[~apart], pairs.weight[~apart], mean)
        held[apart] = matrix[apart] @ best[:-1] + best[-1]
    figure, threshold = max((_f1(pairs, held > t), float(t)) for t in _THRESHOLDS)
    by_hand = matrix @ mean[:-1] + mean[-1] > prior.threshold
    best = _solve(matrix, pairs.truth, pairs.weight, mean)
    weights = {n: round(float(w), 3) for n, w in zip([*names, BIAS], best, strict=True)}
    scores = {"threshold": round(threshold, 2), "absent": prior.absent, "apart": prior.apart}
    return {**scores, "weights": dict(sorted(weights.items()))}, figure, _f1(pairs, by_hand)


_TELLING = frozenset({"parties", "names", "goods", "quantity", "sum", "date", "type", "status", "words", "titles"})
"""What the names begin with of features that are fitted even where nothing was set by hand."""


def _pairs(part: Told, sets: Collection[str], rarity: Rarity) -> _Pairs:
    left, right = candidates(part.profiles)
    stories = comparable(part.profiles)
    chunks = [slice(at, at + PAIRS_AT_ONCE) for at in range(0, max(len(left), 1), PAIRS_AT_ONCE)]
    found = [compare(stories, left[c], right[c], rarity) for c in chunks]
    features = {n: np.concatenate([np.asarray(one[n], float) for one in found]) for n in found[0]}
    both = np.array([part.documents[a] in sets and part.documents[b] in sets for a, b in zip(left, right, strict=True)])
    same = np.array([part.labels[a] == part.labels[b] for a, b in zip(left, right, strict=True)])
    known = np.array([None not in (part.labels[a], part.labels[b]) for a, b in zip(left, right, strict=True)])
    fold = np.array([fold_of(_set(part.documents[a]), folds=FOLDS) for a in left])
    return _Pairs(features, (same & both).astype(float), known * np.where(both, 1.0, FAINT), fold, _wanted(part, sets))


def _set(document: str) -> str:
    """Return the set of a document: its name without the number."""
    return document.rsplit("_", 1)[0]


def _wanted(part: Told, sets: Collection[str]) -> int:
    """Return how many pairs of stories in different documents of the sets belong together."""
    named = [(label, name) for label, name in zip(part.labels, part.documents, strict=True) if label and name in sets]
    by_label: dict[str, list[str]] = {}
    for label, name in named:
        by_label.setdefault(label, []).append(name)
    return sum(a != b for names in by_label.values() for a, b in itertools.combinations(names, 2))


def _joined(parts: Sequence[_Pairs]) -> _Pairs:
    return _Pairs(
        {n: np.concatenate([p.features[n] for p in parts]) for n in parts[0].features},
        np.concatenate([p.truth for p in parts]),
        np.concatenate([p.weight for p in parts]),
        np.concatenate([p.fold for p in parts]),
        sum(p.wanted for p in parts),
    )


def _f1(pairs: _Pairs, joined: Array) -> float:
    """Return the F1 of joined pairs, all by their weight, those that were never compared counted as missed."""
    hits = float((pairs.truth * pairs.weight)[joined].sum())
    return 2 * hits / max(1e-9, float(pairs.weight[joined].sum()) + pairs.wanted)


def _solve(features: Matrix, truth: Matrix, weight: Matrix, mean: Matrix) -> Matrix:
    """Return the weights of a logistic regression, regularised towards a mean; the bias comes last and is free."""
    pull = np.r_[np.full(features.shape[1], L2), 1e-3]

    def loss(at: Matrix) -> tuple[float, Matrix]:
        score = features @ at[:-1] + at[-1]
        away = at - mean
        value = float((weight * (np.logaddexp(0.0, score) - truth * score)).sum() + 0.5 * (pull * away**2).sum())
        wrong = weight * (1.0 / (1.0 + np.exp(-score)) - truth)
        return value, np.r_[features.T @ wrong, wrong.sum()] + pull * away

    return minimise(loss, mean.copy())
