"""Makes mentions from short notes, for tests of linking."""

import calendar
import datetime
import hashlib
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from schemas.records import Amount, Item, Mention, Participant

HISTORIES = pathlib.Path(__file__).with_name("histories.yaml")


def mention(
    uri: str = "a.txt",
    sentence: str = "France sold two ships to Chile.",
    *,
    trigger: str = "sold",
    who: Any = (("supplier", "France", "FRA"), ("recipient", "Chile", "CHL")),
    what: Any = (("ships", 2),),
    published: datetime.date | None = datetime.date(2020, 1, 2),
    date: str | None = None,
    sum: Any = None,  # noqa: A002
    **fields: Any,
) -> Mention:
    """Return a mention; what is not given is of a plain sale."""
    start = fields.pop("start", 0)
    at = start + sentence.index(trigger)
    first, last = days(date)
    values: dict[str, Any] = {
        "mention_id": hashlib.sha256(f"{uri} {at} {sentence}".encode()).hexdigest()[:32],
        "event_class": "deal",
        "event_type": "sale",
        "sector": "military",
        "status": "agreed",
        "realis": "asserted",
        "doc_id": hashlib.sha256(uri.encode()).hexdigest()[:32],
        "uri": uri,
        "title": None,
        "source": None,
        "published": published,
        "language": "en",
        "paragraph": 0,
        "sentence": sentence,
        "sentence_start": start,
        "sentence_end": start + len(sentence),
        "trigger": trigger,
        "trigger_start": at,
        "trigger_end": at + len(trigger),
        "participants": tuple(Participant(r, n, 0, len(n), n, "country", c, resolved=False) for r, n, c in who),
        "items": tuple(Item(t, 0, len(t), None, n and float(n), None, None, None, None) for t, n in what),
        "amounts": (Amount("sum", 0, 3, float(sum[0]), None, sum[1], "exact"),) if sum else (),
        "event_date": date,
        "event_date_earliest": first,
        "event_date_latest": last,
        "event_date_text": None,
        "event_date_text_start": None,
        "event_date_text_end": None,
        "location": None,
        "plover": "COOPERATE",
        "cameo": "061",
        "confidence": 0.8,
        "extractor": "test",
        "model": "test",
        "schema_version": 1,
    }
    return Mention(**{**values, **fields})


def days(date: str | None) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and the last day of a year, month or day."""
    if date is None or not date[0].isdigit():
        return None, None
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
    last = day or calendar.monthrange(year, month or 12)[1]
    return datetime.date(year, month or 1, day or 1), datetime.date(year, month or 12, last)


def histories() -> Mapping[str, tuple[str, list[Mention]]]:
    """Return the histories: by name, the latest status and the reports."""
    notes = yaml.safe_load(HISTORIES.read_text("utf-8"))
    return {note["name"]: (note["latest"], list(_reports(note))) for note in notes}


def _reports(note: Mapping[str, Any]) -> Iterator[Mention]:
    for number, (published, status, trigger, sentence, *more) in enumerate(note["reports"]):
        said = more[0] if more else {}
        yield mention(
            f"{note['name']}/{number}.txt",
            sentence,
            trigger=trigger,
            who=note["who"],
            what=note["what"],
            published=published,
            status=status,
            date=str(said["date"]) if "date" in said else None,
            sum=said.get("sum"),
            event_class=note.get("class", "deal"),
            event_type=note["type"],
            sector=note.get("sector", "military"),
        )
