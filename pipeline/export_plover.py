"""Exports mentions in the shape of PLOVER events, for those who work with event data of that family."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from pipeline.export_tables import write_lines
from pipeline.export_view import View

CONTEXTS: Mapping[str, str] = {
    "military": "military",
    "diplomatic": "diplomatic",
    "trade": "economic",
    "energy": "resource",
}
"""PLOVER's word for a sector; sectors that it has no word for give none."""


def write_plover(view: View, dataset: str, handle: IO[bytes]) -> int:
    """Write one JSON object for each mention."""
    return write_lines(handle, map(plover, view.rows(dataset)))


def plover(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mention as a PLOVER event."""
    actors, recipients = sides(row["participants"])
    place = row["location"]
    return {
        "id": row["mention_id"],
        "event": row["plover"],
        "mode": row["event_type"],
        "context": list(contexts(row)),
        "cameo": row["cameo"],
        "actor": actors,
        "recipient": recipients,
        "date": row["event_date"],
        "date_earliest": row["event_date_earliest"],
        "date_latest": row["event_date_latest"],
        "location": None if place is None else {"name": place["name"], "country": place["country"]},
        "text": row["sentence"],
        "cite": {
            "source": row["source"],
            "title": row["title"],
            "published": row["published"],
            "uri": row["uri"],
            "start": row["sentence_start"],
            "end": row["sentence_end"],
        },
        "confidence": row["confidence"],
    }


def contexts(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield PLOVER's contexts of a mention."""
    if row["sector"] in CONTEXTS:
        yield CONTEXTS[row["sector"]]
    if row["realis"] == "hypothetical":
        yield "hypothetical"


def sides(participants: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return who acts and who is acted with: suppliers and recipients; where none is, the first party and the rest."""
    actors = [p for p in participants if p["role"] in ("supplier", "broker")]
    recipients = [p for p in participants if p["role"] == "recipient"]
    for party in (p for p in participants if p["role"] == "party"):
        (recipients if actors else actors).append(party)
    return list(map(_actor, actors)), list(map(_actor, recipients))


def _actor(party: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": party["name"], "country": party["country"], "kind": party["kind"], "role": party["role"]}
