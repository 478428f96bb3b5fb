"""How sure we are that a candidate reports an event, and whether it is kept."""

import dataclasses
import functools
import json
import math
from collections.abc import Iterator, Mapping

from schemas.ontology import DEFAULT
from transforms.extract.context import Party

WEIGHTS = DEFAULT.with_name("weights.json")


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What speaks for and against a candidate."""

    event_type: str
    lemma: str
    verb: bool
    unmet: tuple[str, ...]
    triggers: int
    parties: tuple[Party, ...]
    classes: frozenset[str]
    money: bool
    date: bool
    status: str
    realis: str
    kind: str
    light: str | None
    definite: bool
    lemmas: frozenset[str]


class Scorer:
    """A logistic model over readable features; its weights are data, fitted by `pipeline.fit`."""

    def __init__(self, min_confidence: float = 0.0) -> None:
        """Load the weights; mentions below `min_confidence` are dropped, and never fewer than the fitted threshold."""
        self._weights = _weights()
        self._least = max(min_confidence, float(self._weights.get("threshold", 0.5)))

    def score(self, evidence: Evidence) -> float:
        """Return the probability that a candidate is an event."""
        weights = self._weights.get("weights", {})
        total = float(weights.get("bias", 0.0)) + sum(float(weights.get(name, 0.0)) for name in features(evidence))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def judge(self, evidence: Evidence, confidence: float) -> tuple[bool, str]:
        """Return whether a candidate is kept, and why."""
        if confidence >= self._least:
            return True, "kept"
        if evidence.unmet:
            return False, "missing: " + ", ".join(evidence.unmet)
        return False, "no party" if not evidence.parties else "unlikely"


def features(evidence: Evidence) -> Iterator[str]:
    """Yield the names of the features that hold."""
    pos = "v" if evidence.verb else "n"
    keys = {p.key for p in evidence.parties}
    said = [p for p in evidence.parties if p.text is not None and not p.resolved]
    yield f"trigger={evidence.lemma}/{pos}"
    yield f"type={evidence.event_type}"
    yield f"parties={min(len(keys), 3)}"
    yield f"class_parties={evidence.event_type.split('/')[0]}/{min(len(keys), 2)}"
    yield f"said={min(len({p.key for p in said}), 2)}"
    yield f"triggers={min(evidence.triggers, 3)}"
    yield f"status={evidence.status}"
    yield f"realis={evidence.realis}"
    yield f"kind={evidence.kind}"
    yield f"definite={evidence.definite}/{pos}"
    yield f"countries={min(len({p.country for p in evidence.parties if p.country}), 2)}"
    for need in evidence.unmet:
        yield f"unmet={need}"
    for name in evidence.classes:
        yield f"goods={name}/{evidence.event_type.split('/')[0]}"
    for lemma in evidence.lemmas:
        if lemma != evidence.lemma:
            yield f"with={lemma}"
    if evidence.money:
        yield "money"
    if evidence.date:
        yield "date"
    if evidence.light:
        yield f"light={evidence.light}"
        yield "light"
    for party in evidence.parties:
        yield f"kind_of_party={party.kind}"


@functools.cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    if not WEIGHTS.exists():
        return {}
    return json.loads(WEIGHTS.read_text("utf-8"))
