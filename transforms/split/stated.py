"""What a text says of itself: its title, its source, its author and the day it was published.

Archives often keep nothing but the text, and relative dates in it ("on Monday") need the day of publication. Only what
stands where papers put such things is believed: the lines above the article, the dateline at its head, and lines that
say "Published" or "Source". A date merely mentioned is not a publication date, and an incomplete one is not completed.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.records import Paragraph
from transforms.split.dates import DATE, find_date, is_date_line
from transforms.split.kinds import BODY, BOILERPLATE, BYLINE, TITLE

_NEAR = 2
"""The first so many body paragraphs may hold the dateline; what stands before the last of them is "near the top"."""
_HEAD = 160
"""A dateline stands within so many characters of a paragraph's beginning."""
_LONGEST_NAME = 120

_PUBLISHED = re.compile(
    r"\W{0,3}(?:first |originally )?(?:published|posted|issued|released|(?:publication |release )?date)\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\W{0,3}(?:last )?(?:updated|modified|edited)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\W{0,3}(?:sources?\s*:|for immediate release|(?:press|news|media) release)", re.IGNORECASE)

# A place in capitals with its state or country, or one of up to three words that does not open a sentence.
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’&/ -]{2,40}(?:,\s[A-ZÀ-Þ][\w.' ]{1,20}){0,2}"
_NO_OPENER = r"(?!(?:On|In|By|At|From|Since|Until|As|After|Before) )"
_PLACE = rf"(?:{_CAPITALS}|{_NO_OPENER}[A-ZÀ-Þ][\w.'’-]{{2,20}}(?: [A-Z][\w.'’-]+){{0,2}})"
_DATELINE = re.compile(
    rf"\(?{_PLACE}\)?,?\s?(?:[-–—]{{1,3}}\s?)?\(?(?i:{DATE})\)?\s?(?:[-–—:/]{{1,3}}|\([A-Z]|(?<=\))\s)"
)
_AGENCY = re.compile(
    rf"{_PLACE}[^()/]{{0,30}}\s?(?:\((?P<bracket>[A-Z][\w .&-]{{1,30}})\)\s?[-–—:]|/(?P<slash>[A-Z]{{3,12}})/)"
)
_NO_AGENCIES = frozenset({"PRNewswire", "Business Wire", "GLOBE NEWSWIRE"})

_SOURCE = re.compile(r"\W{0,2}(?:(?i:sources?)\s*:\s*|SOURCE\s+)(?P<name>[^;|()\n]{2,120})")
_NO_SOURCES = frozenset({"press release", "text", "link", "here", "agencies", "own"})
_AUTHOR = re.compile(
    r"\W{0,2}(?:(?:co-?)?authors?\s*:|c[o0]-?authored by|from\b:?\s"
    r"|(?:(?:story|text|article|words|report|posted|written|published|submitted|reported)\s)?by\b\s*:?)\s*"
    r"(?P<name>[^|/•·\n]{2,200})",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"(?P<name>[A-Z][^\d:|]{3,80})$")
_NAME_ENDS = re.compile(
    rf"\s[-–—]\s|,?\s(?:(?:on|posted|published|updated)\s.{{0,20}})?(?i:{DATE})"
    r"|,\s(?i:an?|the|senior|research|staff)\s|\s(?:at|in)\s|\sand is\b"
)


@dataclass(frozen=True)
class Stated:
    """What a text states of itself; None where it says nothing."""

    title: str | None = None
    source: str | None = None
    author: str | None = None
    published: datetime.date | None = None


def read_stated(text: str, paragraphs: Sequence[Paragraph]) -> Stated:
    """Read what a document's text states of itself, given its paragraphs with their kinds."""
    page = _Page(text, paragraphs)
    return Stated(
        title=next((_plain(page.text(p)) for p in paragraphs if p.kind == TITLE), None),
        source=_source(page),
        author=_author(page),
        published=_published(page),
    )


class _Page:
    """A document's paragraphs, and which of them stand near the top."""

    def __init__(self, text: str, paragraphs: Sequence[Paragraph]) -> None:
        self._text = text
        self.paragraphs = paragraphs
        bodies = [paragraph for paragraph in paragraphs if paragraph.kind == BODY]
        self.first_bodies = bodies[:_NEAR]
        limit = bodies[_NEAR - 1].index if len(bodies) >= _NEAR else len(paragraphs)
        self.top = paragraphs[:limit]

    def text(self, paragraph: Paragraph) -> str:
        return self._text[paragraph.start : paragraph.end]

    def head(self, paragraph: Paragraph) -> str:
        return self._text[paragraph.start : min(paragraph.end, paragraph.start + _HEAD)]

    def furniture(self, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
        return (self.text(paragraph) for paragraph in paragraphs if paragraph.kind in (BYLINE, BOILERPLATE))


def _plain(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- the day


def _published(page: _Page) -> datetime.date | None:
    """Return the day of publication, by the clearest statement of it."""
    return next((day for day in _days(page) if day), None)


def _days(page: _Page) -> Iterator[datetime.date | None]:
    """Yield what the places that may state the day say, the clearest first."""
    top = list(page.furniture(page.top))
    yield from (_labelled(text) for text in page.furniture(page.paragraphs) if _PUBLISHED.match(text))
    yield from (find_date(text) for text in top if is_date_line(text))
    yield from (find_date(page.text(p)) for p in page.top if p.kind == BYLINE and not _UPDATED.match(page.text(p)))
    yield from (find_date(text) for text in top if _ABOVE.match(text))
    yield from (_dateline(page.head(paragraph)) for paragraph in page.first_bodies)
    yield from (find_date(text) for text in top if _UPDATED.match(text))


def _labelled(text: str) -> datetime.date | None:
    """Return the date after "Published": not one that a longer text gives further on."""
    return find_date(text[:_HEAD])


def _dateline(head: str) -> datetime.date | None:
    """Return the date of `BERLIN, May 3, 2024 --`, if a paragraph begins so."""
    found = _DATELINE.match(head)
    return find_date(found.group()) if found else None


# ---------------------------------------------------------------- source and author


def _source(page: _Page) -> str | None:
    lines = (_SOURCE.match(text) for text in page.furniture(page.paragraphs))
    named = (_name(line["name"]) for line in lines if line)
    return next((name for name in named if name and name.lower() not in _NO_SOURCES), None) or _agency(page)


def _agency(page: _Page) -> str | None:
    """Return the agency of `BERLIN (Agency) -`, if the article begins so."""
    found = _AGENCY.match(page.head(page.first_bodies[0])) if page.first_bodies else None
    name = (found["bracket"] or found["slash"]) if found else None
    return name if name not in _NO_AGENCIES else None


def _author(page: _Page) -> str | None:
    lines = [page.text(p) for p in page.paragraphs if p.kind == BYLINE and not is_date_line(page.text(p))]
    labelled = (_AUTHOR.match(line) for line in lines)
    unlabelled = (_SPEAKER.match(line) for line in lines if not _PUBLISHED.match(line) and not _UPDATED.match(line))
    return next((_name(found["name"]) for found in [*labelled, *unlabelled] if found), None)


def _name(text: str) -> str | None:
    """Return a name without the date, the post and the punctuation around it."""
    name = _plain(_NAME_ENDS.split(text, maxsplit=1)[0]).strip(" ,;:-–—\"'")
    name = re.sub(r"(?<=\w{3})\.$", "", name)
    return name if 1 < len(name) <= _LONGEST_NAME and not name[0].islower() else None
