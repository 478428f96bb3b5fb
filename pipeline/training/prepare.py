"""Reads documents for training: windows, the rules' candidates, and who stands in each annotated sentence."""

import dataclasses
import pathlib
from collections.abc import Collection, Iterator

from pipeline.annotated import Annotated
from pipeline.marked import Marked
from pipeline.training.examples import Example, Read, annotated, stretches
from schemas.codes import READ_KINDS
from schemas.records import Document
from transforms.extract.context import DocumentContext
from transforms.extract.events import EventExtractor, parseable, sentence_places
from transforms.extract.interface import ExtractorOptions
from transforms.extract.parse import Parser
from transforms.extract.parties import PartyFinder
from transforms.extract.present import everyone
from transforms.extract.reader.windows import Span, WindowMaker
from transforms.extract.weights import Weights

_SPARSE = 5


class Preparer:
    """Makes examples of annotated documents by the rules' knowledge of names, sums and dates."""

    def __init__(self, vocabulary: pathlib.Path) -> None:
        """Take the vocabulary that windows are cut by; load the rules."""
        self._maker = WindowMaker(vocabulary)
        self._rules = EventExtractor(ExtractorOptions(extractor="rules"), weights=Weights())
        self._parser = Parser(ExtractorOptions.model)

    def __call__(self, one: Annotated | Marked) -> list[Example]:
        """Return the examples of a document that is annotated by the guide, or of an article whose deals are marked."""
        if isinstance(one, Marked):
            return list(self._stretches(one))
        spans = {span for record in one.records for span in record["spans"]}
        return list(annotated(one.name, self.read(one.document, spans), one.records))

    def _stretches(self, article: Marked) -> Iterator[Example]:
        """Yield the examples of an article; of the windows without a deal, some are enough."""
        found = list(stretches(article, self.read(article.document, ())))
        dealing = [e.targets or 1 in e.passage for e in found]
        yield from (e for i, (e, deal) in enumerate(zip(found, dealing, strict=True)) if deal or i % _SPARSE == 0)

    def read(self, document: Document, annotations: Collection[Span]) -> Read:
        """Return what the rules know of a document.

        Args:
            document: The document, its paragraphs split.
            annotations: Where something is annotated: parties are sought in those sentences alone.
        """
        sentences = [(p.start, p.end) for p in sentence_places(document)]
        spans = [(p.start, p.end) for p in document.paragraphs if p.kind in READ_KINDS]
        context = DocumentContext(document.text, spans, document.published)
        wanted = [s for s in sentences if any(s[0] <= start < s[1] for start, _ in annotations)]
        present = {}
        for (start, end), doc in zip(
            wanted, self._parser.parse([parseable(document.text[a:b]) for a, b in wanted]), strict=True
        ):
            finder = PartyFinder(context, start, end, self._rules.ontology.triggers)
            present[start, end] = [presence.party for presence in everyone(doc, finder)]
        decisions = [
            dataclasses.replace(d, mention=None, evidence=None, arguments=())
            for d in self._rules.extract(document).decisions
        ]
        windows = list(self._maker.windows(document.text, sentences, document.title))
        return Read(document, sentences, windows, context, present, decisions)
