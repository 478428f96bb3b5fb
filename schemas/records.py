"""The records that travel between stages and the rows that a run leaves behind.

Every record is a frozen dataclass. The rows (`DocumentRow`, `ParagraphRow`, `Mention`, `Event`, `DeadLetter`) are the
one definition from which the Arrow schemas (`schemas.arrow`) and the Avro schemas (`schemas.avro`) are made; a record's
`STORAGE` names the stored width of fields where it is not the default (`int` is stored as int32, `float` as double).
All offsets count Unicode code points into the document's text, end exclusive.
"""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import ClassVar


@dataclasses.dataclass(frozen=True)
class Source:
    """One input to be read: where it is and what the user has said of it.

    Attributes:
        uri: The input's path or URL as given or found, unchanged.
        path: What to open: a local path, or a URL for Beam's filesystems.
        title, source, url, language: From the metadata file, if said there.
        published: Publication date, if given by option or metadata.
        published_origin: `option` or `metadata` where `published` is set.
        size: Bytes that it had when it was listed, if that was told.
        modified: When it had last been changed by then, in nanoseconds since 1970, if that was told.
    """

    STORAGE: ClassVar[Mapping[str, str]] = {"size": "int64", "modified": "int64"}

    uri: str
    path: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    published: datetime.date | None = None
    published_origin: str | None = None
    size: int | None = None
    modified: int | None = None


@dataclasses.dataclass(frozen=True)
class Part:
    """A stretch of an input that one worker reads; all parts of an input together are the input.

    Attributes:
        source: The input.
        start, end: The bytes that the part covers; `end` is null in the last part.
        first: How many records lie before it.
    """

    STORAGE: ClassVar[Mapping[str, str]] = {"start": "int64", "end": "int64", "first": "int64"}

    source: Source
    start: int = 0
    end: int | None = None
    first: int = 0


@dataclasses.dataclass(frozen=True)
class Paragraph:
    """A stretch of a document's text: `text[start:end]`, of one of `codes.PARAGRAPH_KINDS`."""

    index: int
    kind: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True)
class Document:
    """A document on its way through the pipeline, with its text and, once split, its paragraphs.

    Formats with markup (HTML, DOCX ...) know paragraphs and kinds when they are read, and splitting only refines them.
    """

    doc_id: str
    content_id: str
    uri: str
    text: str
    format: str
    encoding: str
    bytes: int
    url: str | None = None
    title: str | None = None
    source: str | None = None
    author: str | None = None
    language: str | None = None
    published: datetime.date | None = None
    published_origin: str | None = None
    paragraphs: Sequence[Paragraph] = ()


@dataclasses.dataclass(frozen=True)
class Participant:
    """Someone who takes part in an event; `text` and offsets are null where the party is carried over."""

    role: str
    text: str | None
    start: int | None
    end: int | None
    name: str
    kind: str | None
    country: str | None
    resolved: bool


@dataclasses.dataclass(frozen=True)
class Item:
    """What is traded or worked on, with its count or amount."""

    text: str
    start: int
    end: int
    category: str | None
    quantity: float | None
    quantity_text: str | None
    quantity_start: int | None
    quantity_end: int | None
    unit: str | None


@dataclasses.dataclass(frozen=True)
class Amount:
    """A sum of money, `amount` in units of `currency` (ISO 4217); `amount_max` where a range is given."""

    text: str
    start: int
    end: int
    amount: float
    amount_max: float | None
    currency: str | None
    qualifier: str


@dataclasses.dataclass(frozen=True)
class Location:
    """Where an event happens, if said."""

    text: str
    start: int
    end: int
    name: str
    country: str | None


@dataclasses.dataclass(frozen=True)
class Mention:
    """One place in one document where the text reports that parties trade something or work together."""

    STORAGE: ClassVar[Mapping[str, str]] = {"confidence": "float32"}

    mention_id: str
    event_class: str
    event_type: str
    sector: str
    status: str
    realis: str
    doc_id: str
    uri: str
    title: str | None
    source: str | None
    published: datetime.date | None
    language: str | None
    paragraph: int
    sentence: str
    sentence_start: int
    sentence_end: int
    trigger: str
    trigger_start: int
    trigger_end: int
    participants: Sequence[Participant]
    items: Sequence[Item]
    amounts: Sequence[Amount]
    event_date: str | None
    event_date_earliest: datetime.date | None
    event_date_latest: datetime.date | None
    event_date_text: str | None
    event_date_text_start: int | None
    event_date_text_end: int | None
    location: Location | None
    plover: str
    cameo: str
    confidence: float
    extractor: str
    model: str
    schema_version: int


