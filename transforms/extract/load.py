"""Builds extractors by name."""

from transforms.extract.events import EventExtractor
from transforms.extract.interface import Extractor, ExtractorOptions


def load_extractor(options: ExtractorOptions) -> Extractor:
    """Return the extractor for `options`, its model loaded.

    Raises:
        ValueError: If the model is not installed or the ontology has mistakes; the message says what to do.
    """
    return EventExtractor(options)
