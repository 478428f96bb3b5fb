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

from transforms.read.blocks import Block, assemble, plain
from transforms.read.formats.interface import Format, read_whole
from transforms.read.found import Article, File, Found, Refused, Told
from transforms.read.limits import ReadOptions

_SUFFIX: Final = ".pdf"
_GAP: Final = 1.35
"""A gap so many times as wide as that between lines parts paragraphs."""
_LEADING: Final = 1.5
"""Lines are hardly further apart than so many times the height of letters."""
_SAME_LINE: Final = 2.0
_PAGES: Final = 3
_HYPHEN: Final = re.compile(r"(\w+)-$")


class _Line(NamedTuple):
    text: str
    y: float
    size: float


def _fits(head: bytes, name: str) -> bool:
    return b"%PDF-" in head[:1024] if head else name.endswith(_SUFFIX)


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    from pypdf.errors import PyPdfError

    data = read_whole(file, options.limits)
    if b"%PDF-" not in data[:1024]:
        raise Refused("malformed", "not a PDF")
    try:
        yield _article(data)
    except PyPdfError as error:
        cut = b"%%EOF" not in data[-2048:]
        raise Refused("truncated" if cut else "malformed", f"not a whole PDF: {error}") from error


def _article(data: bytes) -> Article:
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if document.is_encrypted and not _decrypt(document):
        raise Refused("encrypted", "protected by a password")
    pages = [_lines(page) for page in document.pages]
    text, paragraphs = assemble(_blocks(pages))
    if not text:
        raise Refused("no_text", f"no text on {len(pages)} pages; scanned pages would need OCR")
    return Article(text, "pdf", len(data), _told(document), paragraphs)


def _decrypt(document: Any) -> bool:
    from pypdf.errors import PyPdfError

    try:
        return bool(document.decrypt(""))
    except (PyPdfError, NotImplementedError, ImportError):
        return False


def _told(document: Any) -> Told:
    from pypdf.errors import PyPdfError

    try:
        said = document.metadata or {}
        title, author = (plain(str(said.get(name) or ""))[:1000] or None for name in ("/Title", "/Author"))
    except (PyPdfError, ValueError, AttributeError, TypeError):
        return Told()
    return Told(title=title, author=author)  # the day that the file was made is not that of publication


def _lines(page: Any) -> list[_Line]:
    """Return the lines of a page in the order in which it draws them."""
    lines: list[_Line] = []

    def visit(text: str, matrix: Any, text_matrix: Any, _: Any, size: Any) -> None:
        height = abs(float(size or 0) * text_matrix[3] * matrix[3])
        y = float(text_matrix[5] * matrix[3] + matrix[5])
        for number, piece in enumerate(text.split("\n")):
            if lines and not number and abs(lines[-1].y - y) <= _SAME_LINE:
                lines[-1] = lines[-1]._replace(text=lines[-1].text + piece)
            elif piece.strip():
                lines.append(_Line(piece, y, height))

    page.extract_text(visitor_text=visit)
    return [line for line in lines if line.text.strip()]


def _blocks(pages: Sequence[Sequence[_Line]]) -> Iterator[Block]:
    furniture = _furniture(pages)
    kept = [[line for line in page if _bare(line.text) not in furniture] for page in pages]
    gaps = [above.y - below.y for page in kept for above, below in itertools.pairwise(page) if above.y > below.y]
    usual = _line_gap(gaps, [line.size for page in kept for line in page])
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


def _line_gap(gaps: Sequence[float], sizes: Sequence[float]) -> float:
    """Return how far lines of a paragraph are apart; where most paragraphs are one line, the letters' size tells."""
    narrow = sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    height = _LEADING * statistics.median_low(sizes) if sizes else 0.0
    return min(narrow, height) if height else narrow


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


FORMAT = Format("pdf", _fits, _read, libraries=("pypdf",))
