"""Makes one record of all mentions of an event. `docs/linking.md` tells in words how it chooses.

A *source* is a document with its duplicates: fifty copies of a wire report are one source.
"""

import collections
import datetime
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from schemas.codes import EVENT_TYPES, SCHEMA_VERSION, SECTORS
from schemas.records import Event, EventAmount, EventItem, EventParticipant
from transforms.link.order import Row, order_key
from transforms.link.statuses import history, latest
from transforms.link.words import fold, name_key, words

REALIS_ORDER = ("asserted", "hypothetical", "negated")
_LEAST_PRECISE = 4000
_UNSAID = (datetime.date.min, datetime.date.max)

Sources = Mapping[str, str]
"""The document that a duplicate is a copy of, by the duplicate's id; others stand for themselves."""


def merge_event(event_id: str, mentions: Iterable[Row], sources: Sources) -> Event:
    """Return the record of an event.

    Args:
        event_id: Its id.
        mentions: Its mentions, as rows of `mentions/`.
        sources: Which documents are duplicates, and of which.
    """
    rows = sorted(mentions, key=order_key)
    believed = most_real(rows)
    source = {row["doc_id"]: sources.get(row["doc_id"], row["doc_id"]) for row in rows}
    event_class = rows[0]["event_class"]
    reports = history(believed, source)
    published = sorted(row["published"] for row in rows if row["published"])
    return Event(
        event_id=event_id,
        event_class=event_class,
        event_type=_commonest(believed, "event_type", EVENT_TYPES[event_class], source),
        sector=_commonest(believed, "sector", SECTORS, source),
        status=latest(reports),
        status_history=tuple(report.row for report in reports),
        participants=_participants(believed, source),
        items=_items(believed, source),
        amounts=_amounts(believed, source),
        event_date=_date(believed, source),
        first_published=published[0] if published else None,
        last_published=published[-1] if published else None,
        n_documents=len(source),
        n_mentions=len(rows),
        mention_ids=tuple(row["mention_id"] for row in rows),
        doc_ids=tuple(dict.fromkeys(row["doc_id"] for row in rows)),
        confidence=_confidence(rows, source),
        schema_version=SCHEMA_VERSION,
    )


