"""Weighs what speaks for and against a candidate: is it an event, of which type, at which stage, in which field.

Each question is a logistic model over readable features; the rules' own answer is one of the features. The weights are
data (`transforms.extract.weights`), fitted to annotated documents by `pipeline.fit`. What the trained reader says
stands among the features as numbers.
"""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from transforms.extract.party import Party
from transforms.extract.reader.questions import SCALE, Heard
from transforms.extract.weights import Weights

_TOP = 12.0
_FEW = 5
"""So many answers are scored faster one by one."""
_RULES_SATISFIED = 0.7
_RULES_UNSATISFIED = 0.1
_EVEN = {"deal": 0.5}
"""By class, the least confidence, whatever was fitted: who is said to have sold or paid likelier did than not."""
CHOICES = ("event_type", "status", "realis", "sector")


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What is known of a candidate.

    Attributes:
        event_type, status, realis, sector: The answers as settled so far.
        rules: The rules' own answers to `CHOICES`.
        lemma, verb: The leading trigger and whether it is a verb.
        lemmas: All triggers put together in this candidate.
        unmet: Needs of the leading trigger's entry that are not met.
        types: The types that any reading of the leading trigger could have.
        parties: Who takes part.
        classes: Classes of the goods.
        money, date: Whether a sum or a date belongs to it.
        kind: The kind of paragraph.
        light: The support verb, if any.
        definite: Whether a noun trigger stands with a definite article or demonstrative.
        stage: Signs of tense, modality and governing words (`stages.signs`).
        fields: Signs of the field (`sectors.signs`).
        around: Signs of the words and candidates beside it (`surroundings.signs`).
        earlier: Signs of the events told before in the document.
        when: How its date lies to the publication: `past`, `same`, `future`, `unknown`.
        genre: The kind of document (`stages.genre`).
        directed: Whether the type as settled has one who gives and one who gets.
        heard: What the trained reader says, where it is asked.
    """

    event_type: str
    status: str
    realis: str
    sector: str
    rules: Mapping[str, str]
    lemma: str
    verb: bool
    lemmas: frozenset[str]
    unmet: tuple[str, ...]
    types: tuple[str, ...]
    parties: tuple[Party, ...]
    classes: frozenset[str]
    money: bool
    date: bool
    kind: str
    light: str | None
    definite: bool
    stage: tuple[str, ...]
    fields: tuple[str, ...]
    around: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    when: str = "unknown"
    genre: str = "news"
    heard: Heard | None = None
    directed: bool = False

    @property
    def event_class(self) -> str:
        """`deal` or `cooperation`."""
        return self.event_type.partition("/")[0]


def answered(evidence: Evidence, question: str, answer: str) -> Evidence:
    """Return the evidence with the answer to one of `CHOICES` settled."""
    settled: dict[str, Any] = {question: answer}
    return dataclasses.replace(evidence, **settled)


class Scorer:
    """Answers the questions on a candidate with the fitted weights."""

    def __init__(self, weights: Weights, min_confidence: float = 0.0) -> None:
        """Take the weights; nothing below `min_confidence`, or below the fitted threshold, is kept."""
        self.weights = weights
        self._least = max(min_confidence, weights.threshold)

    def choose(self, question: str, evidence: Evidence, allowed: Sequence[str]) -> str:
        """Return the answer to one of `CHOICES` among `allowed`; the rules' own where no weights are fitted.

        The weights know nothing of a type that a user has added; there the rules alone decide.
        """
        own = evidence.rules[question]
        answers = self.weights.answers.get(question)
        if answers is None or len(allowed) < 2 or self._is_new(evidence):
            return own
        values = dict(choice_features(question, evidence))
        if len(allowed) <= _FEW:
            table = self.weights.choices[question]
            every = {a: dot(table[a], values) for a in allowed if a in table}
        else:
            every = answers.scores(values)
        scores = {a: every[a] for a in allowed if a in every}
        return max(sorted(scores), key=lambda a: scores[a]) if own in scores else own

    def score(self, evidence: Evidence) -> float:
        """Return the probability that a candidate is an event; of a type that a user has added, the rules' own."""
        if self._is_new(evidence):
            return _RULES_SATISFIED if evidence.parties and not evidence.unmet else _RULES_UNSATISFIED
        return sigmoid(dot(self.weights.keep, dict(features(evidence))))

    def _is_new(self, evidence: Evidence) -> bool:
        return evidence.event_type not in self.weights.choices.get("event_type", {})

    def believes(self, evidence: Evidence, confidence: float) -> bool:
        """Whether a candidate is more likely an event than not worth keeping, whatever the user wants to see."""
        return confidence >= max(self.weights.threshold, self._even(evidence))

    def _even(self, evidence: Evidence) -> float:
        return _EVEN.get(evidence.event_class, 0.0) if self.weights.keep else 0.0

    def judge(self, evidence: Evidence, confidence: float) -> tuple[bool, str]:
        """Return whether a candidate is kept, and why."""
        if confidence >= max(self._least, self._even(evidence)):
            return True, "kept"
        if evidence.unmet:
            return False, "missing: " + ", ".join(evidence.unmet)
        return False, "no party" if not evidence.parties else "unlikely"