@dataclasses.dataclass(frozen=True)
class DocumentRow:
    """One document that was read: metadata and counts, no text."""

    STORAGE: ClassVar[Mapping[str, str]] = {"bytes": "int64"}

    doc_id: str
    content_id: str
    uri: str
    url: str | None
    title: str | None
    source: str | None
    author: str | None
    language: str | None
    published: datetime.date | None
    published_origin: str | None
    format: str
    encoding: str
    bytes: int
    characters: int
    paragraphs: int
    sentences: int
    sentences_parsed: int
    mentions: int
    duplicate_of: str | None
    commit_id: str
    extractor: str
    model: str
    schema_version: int


@dataclasses.dataclass(frozen=True)
class ParagraphRow:
    """One paragraph of a document, with its text."""

    doc_id: str
    paragraph: int
    kind: str
    text: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True)
class SignatureRow:
    """What a document says, as a MinHash by which its copies are found (`transforms.link.signatures`).

    Attributes:
        doc_id, content_id: The document.
        method: How the signature was made; only those made alike can be compared.
        signature: Numbers of 31 bits.
    """

    doc_id: str
    content_id: str
    method: str
    signature: Sequence[int]


@dataclasses.dataclass(frozen=True)
class VectorRow:
    """How the trained reader sees a mention, in a few numbers (`transforms.extract.reader.vectors`), for linking.

    Attributes:
        doc_id, mention_id: The mention.
        method: How the vector was made; only those made alike can be compared.
        vector: Numbers from -127 to 127.
    """

    doc_id: str
    mention_id: str
    method: str
    vector: Sequence[int]


@dataclasses.dataclass(frozen=True)
class StatusReport:
    """A stage of an event as one document reports it."""

    status: str
    date: str | None
    published: datetime.date | None
    doc_id: str
    mention_id: str


@dataclasses.dataclass(frozen=True)
class EventParticipant:
    """A party of a real-world event, merged from its mentions."""

    role: str
    name: str
    kind: str | None
    country: str | None
    n_sources: int


@dataclasses.dataclass(frozen=True)
class EventItem:
    """An item of a real-world event as reported, with the number of sources that say so."""

    text: str
    category: str | None
    quantity: float | None
    unit: str | None
    n_sources: int


@dataclasses.dataclass(frozen=True)
class EventAmount:
    """A sum reported for a real-world event, with the number of sources that say so."""

    amount: float
    amount_max: float | None
    currency: str | None
    qualifier: str
    n_sources: int


@dataclasses.dataclass(frozen=True)
class Event:
    """One real-world event, merged from its mentions over all documents."""

    STORAGE: ClassVar[Mapping[str, str]] = {"confidence": "float32"}

    event_id: str
    event_class: str
    event_type: str
    sector: str
    status: str
    status_history: Sequence[StatusReport]
    participants: Sequence[EventParticipant]
    items: Sequence[EventItem]
    amounts: Sequence[EventAmount]
    event_date: str | None
    first_published: datetime.date | None
    last_published: datetime.date | None
    n_documents: int
    n_mentions: int
    mention_ids: Sequence[str]
    doc_ids: Sequence[str]
    confidence: float
    schema_version: int


@dataclasses.dataclass(frozen=True)
class DeadLetter:
    """One input, or part of one, that could not be used, with a reason from `codes.DEAD_LETTER_REASONS`."""

    STORAGE: ClassVar[Mapping[str, str]] = {"bytes": "int64"}

    uri: str
    part: str | None
    stage: str
    reason: str
    detail: str
    bytes: int | None
    commit_id: str | None
    seen: datetime.datetime | None


@dataclasses.dataclass(frozen=True)
class WrittenFile:
    """A file of rows under a temporary name: all that crosses the barrier before a commit.

    Attributes:
        folder: Where it belongs, relative to the dataset's root (`mentions/event_class=deal`).
        temporary: Its present path.
        rows, bytes: Its size.
        counts: Further counts for the manifest and the summary (mentions by type, words, dead letters by reason ...).
    """

    folder: str
    temporary: str
    rows: int
    bytes: int
    counts: Mapping[str, int]


RECORDS = (
    Source,
    Part,
    Paragraph,
    Document,
    Participant,
    Item,
    Amount,
    Location,
    Mention,
    DocumentRow,
    ParagraphRow,
    SignatureRow,
    VectorRow,
    StatusReport,
    EventParticipant,
    EventItem,
    EventAmount,
    Event,
    DeadLetter,
    WrittenFile,
)
