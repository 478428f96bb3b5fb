"""Recognises documents that are not in English. The rules read English; of other languages they would make nonsense.

The library (py3langid) always names some language, also for a headline or a list of names. So its word counts only
for texts that are long enough and that hold few of the little words that no English text can do without.
"""

import functools
import re
from typing import Any, Final

from schemas.codes import READ_KINDS
from schemas.records import Document

_SAMPLE: Final = 4000
_LEAST_LETTERS: Final = 80
_SURE: Final = 0.9
_LITTLE: Final = frozenset({
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "on", "with", "as", "by", "was", "at", "from", "it",
    "be", "are", "has", "have", "will", "not", "which", "were", "this", "an", "said", "its",
})  # fmt: skip
_MOST_LITTLE: Final = 0.12
"""English prose holds three times as much; French, German and Spanish hold next to nothing."""
_WORD: Final = re.compile(r"[^\W\d_]+")


def recognise_language(document: Document) -> str | None:
    """Return the language of a document (ISO 639-1), or None if its text is too short to tell."""
    text = _sample(document)
    words = _WORD.findall(text.lower())
    if sum(map(len, words)) < _LEAST_LETTERS:
        return None
    little = sum(word in _LITTLE for word in words) / len(words)
    if little > _MOST_LITTLE:
        return "en"
    code, sureness = _identifier().classify(text)
    return str(code) if sureness >= _SURE else None


def _sample(document: Document) -> str:
    """Return text of the article itself, from behind its title on: names of places and firms mislead."""
    if not document.paragraphs:
        return document.text[:_SAMPLE]
    texts = [document.text[p.start : p.end] for p in document.paragraphs if p.kind in READ_KINDS]
    return "\n".join(texts)[:_SAMPLE]


@functools.lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  (loads a model of 4 MB)

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
