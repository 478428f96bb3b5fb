"""The data inside a page: an index of all events as JSON, and what is known of each, compressed, in blocks.

The index is what filters, tables and charts need; it is in columns, with repeated strings stored once. The blocks hold
mentions with their sentences; the page unpacks them when they are looked at, so that it opens at once.
"""

import base64
import datetime
import gzip
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.report.places import country_names
from pipeline.report.read import Found, Row
from pipeline.report.text import pieces, spans_of, visible_json, web_link
from schemas import codes

BLOCK_EVENTS = 250
"""Events of one block."""

_EPOCH = datetime.date(1970, 1, 1)
_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script_json(value: Any) -> str:
    """Return JSON that can stand inside a script element whatever strings it holds."""
    return _json(value).translate(_UNSAFE)


def packed(value: Any) -> str:
    """Return JSON, compressed by gzip, as base64. The same value always gives the same text."""
    return base64.b64encode(gzip.compress(_json(value).encode(), compresslevel=6, mtime=0)).decode("ascii")


def _json(value: Any) -> str:
    return visible_json(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def index(found: Found, *, with_text: bool) -> dict[str, Any]:
    """Return what the page must know of all events before one is looked at.

    Args:
        found: The dataset.
        with_text: Whether the blocks hold sentences.
    """
    strings = _Strings()
    columns = [_row(event, strings) for event in found.events]
    names = country_names()
    used = {party["country"] for event in found.events for party in event["participants"] if party["country"]}
    return {
        "codes": {
            "class": codes.EVENT_CLASSES,
            "type": [event_type for types in codes.EVENT_TYPES.values() for event_type in types],
            "sector": codes.SECTORS,
            "status": codes.STATUSES,
            "realis": codes.REALIS,
            "role": codes.ROLES,
        },
        "countries": {code: names.get(code, code) for code in sorted(used)},
        "withText": with_text,
        "linked": found.linked,
        "blockEvents": BLOCK_EVENTS,
        "strings": strings.all,
        "events": columns,
    }


def blocks(found: Found, *, with_text: bool) -> Iterator[str]:
    """Yield the packed details of every `BLOCK_EVENTS` events, in the order of the index."""
    for first in range(0, len(found.events), BLOCK_EVENTS):
        yield packed(
            [details(event, found, with_text=with_text) for event in found.events[first : first + BLOCK_EVENTS]]
        )


def details(event: Row, found: Found, *, with_text: bool) -> dict[str, Any]:
    """Return what is shown of an event when it is opened, besides the index."""
    own = [found.mentions[key] for key in event["mention_ids"] if key in found.mentions]
    return {
        "history": [_stage(stage, found.documents) for stage in event["status_history"]],
        "mentions": [mention_details(mention, found.documents, with_text=with_text) for mention in own],
    }


def mention_details(mention: Row, documents: Mapping[str, Row], *, with_text: bool) -> dict[str, Any]:
    """Return a mention as the page shows it, its sentence cut into pieces with their roles."""
    document = documents.get(mention["doc_id"], {})
    sentence = pieces(mention["sentence"], spans_of(mention), offset=mention["sentence_start"]) if with_text else None
    return {
        "id": mention["mention_id"],
        "type": mention["event_type"],
        "status": mention["status"],
        "realis": mention["realis"],
        "confidence": round(mention["confidence"], 3),
        "title": mention["title"],
        "source": mention["source"],
        "published": mention["published"] and mention["published"].isoformat(),
        "uri": mention["uri"],
        "link": web_link(document.get("url"), mention["uri"]),
        "place": [mention["sentence_start"], mention["sentence_end"]],
        "trigger": [mention["trigger"], mention["trigger_start"], mention["trigger_end"]],
        "pieces": sentence and [[piece.text, piece.roles, piece.closing] for piece in sentence],
        "parties": [_party(party, with_text=with_text) for party in mention["participants"]],
        "items": [[item["text"], item["start"], item["end"]] for item in mention["items"]],
        "amounts": [[_sum(amount), amount["start"], amount["end"]] for amount in mention["amounts"]],
        "date": mention["event_date"],
        "location": mention["location"] and [mention["location"][name] for name in ("name", "start", "end")],
    }


def _party(party: Row, *, with_text: bool) -> list[Any]:
    said = party["text"] if with_text else None
    return [party["role"], party["name"], party["country"], said, party["start"], party["end"], party["resolved"]]


def _sum(amount: Row) -> list[Any]:
    return [_finite(amount["amount"]) or 0, _finite(amount["amount_max"]), amount["currency"], amount["qualifier"]]


def _finite(number: float | None) -> float | None:
    """Return a number that JSON can hold."""
    return number if number is not None and math.isfinite(number) else None


def _stage(stage: Row, documents: Mapping[str, Row]) -> list[Any]:
    document = documents.get(stage["doc_id"], {})
    published = stage["published"] and stage["published"].isoformat()
    return [stage["status"], stage["date"], published, document.get("title") or document.get("uri")]


class _Strings:
    """Strings by number, each stored once; null is -1."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        if text is None:
            return -1
        if text not in self._numbers:
            self._numbers[text] = len(self.all)
            self.all.append(text)
        return self._numbers[text]


def _row(event: Row, strings: _Strings) -> list[Any]:
    """Return an event as a list; `data.js` names its places."""
    return [
        event["event_id"],
        strings(event["event_class"]),
        strings(event["event_type"]),
        strings(event["sector"]),
        strings(event["status"]),
        strings(event["realis"]),
        strings(event["event_date"]),
        _day(event["day"]),
        _day(event["first_published"]),
        _day(event["last_published"]),
        [
            [
                strings(party["role"]),
                strings(party["name"]),
                strings(party["country"]),
                strings(party["kind"]),
                party["n_sources"],
            ]
            for party in event["participants"]
        ],
        [
            [
                strings(item["text"]),
                strings(item["category"]),
                _finite(item["quantity"]),
                strings(item["unit"]),
                item["n_sources"],
            ]
            for item in event["items"]
        ],
        [[*_sum(amount), amount["n_sources"]] for amount in event["amounts"]],
        event["n_documents"],
        event["n_mentions"],
        round(event["confidence"], 3),
    ]


def _day(day: datetime.date | None) -> int | None:
    return None if day is None else (day - _EPOCH).days