def features(evidence: Evidence) -> Iterator[tuple[str, float]]:
    """Yield the features that bear on "is it an event?": what holds as 1, what the reader says as log-odds."""
    yield from ((name, 1.0) for name in dict.fromkeys(_signs(evidence)))
    if evidence.heard is not None:
        heard = evidence.heard
        yield "reader:word", _bounded(heard.word)
        yield "reader:event", _bounded(heard.event)
        yield "reader:passage", _bounded(heard.passage)
        yield f"reader:word/{evidence.event_class}", _bounded(heard.word)
        yield f"reader:event/{evidence.event_class}", _bounded(heard.event)
        if heard.margin is None:
            yield "reader:alone", 1.0
            yield f"reader:alone/{evidence.event_class}", 1.0
        else:
            yield "reader:margin", _bounded(heard.margin)
            yield f"reader:margin/{heard.margin > 0}", 1.0
            yield f"reader:margin/{heard.margin > 0}/parties={min(len({p.key for p in evidence.parties}), 2)}", 1.0
        yield "reader:type", heard.answers["event_type"].get(evidence.event_type, -_TOP) / SCALE


def choice_features(question: str, evidence: Evidence) -> Iterator[tuple[str, float]]:
    """Yield the features that bear on one of `CHOICES`: what holds as 1, what the reader says as log-probabilities."""
    yield from ((name, 1.0) for name in dict.fromkeys(_choice_signs(question, evidence)))
    if evidence.heard is not None:
        yield from ((f"reader:{a}", value / SCALE) for a, value in evidence.heard.answers[question].items())


def _bounded(odds: float) -> float:
    return max(-_TOP, min(_TOP, odds)) / SCALE


def _signs(evidence: Evidence) -> Iterator[str]:
    """Yield the names of the features that hold for "is it an event?"."""
    pos = "v" if evidence.verb else "n"
    keys = {p.key for p in evidence.parties}
    said = {p.key for p in evidence.parties if p.text is not None and not p.resolved}
    yield f"trigger={evidence.lemma}/{pos}"
    yield f"type={evidence.event_type}"
    yield f"parties={min(len(keys), 3)}"
    yield f"class_parties={evidence.event_class}/{min(len(keys), 2)}"
    yield f"said={min(len(said), 2)}"
    yield f"triggers={min(len(evidence.lemmas), 3)}"
    yield f"status={evidence.status}"
    yield f"realis={evidence.realis}"
    yield f"kind={evidence.kind}"
    yield f"definite={evidence.definite}/{pos}"
    yield f"countries={min(len({p.country for p in evidence.parties if p.country}), 2)}"
    yield from (f"unmet={need}" for need in evidence.unmet)
    yield from (f"goods={name}/{evidence.event_class}" for name in sorted(evidence.classes))
    yield from (f"with={lemma}" for lemma in sorted(evidence.lemmas - {evidence.lemma}))
    yield from (name for name, holds in (("money", evidence.money), ("date", evidence.date)) if holds)
    if evidence.light:
        yield from (f"light={evidence.light}", "light")
    yield from sorted({f"kind_of_party={p.kind}" for p in evidence.parties})
    yield f"genre={evidence.genre}"
    yield from evidence.around
    yield from (sign for sign in evidence.earlier if sign.startswith("told"))
    yield from (f"{evidence.lemma}:{sign}" for sign in evidence.around if sign.startswith(("prep=", "has=", "hangs=")))
    yield from (f"{evidence.event_class[0]}:{sign}" for sign in evidence.stage)
    yield from _sense_pairs(evidence)


