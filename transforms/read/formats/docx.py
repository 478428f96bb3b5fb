"""The text of DOCX files: paragraphs with their styles, tables cell by cell.

A DOCX file is a zip archive of XML. Its sizes are checked before it is opened, and XML that declares entities is
refused.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from transforms.read.blocks import Block, assemble, plain
from transforms.read.formats.interface import Format, read_whole
from transforms.read.found import Article, File, Found, Refused, Told
from transforms.read.limits import ReadOptions
from transforms.read.streams import Budget

_SUFFIX: Final = ".docx"
_DECLARED: Final = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"


def _fits(head: bytes, name: str) -> bool:
    if not head:
        return name.endswith(_SUFFIX)
    return head.startswith(b"PK\x03\x04") and (
        b"word/" in head or (b"[Content_Types].xml" in head and name.endswith(_SUFFIX))
    )


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    data = read_whole(file, options.limits)
    if data.startswith(_OLD_OFFICE):
        raise Refused("encrypted", "an office document protected by a password, or of the old format")
    if not data.startswith(b"PK"):
        raise Refused("malformed", "not a DOCX")
    try:
        _check(data, file.stream.budget)
        document = docx.Document(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        whole = b"PK\x05\x06" in data[-70000:]
        raise Refused("malformed" if whole else "truncated", f"not a whole DOCX: {error}") from error
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise Refused("malformed", f"not a DOCX: {error}") from error
    text, paragraphs = assemble(_blocks(document))
    if not text:
        raise Refused("no_text", "a document without text")
    yield Article(text, "docx", len(data), _told(document.core_properties), paragraphs)


def _check(data: bytes, budget: Budget) -> None:
    """Look at all XML in the package before the library does."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        infos = package.infolist()
        budget.check(sum(info.file_size for info in infos), len(data))
        for info in infos:
            if info.filename.endswith((".xml", ".rels")):
                with package.open(info) as part:
                    beginning = part.read(1 << 16)
                if any(sign in beginning for sign in _DECLARED):
                    raise Refused("malformed", f"{info.filename} declares a document type or entities")


def _blocks(document: Any) -> Iterator[Block]:
    from docx.text.paragraph import Paragraph

    for element in document.iter_inner_content():
        if isinstance(element, Paragraph):
            yield _kind(element), element.text
        else:
            yield from (("body", cell.text) for row in element.rows for cell in row.cells)


def _kind(paragraph: Any) -> str:
    name = str((paragraph.style and paragraph.style.name) or "").lower()
    if name == "title":
        return "title"
    return "heading" if name.startswith("heading") else "caption" if name == "caption" else "body"


def _told(properties: Any) -> Told:
    try:
        title, author = (plain(str(said or ""))[:1000] or None for said in (properties.title, properties.author))
    except (ValueError, KeyError, AttributeError):
        return Told()
    author = None if author == "python-docx" else author
    return Told(title=title, author=author)  # the day that the file was made is not that of publication


FORMAT = Format("docx", _fits, _read, libraries=("docx", "lxml.etree"))
