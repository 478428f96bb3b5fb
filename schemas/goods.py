"""The lexicon of things that are traded: arms with SIPRI's armament category, other goods, and units of quantity."""

import dataclasses
import functools
import re
from collections.abc import Iterator

import ahocorasick

from schemas.lexicon import listed, rows


@dataclasses.dataclass(frozen=True)
class Good:
    """A term found in text: `text[start:end]` names goods of `category`; `arms` if SIPRI would list them."""

    start: int
    end: int
    category: str
    sector: str
    arms: bool


@dataclasses.dataclass(frozen=True)
class Unit:
    """A unit of quantity: `factor` turns a count of it into `canonical`."""

    canonical: str
    factor: float


class Goods:
    """Finds goods in text, case folded for common nouns and as written for designations."""

    def __init__(self) -> None:
        """Compile the terms of `armaments.csv` and `goods.csv`."""
        self._words, self._designations = ahocorasick.Automaton(), ahocorasick.Automaton()
        for term, category, sector, arms in _terms():
            payload = (len(term), category, sector, arms)
            automaton = self._words if term == term.lower() else self._designations
            if term not in automaton:  # arms come first: where both lists have a word, it is arms
                automaton.add_word(term, payload)
        self._words.make_automaton()
        self._designations.make_automaton()

    def find(self, text: str) -> list[Good]:
        """Return the goods named in `text`, in order, none overlapping; longer terms win."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a few letters change length; then only exact forms are safe
            lowered = text
        found = sorted(
            (*self._hits(self._words, lowered), *self._hits(self._designations, text)),
            key=lambda g: (g.start, -g.end),
        )
        kept: list[Good] = []
        for good in found:
            if not kept or good.start >= kept[-1].end:
                kept.append(good)
        return kept

    @staticmethod
    def _hits(automaton: ahocorasick.Automaton, text: str) -> Iterator[Good]:
        for last, (length, category, sector, arms) in automaton.iter(text):
            start, end = last + 1 - length, last + 1
            before = text[start - 1] if start else " "
            after = text[end] if end < len(text) else " "
            if not before.isalnum() and not after.isalpha():
                yield Good(start, end, category, sector, arms)


@functools.cache
def goods() -> Goods:
    """Return the compiled lexicon of goods."""
    return Goods()


@functools.cache
def units() -> dict[str, Unit]:
    """Return units of quantity by every way of writing them, case folded."""
    table: dict[str, Unit] = {}
    for row in rows("units.csv"):
        unit = Unit(row["canonical"], float(row["factor"] or 1))
        for surface in (row["unit"], *listed(row["aliases"])):
            table.setdefault(surface.lower(), unit)
    return table


def _terms() -> Iterator[tuple[str, str, str, bool]]:
    for file, arms in (("armaments.csv", True), ("goods.csv", False)):
        for row in rows(file):
            for form in _forms(row["term"]):
                yield form, row["category"], row["sector"], arms


def _forms(term: str) -> Iterator[str]:
    """Yield a term and, for nouns and names, its plural."""
    yield term
    if re.search(r"[^aeiou]y$", term):
        yield term[:-1] + "ies"
    elif re.search(r"(s|x|ch|sh)$", term):
        yield term + "es"
    elif not term.endswith("s"):
        yield term + "s"
