"""Makes a linked dataset of any size, of invented events: for measuring what shows datasets, without an extractor.

Names, types and sums come from a seeded generator, so that the same size always gives the same dataset.
"""

import dataclasses
import datetime
import hashlib
import pathlib
import random
from collections.abc import Iterator, Sequence
from typing import Any

from schemas import codes
from schemas.codes import SCHEMA_VERSION
from schemas.records import (
    Amount,
    DocumentRow,
    Event,
    EventAmount,
    EventItem,
    EventParticipant,
    Item,
    Mention,
    ParagraphRow,
    Participant,
    StatusReport,
)
from transforms.write.commit import Run, commit_files
from transforms.write.counts import count_row
from transforms.write.names import folder_of, temporary_folder
from transforms.write.parquet import RowFile

_COUNTRIES = (
    *(("France", "FRA"), ("India", "IND"), ("Chile", "CHL"), ("Italy", "ITA"), ("Kenya", "KEN"), ("Canada", "CAN")),
    *(("Turkey", "TUR"), ("Japan", "JPN"), ("Brazil", "BRA"), ("Poland", "POL"), ("Norway", "NOR"), ("Egypt", "EGY")),
    *(("Vietnam", "VNM"), ("Germany", "DEU"), ("Ghana", "GHA"), ("Peru", "PER"), ("Finland", "FIN"), ("Spain", "ESP")),
    *(
        ("Mexico", "MEX"),
        ("Morocco", "MAR"),
        ("Sweden", "SWE"),
        ("Thailand", "THA"),
        ("Israel", "ISR"),
        ("NATO", "NATO"),
    ),
)
_ITEMS = (
    ("patrol ships", "Ships"),
    ("radars", "Sensors"),
    ("trainer jets", "Aircraft"),
    ("natural gas", "gas"),
    ("wheat", "food"),
)
_WORDS = ("officials", "said", "harbour", "budget", "spring", "review", "northern", "yards")
_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "INR")
_FIRST = datetime.date(2005, 1, 1)
_STARTED = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


@dataclasses.dataclass(frozen=True)
class Told:
    """An event with what it was merged from."""

    event: Event
    mentions: Sequence[Mention]
    documents: Sequence[DocumentRow]
    paragraphs: Sequence[ParagraphRow]

    def rows(self) -> Iterator[Any]:
        """Yield all rows."""
        yield from (*self.documents, *self.paragraphs, *self.mentions, self.event)


def write_made_up(root: pathlib.Path, events: int, *, seed: int = 1) -> None:
    """Write a dataset of so many events, of which about one in three is told by several documents."""
    write_rows(root, (row for told in make_up(events, seed=seed) for row in told.rows()))


def write_rows(root: pathlib.Path, rows: Iterator[Any]) -> None:
    """Write rows of any datasets as one commit."""
    temporary = f"{root}/{temporary_folder('run')}"
    files: dict[str, RowFile] = {}
    for row in rows:
        folder = folder_of(row)
        if folder not in files:
            files[folder] = RowFile(temporary, folder, count=count_row)
        files[folder].add(row)
    written = [file.close() for file in files.values()]
    commit_files(Run(str(root), {}, {}, _STARTED), "run", written, temporary=temporary, last=True)


def make_up(events: int, *, seed: int = 1) -> Iterator[Told]:
    """Yield so many events."""
    chance = random.Random(seed)  # noqa: S311  (not for secrets)
    for number in range(events):
        yield _event(number, chance)


@dataclasses.dataclass(frozen=True)
class _Plan:
    """What happened; several documents tell of it."""

    number: int
    event_class: str
    event_type: str
    status: str
    sides: Sequence[tuple[str, str, str]]
    """Role, name and country of both."""
    item: tuple[str, str]
    quantity: float
    amount: float
    currency: str
    day: datetime.date


def _event(number: int, chance: random.Random) -> Told:
    event_class = chance.choice(codes.EVENT_CLASSES)
    roles = ("supplier", "recipient") if event_class == "deal" else ("party", "party")
    plan = _Plan(
        number=number,
        event_class=event_class,
        event_type=chance.choice(codes.EVENT_TYPES[event_class]),
        status=chance.choice(codes.STATUSES),
        sides=[(role, *side) for role, side in zip(roles, chance.sample(_COUNTRIES, 2), strict=True)],
        item=chance.choice(_ITEMS),
        quantity=float(chance.randint(2, 90)),
        amount=chance.randint(1, 4000) * 1e6,
        currency=chance.choice(_CURRENCIES),
        day=_FIRST + datetime.timedelta(days=chance.randrange(7000)),
    )
    told = [_told(plan, place, chance) for place in range(chance.choice((1, 1, 2, 3)))]
    mentions, documents = [mention for mention, _ in told], [document for _, document in told]
    paragraphs = [ParagraphRow(m.doc_id, 0, "body", m.sentence, 0, m.sentence_end) for m in mentions]
    return Told(_merged(plan, mentions), mentions, documents, paragraphs)


