"""Finds the acronyms that a document defines: "Royal Bhutan Army (RBA)"."""

import dataclasses
import re
from collections.abc import Iterable, Iterator

_DEFINED = re.compile(r"\(([A-Z][A-Za-z&-]{1,9})(?:\)|\s\d{1,3}\b)")
_PHRASE = re.compile(r"((?:[A-Z][\w’'.&-]*|of|for|and|the|de|du)\s){2,9}$")
_REACH = 90


@dataclasses.dataclass(frozen=True)
class Acronym:
    """An acronym and the name that it is short for, at `text[start:end]` with any small words before it."""

    letters: str
    full: str
    start: int
    end: int


def defined_acronyms(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Acronym]:
    """Yield the acronyms that are defined in `spans` of a text."""
    for start, end in spans:
        for match in _DEFINED.finditer(text[start:end]):
            position = start + match.start()
            phrase = _PHRASE.search(text[max(0, position - _REACH) : position])
            if phrase is not None and _abbreviates(match[1], phrase.group()):
                full = re.sub(r"^(?:[a-z]+\s)+", "", phrase.group()).strip()
                yield Acronym(match[1], full, position - len(phrase.group()), position)


def _abbreviates(acronym: str, phrase: str) -> bool:
    """Whether the letters of an acronym begin the words of a phrase; small words may be left out or not."""
    words = phrase.split()
    initials = "".join(w[0] for w in words if w[0].isupper())
    letters = "".join(c for c in acronym if c.isupper())
    if letters in initials or initials.endswith(letters):
        return True
    full = words[next((i for i, w in enumerate(words) if w[0] == letters[0]), 0) :]
    large = [w[0] for w in full if w[0].isupper()]
    return _within(large, letters) and _within(letters, [w[0].upper() for w in full])


def _within(some: Iterable[str], all_: Iterable[str]) -> bool:
    """Whether letters stand among others in the same order."""
    rest = iter(all_)
    return all(letter in rest for letter in some)
