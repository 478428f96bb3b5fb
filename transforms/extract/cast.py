"""Who is who in one document: its people, with the state they act for, and its datelines.

Articles introduce somebody in full once ("Jane Doe, Foreign Minister of Peru") and use a bare surname afterwards, so
this is read from the whole text before its events are. `firms` does the same for companies.
"""

import bisect
import dataclasses
import functools
import re
from collections.abc import Iterable, Mapping, Sequence

from schemas.lexicon import Match, gazetteer, party_words

_NAME = r"(?:(?:(?:[A-Z]\.){1,3}|[A-Z][\w'’-]*|Jr\.)\s(?:de\s|bin\s|al-|van\s|von\s|el\s)?){0,3}[A-Z][\w'’-]+"
_BETWEEN = r"(?:\s(?:of|for|and|the|[A-Z][\w&'’-]+,?)){0,7}?"
_LONG = 16
"""How many words of a portfolio may stand between a title and a name."""
_REACH = 90
"""How many characters after a name its country may stand ("Jane Doe, head of the department of ... of Peru")."""
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z.'’-]+(?:\s[A-Z][A-Z.'’-]+){0,3}|"
    r"[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,2}(?=[\s,][^.]{0,40}[–—]|\s\([A-Z]))"
    r"(?:,\s[A-Z][\w.]+(?:\s[A-Z][\w.]+)?\.?)?(?:\s\([^)]{1,40}\))?"
    r"(?:,?\s(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?|\d{1,2}\s[A-Z][a-z]{2,8}\.?(?:\s\d{4})?))?"
    r"\s?(?:[–—]|\s-{1,2}\s|-{2}\s)"
    r"(?:\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?\s?[–—-])?"
)


