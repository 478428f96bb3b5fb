"""Measures extracted mentions against annotations in the format of `samples/annotations.yaml`.

A mention matches a record of the same class whose triggers it overlaps; pairs are made one to one, the most alike
first. Records marked `optional` are neither required nor held against a mention. Precision, recall and F1 follow
Manning et al., Introduction to Information Retrieval (2008), chapter 8.
"""

import dataclasses
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.yamls import load_yaml

Record = Mapping[str, Any]
Row = Mapping[str, Any]
_SHARED_WORDS = 0.5
_TOLERANCE = 0.01
_YEAR_LENGTH = 4


class AnnotationError(ValueError):
    """An annotation that does not fit its document."""


@dataclasses.dataclass
class Count:
    """Right, spurious and missed."""

    right: int = 0
    spurious: int = 0
    missed: int = 0

    def add(self, wanted: int, got: int, right: int) -> None:
        """Count one comparison of `wanted` with `got` values, `right` of them common."""
        self.right += right
        self.spurious += got - right
        self.missed += wanted - right

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.right + self.spurious + self.missed
        return 2 * self.right / total if total else 0.0


def read_annotations(path: pathlib.Path, folder: pathlib.Path) -> dict[str, list[dict[str, Any]]]:
    """Return the records of each document, each with the `spans` of its acceptable triggers.

    Raises:
        AnnotationError: If a quote does not stand exactly once in its document, or a trigger not in its quote.
    """
    documents = load_yaml(path.read_text("utf-8"))
    return {doc["doc"]: list(_records(doc, (folder / doc["doc"]).read_bytes().decode("utf-8"))) for doc in documents}


def evaluate(gold: Mapping[str, Sequence[Record]], rows: Sequence[Row]) -> dict[str, float]:
    """Return the F1 of detect, typed, party, item, amount and date, and the accuracy of status, realis and sector."""
    counts = {name: Count() for name in ("detect", "typed", "party", "item", "amount", "date")}
    hits: dict[str, list[bool]] = {name: [] for name in ("status", "realis", "sector")}
    for name, records in gold.items():
        mine = [row for row in rows if row["uri"].rsplit("/", 1)[-1] == name]
        _compare(records, mine, counts, hits)
    figures = {name: count.f1 for name, count in counts.items()}
    return figures | {name: sum(found) / len(found) if found else 0.0 for name, found in hits.items()}


def _records(doc: Mapping[str, Any], text: str) -> Iterator[dict[str, Any]]:
    for record in doc["events"] or ():
        quote = record["q"]
        if text.count(quote) != 1:
            raise AnnotationError(f"{doc['doc']}: the quote must stand exactly once: {quote!r}")
        start = text.index(quote)
        spans = [(start + m.start(), start + m.end()) for t in record["t"] for m in re.finditer(re.escape(t), quote)]
        if len(spans) < len(record["t"]):
            raise AnnotationError(f"{doc['doc']}: a trigger is not in its quote: {quote!r}")
        yield {**record, "spans": spans}


def _compare(
    records: Sequence[Record], rows: Sequence[Row], counts: dict[str, Count], hits: dict[str, list[bool]]
) -> None:
    pairs = overlapping_pairs(records, rows)
    matched = dict(pairs)
    touched = {r for g, record in enumerate(records) for r, row in enumerate(rows) if _overlaps(record, row)}
    for g, record in enumerate(records):
        if record.get("optional"):
            continue
        row = rows[matched[g]] if g in matched else None
        _count_record(record, row, counts)
        if row is not None:
            for name, found in hits.items():
                found.append(record[name] == row[name])
    for r, row in enumerate(rows):
        if r not in matched.values() and r not in touched:
            for name in ("detect", "typed"):
                counts[name].spurious += 1
            counts["party"].spurious += len(_got_parties(row))


def overlapping_pairs(records: Sequence[Record], rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Return which record is told by which mention, by number, one to one: required ones first, then the likest."""
    scored = sorted(
        (
            (bool(record.get("optional")), -_likeness(record, row), g, r)
            for g, record in enumerate(records)
            for r, row in enumerate(rows)
            if _overlaps(record, row)
        )
    )
    pairs: list[tuple[int, int]] = []
    for _, _, g, r in scored:
        if all(g != a and r != b for a, b in pairs):
            pairs.append((g, r))
    return pairs


def _overlaps(record: Record, row: Row) -> bool:
    return record["class"] == row["event_class"] and any(
        start < row["trigger_end"] and row["trigger_start"] < end for start, end in record["spans"]
    )


def _likeness(record: Record, row: Row) -> float:
    wanted, got = _parties(record), _got_parties(row)
    return float(record["type"] == row["event_type"]) + 2 * len(wanted & got) / max(1, len(wanted | got))


def _count_record(record: Record, row: Row | None, counts: dict[str, Count]) -> None:
    found = row is not None
    typed = row is not None and record["type"] == row["event_type"]
    counts["detect"].add(1, int(found), int(found))
    counts["typed"].add(1, int(found), int(typed))
    wanted, got = _parties(record), _got_parties(row) if row else set()
    counts["party"].add(len(wanted), len(got), len(wanted & got))
    items, values = record.get("items") or [], row["items"] if row else []
    counts["item"].add(len(items), len(values), sum(any(same_item(i, v) for v in values) for i in items))
    sums = row["amounts"] if row else []
    value = record.get("value")
    right = int(value is not None and any(same_sum(value, s["amount"], s["currency"]) for s in sums))
    counts["amount"].add(int(value is not None), max(right, min(len(sums), 1)), right)
    date, read = str(record.get("date") or ""), str((row["event_date"] if row else "") or "")
    if date:
        counts["date"].add(1, int(bool(read)), int(same_date(date, read)))


def _parties(record: Record) -> set[tuple[str, str]]:
    return {(role, party_key(name, country)) for role, name, country in record.get("parties") or ()}


def _got_parties(row: Row) -> set[tuple[str, str]]:
    return {(p["role"], party_key(p["name"], p["country"])) for p in row["participants"]}


def party_key(name: str | None, country: str | None) -> str:
    """Return what makes two parties the same: the country or body behind them, else the last word of the name."""
    return country.upper() if country else (re.findall(r"\w+", (name or "").lower()) or [""])[-1]


def same_sum(value: Sequence[Any], amount: float, currency: str | None) -> bool:
    """Return whether an annotated (amount, currency) and a sum agree, within a hundredth."""
    return bool(currency == value[1] and abs(amount - value[0]) <= _TOLERANCE * abs(value[0]))


def same_date(wanted: str, read: str) -> bool:
    """Return whether an annotated date and one that was read agree; of a year, the year."""
    return bool(read) and (read == wanted or (len(wanted) == _YEAR_LENGTH and read[:4] == wanted))


def same_item(item: Sequence[Any], value: Row) -> bool:
    """Return whether an annotated (text, quantity, unit) and a row's item agree: half their words, and the count."""
    wanted, got = set(re.findall(r"\w+", item[0].lower())), set(re.findall(r"\w+", value["text"].lower()))
    alike = len(wanted & got) >= _SHARED_WORDS * min(len(wanted), len(got))
    count = item[1]
    return alike and (
        count is None or (value["quantity"] is not None and abs(value["quantity"] - count) <= _TOLERANCE * abs(count))
    )