def most_real(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the mentions that assert the event; where none does, those that suppose it; else those that deny it."""
    for realis in REALIS_ORDER:
        found = [row for row in rows if row["realis"] == realis]
        if found:
            return found
    return rows


def count_sources(rows: Iterable[Row], source: Mapping[str, str]) -> int:
    """Return how many sources mentions come from."""
    return len({source[row["doc_id"]] for row in rows})


def _commonest(rows: Sequence[Row], column: str, order: Sequence[str], source: Mapping[str, str]) -> str:
    """Return the value that most sources give; of as many, that with more confidence, then the first of `order`."""
    by_value = _grouped(rows, lambda row: str(row[column]))
    return min(
        by_value,
        key=lambda value: (
            -count_sources(by_value[value], source),
            -sum(row["confidence"] for row in by_value[value]),
            order.index(value),
        ),
    )


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _participants(rows: Sequence[Row], source: Mapping[str, str]) -> tuple[EventParticipant, ...]:
    found: dict[tuple[str, str | None], list[tuple[Row, Mapping[str, Any]]]] = {}
    for row in rows:
        for party in row["participants"]:
            found.setdefault((name_key(party["name"]), party["country"]), []).append((row, party))
    merged = [_participant(said, source) for said in _same_names(found)]
    merged.sort(key=lambda p: (-p.n_sources, p.role, p.name, p.country or ""))
    return tuple(merged)


def _same_names(
    found: dict[tuple[str, str | None], list[tuple[Row, Mapping[str, Any]]]],
) -> Iterable[list[tuple[Row, Mapping[str, Any]]]]:
    """Put shorter forms of a name to the longest one that holds all their words, in the same country."""
    for short in sorted(found, key=lambda key: (len(key[0]), key[0], key[1] or "")):
        parts = set(short[0].split())
        longer = [
            key
            for key in found
            if key != short
            and key[1] == short[1]
            and parts < set(key[0].split())
            and _kinds(found[key]) & _kinds(found[short])
        ]
        if parts and len(longer) == 1:
            found[longer[0]] += found.pop(short)
    return found.values()


def _kinds(said: Iterable[tuple[Row, Mapping[str, Any]]]) -> set[str | None]:
    return {party["kind"] for _, party in said}


def _participant(said: Sequence[tuple[Row, Mapping[str, Any]]], source: Mapping[str, str]) -> EventParticipant:
    roles = _votes(((row, party["role"]) for row, party in said), source)
    directed = {role: n for role, n in roles.items() if role != "party"}
    names = _votes(((row, party["name"]) for row, party in said), source)
    kinds = _votes(((row, party["kind"]) for row, party in said if party["kind"]), source)
    return EventParticipant(
        role=_most(directed or roles),
        name=_most(names),
        kind=_most(kinds) if kinds else None,
        country=said[0][1]["country"],
        n_sources=count_sources((row for row, _ in said), source),
    )


def _votes(said: Iterable[tuple[Row, Any]], source: Mapping[str, str]) -> dict[Any, int]:
    voters: dict[Any, set[str]] = {}
    for row, value in said:
        voters.setdefault(value, set()).add(source[row["doc_id"]])
    return {value: len(found) for value, found in voters.items()}


def _most(votes: Mapping[str, int]) -> str:
    return min(votes, key=lambda value: (-votes[value], -len(value), value))


def _items(rows: Sequence[Row], source: Mapping[str, str]) -> tuple[EventItem, ...]:
    said = [(row, item) for row in rows for item in row["items"]]
    groups = _said(said, lambda item: (" ".join(map(fold, words(item["text"]))), item["quantity"], item["unit"]))
    merged = [
        EventItem(
            text=_most(_votes(((row, item["text"]) for row, item in group), source)),
            category=_most(categories) if (categories := _categories(group, source)) else None,
            quantity=group[0][1]["quantity"],
            unit=group[0][1]["unit"],
            n_sources=count_sources((row for row, _ in group), source),
        )
        for group in groups
    ]
    merged.sort(key=lambda i: (-i.n_sources, i.quantity is None, i.text, i.quantity or 0.0, i.unit or ""))
    return tuple(merged)


def _categories(group: Sequence[tuple[Row, Mapping[str, Any]]], source: Mapping[str, str]) -> dict[str, int]:
    return _votes(((row, item["category"]) for row, item in group if item["category"]), source)


def _amounts(rows: Sequence[Row], source: Mapping[str, str]) -> tuple[EventAmount, ...]:
    said = [(row, amount) for row in rows for amount in row["amounts"]]
    groups = _said(said, lambda a: (a["amount"], a["amount_max"], a["currency"], a["qualifier"]))
    merged = [
        EventAmount(
            amount=first["amount"],
            amount_max=first["amount_max"],
            currency=first["currency"],
            qualifier=first["qualifier"],
            n_sources=count_sources((row for row, _ in group), source),
        )
        for group in groups
        for first in [group[0][1]]
    ]
    merged.sort(key=lambda a: (-a.n_sources, -a.amount, a.currency or "", a.qualifier, a.amount_max or 0.0))
    return tuple(merged)


def _said(
    said: Iterable[tuple[Row, Mapping[str, Any]]], key: Callable[[Mapping[str, Any]], Hashable]
) -> Iterable[list[tuple[Row, Mapping[str, Any]]]]:
    groups: dict[Hashable, list[tuple[Row, Mapping[str, Any]]]] = {}
    for row, value in said:
        groups.setdefault(key(value), []).append((row, value))
    return groups.values()


def _date(rows: Sequence[Row], source: Mapping[str, str]) -> str | None:
    """Return the date that most sources support, and of those the most precise one.

    A date supports every other one that lies within it or that it lies within: 2011 speaks for 2011-06-17.
    """
    dated = [row for row in rows if row["event_date"]]
    spans = {str(row["event_date"]): _span(row) for row in dated}
    if not spans:
        return None
    voters: dict[str, set[str]] = collections.defaultdict(set)
    for row in dated:
        for date, span in spans.items():
            if _agree(row["event_date"], spans[row["event_date"]], date, span):
                voters[date].add(source[row["doc_id"]])
    return min(spans, key=lambda date: (-len(voters[date]), _length(spans[date]), date))


def _span(row: Row) -> tuple[datetime.date, datetime.date]:
    first, last = row["event_date_earliest"], row["event_date_latest"]
    return _UNSAID if first is None or last is None else (first, last)


def _length(span: tuple[datetime.date, datetime.date]) -> int:
    return min((span[1] - span[0]).days, _LEAST_PRECISE)


def _agree(
    one: str, a: tuple[datetime.date, datetime.date], other: str, b: tuple[datetime.date, datetime.date]
) -> bool:
    if _UNSAID in (a, b):
        return one == other or (len(one) == len(other) == 10 and one[4:] == other[4:])
    return (a[0] <= b[0] and b[1] <= a[1]) or (b[0] <= a[0] and a[1] <= b[1])


def _confidence(rows: Sequence[Row], source: Mapping[str, str]) -> float:
    """Return the probability that not all sources are wrong, each as sure as its best mention, if they err apart."""
    best: dict[str, float] = {}
    for row in rows:
        key = source[row["doc_id"]]
        best[key] = max(best.get(key, 0.0), row["confidence"])
    wrong = 1.0
    for confidence in best.values():
        wrong *= 1.0 - confidence
    return 1.0 - wrong
