"""RSS and Atom files: one document for each entry, numbered from 1.

feedparser is given the text alone, never an address, so it fetches nothing. It would expand entities that a feed
declares, so a feed that declares any is refused.
"""

import io
import re
from collections.abc import Iterator
from typing import Any, Final

from transforms.read.blocks import Block, assemble, plain
from transforms.read.days import read_day
from transforms.read.formats.html import decode_page, looks_like_html, read_fragment
from transforms.read.formats.interface import Format, read_whole
from transforms.read.found import Article, File, Found, Refusal, Refused, Told
from transforms.read.limits import ReadOptions

_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,500}\?>\s*)?(?:(?:<!--.{0,2000}?-->|<\?[^>]{0,500}\?>|<!DOCTYPE[^\[>]{0,500}"
    rb"(?:\[[^\]]{0,20000}\]\s*)?>)\s*)*<(?:rss|feed|rdf:RDF)\b",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_SUFFIXES: Final = (".rss", ".atom")


def _fits(head: bytes, name: str) -> bool:
    return _ROOT.match(head) is not None if head else name.endswith(_SUFFIXES)


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    feed = _parse(decode_page(read_whole(file, options.limits))[0])
    if not feed.entries and not feed.feed:
        raise Refused("malformed", f"not a feed: {feed.get('bozo_exception', 'no channel in it')}")
    source = _said(feed.feed.get("title"))
    for number, entry in enumerate(feed.entries, start=1):
        yield _article(entry, str(number), source, feed.feed.get("language"), options)
    if feed.bozo and _is_cut(feed.get("bozo_exception")):
        raise Refused("truncated", f"the feed ends too early, after entry {len(feed.entries)}")


def _parse(text: str) -> Any:
    if _ENTITY.search(text):
        raise Refused("malformed", "declares entities, which are not expanded")
    import feedparser

    text = _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
    return feedparser.parse(
        io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8", "replace")),
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _is_cut(error: Any) -> bool:
    return any(sign in str(error) for sign in ("no element found", "unclosed token", "Premature end"))


def _article(entry: Any, key: str, source: str | None, language: Any, options: ReadOptions) -> Found:
    title = _said(entry.get("title"))
    try:
        body = _body(entry, options)
    except Refused as refused:
        return Refusal(key, refused.reason, refused.detail)
    if not body:
        return Refusal(key, "no_text", "an entry without text")
    heading: list[Block] = [("title", title)] if title and plain(body[0][1]) != title else []
    text, paragraphs = assemble([*heading, *body])
    day = next(filter(None, (read_day(entry.get(name)) for name in ("published", "updated", "created"))), None)
    told = Told(
        title=title,
        source=source,
        author=_said(entry.get("author")),
        url=_said(entry.get("link")),
        language=_said(language),
        published=day,
        published_origin="container" if day else None,
    )
    return Article(text, "utf-8", len(text.encode()), told, paragraphs, key=key)


def _body(entry: Any, options: ReadOptions) -> list[Block]:
    """Return the paragraphs of the longest text that an entry has."""
    texts = [content.get("value") or "" for content in entry.get("content", ())] + [entry.get("summary") or ""]
    text = max(texts, key=len)
    if looks_like_html(text):
        return list(read_fragment(text, options))
    return [("body", piece) for piece in re.split(r"\n\s*\n", text) if piece.strip()]


def _said(value: Any) -> str | None:
    return (plain(re.sub(r"<[^>]{0,200}>", "", value))[:1000] or None) if isinstance(value, str) else None


FORMAT = Format("feed", _fits, _read, container=True, libraries=("feedparser",))
