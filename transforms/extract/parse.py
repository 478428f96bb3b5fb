"""Loads a spaCy pipeline and parses sentences, one by one in meaning, in batches in practice.

Only tagger, parser and lemmatizer are loaded: named entities would cost two thirds of the time and the gazetteer does
their work. The model reads each sentence by itself, so what is left out never changes the rest.
"""

import contextlib
import hashlib
import importlib.util
import itertools
import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps
from threadpoolctl import ThreadpoolController

from transforms.extract import retag

_UNUSED = ("ner", "senter", "textcat", "entity_linker", "entity_ruler")
_NEEDED = ("tagger", "parser")
_RULER = "attribute_ruler"
_LOOKED_AT, _SET = ("LOWER", "DEP", "TAG"), ("POS", "MORPH", "LEMMA", "TAG", "DEP")
_BATCH = 64
_ZONE = 4_000
"""Sentences that are parsed before what spaCy keeps of their words is given back."""
_COMMON = 2_000
"""Sentences whose words are kept for good: spaCy splits words that it knows without looking at their letters."""
_KNOWN = 200_000
"""Words whose attributes are kept."""


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
        self._ruler = _remembered(self.nlp)
        self._threads = ThreadpoolController().select(user_api="blas")
        _multiply_by_numpy(self.nlp)
        self._zone = contextlib.ExitStack()
        self._parsed = 0
        self._left = _COMMON
        self.version = f"{model}-{self.nlp.meta.get('version', '0')}"
        self.digest = _digest(self.nlp)

    @contextlib.contextmanager
    def zone(self) -> Iterator[None]:
        """Parse inside this, and keep nothing of spaCy's beyond it.

        What spaCy keeps of the words of the first sentences stays, for they are mostly those of all others; and one
        zone of its serves many documents.
        """
        if self._parsed >= self._left:
            self._zone.close()
            self._zone.enter_context(self.nlp.memory_zone())
            self._parsed, self._left = 0, _ZONE
        yield

    def parse(self, sentences: Sequence[str]) -> Iterator[Doc]:
        """Yield the parse of each sentence. Use it within `zone`."""
        self._parsed += len(sentences)
        # One thread, so that as many processes as there are cores do not get into each other's way.
        with self._threads.limit(limits=1):
            yield from self.nlp.pipe(sentences, batch_size=_BATCH)


class _NumpyBlas(NumpyOps):
    """Multiplies matrices by numpy's library, in a third of the time that the BLIS takes which thinc brings."""

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """Return the product of two matrices, either of them transposed first."""
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def _multiply_by_numpy(nlp: Language) -> None:
    ops = _NumpyBlas()
    for _, part in nlp.components:
        model = getattr(part, "model", None)
        if isinstance(model, Model):
            for layer in model.walk():
                layer.ops = ops


class _Remembered:
    """An attribute ruler that looks up what it has worked out before: by tag, relation and word.

    Nearly all of its rules look at one word alone. Sentences with a mark of the others go to the ruler itself.
    """

    def __init__(self, ruler: Any, marks: frozenset[int]) -> None:
        self._ruler = ruler
        self._marks = marks
        self._known: dict[tuple[int, ...], list[int]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the attributes of a sentence's words."""
        keys = [tuple(row) for row in doc.to_array(list(_LOOKED_AT)).tolist()]
        rows = [self._known.get(key) for key in keys]
        alone = self._marks.isdisjoint(itertools.chain.from_iterable(keys))
        if alone and None not in rows:
            set_attributes: Any = doc.from_array  # which takes all that to_array gives, whatever its annotation says
            set_attributes(list(_SET), np.array(rows, dtype=np.uint64).reshape(-1, len(_SET)))
            return doc
        self._ruler(doc)
        if alone:
            if len(self._known) > _KNOWN:
                self._known.clear()
            self._known.update(zip(keys, doc.to_array(list(_SET)).tolist(), strict=True))
        return doc


def _remembered(nlp: Language) -> bool:
    """Put a memory before a pipeline's attribute ruler, where its rules allow it; tell whether they do."""
    if _RULER not in nlp.pipe_names:
        return False
    ruler: Any = nlp.get_pipe(_RULER)
    marks = _marks(ruler.patterns)
    if marks is None:
        return False
    remembered = _Remembered(ruler, frozenset(nlp.vocab.strings.add(word) for word in marks))
    nlp._components = [(name, remembered if name == _RULER else part) for name, part in nlp._components]  # noqa: SLF001
    return True


def _marks(rules: Sequence[Mapping[str, Any]]) -> set[str] | None:
    """Return what must stand in a sentence for rules that look at several words; None if others look at more."""
    found: set[str] = set()
    for pattern in (pattern for rule in rules for pattern in rule["patterns"]):
        if not all(set(token) <= {*_LOOKED_AT, "IS_SPACE"} for token in pattern):
            return None
        if len(pattern) > 1:
            named = (_named(token.get(name)) for token in pattern for name in _LOOKED_AT)
            words = next((words for words in named if words), None)
            if words is None:
                return None
            found.update(words)
    return found


def _named(rule: Any) -> list[str]:
    """Return the values that a rule for one word names; none where it does not name them."""
    return [rule] if isinstance(rule, str) else list(rule.get("IN", ())) if isinstance(rule, dict) else []


def _load(model: str) -> Language:
    if importlib.util.find_spec(model) is None and not pathlib.Path(model).exists():
        raise ModelError(f"model {model!r} is not installed: pip install it, or choose another with --model")
    nlp = spacy.load(model, exclude=list(_UNUSED))
    missing = [name for name in _NEEDED if name not in nlp.pipe_names]
    if missing:
        raise ModelError(f"model {model!r} has no {' and no '.join(missing)}: choose a pipeline with tagger and parser")
    nlp.add_pipe(retag.NAME, after=_NEEDED[-1])
    return nlp


def _digest(nlp: Language) -> str:
    """Return a digest of the model's configuration and weights, as its own files record them."""
    folder = nlp.path
    digest = hashlib.sha256(json.dumps(nlp.config, sort_keys=True, default=str).encode())
    if folder is not None:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(file.read_bytes())
    return digest.hexdigest()
