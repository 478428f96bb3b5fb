"""The text of PDF files, page by page, with paragraphs put together again from lines.

A PDF knows where glyphs stand, not where paragraphs end: a gap wider than between lines ends one, and so does a new
page after a full stop. Lines that stand at the head or foot of several pages are the pages' furniture.
"""

import io
import itertools
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import pypdf
from pypdf.errors import PyPdfError

from transforms.read.blocks import Block, assemble, plain
from transforms.read.days import read_day
from transforms.read.formats.interface import Format, read_whole
from transforms.read.found import Article, File, Found, Refused, Told
from transforms.read.limits import ReadOptions

_SUFFIX: Final = ".pdf"
_GAP: Final = 1.35
"""A gap so many times as wide as that between lines parts paragraphs."""
_SAME_LINE: Final = 2.0
_PAGES: Final = 3
_DATE: Final = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_HYPHEN: Final = re.compile(r"(\w+)-$")


class _Line(NamedTuple):
    text: str
    y: float


def _fits(head: bytes, name: str) -> bool:
    return b"%PDF-" in head[:1024] if head else name.endswith(_SUFFIX)


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    data = read_whole(file, options.limits)
    try:
        yield _article(data)
    except PyPdfError as error:
        cut = b"%%EOF" not in data[-2048:]
        raise Refused("truncated" if cut else "malformed", f"not a whole PDF: {error}") from error


def _article(data: bytes) -> Article:
    document = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if document.is_encrypted and not _decrypt(document):
        raise Refused("encrypted", "protected by a password")
    pages = [_lines(page) for page in document.pages]
    text, paragraphs = assemble(_blocks(pages))
    if not text:
        raise Refused("no_text", f"no text on {len(pages)} pages; scanned pages would need OCR")
    return Article(text, "pdf", len(data), _told(document), paragraphs)


def _decrypt(document: Any) -> bool:
    try:
        return bool(document.decrypt(""))
    except (PyPdfError, NotImplementedError, ImportError):
        return False


def _told(document: Any) -> Told:
    try:
        said = document.metadata or {}
        day = _DATE.match(str(said.get("/CreationDate") or ""))
        published = read_day("-".join(day.groups())) if day else None
        title, author = (plain(str(said.get(name) or ""))[:1000] or None for name in ("/Title", "/Author"))
    except (PyPdfError, ValueError, AttributeError, TypeError):
        return Told()
    return Told(title=title, author=author, published=published, published_origin="metadata" if published else None)


def _lines(page: Any) -> list[_Line]:
    """Return the lines of a page in the order in which it draws them."""
    lines: list[_Line] = []

    def visit(text: str, matrix: Any, text_matrix: Any, *_: Any) -> None:
        y = float(text_matrix[5] * matrix[3] + matrix[5])
        for number, piece in enumerate(text.split("\n")):
            if lines and not number and abs(lines[-1].y - y) <= _SAME_LINE:
                lines[-1] = _Line(lines[-1].text + piece, lines[-1].y)
            elif piece.strip():
                lines.append(_Line(piece, y))

    page.extract_text(visitor_text=visit)
    return [line for line in lines if line.text.strip()]


def _blocks(pages: Sequence[Sequence[_Line]]) -> Iterator[Block]:
    furniture = _furniture(pages)
    kept = [[line for line in page if _bare(line.text) not in furniture] for page in pages]
    gaps = [above.y - below.y for page in kept for above, below in itertools.pairwise(page) if above.y > below.y]
    usual = statistics.median_low(gaps) if gaps else 0.0
    words = Counter(re.findall(r"\w+(?:-\w+)+", " ".join(line.text for page in kept for line in page)))
    paragraph: list[str] = []
    for page in kept:
        for number, line in enumerate(page):
            if paragraph and _begins(paragraph[-1], page[number - 1] if number else None, line, usual):
                yield "body", _join(paragraph, words)
                paragraph = []
            paragraph.append(line.text.strip())
    yield "body", _join(paragraph, words)
    yield from (("boilerplate", line) for line in sorted(furniture))


def _begins(last: str, above: _Line | None, line: _Line, usual: float) -> bool:
    """Tell whether a paragraph begins with a line."""
    if above is None or line.y > above.y:
        return re.search(r"[.!?:][\"'”’)\]]*$", last) is not None
    return above.y - line.y > _GAP * usual


def _furniture(pages: Sequence[Sequence[_Line]]) -> set[str]:
    if len(pages) < _PAGES:
        return set()
    edges = Counter(_bare(line.text) for page in pages for line in {*page[:2], *page[-2:]})
    return {text for text, count in edges.items() if count >= max(_PAGES, len(pages) // 2)}


def _bare(text: str) -> str:
    return re.sub(r"\d+", "#", plain(text))


def _join(lines: Sequence[str], words: Counter[str]) -> str:
    """Return lines as one, with words that were cut at the end of a line put together again."""
    text = ""
    for line in lines:
        cut = _HYPHEN.search(text)
        begins = re.match(r"[a-z]\w*", line)
        if cut and begins:
            whole = words[f"{cut[1]}-{begins.group()}"] > 0
            text = (text if whole else text[:-1]) + line
        else:
            text = f"{text} {line}" if text else line
    return text


FORMAT = Format("pdf", _fits, _read)