def _merged(plan: _Plan, mentions: Sequence[Mention]) -> Event:
    text, category = plan.item
    return Event(
        event_id=_hash("event", plan.number),
        event_class=plan.event_class,
        event_type=plan.event_type,
        sector=mentions[0].sector,
        status=plan.status,
        status_history=[StatusReport(m.status, m.event_date, m.published, m.doc_id, m.mention_id) for m in mentions],
        participants=[EventParticipant(role, name, "country", code, len(mentions)) for role, name, code in plan.sides],
        items=[EventItem(text, category, plan.quantity, None, len(mentions))],
        amounts=[EventAmount(plan.amount, None, plan.currency, "about", len(mentions))],
        event_date=plan.day.isoformat(),
        first_published=mentions[0].published,
        last_published=mentions[-1].published,
        n_documents=len(mentions),
        n_mentions=len(mentions),
        mention_ids=[mention.mention_id for mention in mentions],
        doc_ids=[mention.doc_id for mention in mentions],
        confidence=mentions[0].confidence,
        schema_version=SCHEMA_VERSION,
    )


def _told(plan: _Plan, place: int, chance: random.Random) -> tuple[Mention, DocumentRow]:
    (_, one, _), (_, other, _) = plan.sides
    item, category = plan.item
    pieces = {"one": one, "trigger": "agreed", "other": other, "quantity": f"{plan.quantity:.0f}", "item": item}
    pieces["sum"] = f"{plan.amount / 1e6:.0f} million {plan.currency}"
    filler = " ".join(chance.choices(_WORDS, k=12))
    sentence = "{one} and {other} {trigger} on {quantity} {item} for about {sum}, ".format(**pieces) + filler + "."
    at = {name: (sentence.index(text), sentence.index(text) + len(text)) for name, text in pieces.items()}
    doc_id, published = _hash("document", plan.number, place), plan.day + datetime.timedelta(days=1 + 9 * place)
    uri, title = f"made-up/{plan.number:06}-{place}.txt", f"{one} and {other}: {item} ({plan.number})"
    mention = Mention(
        mention_id=_hash("mention", plan.number, place),
        event_class=plan.event_class,
        event_type=plan.event_type,
        sector=codes.SECTORS[plan.number % len(codes.SECTORS)],
        status=plan.status,
        realis="asserted",
        doc_id=doc_id,
        uri=uri,
        title=title,
        source="Made-up Wire",
        published=published,
        language="en",
        paragraph=0,
        sentence=sentence,
        sentence_start=0,
        sentence_end=len(sentence),
        trigger=pieces["trigger"],
        trigger_start=at["trigger"][0],
        trigger_end=at["trigger"][1],
        participants=[
            Participant(role, name, *at[place_of], name, "country", code, resolved=False)
            for place_of, (role, name, code) in zip(("one", "other"), plan.sides, strict=True)
        ],
        items=[Item(item, *at["item"], category, plan.quantity, pieces["quantity"], *at["quantity"], None)],
        amounts=[Amount(pieces["sum"], *at["sum"], plan.amount, None, plan.currency, "about")],
        event_date=plan.day.isoformat(),
        event_date_earliest=plan.day,
        event_date_latest=plan.day,
        event_date_text=None,
        event_date_text_start=None,
        event_date_text_end=None,
        location=None,
        plover="AGREE",
        cameo="057",
        confidence=round(chance.uniform(0.4, 1.0), 3),
        extractor="none",
        model="none",
        schema_version=SCHEMA_VERSION,
    )
    return mention, _document(doc_id, uri, title, published, sentence)


def _document(doc_id: str, uri: str, title: str, published: datetime.date, text: str) -> DocumentRow:
    return DocumentRow(
        doc_id=doc_id,
        content_id=doc_id,
        uri=uri,
        url=f"https://example.org/{uri}",
        title=title,
        source="Made-up Wire",
        author=None,
        language="en",
        published=published,
        published_origin="text",
        format="text",
        encoding="utf-8",
        bytes=len(text.encode()),
        characters=len(text),
        paragraphs=1,
        sentences=1,
        sentences_parsed=1,
        mentions=1,
        duplicate_of=None,
        commit_id="",
        extractor="none",
        model="none",
        schema_version=SCHEMA_VERSION,
    )


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
