"""HTML pages: title and main text for reading; comments and the page's furniture are kept, but as such.

trafilatura finds the main text. It is a judge of likelihood, so what pages themselves declare to be furniture
(navigation, banners, related links, comments) is taken away first, and what is left over afterwards is stored as
boilerplate: nothing of a page is lost, and no event is read from outside of the article.
"""

import datetime
import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from transforms.read.blocks import Block, assemble, plain
from transforms.read.days import read_day
from transforms.read.decode import Decoded, decode
from transforms.read.formats.interface import Format, read_whole
from transforms.read.formats.text import text_of
from transforms.read.found import NOTHING, Article, File, Found, Refused, Told
from transforms.read.limits import ReadOptions

_BEGINNING: Final = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE | re.DOTALL
)
_TAGS: Final = re.compile(rb"<(?:html|head|body|div|p|h1|article|title|meta|table)\b", re.IGNORECASE)
_WHOLE: Final = re.compile(r"<(?:!doctype|html|head|body|title)\b", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_SUFFIXES: Final = (".html", ".htm", ".xhtml", ".shtml")
_AS_BROWSERS_DO: Final = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252"}
_MOST_DAMAGE: Final = 0.01

_TAG: Final = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|textarea|title|noscript)\b.*?(?:</\1\s*>|$)|<(/?)([a-zA-Z][a-zA-Z0-9:-]*)"
    r"(?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}')*",
    re.IGNORECASE | re.DOTALL,
)
_NEVER_OPEN: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot",
})  # fmt: skip
"""Elements without content, or that the next of their kind ends."""

_HIDDEN: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "head", "select", "button", "title"}
)
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
})  # fmt: skip
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FURNITURE: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|footer|sidebar|cookies?|consent|gdpr|banner|newsletter|subscribe"
    r"|subscription|related|recommend(?:ed|ations?)?|most-?(?:read|popular)|trending|popular|read-?(?:more|next|also)"
    r"|more-?(?:stories|news)|share|sharing|social|promo|advert(?:isement)?s?|ads?|sponsored|outbrain|taboola|paywall"
    r"|popup|modal|overlay|toolbar|tags|author-?bio|teasers?|ticker|widget)(?:$|[\s_-])",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?(?:list|section)|disqus|respond|replies)(?:$|[\s_-])", re.IGNORECASE
)
_ROLES: Final = frozenset(
    {"navigation", "complementary", "contentinfo", "banner", "dialog", "alertdialog", "search", "menu"}
)
_MOST_FURNITURE: Final = 0.45
"""What holds more of a page's text than this is not its furniture, whatever it is called."""
_MOST_KEPT: Final = 300


def _fits(head: bytes, name: str) -> bool:
    if _BEGINNING.match(head[:4096].removeprefix(b"\xef\xbb\xbf")):
        return True
    xhtml = head[:200].lstrip().startswith(b"<?xml") and b"<html" in head[:2000]
    return xhtml or (name.endswith(_SUFFIXES) and _TAGS.search(head) is not None)


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    data = read_whole(file, options.limits)
    text, encoding = decode_page(data)
    yield read_page(text, options, url=file.told.url, encoding=encoding, size=len(data))


def decode_page(data: bytes) -> tuple[str, str]:
    """Return the text and encoding of a page: as its bytes begin, as it declares, or as it looks.

    Raises:
        Refused: If it is no text.
    """
    decoded = decode(data)
    declared = _CHARSET.search(data[:4096])
    if isinstance(decoded, Decoded) and decoded.encoding.startswith("utf"):
        return decoded.text.removeprefix("\ufeff"), decoded.encoding
    if declared and not (not isinstance(decoded, Decoded) and decoded.reason in ("empty", "binary", "truncated")):
        name = declared[1].decode("ascii").lower()
        text = _decode_leniently(data, _AS_BROWSERS_DO.get(name, name))
        if text is not None:
            return text, name
    return text_of(data)


