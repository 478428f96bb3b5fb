"""The extractor: an ontology read over spaCy's dependencies, weighed together with what a trained reader sees."""

import copy
import dataclasses
import functools
import hashlib
import pathlib
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from schemas.codes import READ_KINDS
from schemas.lexicon import DATA
from schemas.ontology import INFLECTIONS, load_ontology
from schemas.records import Document, VectorRow
from transforms.extract.context import DocumentContext
from transforms.extract.interface import Decision, Extraction, ExtractorOptions, TooSlowError
from transforms.extract.mentions import SentenceReader
from transforms.extract.parse import Parser
from transforms.extract.reader.model import ReaderModel, Reading, shipped_reader
from transforms.extract.reader.vectors import shipped_projection
from transforms.extract.rows import Producer
from transforms.extract.score import Scorer
from transforms.extract.screen import Screen, shipped_screen
from transforms.extract.sectors import SectorReader
from transforms.extract.sentence import Place
from transforms.extract.weights import Weights, shipped_weights, weights_file
from transforms.split.sentences import split_sentences


class EventExtractor:
    """Finds events by triggers and frames on spaCy's analysis, one sentence at a time."""

    def __init__(
        self, options: ExtractorOptions, *, weights: Weights | None = None, reader: ReaderModel | None = None
    ) -> None:
        """Load the models and compile the ontology.

        Args:
            options: Which extractor, model and ontology.
            weights: Other weights than those that are shipped, as is needed to fit new ones.
            reader: Another reader than the one that is shipped.

        Raises:
            ModelError: If the model is not installed or not fit.
            OntologyError: If the ontology has mistakes.
        """
        self.name = options.extractor
        self._max_seconds = options.max_seconds
        wanted = options.extractor != "rules"
        with ThreadPoolExecutor(max_workers=1) as meanwhile:  # most of the reader's loading lets other threads run
            shipped = meanwhile.submit(shipped_reader) if wanted and reader is None else None
            self.ontology = load_ontology(options.ontology)
            self._parser = Parser(options.model)
            self._reader = shipped.result() if shipped is not None else reader if wanted else None
        self._scorer = Scorer(
            shipped_weights(options.extractor) if weights is None else weights, options.min_confidence
        )
        self._screen: Screen | None = None
        if options.screen:
            # The fitted look knows what the shipped weights and reader find together, and nothing of others.
            fitted = shipped_screen() if options.extractor == "both" and weights is None and reader is None else None
            self._screen = Screen(self.ontology, fitted)
        self.model = self._parser.version
        self._sectors = SectorReader(self.ontology)
        self._producer = Producer(self.name, self.model)
        self.digests = {"model": self._parser.digest, "ontology": self.ontology.digest, "lexicons": _lexicon_digest()}
        if weights_file(options.extractor).exists():
            self.digests["weights"] = hashlib.sha256(weights_file(options.extractor).read_bytes()).hexdigest()
        if self._reader is not None:
            self.digests["reader"] = self._reader.digest
            self.digests["vectors"] = shipped_projection().digest
        self.digests["screen"] = self._screen.digest if self._screen is not None else "off"

    def using(self, weights: Weights, reader: ReaderModel | None) -> "EventExtractor":
        """Return an extractor with the same models and ontology but other weights and another reader, or none."""
        other = copy.copy(self)
        other._scorer = Scorer(weights)  # noqa: SLF001 - a copy of oneself
        other._reader = reader  # noqa: SLF001
        return other

    def extract(self, document: Document) -> Extraction:
        """Return the mentions of one document, in order of their triggers."""
        places = list(sentence_places(document))
        parsed = self.screened(document, places)
        decisions = list(self._decisions(document, places, parsed))
        mentions = sorted((d.mention for d in decisions if d.mention), key=lambda m: (m.trigger_start, m.trigger_end))
        vectors = [
            VectorRow(document.doc_id, d.mention.mention_id, shipped_projection().digest, d.vector)
            for d in decisions
            if d.mention and d.vector
        ]
        return Extraction(mentions, decisions, len(places), len(parsed), vectors)

    def screened(self, document: Document, places: list[Place]) -> list[Place]:
        """Return the sentences of a document that may hold an event and are to be parsed."""
        if self._screen is None:
            return places
        passing = self._screen.passing(document.text, [(p.start, p.end) for p in places])
        return [place for place, passes in zip(places, passing, strict=True) if passes]

    def _decisions(self, document: Document, all_places: list[Place], places: list[Place]) -> Iterator[Decision]:
        if not places:
            return
        reading = None
        if self._reader is not None:
            reading = self._reader.read(document.text, [(p.start, p.end) for p in all_places], document.title)
        spans = [(p.start, p.end) for p in document.paragraphs if p.kind in READ_KINDS]
        context = DocumentContext(document.text, spans, document.published)
        reader = SentenceReader(document, context, self.ontology, self._scorer, self._sectors, self._producer, reading)
        with self._parser.zone():
            texts = [parseable(document.text[p.start : p.end]) for p in places]
            began, end = time.monotonic(), time.thread_time() + self._max_seconds
            for doc, place in zip(self._parser.parse(texts), places, strict=True):
                # The clock on the wall is cheap to look at, and never behind the thread's.
                if time.monotonic() - began > self._max_seconds and time.thread_time() > end:
                    raise TooSlowError(f"not done after {self._max_seconds:g} seconds")
                for decision in reader.read(doc, place):
                    yield _with_vector(decision, reading)


def _with_vector(decision: Decision, reading: Reading | None) -> Decision:
    mention = decision.mention
    state = reading.state((mention.trigger_start, mention.trigger_end)) if reading and mention else None
    return decision if state is None else dataclasses.replace(decision, vector=shipped_projection().short(state))


def sentence_places(document: Document) -> Iterator[Place]:
    """Yield the sentences of the paragraphs that are read."""
    for paragraph in document.paragraphs:
        if paragraph.kind in READ_KINDS:
            for start, end in split_sentences(document.text, paragraph.start, paragraph.end):
                yield Place(paragraph.index, paragraph.kind, start, end)


def parseable(text: str) -> str:
    """Return a sentence with line ends and odd spaces as plain spaces, so that wrapping does not change its parse."""
    return re.sub(r"[\s\u00a0]", " ", text)


@functools.cache
def _lexicon_digest() -> str:
    digest = hashlib.sha256()
    for file in (*sorted(pathlib.Path(DATA).iterdir()), INFLECTIONS):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
