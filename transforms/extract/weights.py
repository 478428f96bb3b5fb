"""The fitted weights as data: one readable JSON file for the rules alone, one for rules and reader together."""

import dataclasses
import functools
import json
import pathlib
from collections.abc import Mapping

import numpy as np

from schemas.codes import REALIS, SECTORS, STATUSES
from schemas.ontology import DEFAULT
from transforms.extract.reader.questions import SCALE, SIDES, TYPES

Table = Mapping[str, float]


class Answers:
    """Scores all answers to a question in one pass over the features, by the sums of `score.dot`, term by term."""

    def __init__(self, table: Mapping[str, Mapping[str, float]]) -> None:
        """Take the weights by answer and feature."""
        self._names = list(table)
        self._bias = np.array([table[name].get("bias", 0.0) for name in self._names])
        self._row = {feature: i for i, feature in enumerate(dict.fromkeys(f for t in table.values() for f in t))}
        self._weights = np.zeros((len(self._row), len(self._names)))
        for column, name in enumerate(self._names):
            for feature, weight in table[name].items():
                self._weights[self._row[feature], column] = weight

    def scores(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the score of each answer under features; unknown features count nothing."""
        known = {self._row[feature]: value for feature, value in values.items() if feature in self._row}
        rows = self._weights[np.fromiter(known, dtype=np.intp, count=len(known))]
        terms = rows * np.fromiter(known.values(), dtype=np.float64, count=len(known))[:, np.newaxis]
        return dict(zip(self._names, (self._bias + terms.sum(axis=0)).tolist(), strict=True))


@dataclasses.dataclass(frozen=True)
class Weights:
    """What `pipeline.fit` has fitted.

    Attributes:
        threshold: The least probability of a candidate that is kept.
        keep: By feature, for "is it an event?".
        choices: By question, answer and feature.
        arguments: By kind of argument, answer and feature.
        least: By kind of argument, the least probability of one that is kept.
    """

    threshold: float = 0.5
    keep: Table = dataclasses.field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Table]] = dataclasses.field(default_factory=dict)
    arguments: Mapping[str, Mapping[str, Table]] = dataclasses.field(default_factory=dict)
    least: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def answers(self) -> Mapping[str, Answers]:
        """The questions of `choices`, ready to be scored."""
        return {question: Answers(table) for question, table in self.choices.items() if table}

    @functools.cached_property
    def parts(self) -> Mapping[str, Answers]:
        """The kinds of `arguments`, ready to be scored."""
        return {kind: Answers(table) for kind, table in self.arguments.items() if table}


def weights_file(extractor: str) -> pathlib.Path:
    """Return where the weights of an extractor (`rules`, `both`) are kept."""
    return DEFAULT.with_name(f"weights_{extractor}.json")


@functools.cache
def shipped_weights(extractor: str) -> Weights:
    """Return the weights that come with the package; those of nothing fitted where there are none.

    The `reader` by itself needs none: its own odds are the answer.
    """
    if extractor == "reader":
        return _readers_own()
    path = weights_file(extractor)
    return Weights(**json.loads(path.read_text("utf-8"))) if path.exists() else Weights()


def save(weights: Weights, path: pathlib.Path) -> None:
    """Write weights as readable JSON."""
    path.write_text(json.dumps(dataclasses.asdict(weights), indent=1, sort_keys=True) + "\n", "utf-8")


def _readers_own() -> Weights:
    answers = {"event_type": TYPES, "status": STATUSES, "realis": REALIS, "sector": SECTORS}
    return Weights(
        keep={"reader:word": SCALE / 2, "reader:event": SCALE / 2},
        choices={q: {a: {f"reader:{a}": SCALE} for a in allowed if a != "none"} for q, allowed in answers.items()},
        arguments={
            "party": {"none": {}, **{side: {f"reader:{side}": SCALE} for side in SIDES}},
            **{kind: {"taken": {"reader": SCALE}} for kind in ("item", "amount", "date")},
        },
    )
