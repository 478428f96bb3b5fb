"""The gazetteer: every name of a country, body, force, firm or official in one automaton, read from `data/lexicons`.

A pass of the Aho-Corasick automaton (`pyahocorasick`: BSD, kept, in C) finds all names of a text at once, at a cost
that does not grow with the number of names.
"""

import csv
import dataclasses
import datetime
import functools
import pathlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import ahocorasick
import pycountry

from schemas.yamls import load_yaml

DATA = pathlib.Path(__file__).with_name("data") / "lexicons"

_PAIR, _PAIR_REACH = re.compile(r"(?:^|\s)[\w-]+/$"), 40
"""What stands before the second of two names set side by side, "Foo/Bar"; not before a part of an address."""
_SHOUT_LENGTH = 4
"""Names at least this long are also known in capitals, as headlines write them."""
_BY_FIRST_NAME = ("monarch", "pope")
"""Offices whose holders have no surname."""


@dataclasses.dataclass(frozen=True)
class Name:
    """What a surface form stands for.

    Attributes:
        name: Canonical name.
        kind: One of `codes.PARTY_KINDS`.
        country: ISO 3166 alpha-3 code, a body's acronym, or an empty string.
        form: `name`; `adjective` (French); `people` (the French); `place` (a capital, a seat of government);
            `surname` (of an official: counts only where date or text bear it out); `none` (a longer phrase that hides
            the names in it, such as "Paris Agreement": never found).
        terms: For officials, the (first, last) days in office; several where they held several offices.
        others: The same person in the service of other states or bodies.
    """

    name: str
    kind: str
    country: str
    form: str = "name"
    terms: tuple[tuple[datetime.date, datetime.date], ...] = ()
    others: tuple["Name", ...] = ()

    def at(self, day: datetime.date | None) -> "Name":
        """Return who an official is on a day: by the term nearest to it, the last one if the day is unknown."""
        if not self.others:
            return self
        holders = (self, *self.others)
        if day is None:
            who = max(holders, key=lambda n: max(first for first, _ in n.terms))
        else:
            who = min(holders, key=lambda n: min(_days_off(day, first, last) for first, last in n.terms))
        return dataclasses.replace(who, form=self.form, others=())


def _days_off(day: datetime.date, first: datetime.date, last: datetime.date) -> int:
    """Return by how many days a day lies outside a term."""
    return max(0, (first - day).days, (day - last).days)


@dataclasses.dataclass(frozen=True)
class Match:
    """A name found in a text: `text[start:end]`."""

    start: int
    end: int
    name: Name


class Gazetteer:
    """Finds names in text; longer names win over shorter ones inside them."""

    def __init__(self, forms: Mapping[str, Name]) -> None:
        """Compile `forms`, a mapping of surface forms to names."""
        self._automaton = ahocorasick.Automaton()
        for surface, name in forms.items():
            self._automaton.add_word(surface, (len(surface), name))
        self._automaton.make_automaton()

    def find(self, text: str) -> list[Match]:
        """Return the names in `text`, in order, none overlapping another."""
        found = [
            Match(last + 1 - length, last + 1, name)
            for last, (length, name) in self._automaton.iter(text)
            if _bounded(text, last + 1 - length, last + 1)
        ]
        found.sort(key=lambda m: (m.start, -m.end))
        return [m for m in _disjoint(found) if m.name.form != "none"]

    def covers(self, text: str) -> bool:
        """Whether all of a text is one name."""
        return any(m.start == 0 and m.end == len(text) for m in self.find(text))


