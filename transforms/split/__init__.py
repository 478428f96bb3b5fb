"""Split: a document's text becomes paragraphs of a kind, and each paragraph sentences, with exact offsets.

The rules are pure functions that know nothing of Beam, so that they can be tested and measured alone; their names are
loaded on first use, and importing `transforms.split.sentences` imports neither Beam nor the other rules.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.split.kinds import paragraph_kinds
    from transforms.split.paragraphs import label_spans, paragraph_spans, split_paragraphs
    from transforms.split.ptransforms import SplitParagraphs
    from transforms.split.sentences import split_sentences
    from transforms.split.stated import Stated, read_stated

_HOMES = {
    "SplitParagraphs": "ptransforms",
    "Stated": "stated",
    "label_spans": "paragraphs",
    "paragraph_kinds": "kinds",
    "paragraph_spans": "paragraphs",
    "read_stated": "stated",
    "split_paragraphs": "paragraphs",
    "split_sentences": "sentences",
}

__all__ = [
    "SplitParagraphs",
    "Stated",
    "label_spans",
    "paragraph_kinds",
    "paragraph_spans",
    "read_stated",
    "split_paragraphs",
    "split_sentences",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
