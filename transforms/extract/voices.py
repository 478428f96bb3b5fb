"""Whom a text speaks for: the states on whose behalf it says "we"."""

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from schemas.lexicon import Match, gazetteer, members
from transforms.extract.cast import is_title, title_words

_BEHALF = re.compile(
    r"\b[Oo]n behalf of (?:the )?"
    r"(?:(?:people|[Gg]overnment|citizens)(?: and (?:the )?(?:people|[Gg]overnment))? of )?(?:the )?$"
)
_ISSUED = re.compile(
    r"\b(?:released|issued|adopted|made|endorsed|agreed)\s(?:jointly\s)?by\sthe\s"
    r"(?:(?:Heads|Leaders|leaders|[Ff]oreign [Mm]inisters|Ministers|[Gg]overnments?|Presidents)"
    r"(?: of State(?: and Government)?)?\sof\s)(?:the\s)?$"
)
_OPENS = re.compile(r"(?:^|[.!?:\n”\"]\s*)(?:The |Today, (?:the )?)?(?:Governments of (?:the )?)?$")
_SPOKEN_OF = re.compile(r"\b(?:with|in|for|to|of|from|against|on|by|at|between|visit|support)\s(?:the )?$")
_AND = re.compile(r",? and (?:the )?")
_HEADING, _HEADING_LINES, _HEADING_LINE, _SHORT_LINE = 400, 3, 110, 50
"""How much of a text's beginning may be headings: characters, lines, and characters of a line and a short one."""
_BEFORE, _BEFORE_ISSUER = 60, 90
"""Characters before a name that tell how it is spoken of."""
_JOINT = 2
"""How often two states must open a sentence together for a document to be taken for their joint statement."""
_OFFICIAL_VOTE = 4


def issuers(text: str, names: Sequence[Match], row: Callable[[int], list[Match]], heads: Sequence[Match]) -> list[str]:
    """Return the states that a text names as its own authors, none if it names none.

    Args:
        text: The document.
        names: The names in it, in order.
        row: Gives the names of the row in which the one at a place stands.
        heads: The offices, and the officials then in office, in its first lines (`heading_names`).
    """
    return _released(text, names, row) or _joint(text, names) or _heading(text, heads) or _opener(text, names)


def speakers(text: str, names: Sequence[Match]) -> list[str]:
    """Return the state that a text without stated issuers speaks for: the one on whose behalf it is, or one by votes.

    Officials and what begins a sentence speak for the author; what follows a preposition is spoken of.
    """
    votes: Counter[str] = Counter()
    for match in names:
        before = text[max(0, match.start - _BEFORE) : match.start]
        country = match.name.country
        if country and _BEHALF.search(before):
            return [country]
        if country and match.name.form != "adjective":
            office = match.name.kind in ("person", "government")
            votes[country] += (
                _OFFICIAL_VOTE if office or _OPENS.search(before) else 0 if _SPOKEN_OF.search(before) else 1
            )
    for line in text[:_HEADING].split("\n"):  # where nothing else decides: "Oslo, 22 April 2019"
        for match in gazetteer().find(line) if len(line) <= _SHORT_LINE and not line.endswith(".") else ():
            if match.name.form == "place":
                votes[match.name.country] += 1
    return [country for country, _ in votes.most_common(1)]


def heading_names(text: str, published: datetime.date | None) -> Iterator[Match]:
    """Yield the names in the lines that may be a text's headings."""
    start = 0
    for line in text[:_HEADING].split("\n")[:_HEADING_LINES]:
        if len(line) > _HEADING_LINE:
            return
        yield from (shifted(found, start, published) for found in gazetteer().find(line))
        start += len(line) + 1


def shifted(match: Match, by: int, day: datetime.date | None) -> Match:
    """Return a match further on in the text, its official as of a day."""
    return Match(match.start + by, match.end + by, match.name.at(day))


def _released(text: str, names: Sequence[Match], row: Callable[[int], list[Match]]) -> list[str]:
    """Return the states that a text says it was issued by: "released by the Governments of Peru and Chile"."""
    for match in names:
        if _ISSUED.search(text[max(0, match.start - _BEFORE_ISSUER) : match.start]):
            codes = [m.name.country for m in row(match.start)] or [match.name.country]
            return list(dict.fromkeys(s for code in codes if code for s in members().get(code, (code,))))
    return []


def _joint(text: str, names: Sequence[Match]) -> list[str]:
    """Return the states that a document makes speak as one, where it opens several sentences with them together."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one, other in itertools.pairwise(names):
        if (
            _AND.fullmatch(text[one.end : other.start])
            and one.name.country
            and other.name.country
            and one.name.kind == other.name.kind == "country"
        ):
            opening = _OPENS.search(text[max(0, one.start - _BEFORE) : one.start])
            pairs[one.name.country, other.name.country] += 1 if opening else 0
    return next((list(pair) for pair, count in pairs.most_common(1) if count >= _JOINT), [])


def _heading(text: str, heads: Sequence[Match]) -> list[str]:
    """Return the state of the office or official whose name alone heads a text: "Jane Doe, Foreign Minister"."""
    for match in heads:
        line = text.rfind("\n", 0, match.start) + 1
        rest = text[match.end :].partition("\n")[0]
        if _is_name(text[line : match.start]) and (not rest.strip(" ,.") or rest.startswith(",")):
            return [match.name.country]
    return []


def _opener(text: str, names: Sequence[Match]) -> list[str]:
    """Return the state of the official with whose name a text begins, as readouts of talks do."""
    for match in names[:1]:
        line = text.rfind("\n", 0, match.start) + 1
        heading = all(len(part) <= _HEADING_LINE for part in text[: max(0, line - 1)].split("\n"))
        before = text[line : match.start].rpartition(",")[2]
        titled = any(w.lower() in title_words() for w in before.split()[:2])
        if match.name.kind == "person" and heading and titled and _is_name(before):
            return [match.name.country]
    return []


def _is_name(words: str) -> bool:
    """Whether nothing but titles and names stands there."""
    return all(w[0].isupper() or is_title([w]) for w in words.split())
