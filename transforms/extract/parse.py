"""Loads a spaCy pipeline and parses sentences, one by one in meaning, in batches in practice.

Only tagger, parser and lemmatizer are loaded: named entities would cost two thirds of the time and the gazetteer does
their work. The model reads each sentence by itself, so what is left out never changes the rest.
"""

import hashlib
import importlib.util
import json
import pathlib
from collections.abc import Iterator, Sequence

import spacy
from spacy.language import Language
from spacy.tokens import Doc

_UNUSED = ("ner", "senter", "textcat", "entity_linker", "entity_ruler")
_NEEDED = ("tagger", "parser")
_BATCH = 64


class ModelError(ValueError):
    """A spaCy model that is not installed or lacks what the extractor needs; the message says what to do."""


class Parser:
    """A spaCy pipeline that tags, parses and lemmatizes single sentences."""

    def __init__(self, model: str) -> None:
        """Load an installed pipeline.

        Raises:
            ModelError: If it is not installed or has no tagger or parser.
        """
        self.nlp = _load(model)
        self.version = f"{model}-{self.nlp.meta.get('version', '0')}"
        self.digest = _digest(self.nlp)

    def parse(self, sentences: Sequence[str]) -> Iterator[Doc]:
        """Yield the parse of each sentence. Use it within `memory_zone`."""
        yield from self.nlp.pipe(sentences, batch_size=_BATCH)


def _load(model: str) -> Language:
    if importlib.util.find_spec(model) is None and not pathlib.Path(model).exists():
        raise ModelError(f"model {model!r} is not installed: pip install it, or choose another with --model")
    nlp = spacy.load(model, exclude=list(_UNUSED))
    missing = [name for name in _NEEDED if name not in nlp.pipe_names]
    if missing:
        raise ModelError(f"model {model!r} has no {' and no '.join(missing)}: choose a pipeline with tagger and parser")
    return nlp


def _digest(nlp: Language) -> str:
    """Return a digest of the model's configuration and weights, as its own files record them."""
    folder = nlp.path
    digest = hashlib.sha256(json.dumps(nlp.config, sort_keys=True, default=str).encode())
    if folder is not None:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(file.read_bytes())
    return digest.hexdigest()
