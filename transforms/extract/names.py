"""What the words of a name tell that no lexicon has: what its bearer is, and where that is at home."""

import functools
import re
from collections.abc import Mapping, Sequence

from schemas.lexicon import Name, listed, party_words, regions, rows

_TAIL = frozenset({"of", "for", "on"})
_DESIGNATION = re.compile(r"[A-Z]{1,5}[a-z]?[a-z]?-?\d[\w/.-]*|[A-Z]{1,3}-[A-Z]|Mk|Mark|Block")
"""What arms and aircraft are called: "Ka-52", "C-130J", "T129"; names of states and bodies are in the lexicons."""


def kind_of_name(words: Sequence[str]) -> str | None:
    """Return the kind of party that a capitalised name says it is: "Kiel Shipyard" a company.

    The head of a name stands before its "of": a Ministry of Energy is no firm.
    """
    end = _head_end(words)
    return _marked(words[:end]) or _marked(words[end:])


def names_nobody(words: Sequence[str]) -> bool:
    """Whether a capitalised phrase names what takes no part: a law, a type of arms, a legal form or a trade alone."""
    last = words[_head_end(words) - 1]
    return (
        last in party_words()["not_parties"]
        or " ".join(words) in _hidden()
        or _form(" ".join(words)) == _letters("".join(words))
        or bool(_DESIGNATION.fullmatch(last))
        or (len(words) == 1 and _marks().get(last) == "company" and last.lower() not in party_words()["company"])
    )


def seat(name: str, after: str, home: str) -> str:
    """Return the country that a firm's own name gives away: a region in it, or its legal form.

    Args:
        name: The name.
        after: The text that follows it.
        home: The state that the document is about, which decides between states that share a legal form.
    """
    for match in regions().find(name):
        return match.name.country
    beside = re.match(r",?\s[A-Z][\w.]*(?:\s[a-z]\s[a-z.]+)?", after)
    form = _form(name) or (_form(beside.group()) if beside else "")
    countries = _legal_forms().get(form, ())
    return home if home in countries else next(iter(countries), "")


def branch(one: Name, other: Name) -> bool:
    """Whether a state's name right after a firm's makes the firm's branch there: "Thales Australia"."""
    return one.kind == "company" and other.kind == "country" and other.form == "name"


def _head_end(words: Sequence[str]) -> int:
    """Return where the head of a name ends: before its "of"."""
    return next((i for i, word in enumerate(words) if i and word.lower() in _TAIL), len(words))


def _marked(words: Sequence[str]) -> str | None:
    marks = _marks()
    for last in range(len(words), 0, -1):
        for phrase in (" ".join(words[max(0, last - 2) : last]), words[last - 1]):
            if phrase in marks:
                return marks[phrase]
    return None


@functools.cache
def _hidden() -> frozenset[str]:
    return frozenset(party_words()["not_names"])


@functools.cache
def _marks() -> Mapping[str, str]:
    return {mark: kind for kind, marks in party_words()["marks"].items() for mark in marks}


@functools.cache
def _legal_forms() -> Mapping[str, tuple[str, ...]]:
    return {_letters(row["form"]): tuple(listed(row["countries"])) for row in rows("legal_forms.csv")}


def _form(name: str) -> str:
    """Return the legal form that a name ends with, as bare letters, or an empty string."""
    words = name.replace(",", " ").split()
    ends = (_letters("".join(words[-count:])) for count in (3, 2, 1))
    return next((end for end in ends if end in _legal_forms()), "")


def _letters(form: str) -> str:
    return re.sub(r"[.\s,]", "", form).lower()