def _bounded(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before == "/" and not _PAIR.search(text[max(0, start - _PAIR_REACH) : start]):
        return False  # in an address
    return not (before.isalnum() or before in "_@") and not (after.isalnum() or after in "_@")


def _disjoint(matches: Iterable[Match]) -> Iterator[Match]:
    end = -1
    for match in matches:
        if match.start >= end:
            yield match
            end = match.end


def rows(file: str, folder: pathlib.Path = DATA) -> list[dict[str, str]]:
    """Return the rows of a lexicon file, fields stripped."""
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        names, *found = filter(None, csv.reader(lines))  # `csv.DictReader` takes three times as long
    return [dict(zip_longest(names, map(str.strip, row[: len(names)]), fillvalue="")) for row in found]


def listed(field: str) -> list[str]:
    """Return the parts of a field that holds a `|`-separated list."""
    return [part for part in (p.strip() for p in field.split("|")) if part]


@functools.cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer of everything in `data/lexicons`."""
    forms: dict[str, Name] = {}
    for written, name in all_names():
        for surface in _spellings(written.removeprefix("the ")):  # so that "the U.S. Navy" is not cut after "the U.S."
            forms.setdefault(surface, name)
            if len(surface) >= _SHOUT_LENGTH and name.form != "surname":
                forms.setdefault(surface.upper(), name)
    return Gazetteer(forms)


def _spellings(surface: str) -> Iterator[str]:
    """Yield a name as it may be written: with either apostrophe, "and" for "&", and without accents."""
    yield surface
    if "'" in surface:
        yield surface.replace("'", "’")
    if " & " in surface:
        yield surface.replace(" & ", " and ")
    if surface.isascii():
        return
    plain = "".join(c for c in unicodedata.normalize("NFD", surface) if not unicodedata.combining(c))
    if plain != surface:
        yield plain


@functools.cache
def regions() -> Gazetteer:
    """Return provinces and cities without a government of a state: they say where a firm is, and are no parties."""
    return Gazetteer(
        {row["name"]: Name(row["name"], "country", row["country"], "place") for row in rows("regions.csv")}
    )


@functools.cache
def party_words() -> Mapping[str, Any]:
    """Return `party_nouns.yaml`: common nouns for parties by kind, titles, marks, collectives, ships."""
    words: Mapping[str, Any] = load_yaml((DATA / "party_nouns.yaml").read_text("utf-8"))
    return words


def maker(goods: str) -> str:
    """Return the country where a type of arms is made, told by its designation ("F-16V": USA), or an empty string."""
    match = _makers()[0].search(goods)
    return _makers()[1][match.group()] if match else ""


@functools.cache
def _makers() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table = {row["term"]: row["country"] for row in rows("makers.csv")}
    terms = "|".join(re.escape(t) for t in sorted(table, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{terms})(?:(?<=-)|(?![0-9]|[a-z][a-z]))"), table


@functools.cache
def world_parts() -> Mapping[str, frozenset[str]]:
    """Return the states that a word or two may describe ("european", "south american", "kingdom"), by alpha-3 code."""
    parts: Mapping[str, Sequence[str]] = load_yaml((DATA / "world_parts.yaml").read_text("utf-8"))
    return {name: frozenset(states) for name, states in parts.items()}


@functools.cache
def members() -> Mapping[str, tuple[str, ...]]:
    """Return the states of small groups that act only through their members ("the Quad"), by acronym."""
    return {
        row["code"] or row["acronym"]: tuple(listed(row["members"])) for row in rows("bodies.csv") if row["members"]
    }


@functools.cache
def country_names() -> Mapping[str, str]:
    """Return the plain English name of each country by its alpha-3 code."""
    return {row["alpha3"]: row["name"] for row in rows("countries.csv")}


def all_names() -> Iterator[tuple[str, Name]]:
    """Yield every surface form in the lexicons with what it stands for; the first of two alike counts."""
    yield from ((phrase, Name(phrase, "", "", "none")) for phrase in party_words()["not_names"])
    yield from _countries()
    yield from _bodies()
    yield from _organisations("forces.csv")
    yield from _organisations("organisations.csv")
    yield from _library_countries()
    yield from _officials()


def _countries() -> Iterator[tuple[str, Name]]:
    for row in rows("countries.csv"):
        code, name = row["alpha3"], row["name"]
        whole = Name(name, "country", code)
        for surface in (name, *listed(row["aliases"])):
            yield surface, whole
        for surface in listed(row["adjectives"]):
            yield surface, Name(name, "country", code, "adjective")
        for surface in listed(row["people"]):
            yield surface, Name(name, "country", code, "people")
        for surface in listed(row["capitals"]):
            yield surface, Name(name, "country", code, "place")
        for surface in listed(row["seats"]):
            yield surface, Name(surface, "government", code, "name")


def _library_countries() -> Iterator[tuple[str, Name]]:
    for country in pycountry.countries:
        for surface in (country.name, getattr(country, "official_name", country.name)):
            if "," not in surface:
                yield surface, Name(country_names().get(country.alpha_3, country.name), "country", country.alpha_3)


def _bodies() -> Iterator[tuple[str, Name]]:
    for row in rows("bodies.csv"):
        name = Name(row["name"], row["kind"] or "igo", row["code"] or row["acronym"])
        for surface in (row["acronym"], row["name"], *listed(row["aliases"])):
            yield surface, name
        for surface in listed(row["adjectives"]):
            yield surface, name


def _organisations(file: str) -> Iterator[tuple[str, Name]]:
    for row in rows(file):
        name = Name(row["name"], row["kind"], row["country"])
        for surface in (row["name"], *listed(row["aliases"])):
            yield surface, name


def _officials() -> Iterator[tuple[str, Name]]:
    terms: dict[tuple[str, str], list[tuple[datetime.date, datetime.date]]] = defaultdict(list)
    surnames: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows("officials.csv"):
        who = row["name"], row["country"]
        terms[who].append((_day(row["from"], 1), _day(row["to"], 12)))
        surname = _surname(row["name"])
        if row["office"] not in _BY_FIRST_NAME and surname not in _words():
            surnames[surname].add(who)
    people = {who: Name(who[0], "person", who[1], "name", tuple(held)) for who, held in terms.items()}
    careers: dict[str, list[Name]] = defaultdict(list)
    for (full, _), name in people.items():
        careers[full].append(name)
    for full, (first, *later) in careers.items():
        yield full, dataclasses.replace(first, others=tuple(later))
    for said, bearers in (*surnames.items(), *_titled_surnames().items()):
        if len({full for full, _ in bearers}) == 1:
            first, *later = (people[who] for who in sorted(bearers))
            others = tuple(dataclasses.replace(name, form="surname") for name in later)
            yield said, dataclasses.replace(first, form="surname", others=others)


def _titled_surnames() -> dict[str, set[tuple[str, str]]]:
    """Return who is meant by an office before a surname, which alone may be several people's: "Vice President Doe"."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows("officials.csv"):
        if row["office"] not in _BY_FIRST_NAME:
            for office in _spoken(row["office"]):
                found[f"{office} {_surname(row['name'])}"].add((row["name"], row["country"]))
    return found


@functools.cache
def _spoken(office: str) -> frozenset[str]:
    """Return an office as it stands before a name: in both spellings, and of secretaries the bare word too."""
    head = office.partition(" of ")[0]
    found: set[str] = set()
    for form in {office, head if head.endswith("secretary") else office}:
        title = " ".join(word if word in ("of", "for", "the", "to") else word.capitalize() for word in form.split())
        found |= {title, title.replace("Defence", "Defense")}
    return frozenset(found)


def _surname(full: str) -> str:
    return re.sub(r",? (Jr\.?|Sr\.?|[IVX]+)$", "", full).split()[-1]


@functools.cache
def _words() -> frozenset[str]:
    """Return the surnames that are words like others, and so are no names by themselves."""
    lines = (DATA / "surnames_that_are_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@functools.cache
def _day(text: str, month: int) -> datetime.date:
    """Return the first (`month` 1) or about the last (12) day of a year or month; far ahead if open."""
    if not text:
        return datetime.date(2100, 1, 1)
    year, _, rest = text.partition("-")
    return datetime.date(int(year), int(rest[:2]) if rest else month, 1 if month == 1 else 28)
