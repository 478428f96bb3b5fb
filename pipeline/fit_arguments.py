"""Fits the weights by which `transforms.extract.argue` chooses parties, items, sums and dates."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate import same_date, same_item, same_sum
from pipeline.fit import Example, cross_validated, verdicts
from pipeline.meant import meant
from schemas.records import Item
from transforms.extract.argue.judge import sides
from transforms.extract.argue.question import NONE, TAKEN, Argument
from transforms.extract.dates import Date
from transforms.extract.money import Money
from transforms.extract.party import Party
from transforms.extract.weights import Weights

L2 = {"party": 8.0, "item": 32.0, "amount": 4.0, "date": 6.0}
"""Strength of the regularisation by kind of argument."""
TAUGHT = 0.12
"""How loud an argument of a document that only teaches is beside one of a document that is measured: the least that is
as good in cross-validation."""
_NOISE = 0.005
Record = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class ArgumentFit:
    """Fitted weights of the arguments: tables and least probabilities by kind, and their held-out F1."""

    arguments: Mapping[str, Mapping[str, Mapping[str, float]]]
    least: Mapping[str, float]
    f1: Mapping[str, float]

    def added_to(self, weights: Weights) -> Weights:
        """Return weights with these."""
        return dataclasses.replace(weights, arguments=self.arguments, least=self.least)


def fit_arguments(
    examples: Sequence[Example],
    *,
    records: Sequence[Record] | None = None,
    sided: Sequence[Example] = (),
    unmeasured: Collection[str] = (),
    l2: Mapping[str, float] = L2,
    seed: int = 0,
) -> ArgumentFit:
    """Fit on the candidates that are right: the first of their class to touch a required record.

    Args:
        examples: Candidates of all documents, their types settled without sight of their own document.
        records: All required records, those that no candidate touches included; those of the examples, if not given.
            The more is missed before arguments are chosen, the less likely ones are worth taking for the best F1
            (Lipton et al., Optimal Thresholding of Classifiers to Maximize F1 Measure, 2014).
        sided: Events of other documents of which nothing is known but both sides; parties learn from them too.
        unmeasured: Names of documents that teach, but from which neither figures nor least probabilities are taken;
            `records` has none of theirs.
        l2: Strength of the regularisation by kind.
        seed: Changes the folds of the cross-validation.
    """
    right = [e for e, v in zip(examples, verdicts(examples), strict=True) if v]
    taught = [e for e in right if e.document in unmeasured]
    right = [e for e in right if e.document not in unmeasured]
    required = records if records is not None else [e.record or {} for e in right]
    tables: dict[str, Any] = {}
    least: dict[str, float] = {}
    f1: dict[str, float] = {}
    for kind, label, wanted in (
        ("party", _role, lambda r: len(r.get("parties") or ())),
        ("item", _item, lambda r: len(r.get("items") or ())),
        ("amount", _amount, lambda r: 1 if r.get("value") else 0),
        ("date", _date, lambda r: 1 if r.get("date") else 0),
    ):
        more = [*taught, *sided] if kind == "party" else taught
        total = sum(map(wanted, required))
        tables[kind], least[kind], f1[kind] = _fit(kind, right, more, label, total, l2[kind], seed, unmeasured)
    return ArgumentFit(tables, least, f1)


def _fit(
    kind: str,
    examples: Sequence[Example],
    more: Sequence[Example],
    label: Callable[[Argument, Record], str],
    total: int,
    l2: float,
    seed: int,
    unmeasured: Collection[str],
) -> tuple[dict[str, dict[str, float]], float, float]:
    counted, others = (
        [(e, a) for e in part for a in e.arguments if a.kind == kind and not _is_open(e, a)]
        for part in (examples, more)
    )
    cases = counted + others
    truths = [label(a, e.record or {}) for e, a in cases]
    answers = [NONE, *sorted({t for t in truths if t != NONE})]
    column = {a: i for i, a in enumerate(answers)}
    found = cross_validated(
        [e.document for e, _ in cases],
        [a.signs for _, a in cases],
        [column[t] for t in truths],
        len(answers),
        l2,
        seed,
        [TAUGHT if e.document in unmeasured else 1.0 for e, _ in cases],
    )
    chances = np.exp(found.held - found.held.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    groups: dict[int, list[int]] = {}
    for i, (example, _) in enumerate(counted):
        groups.setdefault(id(example), []).append(i)
    likely = [dict(zip(answers, line.tolist(), strict=True)) for line in chances]
    curve = []
    for least in np.arange(0.2, 0.75, 0.02):
        picks = [NONE] * len(cases)
        for mine in groups.values():
            directed = kind != "party" or cases[mine[0]][0].evidence.directed
            for i, role in zip(mine, sides([likely[i] for i in mine], float(least), directed=directed), strict=True):
                picks[i] = role
        kept = [p == t for p, t in zip(picks, truths, strict=True) if p != NONE]
        curve.append((2 * sum(kept) / max(1, len(kept) + total), float(least)))
    best = max(f1 for f1, _ in curve)
    good = [(f1, least) for f1, least in curve if f1 >= best - _NOISE]
    # Amid those that are as good, for other documents shift the curve; of parties, rather right ones than many.
    f1, least = good[-1] if kind == "party" else good[len(good) // 2]
    if kind == "party":
        return {a: found.table(i) for a, i in column.items()}, round(least, 2), f1
    if TAKEN not in column:
        return {TAKEN: {"bias": -found.table(0).get("bias", 0.0)}}, round(least, 2), f1
    taken, none = found.table(column[TAKEN]), found.table(0)
    names = sorted({*taken, *none})
    table = {n: round(taken.get(n, 0.0) - none.get(n, 0.0), 3) for n in names}
    return {TAKEN: table}, round(least, 2), f1


def _is_open(example: Example, argument: Argument) -> bool:
    """Whether the annotations leave open if an argument is right: a date of their years, where a record has none.

    Annotators put down the day that a sentence gives to an event, and rarely repeat the year that all of it is about.
    """
    if not isinstance(argument.said, Date) or (example.record or {}).get("date"):
        return False
    return any(read[:4] in example.years for read in _readings(argument.said))


def _role(argument: Argument, record: Record) -> str:
    party = argument.said
    assert isinstance(party, Party)
    best = meant(record.get("parties") or (), party)
    return best[0] if best else NONE


def _item(argument: Argument, record: Record) -> str:
    item = argument.said
    assert isinstance(item, Item)
    row = {"text": item.text, "quantity": item.quantity}
    return TAKEN if any(same_item(gold, row) for gold in record.get("items") or ()) else NONE


def _amount(argument: Argument, record: Record) -> str:
    money, value = argument.said, record.get("value")
    assert isinstance(money, Money)
    return TAKEN if value and any(same_sum(value, m.amount, m.currency) for m in money.said) else NONE


def _date(argument: Argument, record: Record) -> str:
    date, wanted = argument.said, str(record.get("date") or "")
    assert isinstance(date, Date)
    return TAKEN if wanted and any(same_date(wanted, read) for read in _readings(date)) else NONE


def _readings(date: Date) -> list[str]:
    return [read for read in (date.edtf, date.past, date.future) if read]
