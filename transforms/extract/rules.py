"""The extractor by rules: an ontology read over spaCy's dependencies."""

import functools
import hashlib
import pathlib
import re
from collections.abc import Iterator

from schemas.codes import READ_KINDS
from schemas.lexicon import DATA
from schemas.ontology import INFLECTIONS, load_ontology
from schemas.records import Document
from transforms.extract.context import DocumentContext
from transforms.extract.interface import Decision, Extraction, ExtractorOptions
from transforms.extract.mentions import Place, SentenceReader
from transforms.extract.parse import Parser
from transforms.extract.score import WEIGHTS, Scorer
from transforms.extract.screen import screen_pattern
from transforms.split.sentences import split_sentences


class RuleExtractor:
    """Finds events by triggers and frames on spaCy's analysis, one sentence at a time."""

    name = "rules"

    def __init__(self, options: ExtractorOptions, *, fitted: bool = True) -> None:
        """Load the model and compile the ontology.

        Args:
            options: Which model and ontology.
            fitted: False to leave the fitted weights out.

        Raises:
            ModelError: If the model is not installed or not fit.
            OntologyError: If the ontology has mistakes.
        """
        self._ontology = load_ontology(options.ontology)
        self._parser = Parser(options.model)
        self._scorer = Scorer(options.min_confidence, fitted=fitted)
        self._screen = screen_pattern(self._ontology)
        self.model = self._parser.version
        self.digests = {"model": self._parser.digest, "ontology": self._ontology.digest, "lexicons": _lexicon_digest()}

    def extract(self, document: Document) -> Extraction:
        """Return the mentions of one document, in order of their triggers."""
        places = list(_places(document))
        parsed = [p for p in places if self._screen.search(document.text, p.start, p.end)]
        decisions = list(self._decisions(document, parsed))
        mentions = sorted((d.mention for d in decisions if d.mention), key=lambda m: (m.trigger_start, m.trigger_end))
        return Extraction(mentions, decisions, len(places), len(parsed))

    def _decisions(self, document: Document, places: list[Place]) -> Iterator[Decision]:
        if not places:
            return
        spans = [(p.start, p.end) for p in document.paragraphs if p.kind in READ_KINDS]
        context = DocumentContext(document.text, spans, document.published)
        reader = SentenceReader(document, context, self._ontology, self._scorer, self.name, self.model)
        with self._parser.nlp.memory_zone():
            texts = [_parseable(document.text[p.start : p.end]) for p in places]
            for doc, place in zip(self._parser.parse(texts), places, strict=True):
                yield from reader.read(doc, place)


def _places(document: Document) -> Iterator[Place]:
    """Yield the sentences of the paragraphs that are read."""
    for paragraph in document.paragraphs:
        if paragraph.kind in READ_KINDS:
            for start, end in split_sentences(document.text, paragraph.start, paragraph.end):
                yield Place(paragraph.index, paragraph.kind, start, end)


def _parseable(text: str) -> str:
    """Return a sentence with line ends and odd spaces as plain spaces, so that wrapping does not change its parse."""
    return re.sub(r"[\s\u00a0]", " ", text)


@functools.cache
def _lexicon_digest() -> str:
    digest = hashlib.sha256()
    files = [*sorted(pathlib.Path(DATA).iterdir()), INFLECTIONS, WEIGHTS]
    for file in files:
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