def _sense_pairs(evidence: Evidence) -> Iterator[str]:
    """Yield pairs of signs that mean more together: one word is an event only with two sides, another with any."""
    sides = min(len({p.key for p in evidence.parties}), 2)
    for name in (evidence.lemma, evidence.event_type):
        yield f"{name}/parties={sides}"
        yield from (f"{name}/unmet={need}" for need in evidence.unmet)
    yield f"{evidence.lemma}/definite={evidence.definite}"
    yield f"{evidence.event_type}/genre={evidence.genre}"
    yield f"{evidence.genre}/parties={sides}"
    yield f"{evidence.event_type}/{bool(evidence.unmet)}/{sides}/{bool(evidence.classes)}"
    yield from (
        f"{evidence.event_type}/{sign}"
        for sign in evidence.around
        if sign.startswith(("beside_type=", "others=", "quoted"))
    )


def _choice_signs(question: str, evidence: Evidence) -> Iterator[str]:
    """Yield the names of the features that bear on one of `CHOICES`."""
    pos = "v" if evidence.verb else "n"
    yield f"own={evidence.rules[question]}"
    yield f"trigger={evidence.lemma}/{pos}"
    yield from (f"with={lemma}" for lemma in sorted(evidence.lemmas - {evidence.lemma}))
    yield from (f"goods={name}" for name in sorted(evidence.classes))
    yield f"money={evidence.money}"
    if question != "event_type":
        yield f"type={evidence.event_type}"
    if question in ("status", "realis"):
        yield from evidence.stage
        yield from _stage_pairs(question, evidence)
        yield f"date={evidence.date}"
        yield f"when={evidence.when}"
        yield f"genre={evidence.genre}"
        yield from evidence.earlier
    else:
        yield from evidence.fields
        yield from sorted({f"kind_of_party={p.kind}" for p in evidence.parties})
    if question == "event_type":
        yield from _type_signs(evidence)
    if evidence.light:
        yield f"light={evidence.light}"
    yield f"kind={evidence.kind}"


def _type_signs(evidence: Evidence) -> Iterator[str]:
    """Yield signs of which sense a word has: what hangs on it, who takes part, in what tense it stands."""
    yield from evidence.stage
    yield f"genre={evidence.genre}"
    yield f"parties={min(len({p.key for p in evidence.parties}), 3)}"
    yield f"{evidence.lemma}/money={evidence.money}"
    yield from (f"{evidence.lemma}/kind_of_party={p.kind}" for p in evidence.parties)
    yield from (f"{evidence.lemma}/goods={name}" for name in evidence.classes)
    for sign in evidence.around:
        if sign.startswith(("prep=", "has=", "dobj=", "compound=", "prep_object=")):
            yield sign
        if sign.startswith(("prep=", "has=", "beside_type=")):
            yield f"{evidence.lemma}/{sign}"


def _stage_pairs(question: str, evidence: Evidence) -> Iterator[str]:
    """Yield pairs of signs that mean more together: "will" says one thing of a purchase, another of a summit."""
    for sign in evidence.stage:
        name = sign.partition("=")[0]
        if name in ("form", "top", "modal", "nearest", "outer", "says", "itself") or sign.endswith("@above"):
            yield f"{evidence.event_type}/{sign}"
        if name in ("form", "top", "outer"):
            yield f"{evidence.genre}/{sign}"
            yield f"{evidence.when}/{sign}"
            yield f"{evidence.lemma}/{sign}"
            yield f"own={evidence.rules[question]}/{sign}"


def dot(table: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Return the score of features under a table of weights; unknown features count nothing."""
    return table.get("bias", 0.0) + sum(table[name] * value for name, value in values.items() if name in table)


def sigmoid(x: float) -> float:
    """Return the probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))
