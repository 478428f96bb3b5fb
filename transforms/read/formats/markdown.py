"""Markdown: paragraphs and headings as they read, without the signs; what stands above `---` is metadata."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from transforms.read.blocks import Block, assemble
from transforms.read.fields import read_told
from transforms.read.formats.html import read_fragment
from transforms.read.formats.interface import Format, read_whole
from transforms.read.formats.text import text_of
from transforms.read.found import NOTHING, Article, File, Found, Refused, Told
from transforms.read.limits import ReadOptions

_SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd")
_FRONT: Final = re.compile(r"\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)


def _fits(head: bytes, name: str) -> bool:
    return bool(head) and name.endswith(_SUFFIXES)


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    data = read_whole(file, options.limits)
    text, encoding = text_of(data)
    front = _FRONT.match(text)
    told = _told(front[1], options) if front else NOTHING
    blocks = list(_blocks(text[front.end() if front else 0 :].removeprefix("\ufeff"), options))
    document, paragraphs = assemble(blocks)
    if not document:
        raise Refused("no_text", "nothing but signs of Markdown")
    title = next((said for kind, said in blocks if kind == "title"), None)
    yield Article(document, encoding, len(data), told.or_else(Told(title=title)), paragraphs)


def _told(front: str, options: ReadOptions) -> Told:
    # Aliases are how YAML expands without end; front matter has no use for them.
    if re.search(r"(?:^|[\s:\[,-])[&*]\w", front):
        return NOTHING
    try:
        fields = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        return NOTHING
    return read_told(fields, options, origin="metadata") if isinstance(fields, dict) else NOTHING


def _blocks(text: str, options: ReadOptions) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    kind, first = "body", True
    for token in MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").parse(text):
        if token.type == "heading_open":
            kind = "title" if first and token.tag == "h1" else "heading"
            first = False
        elif token.type == "heading_close":
            kind = "body"
        elif token.type == "inline":
            yield kind, _inline(token)
        elif token.type in ("fence", "code_block"):
            yield "body", token.content
        elif token.type == "html_block":
            yield from read_fragment(token.content, options)


def _inline(token: Any) -> str:
    return "".join(_piece(child) for child in token.children or ())


def _piece(token: Any) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type in ("text", "code_inline", "text_special") else ""


FORMAT = Format("markdown", _fits, _read, libraries=("markdown_it",))
