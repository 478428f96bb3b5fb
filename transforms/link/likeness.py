"""Compares two mentions of a document by what no single feature says: a small network over features and vectors.

Its score is added to that of the readable features (`weights`). It sees the features of the pair, and the vectors by
which the trained reader saw both mentions (`transforms.extract.reader.vectors`): each, their products and how far
apart they are. All of it is fitted together by `pipeline.refit_links`. Mentions without a vector have one of zeros, of
which the fit has seen some.
"""

import dataclasses
import functools
import pathlib
from collections.abc import Mapping, Sequence

import numpy as np

from schemas.codes import VECTOR_SCALE
from transforms.link.profiles import Array, Profiles
from transforms.link.weights import WEIGHTS

LIKENESS = WEIGHTS.with_name("likeness.npz")
_AT_ONCE = 1024
"""Pairs in one go; it bounds the memory that they take."""


@dataclasses.dataclass(frozen=True)
class Likeness:
    """A network with one hidden layer.

    Attributes:
        features: The names of the features of a pair that it sees.
        hidden: Weights from vectors and features to the hidden layer, (4 * VECTOR_WIDTH + features, units).
        bias: Of the hidden layer, (units).
        out: From there to the score, (units).
    """

    features: Sequence[str]
    hidden: Array
    bias: Array
    out: Array

    def score(self, features: Mapping[str, Array], profiles: Profiles, left: Array, right: Array) -> Array:
        """Return what is added to the scores of pairs.

        Args:
            features: Of the pairs, by name.
            profiles: Of all mentions, with their vectors.
            left: Rows of `profiles`, pair by pair.
            right: The other row of each pair.
        """
        total = np.zeros(len(left))
        vectors = profiles["vector"] / VECTOR_SCALE
        for start in range(0, len(left), _AT_ONCE):
            at = slice(start, start + _AT_ONCE)
            a, b = vectors[left[at]], vectors[right[at]]
            known = np.stack([np.asarray(features[name][at], dtype=np.float64) for name in self.features], axis=1)
            seen = np.concatenate([a, b, a * b, np.abs(a - b), known], axis=1)
            total[at] = np.maximum(seen @ self.hidden + self.bias, 0.0) @ self.out
        return total


def load_likeness(path: pathlib.Path) -> Likeness:
    """Return the network in a file."""
    arrays = np.load(path, allow_pickle=False)
    plain = {name: arrays[name].astype(np.float64) for name in ("hidden", "bias", "out")}
    return Likeness(arrays["features"].tolist(), **plain)


@functools.cache
def shipped_likeness() -> Likeness:
    """Return the network that comes with the package."""
    return load_likeness(LIKENESS)
