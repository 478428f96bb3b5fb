"""Puts a document's text together from paragraphs that a format knows, so that their offsets hold in it."""

import re
from collections.abc import Iterable, Sequence

from schemas.records import Paragraph

Block = tuple[str, str]
"""Kind and text of a paragraph."""

_SPACE = re.compile(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*|[ \t\r\f\v\xa0]+")
_BETWEEN = "\n\n"


def assemble(blocks: Iterable[Block]) -> tuple[str, Sequence[Paragraph]]:
    """Return the text that the paragraphs make, a blank line between them, and the paragraphs in it; empty ones go."""
    texts: list[str] = []
    paragraphs: list[Paragraph] = []
    at = 0
    for kind, text in blocks:
        clean = plain(text)
        if clean:
            paragraphs.append(Paragraph(len(paragraphs), kind, at, at + len(clean)))
            texts.append(clean)
            at += len(clean) + len(_BETWEEN)
    return _BETWEEN.join(texts), tuple(paragraphs)


def plain(text: str) -> str:
    """Return the text of a paragraph on one line, without what cannot be stored."""
    return _SPACE.sub(" ", text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")).strip()
