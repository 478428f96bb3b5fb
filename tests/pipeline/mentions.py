"""Mentions made by hand, for tests of what is done with them."""

import dataclasses
import datetime
import pathlib
from typing import Any

import pyarrow.parquet as pq

from schemas.arrow import to_table
from schemas.records import Amount, Item, Location, Mention, Participant

SENTENCE = "France will sell two Mistral ships to Russia for about $1.7 billion."


def span(part: str) -> tuple[str, int, int]:
    start = SENTENCE.index(part) + 100
    return part, start, start + len(part)


def participant(role: str, text: str, country: str) -> Participant:
    return Participant(role, *span(text), name=text, kind="country", country=country, resolved=False)


MENTION = Mention(
    mention_id="m1",
    event_class="deal",
    event_type="sale",
    sector="military",
    status="agreed",
    realis="asserted",
    doc_id="d1",
    uri="articles/a.txt",
    title="Ships for Russia",
    source="Example Times",
    published=datetime.date(2011, 6, 18),
    language="en",
    paragraph=1,
    sentence=SENTENCE,
    sentence_start=100,
    sentence_end=100 + len(SENTENCE),
    trigger="sell",
    trigger_start=span("sell")[1],
    trigger_end=span("sell")[2],
    participants=(participant("supplier", "France", "FRA"), participant("recipient", "Russia", "RUS")),
    items=(Item(*span("Mistral ships"), "Ships", 2.0, *span("two"), None),),
    amounts=(Amount(*span("about $1.7 billion"), 1.7e9, None, "USD", "about"),),
    event_date="2011-06-17",
    event_date_earliest=datetime.date(2011, 6, 17),
    event_date_latest=datetime.date(2011, 6, 17),
    event_date_text=None,
    event_date_text_start=None,
    event_date_text_end=None,
    location=None,
    plover="COOPERATE",
    cameo="061",
    confidence=0.75,
    extractor="rules",
    model="none",
    schema_version=1,
)
CARRIED = dataclasses.replace(
    MENTION,
    mention_id="m2",
    event_class="cooperation",
    event_type="dialogue",
    uri="articles/b.txt",
    participants=(
        Participant("party", None, None, None, "NATO", "igo", "NATO", resolved=True),
        Participant("party", *span("Russia"), "Russia", "country", "RUS", resolved=True),
        Participant("party", *span("France"), "Jane Doe", "person", None, resolved=False),
    ),
    items=(),
    amounts=(),
    location=Location(*span("Russia"), "Moscow", "RUS"),
)


def write_mentions(root: pathlib.Path, *mentions: Mention) -> list[str]:
    """Write each mention as a file in its partition, without a manifest, and return the paths."""
    paths = []
    for mention in mentions:
        folder = root / "mentions" / f"event_class={mention.event_class}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{mention.mention_id}-00000.parquet"
        pq.write_table(to_table("mentions", [mention]), path)
        paths.append(str(path))
    return paths


def row(mention: Mention, **changes: Any) -> dict[str, Any]:
    return {**dataclasses.asdict(mention), **changes}
