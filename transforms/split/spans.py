"""Stretches of text by their offsets, shared by the rules for paragraphs and for sentences.

Every offset counts code points into the document's text, so nothing here ever builds a new text: a span is narrowed or
cut, and the characters stay where they are.
"""

from collections.abc import Sequence

Span = tuple[int, int]

# A byte-order mark and zero-width spaces show nothing, and str.strip() leaves them.
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_LAST_SPACE = 0x3000
SPACES = frozenset([*filter(str.isspace, map(chr, range(_LAST_SPACE + 1))), *_INVISIBLE])


def strip_span(text: str, start: int, end: int) -> Span:
    """Narrow a span so that it neither begins nor ends with white space; an empty one stays where it begins."""
    while end > start and text[end - 1] in SPACES:
        end -= 1
    while start < end and text[start] in SPACES:
        start += 1
    return start, end


def cut_span(text: str, start: int, end: int, longest: int, separators: Sequence[str]) -> list[Span]:
    """Cut a span into pieces of at most `longest` characters, each after the best separator in its second half."""
    pieces = []
    while end - start > longest:
        cut = _best_cut(text, start, longest, separators)
        pieces.append(strip_span(text, start, cut))
        start, end = strip_span(text, cut, end)
    pieces.append((start, end))
    return [piece for piece in pieces if piece[0] < piece[1]]


def _best_cut(text: str, start: int, longest: int, separators: Sequence[str]) -> int:
    for separator in separators:
        found = text.rfind(separator, start + longest // 2, start + longest)
        if found >= 0:
            return found + len(separator)
    return start + longest
