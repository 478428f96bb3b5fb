"""Paragraphs of a text with their exact offsets, however the text marks them.

Archives hold text with blank lines, text with a paragraph on each line, and text that was wrapped at 70 or 80
characters; often all three in one file. Blank lines always separate. Whether a single newline does is decided at each
one, by the habits of the whole document: a line that was wrapped had no room for the first word of the next.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.records import Paragraph
from transforms.split.kinds import BODY, TITLE, paragraph_kinds
from transforms.split.sentences import split_sentences
from transforms.split.spans import Span, strip_span

LONGEST = 6000
"""A longer paragraph (a whole book on one line) is cut at the end of a sentence."""

_NEWLINE = re.compile(r"\r{0,2}\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SEPARATES = frozenset("\f\x1c\x1d\u2029")
"""Newline characters that end a paragraph by themselves: a new page, a new file or group, and Unicode's own."""

_ITEM = re.compile(r"[•▪●◦‣■□➢✓]|[-–*·]\s|\(?\d{1,2}[.)]\s|\(?[a-zA-Z][.)]\s")
_FINISHED = re.compile(r"[.!?…:;][\"'”’)\]»]*$")
_HANGING = re.compile(
    r"(?:,|\b(?:the|an?|of|to|and|or|in|on|at|by|for|from|with|its|their|that|which|as|is|are|was|were|has|have|will))$",
    re.IGNORECASE,
)
_WRAPS = range(40, 121)
_ENOUGH = 4
"""Fewer newlines than this tell nothing of a document's habits."""
_MOSTLY = 0.6


class _Line(NamedTuple):
    start: int
    end: int
    indent: int

    @property
    def width(self) -> int:
        return self.indent + self.end - self.start


def split_paragraphs(text: str) -> list[Paragraph]:
    """Split a document's text into paragraphs, each with its kind; `text[start:end]` is a paragraph's stripped text."""
    return label_spans(text, paragraph_spans(text))


def label_spans(text: str, spans: Sequence[Span]) -> list[Paragraph]:
    """Return the paragraphs of a text, given where they stand, each with its kind."""
    kinds = paragraph_kinds([text[start:end] for start, end in spans])
    return [
        Paragraph(index, kind, start, end) for index, (kind, (start, end)) in enumerate(zip(kinds, spans, strict=True))
    ]


def refine_paragraphs(text: str, known: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs that a document's format knows, cut where too long, with what the rules add to their kinds.

    A format knows titles, headings and what is no article at all; that stands. What it takes for body may still be a
    byline, a caption or furniture, as in plain text.
    """
    spans = [(span, given) for given in known for span in _cut(text, given.start, given.end)]
    kinds = paragraph_kinds([text[start:end] for (start, end), _ in spans])
    has_title = any(given.kind == TITLE for given in known)
    refined = [_refined(given.kind, kind, has_title=has_title) for (_, given), kind in zip(spans, kinds, strict=True)]
    return [Paragraph(i, kind, *span) for i, ((span, _), kind) in enumerate(zip(spans, refined, strict=True))]


def _refined(given: str, ruled: str, *, has_title: bool) -> str:
    return ruled if given == BODY and not (ruled == TITLE and has_title) else given


def paragraph_spans(text: str) -> list[Span]:
    """Return the spans of a text's paragraphs, in order; together they hold every character that is not white space."""
    blocks = list(_blocks(text))
    width = _wrap_width(text, blocks)
    joined = (span for block in blocks for span in _join(text, block, width))
    return [piece for start, end in joined for piece in _cut(text, start, end)]


# ---------------------------------------------------------------- lines and blocks


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Yield runs of lines without a blank line (or a character that separates) between them."""
    block: list[_Line] = []
    for line, separates in _lines(text):
        if line.start < line.end:
            block.append(line)
        if block and (separates or line.start == line.end):
            yield block
            block = []
    if block:
        yield block


def _lines(text: str) -> Iterator[tuple[_Line, bool]]:
    begin = 0
    for newline in _NEWLINE.finditer(text):
        yield _line(text, begin, newline.start()), newline.group() in _SEPARATES
        begin = newline.end()
    yield _line(text, begin, len(text)), True


def _line(text: str, begin: int, end: int) -> _Line:
    start, end = strip_span(text, begin, end)
    return _Line(start, end, len(text[begin:start].lstrip("\ufeff").expandtabs()))


# ---------------------------------------------------------------- what a single newline means


def _wrap_width(text: str, blocks: Sequence[Sequence[_Line]]) -> int | None:
    """Return the width at which a document's lines were wrapped, or None if they were not."""
    pairs = [pair for block in blocks for pair in itertools.pairwise(block)]
    if len(pairs) < _ENOUGH:
        return None
    widths = sorted(line.width for line, _ in pairs)
    width = widths[(9 * len(widths)) // 10]
    full = sum(_is_full(text, line, following, width) for line, following in pairs)
    unfinished = sum(not _is_finished(text, line) for line, _ in pairs)
    habitual = _MOSTLY * len(pairs)
    return width if width in _WRAPS and full >= habitual and unfinished >= habitual else None


def _is_full(text: str, line: _Line, following: _Line, width: int) -> bool:
    first_word = text[following.start : min(following.end, following.start + width)].split(maxsplit=1)[0]
    return line.width + 1 + len(first_word) > width


def _is_finished(text: str, line: _Line) -> bool:
    return _FINISHED.search(text, max(line.start, line.end - 8), line.end) is not None


def _join(text: str, block: Sequence[_Line], width: int | None) -> Iterator[Span]:
    """Yield the paragraphs of a block."""
    first = block[0]
    for line, following in itertools.pairwise(block):
        if not _continues(text, first, line, following, width):
            yield first.start, line.end
            first = following
    yield first.start, block[-1].end


def _continues(text: str, first: _Line, line: _Line, following: _Line, width: int | None) -> bool:
    """Tell whether a line goes on in the next, given the first line of its paragraph."""
    if _ITEM.match(text, following.start, following.end):
        return False
    if following.indent > line.indent and not _ITEM.match(text, first.start, first.end):
        return False
    if not _is_finished(text, line) and _breaks_off(text, line, following):
        return True
    return width is not None and _is_full(text, line, following, width)


def _breaks_off(text: str, line: _Line, following: _Line) -> bool:
    """Tell by the words that a sentence was broken, as where the page had a link or a wrapped line."""
    hangs = _HANGING.search(text, max(line.start, line.end - 8), line.end)
    return text[following.start].islower() or hangs is not None


# ---------------------------------------------------------------- paragraphs that are too long


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        sentences = split_sentences(text, start, start + LONGEST)
        # The last sentence may reach beyond the window, so it opens the next piece.
        cut = sentences[-2][1] if len(sentences) > 1 else start + LONGEST
        yield strip_span(text, start, cut)
        start, end = strip_span(text, cut, end)
    yield start, end
