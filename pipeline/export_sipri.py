"""Exports deals in arms in the columns of the SIPRI trade register, so that both can be laid side by side."""

import collections
import dataclasses
import datetime
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import pycountry

from pipeline.export_tables import write_cells
from pipeline.export_view import View

COLUMNS = (
    "event_id",
    "supplier",
    "recipient",
    "designation",
    "description",
    "armament_category",
    "order_date",
    "order_date_is_estimate",
    "numbers_ordered",
    "numbers_ordered_is_estimate",
    "numbers_delivered",
    "numbers_delivered_is_estimate",
    "delivery_years",
    "delivery_years_is_estimate",
    "status",
    "comments",
)
ORDERED = ("agreed", "underway", "suspended", "completed")
"""Statuses of deals that were made; the register has no plans and no refusals."""
_DELIVERED = ("underway", "completed")
UNKNOWN = "unknown"

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Told:
    """An item as a mention tells it."""

    mention: Row
    item: Row


def write_sipri(view: View, dataset: str, handle: IO[bytes]) -> int:
    """Write one line for each deal and category of arms in it."""
    events = [row for row in view.rows(dataset) if is_order(row)]
    mentions = view.mentions({mention for event in events for mention in event["mention_ids"]})
    lines = (line for event in events for line in register(event, [mentions[m] for m in event["mention_ids"]]))
    return write_cells(handle, list(COLUMNS), ([line[name] for name in COLUMNS] for line in lines))


def is_order(event: Row) -> bool:
    """Tell whether an event is an order of arms, delivered or not."""
    return event["event_class"] == "deal" and event["sector"] == "military" and event["status"] in ORDERED


def register(event: Row, mentions: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a deal: one for each armament category, or one for all goods where none has a category."""
    told = [Told(m, item) for m in mentions if m["realis"] == "asserted" for item in m["items"]]
    arms = [t for t in told if t.item["category"]] or told
    groups: dict[str | None, list[Told]] = {}
    for one in arms:
        groups.setdefault(one.item["category"], []).append(one)
    for category in sorted(groups, key=lambda name: (name is None, name)):
        yield _line(event, category, groups[category])


def _line(event: Row, category: str | None, told: Sequence[Told]) -> dict[str, Any]:
    texts = collections.Counter(t.item["text"] for t in told)
    text = min(texts, key=lambda name: (-texts[name], -len(name), name))
    ordered, ordered_guess = _number([t for t in told if t.mention["status"] != "completed"] or told)
    delivered, delivered_guess = _number([t for t in told if t.mention["status"] == "completed"])
    if delivered is None and event["status"] == "completed":
        delivered, delivered_guess = ordered, True
    date, date_guess = _order_date(event)
    years, years_guess = _years(event)
    return {
        "event_id": event["event_id"],
        "supplier": _side(event, "supplier"),
        "recipient": _side(event, "recipient"),
        "designation": designation(text),
        "description": description(text),
        "armament_category": category,
        "order_date": date,
        "order_date_is_estimate": date_guess,
        "numbers_ordered": ordered,
        "numbers_ordered_is_estimate": ordered_guess,
        "numbers_delivered": delivered,
        "numbers_delivered_is_estimate": delivered_guess,
        "delivery_years": years,
        "delivery_years_is_estimate": years_guess,
        "status": event["status"],
        "comments": _comments(event),
    }


def designation(text: str) -> str:
    """Return the part of an item's text that names a model: words with a capital or a digit."""
    return " ".join(word for word in text.split() if _names(word))


def description(text: str) -> str:
    """Return the part of an item's text that says what it is."""
    return " ".join(word for word in text.split() if not _names(word)) or text


def _names(word: str) -> bool:
    return bool(re.search(r"[A-Z0-9]", word))


def _number(told: Sequence[Told]) -> tuple[float | None, bool | None]:
    """Return the number that most documents give, the larger of two; a guess if others are given, too."""
    documents: dict[float, set[str]] = {}
    for one in told:
        if one.item["quantity"] is not None:
            documents.setdefault(one.item["quantity"], set()).add(one.mention["doc_id"])
    if not documents:
        return None, None
    number = max(documents, key=lambda value: (len(documents[value]), value))
    return (int(number) if number == int(number) else number), len(documents) > 1


def _order_date(event: Row) -> tuple[str | None, bool | None]:
    """Return when the deal was agreed; a guess if no day is said, or if it is only known when it was first reported."""
    agreed = [report["date"] for report in event["status_history"] if report["status"] == "agreed" and report["date"]]
    known = [date for date in agreed if date[:4].isdigit()]
    if known:
        best = max(known, key=len)
        return best, len(best) < len("2011-06-17")
    first = event["first_published"]
    return (first.isoformat(), True) if isinstance(first, datetime.date) else (None, None)


def _years(event: Row) -> tuple[str | None, bool | None]:
    """Return the years of deliveries; guesses if only the day of a report is known."""
    reports = [report for report in event["status_history"] if report["status"] in _DELIVERED]
    dated = sorted({r["date"][:4] for r in reports if r["date"] and r["date"][:4].isdigit()})
    if dated:
        return "; ".join(dated), False
    told = sorted({str(r["published"].year) for r in reports if r["published"] and r["status"] == "completed"})
    return ("; ".join(told), True) if told else (None, None)


def _side(event: Row, role: str) -> str:
    """Return the countries on one side; names where a party has no country."""
    parties = [p for p in event["participants"] if p["role"] == role]
    return "; ".join(dict.fromkeys(_country(p["country"]) or p["name"] for p in parties)) or UNKNOWN


@functools.lru_cache(maxsize=1024)
def _country(code: str | None) -> str | None:
    found = pycountry.countries.get(alpha_3=code) if code else None
    return getattr(found, "common_name", None) or (found.name if found else code)


def _comments(event: Row) -> str:
    """Return what the register tells in words: sums, who else takes part, how well the deal is known."""
    sums = [f"{a['amount']:,.0f} {a['currency'] or ''}".strip() for a in event["amounts"][:3]]
    firms = dict.fromkeys(p["name"] for p in event["participants"] if p["kind"] == "company")
    parts = [f"worth {' or '.join(sums)}"] if sums else []
    parts += [f"with {', '.join(firms)}"] if firms else []
    documents = event["n_documents"]
    parts.append(f"{documents} document{'s' if documents != 1 else ''}, confidence {event['confidence']:.2f}")
    return "; ".join(parts)
