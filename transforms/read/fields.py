"""Finds in a record (a JSON object, a row) what makes a document: its text, and what is said of it.

Names that the user gives are taken; others are guessed from names that archives use. What was guessed is noted, so that
the run can say it.
"""

import dataclasses
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from transforms.read.days import read_day
from transforms.read.found import Article, File, Found, Member, Refusal, Told
from transforms.read.limits import FieldNames, ReadOptions
from transforms.read.streams import Budget, Stream

Record = Mapping[str, Any]

_TEXT_NAMES: Final = (
    "text", "body", "content", "articletext", "articlebody", "maintext", "fulltext", "bodytext", "storytext", "story",
    "plaintext", "rawtext", "rawcontent", "cleantext", "contents", "article", "document", "message", "html", "rawhtml",
    "bodyhtml", "contenthtml",
)  # fmt: skip
_GUESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": _TEXT_NAMES,
    "title": ("title", "headline", "heading", "subject", "articletitle"),
    "published": (
        "published", "datepublished", "publishedat", "publishdate", "publisheddate", "pubdate", "publicationdate",
        "date", "articledate", "datetime", "timestamp", "createdat",
    ),
    "source": ("source", "publisher", "publication", "outlet", "sitename", "site", "newspaper", "domain"),
    "author": ("author", "authors", "byline", "creator", "writer"),
    "url": ("url", "link", "canonicalurl", "weburl", "permalink", "uri"),
    "language": ("language", "lang"),
}  # fmt: skip
"""Names in lower case, without what is not a letter; earlier ones are better."""
_MARKUP: Final = re.compile(
    r"\s*<(?:!doctype|html|head|body|div|p|article|section|h[1-6]|span|b|strong)\b", re.IGNORECASE
)
_SHOWN: Final = 10


def is_text_name(name: str) -> bool:
    """Tell whether a field's name is one that archives use for the text of an article."""
    return _bare(name) in _GUESSES["text"]


def columns_of(names: list[str], fields: FieldNames) -> list[str]:
    """Return those of a table's columns that may be needed, so that others are not read."""
    given = {getattr(fields, field).split(".")[0] for field in _GUESSES if getattr(fields, field)}
    known = {guess for guesses in _GUESSES.values() for guess in guesses}
    return [name for name in names if name in given or _bare(name) in known]


def read_record(record: Record, options: ReadOptions, *, key: str, size: int | None = None) -> Found:
    """Return the document that a record holds, or why it holds none.

    Args:
        record: Fields by name.
        options: Says where the fields are, if the user did.
        key: Names the record in its container.
        size: Of the record in its container, in bytes; if that cannot be told, what it holds is counted.
    """
    size = _size(record) if size is None else size
    if size > options.limits.max_bytes:
        return Refusal(key, "too_large", f"{size:,} bytes, the limit is {options.limits.max_bytes:,}", size)
    found = _find(record, options.fields, "text", _is_text)
    if found is None:
        wanted = options.fields.text
        if wanted is not None and _lookup(record, wanted) is not None:
            return Refusal(key, "empty", f"nothing in field {wanted!r}", size)
        said = ", ".join(map(str, list(record)[:_SHOWN]))
        return Refusal(key, "no_text_field", f"the fields are: {said}"[:300], size)
    name, text = found
    if not text.strip():
        return Refusal(key, "empty", f"nothing in field {name!r}", size)
    data = text.encode("utf-8", "replace")
    told, notes = _told(record, options.fields)
    notes = [f"text from field {name!r}", *notes]
    if _MARKUP.match(text):
        budget = Budget(len(data), options.limits.max_ratio)
        page = File("record.html", Stream(io.BytesIO(data), budget=budget, size=len(data)), told)
        return Member(key, page, format="html", notes=notes)
    return Article(data.decode("utf-8"), "utf-8", size, told, key=key, notes=notes)


def _size(value: Any) -> int:
    """Return how many bytes the texts take that a value holds, about."""
    pending, size = [value], 0
    while pending:
        value = pending.pop()
        if isinstance(value, (str, bytes)):
            size += len(value) if isinstance(value, bytes) or value.isascii() else len(value.encode("utf-8", "replace"))
        elif isinstance(value, Mapping):
            pending += value.values()
        elif isinstance(value, (list, tuple)):
            pending += value
    return size


def read_told(record: Record, options: ReadOptions, *, origin: str) -> Told:
    """Return what a record says of a document whose text is elsewhere.

    Args:
        record: Fields by name.
        options: Says where the fields are, if the user did.
        origin: Where the record stands, for `Told.published_origin`.
    """
    told, _ = _told(record, options.fields)
    return dataclasses.replace(told, published_origin=origin if told.published else None)


def _told(record: Record, fields: FieldNames) -> tuple[Told, list[str]]:
    said: dict[str, Any] = {}
    notes: list[str] = []
    for field in ("title", "source", "author", "url", "language"):
        found = _find(record, fields, field, _name)
        if found:
            said[field] = _name(found[1])
            notes.append(f"{field} from field {found[0]!r}")
    day = _find(record, fields, "published", read_day)
    if day:
        said |= {"published": read_day(day[1]), "published_origin": "container"}
        notes.append(f"published from field {day[0]!r}")
    return Told(**said), notes


def _find(record: Record, fields: FieldNames, field: str, fits: Any) -> tuple[str, Any] | None:
    """Return the name and value of the field that holds something, as named by the user or as guessed."""
    given = getattr(fields, field)
    if given is not None:
        value = _lookup(record, given)
        return (given, value) if value is not None and fits(value) else None
    candidates = ((name, record[name]) for name in _guessed(record, field))
    return next(((name, value) for name, value in candidates if value is not None and fits(value)), None)


def _guessed(record: Record, field: str) -> Iterator[str]:
    bare = {_bare(name): name for name in reversed(list(record)) if isinstance(name, str)}
    return (bare[guess] for guess in _GUESSES[field] if guess in bare)


def _lookup(record: Any, name: str) -> Any:
    if isinstance(record, Mapping) and name in record:
        return record[name]
    for part in name.split("."):
        record = record.get(part) if isinstance(record, Mapping) else None
    return record


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _name(value: Any) -> str | None:
    """Return a short text: of a list, its items; of an object, its name."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title")
    if isinstance(value, (list, tuple)):
        value = ", ".join(filter(None, map(_name, value[:_SHOWN])))
    if not isinstance(value, str):
        return None
    return " ".join(value.encode("utf-8", "replace").decode("utf-8").split())[:1000] or None


def _bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
