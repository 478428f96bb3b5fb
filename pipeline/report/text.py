"""Text of documents on its way to a reader: evidence marked, misleading characters shown, only web links live."""

import dataclasses
import itertools
import re
import urllib.parse
from collections.abc import Iterable, Sequence
from typing import Any

_MISLEADING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Control characters, those that turn the direction of text about, and tags that no font shows."""

_ESCAPE = re.compile(r"\\(?:u00[01][0-9a-f]|.)")
"""An escape in JSON as `json` writes it: for control characters, `"` and the backslash."""
_SHORT_ESCAPES = {"\\b": "‹U+0008›", "\\f": "‹U+000C›"}


@dataclasses.dataclass(frozen=True)
class Span:
    """A part of a text that plays a role: `text[start:end]`, offsets in code points."""

    start: int
    end: int
    role: str


@dataclasses.dataclass(frozen=True)
class Piece:
    """A stretch of text of which every character plays the same roles.

    Attributes:
        text: The stretch.
        roles: What it is, the innermost role first; empty where it is nothing special.
        closing: Roles whose span ends with this piece: where a label of the role belongs.
    """

    text: str
    roles: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


def visible(text: str) -> str:
    """Return a text in which characters that could mislead a reader stand as their code: `‹U+202E›`."""
    return _MISLEADING.sub(_code, text)


def visible_json(text: str) -> str:
    """Return JSON with `visible` applied to every string; once to a large text is far cheaper than to its parts."""
    return _ESCAPE.sub(_visible_escape, _MISLEADING.sub(_code, text))


def _code(match: re.Match[str]) -> str:
    return f"‹U+{ord(match.group()):04X}›"


def _visible_escape(match: re.Match[str]) -> str:
    escape = match.group()
    if escape in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[escape]
    return f"‹U+{escape[2:].upper()}›" if escape.startswith("\\u") else escape


def web_link(*candidates: str | None) -> str | None:
    """Return the first of some addresses that is a plain http or https URL: nothing else may become a link."""
    for candidate in candidates:
        if candidate and _is_web(candidate):
            return candidate
    return None


def _is_web(candidate: str) -> bool:
    if candidate != candidate.strip() or _MISLEADING.search(candidate) or re.search(r"\s", candidate):
        return False
    try:
        parts = urllib.parse.urlsplit(candidate)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def spans_of(mention: dict[str, Any]) -> list[Span]:
    """Return where the trigger and the arguments of a mention stand in its document."""
    spans = [Span(mention["trigger_start"], mention["trigger_end"], "trigger")]
    spans += [Span(p["start"], p["end"], p["role"]) for p in mention["participants"] if p["start"] is not None]
    for item in mention["items"]:
        spans.append(Span(item["start"], item["end"], "item"))
        if item["quantity_start"] is not None and not item["start"] <= item["quantity_start"] < item["end"]:
            spans.append(Span(item["quantity_start"], item["quantity_end"], "quantity"))
    spans += [Span(amount["start"], amount["end"], "amount") for amount in mention["amounts"]]
    if mention["event_date_text_start"] is not None:
        spans.append(Span(mention["event_date_text_start"], mention["event_date_text_end"], "date"))
    if mention["location"]:
        spans.append(Span(mention["location"]["start"], mention["location"]["end"], "place"))
    return spans


def pieces(text: str, spans: Iterable[Span], *, offset: int = 0) -> list[Piece]:
    """Cut a text where roles begin and end.

    Args:
        text: A sentence or paragraph.
        spans: Parts of the document; what lies outside of the text is left out.
        offset: Where the text begins in the document.

    Returns:
        Pieces that together are the text.
    """
    inside = _clipped(spans, offset, len(text))
    cuts = sorted({0, len(text), *(span.start for span in inside), *(span.end for span in inside)})
    return [_piece(text, start, end, inside) for start, end in itertools.pairwise(cuts)]


def _clipped(spans: Iterable[Span], offset: int, length: int) -> list[Span]:
    moved = {Span(max(s.start - offset, 0), min(s.end - offset, length), s.role) for s in spans}
    return sorted((s for s in moved if s.start < s.end), key=lambda s: (s.end - s.start, s.start, s.role))


def _piece(text: str, start: int, end: int, spans: Sequence[Span]) -> Piece:
    over = [span for span in spans if span.start <= start and end <= span.end]
    roles = tuple(dict.fromkeys(span.role for span in over))
    return Piece(text[start:end], roles, tuple(dict.fromkeys(span.role for span in over if span.end == end)))