def _decode_leniently(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec, "replace")
    except (LookupError, ValueError, UnicodeError):
        return None
    return text if text.count("\ufffd") <= _MOST_DAMAGE * len(text) else None


def read_page(text: str, options: ReadOptions, *, url: str | None, encoding: str, size: int) -> Article:
    """Return the document that a page holds.

    Raises:
        Refused: If it holds no text, or elements are nested too deeply.
    """
    tree = _parse(text, options)
    if not _WHOLE.search(text):
        document, paragraphs = assemble(_blocks(tree))
        if not document:
            raise Refused("no_text", "no text between the tags")
        return Article(document, encoding, size, NOTHING, paragraphs)
    apart = _take_apart(tree)
    everything = _blocks(tree)
    title, told, main = _main(tree, url)
    if not main:
        raise Refused("no_text", "no main text in the page")
    heads = list(_titled(title, main))
    kept = {plain(said) for _, said in heads}
    joined = " ".join(kept)
    rest = [said for _, said in everything if plain(said) not in kept and plain(said) not in joined]
    blocks = [*heads, *apart, *(("boilerplate", said) for said in rest)][: len(heads) + _MOST_KEPT]
    document, paragraphs = assemble(blocks)
    return Article(document, encoding, size, told, paragraphs)


def read_fragment(text: str, options: ReadOptions) -> Sequence[Block]:
    """Return the paragraphs of a piece of HTML that is all content, such as an entry of a feed.

    Raises:
        Refused: If elements are nested too deeply.
    """
    return _blocks(_parse(f"<html><body>{text}</body></html>", options))


def looks_like_html(text: str) -> bool:
    """Tell whether a text is HTML, whole or in part."""
    return (
        re.search(r"</(?:p|div|a|b|i|em|strong|li|h[1-6]|body|html|span)>|<br ?/?>", text[:20_000], re.IGNORECASE)
        is not None
    )


# ---------------------------------------------------------------- parsing


def nesting(text: str, most: int) -> int:
    """Return how deep elements of a page are nested, counted no further than just beyond `most`."""
    open_tags: list[str] = []
    deepest = 0
    for tag in _TAG.finditer(text):
        name = (tag[3] or "").lower()
        if not name or name in _NEVER_OPEN or tag[0].endswith("/"):
            continue
        if not tag[2]:
            open_tags.append(name)
            deepest = max(deepest, len(open_tags))
            if deepest > most:
                return deepest
        elif name in open_tags:
            while open_tags.pop() != name:
                pass
    return deepest


def _parse(text: str, options: ReadOptions) -> Any:
    if nesting(text, options.limits.max_nesting) > options.limits.max_nesting:
        raise Refused("too_nested", f"elements nested deeper than {options.limits.max_nesting}")
    from lxml import etree
    from lxml.html import fromstring

    try:
        tree = fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=_parser())
    except (etree.ParserError, ValueError) as error:
        raise Refused("no_text", f"no element in the page: {error}") from error
    return tree


@functools.cache
def _parser() -> Any:
    from lxml.html import HTMLParser

    return HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", no_network=True, huge_tree=False)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        element.drop_tree()


# ---------------------------------------------------------------- what a page declares to be no article


def _take_apart(tree: Any) -> list[Block]:
    """Take furniture and comments out of the tree and return their paragraphs."""
    whole = max(1, _weight(tree))
    taken: list[Block] = []
    for element in list(tree.iter()):
        kind = _declared_kind(element)
        if kind is None or not _is_below(element, tree):
            continue
        if _weight(element) > _MOST_FURNITURE * whole and kind != "comment":
            continue
        if next(element.iter("h1"), None) is not None and kind != "comment":
            continue
        taken += [(kind, text) for _, text in _blocks(element)]
        _remove(element)
    return taken[:_MOST_KEPT]


