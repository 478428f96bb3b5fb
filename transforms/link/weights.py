"""Scores pairs by weights, which are data.

For mentions in one document they are in `schemas/data/linking/weights.json`, fitted by `pipeline.refit_links`; for
stories in two documents in `schemas/data/linking/across.yaml`, set by hand.

A score is the logarithm of the odds that the two tell of the same event: above 0 it is more likely than not.
"""

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from schemas.ontology import DEFAULT
from schemas.yamls import load_yaml
from transforms.link.profiles import Array
from transforms.link.words import token

WEIGHTS = DEFAULT.parent.parent / "linking" / "weights.json"
ACROSS = WEIGHTS.with_name("across.yaml")
BIAS = "bias"
FIRST_TRIGGER, LATER_TRIGGER = "first trigger: ", "later trigger: "
"""Begin the names of weights that belong to the stem of a trigger."""


@dataclasses.dataclass(frozen=True)
class Weights:
    """The weights of one question.

    Attributes:
        table: By name of feature; `bias` is added to all.
        threshold: Mean score above which two groups are one event.
        absent: Score of two members that were never compared.
        apart: Score of two members that one document tells apart.
    """

    table: Mapping[str, float]
    threshold: float
    absent: float
    apart: float = 0.0

    def score(self, features: Mapping[str, Array]) -> Array:
        """Return the scores of pairs by their features; features without a weight count nothing."""
        names = [name for name in features if name in self.table]
        first = next(iter(features.values()))
        total = np.full(len(first), self.table.get(BIAS, 0.0))
        for name in names:
            total += self.table[name] * features[name]
        return total

    def triggers(self, prefix: str, tokens: Array) -> Array:
        """Return the weight of each trigger, given by its token."""
        known = {token(name.removeprefix(prefix)): w for name, w in self.table.items() if name.startswith(prefix)}
        order = np.array(sorted(known), dtype=np.int64)
        if not len(order):
            return np.zeros(len(tokens))
        values = np.array([known[t] for t in order.tolist()])
        at = np.minimum(np.searchsorted(order, tokens), len(order) - 1)
        return np.where(order[at] == tokens, values[at], 0.0)


def parse(fields: Mapping[str, Any]) -> Weights:
    """Return the weights of one question from the data file."""
    scores = {name: float(fields[name]) for name in ("threshold", "absent", "apart") if name in fields}
    return Weights(dict(fields["weights"]), **scores)


@functools.lru_cache(maxsize=1)
def load() -> tuple[Weights, Weights, dict[int, float]]:
    """Return the weights within and across documents, and the weights of common words by token."""
    fitted = json.loads(WEIGHTS.read_text("utf-8"))
    common = {token(word): float(weight) for word, weight in fitted["common_words"].items()}
    return parse(fitted["within"]), parse(load_yaml(ACROSS.read_text("utf-8"))), common
