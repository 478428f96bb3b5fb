"""Turns an event as settled into the row that is stored."""

import dataclasses
from collections.abc import Sequence

from schemas.codes import SCHEMA_VERSION
from schemas.identity import mention_id
from schemas.ontology import Ontology
from schemas.records import Amount, Document, Mention, Participant
from transforms.extract.argue.question import Argument
from transforms.extract.dates import Date
from transforms.extract.drafts import Draft
from transforms.extract.items import Thing
from transforms.extract.money import Money
from transforms.extract.party import Party
from transforms.extract.score import Evidence
from transforms.extract.sentence import Sentence, span


@dataclasses.dataclass(frozen=True)
class Producer:
    """What makes the rows: names of the extractor and of the model, as stored."""

    extractor: str
    model: str


@dataclasses.dataclass(frozen=True)
class Found:
    """An event as settled, before it becomes a row."""

    drafts: Sequence[Draft]
    evidence: Evidence
    parties: Sequence[tuple[str, Party]]
    things: Sequence[Thing]
    sums: Sequence[Money]
    date: Date | None
    confidence: float
    arguments: Sequence[Argument] = ()


def make_mention(document: Document, sentence: Sentence, found: Found, ordinal: int, producer: Producer) -> Mention:
    """Return the row of an event; `ordinal` tells apart events of one type by one trigger."""
    evidence, date, place = found.evidence, found.date, sentence.place
    event_type = evidence.event_type
    first, last = span(found.drafts[0])
    event_class, _, name = event_type.partition("/")
    plover, cameo = event_codes(sentence.ontology, event_type, evidence.sector, evidence.status)
    offset = place.start
    return Mention(
        mention_id=mention_id(
            document.doc_id,
            document.content_id,
            event_class,
            name,
            offset + first,
            offset + last,
            ordinal,
        ),
        event_class=event_class,
        event_type=name,
        sector=evidence.sector,
        status=evidence.status,
        realis=evidence.realis,
        doc_id=document.doc_id,
        uri=document.uri,
        title=document.title,
        source=document.source,
        published=document.published,
        language=document.language,
        paragraph=place.paragraph,
        sentence=document.text[place.start : place.end],
        sentence_start=place.start,
        sentence_end=place.end,
        trigger=document.text[offset + first : offset + last],
        trigger_start=offset + first,
        trigger_end=offset + last,
        participants=tuple(_participant(role, p) for role, p in found.parties),
        items=tuple(t.item for t in found.things),
        amounts=tuple(_amount(m, document.text, offset) for one in found.sums for m in one.said),
        event_date=date.edtf if date else None,
        event_date_earliest=date.earliest if date else None,
        event_date_latest=date.latest if date else None,
        event_date_text=document.text[offset + date.start : offset + date.end] if date else None,
        event_date_text_start=offset + date.start if date else None,
        event_date_text_end=offset + date.end if date else None,
        location=sentence.location_of(found.drafts, found.parties, document.text),
        plover=plover,
        cameo=cameo,
        confidence=found.confidence,
        extractor=producer.extractor,
        model=producer.model,
        schema_version=SCHEMA_VERSION,
    )


def event_codes(ontology: Ontology, event_type: str, sector: str, status: str) -> tuple[str, str]:
    """Return the PLOVER event type and CAMEO code nearest to an event."""
    codes = ontology.types[event_type]
    refined = {"plover": codes.plover, "cameo": codes.cameo, **codes.by_sector.get(sector, {})}
    by_status = ontology.by_status.get(status) or {}
    refined |= by_status.get(refined["plover"]) or by_status.get("*") or {}
    return refined["plover"], str(refined["cameo"])


def _participant(role: str, party: Party) -> Participant:
    return Participant(
        role, party.text, party.start, party.end, party.name, party.kind, party.country or None, party.resolved
    )


def _amount(money: Money, text: str, offset: int) -> Amount:
    start, end = offset + money.start, offset + money.end
    return Amount(text[start:end], start, end, money.amount, money.amount_max, money.currency, money.qualifier)