def _declared_kind(element: Any) -> str | None:
    if not isinstance(element.tag, str) or element.tag in ("html", "body", "article", "main", "head", "h1"):
        return None
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:500]
    if _COMMENTS.search(names) and element.tag not in ("a", "span"):
        return "comment"
    if element.tag in ("nav", "footer", "aside", "dialog") or element.get("role") in _ROLES:
        return "boilerplate"
    block = element.tag in _BLOCKS or element.tag == "form"
    return "boilerplate" if block and (_FURNITURE.search(names) or element.tag == "form") else None


def _is_below(element: Any, tree: Any) -> bool:
    """Tell whether an element is still in the tree, for one that it lay in may have been taken."""
    while element is not None and element is not tree:
        element = element.getparent()
    return element is tree


def _weight(element: Any) -> int:
    return sum(len(said) for _, said in _blocks(element))


def _blocks(element: Any) -> list[Block]:
    """Return the paragraphs of an element in order, cut where blocks begin and end."""
    from lxml import etree

    blocks: list[Block] = []
    pieces: list[str] = []

    def flush(kind: str) -> None:
        said = plain("".join(pieces))
        if said:
            blocks.append((kind, said))
        pieces.clear()

    hidden = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            hidden += node.tag in _HIDDEN
            if node.tag in _BLOCKS:
                flush("body")
            if not hidden:
                pieces.append(node.text or "")
        else:
            if node.tag in _BLOCKS:
                flush("heading" if node.tag in _HEADINGS else "body")
            hidden -= node.tag in _HIDDEN
            if node is not element and not hidden:
                pieces.append(node.tail or "")
    flush("body")
    return blocks


# ---------------------------------------------------------------- main text


def _main(tree: Any, url: str | None) -> tuple[str | None, Told, list[Block]]:
    from trafilatura import bare_extraction

    headings = [plain("".join(h1.itertext())) for h1 in tree.iter("h1")]
    found: Any = bare_extraction(
        tree,
        url=url,
        with_metadata=True,
        include_comments=False,
        include_formatting=False,
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": _tomorrow()},
    )
    if found is None:
        return None, NOTHING, []
    day = read_day(found.date) if found.date else None
    title = plain(found.title or "") or None
    told = Told(
        title=_heading(title, headings),
        source=found.sitename or None,
        author=found.author or None,
        url=url or found.url,
        published=day,
        published_origin="metadata" if day else None,
    )
    return told.title, told, _main_blocks(found.body) if found.body is not None else []


def _tomorrow() -> str:
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)).isoformat()


def _heading(title: str | None, headings: Sequence[str]) -> str | None:
    """Return the heading that the page's title repeats with the name of the site, else the title."""
    if title is None:
        return headings[0] if len(headings) == 1 else None
    return next((heading for heading in headings if heading and (heading in title or title in heading)), title)


def _main_blocks(body: Any) -> list[Block]:
    blocks: list[Block] = []
    for element in body.iter("head", "p", "item", "quote", "cell", "code", "ab", "fw"):
        if next(element.iterancestors("p", "item", "quote", "cell"), None) is not None:
            continue
        said = _text_with_breaks(element)
        blocks += [("heading" if element.tag == "head" else "body", piece) for piece in said]
    return blocks


def _text_with_breaks(element: Any) -> list[str]:
    pieces: list[str] = [element.text or ""]
    for node in element.iterdescendants():
        if node.tag in ("lb", "p", "item", "row"):
            pieces.append("\n\n")
        pieces.append(node.text or "")
        pieces.append(node.tail or "")
    return [piece for piece in re.split(r"\n\n+", "".join(pieces)) if piece.strip()]


def _titled(title: str | None, main: Sequence[Block]) -> Iterator[Block]:
    """Yield the paragraphs under their title, which stands there once."""
    if title:
        yield "title", title
    for index, (kind, said) in enumerate(main):
        if index > 2 or plain(said) != title:
            yield kind, said


FORMAT = Format("html", _fits, _read, libraries=("lxml.html", "trafilatura"))
