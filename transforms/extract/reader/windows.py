"""Cuts a document into the stretches that the reader sees at once: some sentences, with what was said right before.

A window is laid out as title, context, body; every sentence stands in the body of exactly one window. Windows depend on
the document alone, never on which sentences look promising, so that screening cannot change what is read.
"""

import bisect
import dataclasses
import pathlib
from collections.abc import Iterator, Sequence

from tokenizers import Encoding, Tokenizer

TITLE, CONTEXT, BODY = 24, 72, 160
"""Most word pieces of each part; a body is longer where a single sentence is, up to `_LONGEST`."""
_LONGEST = 400

Span = tuple[int, int]
_NOWHERE = (-1, -1)


@dataclasses.dataclass(frozen=True)
class Window:
    """Word pieces that are read together.

    Attributes:
        ids: Word pieces with the model's marks between title, context and body.
        segments: 0 for title and context, 1 for the body.
        spans: Where each piece stands in the document's text; (-1, -1) for marks and the title.
        body: Where the body stands in the document's text.
    """

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    spans: tuple[Span, ...]
    body: Span

    def pieces(self, start: int, end: int) -> range:
        """Return the indices of the pieces that overlap `text[start:end]`; none where it is not in the window."""
        first = bisect.bisect_right(self.spans, start, key=lambda s: s[1])
        last = bisect.bisect_left(self.spans, end, lo=first, key=lambda s: s[0]) if first < len(self.spans) else first
        return range(first, min(last, len(self.spans) - 1))


class WindowMaker:
    """Cuts documents into windows of word pieces."""

    def __init__(self, vocabulary: pathlib.Path) -> None:
        """Load a tokenizer as the `tokenizers` library saves it."""
        self._tokenizer = Tokenizer.from_file(str(vocabulary))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._first, self._mark = (self._tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]"))

    def windows(self, text: str, sentences: Sequence[Span], title: str | None) -> Iterator[Window]:
        """Yield the windows of a document.

        Args:
            text: Its text.
            sentences: Where its sentences stand in it, in order.
            title: What it is called, if it is known.
        """
        heading = tuple(self._encode(title or "").ids[:TITLE])
        encoded = [self._encode(text[start:end]) for start, end in sentences]
        pieces = [
            list(zip(e.ids, _moved(e, s), strict=True))[:_LONGEST] for e, (s, _) in zip(encoded, sentences, strict=True)
        ]
        first = 0
        while first < len(sentences):
            last, size = first, len(pieces[first])
            while last + 1 < len(sentences) and size + len(pieces[last + 1]) <= BODY:
                last += 1
                size += len(pieces[last])
            before = [p for one in pieces[max(0, first - CONTEXT) : first] for p in one][-CONTEXT:]
            body = [p for one in pieces[first : last + 1] for p in one]
            yield self._window(heading, before, body, (sentences[first][0], sentences[last][1]))
            first = last + 1

    def _encode(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _window(
        self, heading: tuple[int, ...], before: list[tuple[int, Span]], body: list[tuple[int, Span]], span: Span
    ) -> Window:
        mark = (self._mark, _NOWHERE)
        # Marks take the place of what they follow, so that spans never step back and can be searched.
        left = [(self._first, _NOWHERE), *((i, _NOWHERE) for i in heading), mark, *before]
        left.append((self._mark, (left[-1][1][1], left[-1][1][1])))
        end = body[-1][1][1] if body else span[1]
        ids, spans = zip(*left, *body, (self._mark, (end, end)), strict=True)
        return Window(ids, (0,) * len(left) + (1,) * (len(body) + 1), spans, span)


def _moved(encoding: Encoding, by: int) -> list[Span]:
    return [(start + by, end + by) for start, end in encoding.offsets]