_OF = re.compile(r"\b(?:of|for|to|on|the|and)\s$")
_OF_GAP = re.compile(r"\b(?:of|for)\s(?:the\s)?$")
_DIRECT_GAP = re.compile(r"\s(?:of|for)\s(?:(?:of|for|the|and|[A-Z][\w’'&-]*)\s){0,9}")
_SMALL = frozenset({"of", "for", "the", "a", "an", "and", "in"})


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody whom the document introduces: their full name, title, country, and where."""

    name: str
    title: str
    country: str
    start: int


@functools.cache
def _titles() -> str:
    titles = [*party_words()["titles"], *party_words()["private"]]
    capital = [" ".join(w.capitalize() for w in t.split()) for t in titles]
    return "|".join(re.escape(t) for t in sorted({*capital, *titles}, key=len, reverse=True))


@functools.cache
def _portfolios() -> frozenset[str]:
    return frozenset(party_words()["portfolios"])


@functools.cache
def _title_first() -> re.Pattern[str]:
    portfolio = "|".join(re.escape(w) for w in party_words()["portfolios"])
    run = rf"(?:\s(?:of|for|and|the|to|on|&|{portfolio}),?(?=\s)){{0,{_LONG}}}"
    return re.compile(rf"\b(?P<title>{_titles()}){run}{_BETWEEN}\s(?P<name>{_NAME})")


@functools.cache
def _name_first() -> re.Pattern[str]:
    between = "|".join(re.escape(w) for w in sorted({*_ranks(), "the", "a", "an", "who", "is", "was", "as", "one"}))
    return re.compile(rf"\b(?P<name>{_NAME}),\s(?:(?:{between}|[A-Z][\w’'.]*)\s){{0,4}}?(?P<title>{_titles()})\b")


@functools.cache
def _ranks() -> frozenset[str]:
    words = (w for key in ("titles", "ranks") for phrase in party_words()[key] for w in phrase.split())
    return frozenset(words)


@functools.cache
def title_words() -> frozenset[str]:
    """Return the words that titles are made of."""
    return frozenset(word for title in party_words()["titles"] for word in title.split())


@functools.cache
def _office_heads() -> frozenset[str]:
    """Return the nouns that make a title one: the "minister" of a prime minister, the "secretary" of one of state."""
    return frozenset(title.partition(" of ")[0].split()[-1] for title in party_words()["titles"])


def names_office(words: Sequence[str]) -> bool:
    """Whether a phrase is the bare title of an office: "Deputy Prime Minister", but not "Air Force" or "Energy"."""
    return is_title(words) and any(w.lower() in _office_heads() for w in words)


def is_title(words: Iterable[str]) -> bool:
    """Whether all of these words belong to titles and ranks, so that they name an office and nobody in particular."""
    return all(w.lower().rstrip(".") in _ranks() or w.lower() in _ranks() for w in words)


def _office_home(titled: str) -> str:
    """Return the state that alone has an office by this name ("Secretary of the Treasury Jane Doe")."""
    homes: Mapping[str, Sequence[str]] = party_words()["offices_of_one_state"]
    found = [(len(o), state) for state, offices in homes.items() for o in offices if o in titled]
    return max(found, default=(0, ""))[1]


def read_people(text: str, spans: Sequence[tuple[int, int]], names: Sequence[Match]) -> dict[str, Person]:
    """Return the people whom a document introduces with a title, by surname; the first mention with a country counts.

    Who is introduced without any state is kept with an empty country: an official of whom the text speaks for.
    """
    found: dict[str, Person] = {}
    beside = _Beside(text, names)
    for offset, end in spans:
        paragraph = text[offset:end]
        matches = [*_title_first().finditer(paragraph), *_name_first().finditer(paragraph)]
        for match in sorted(matches, key=lambda m: m.start()):
            name, title = _bare(match["name"]), match["title"].lower()
            start = offset + match.start()
            surname = name.split()[-1]
            known = found.get(surname)
            if (
                (known and known.country)
                or is_title([surname])
                or surname in _portfolios()
                or beside.names_a_state(name)
            ):
                continue
            country = beside.country(start, offset + match.end()) or _office_home(
                paragraph[match.start() : match.end()]
            )
            if country or (known is None and not _OF.search(text, start, offset + match.start("name"))):
                found[surname] = Person(name, title, country, start)
    for listed in names:
        if listed.name.kind == "person" and listed.name.form == "name":
            name = listed.name.name
            surname = name.split()[-1]
            if surname not in found or not found[surname].country:
                found[surname] = Person(name, "", listed.name.country, listed.start)
    return found


def _bare(name: str) -> str:
    """Return a name up to its possessive: the Doe of "Mr Doe's Peru trip"."""
    return re.split(r"['’]s?\s", name)[0]


class _Beside:
    """Finds the country that stands beside a titled name."""

    def __init__(self, text: str, names: Sequence[Match]) -> None:
        self._text = text
        self._names = names
        self._starts = [m.start for m in names]

    def country(self, start: int, end: int) -> str:
        """Return the country inside `text[start:end]`, right before it, or after it ("of Peru")."""
        return self._inside(start, end) or self._before(start) or self._after(end)

    def names_a_state(self, name: str) -> bool:
        """Whether a supposed name is that of a state or capital, as in "Minister for Trade of | Peru"."""
        return any(m.start == 0 and m.end == len(name) for m in gazetteer().find(name) if m.name.kind != "person")

    def _inside(self, start: int, end: int) -> str:
        return next((m.name.country for m in self._between(start, end) if m.name.country and m.start < end), "")

    def _before(self, start: int) -> str:
        for match in reversed(self._between(start - 60, start)):
            gap = self._text[match.end : start]
            words = re.findall(r"[\w-]+", re.sub(r"['’]s?\b|\([A-Z]+\)", " ", gap))
            if match.name.country and not re.search(r"[.;:,–—]", gap) and is_title(words):
                return match.name.country
        return ""

    def _after(self, end: int) -> str:
        for match in self._between(end, end + _REACH):
            gap = self._text[end : match.start]
            if _OF_GAP.search(gap) and (_DIRECT_GAP.fullmatch(gap) or _is_office_gap(gap)):
                return match.name.country
            if re.search(r"[.;:]", gap):
                break
        return ""

    def _between(self, start: int, end: int) -> Sequence[Match]:
        return self._names[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]


def _is_office_gap(gap: str) -> bool:
    """Whether what stands between a name and a state is an office in apposition: ", head of the navy of | Peru"."""
    words = gap.removeprefix(",").split()
    return gap.startswith(",") and all(w in _SMALL or w[0].isupper() or w in _ranks() for w in words)


def read_datelines(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where paragraphs begin with a dateline ("OSLO, Norway — "): its places take part in nothing."""
    found = []
    for start, end in spans:
        match = _DATELINE.match(text, start, min(end, start + 110))
        if match:
            found.append((start, match.end()))
    return found


def ship_country(prefix: str, weights: Mapping[str, int]) -> str:
    """Return the state whose ships bear a prefix; of several, the one that the document names most."""
    states: Sequence[str] = party_words()["ship_prefixes"].get(prefix, ())
    return max(states, key=lambda s: weights.get(s, 0), default="")
