"""Turns what mentions say into small numbers that can be compared by the million: hashed words, names and designations.

A token is a 31-bit checksum of a folded word. Two different words share one about once in two billion pairs, which
costs a comparison a grain of its weight and nothing else.
"""

import functools
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.ontology import DEFAULT
from schemas.yamls import load_yaml

CUES = DEFAULT.parent.parent / "linking" / "cues.yaml"
NO_TOKEN = -1
"""Fills rows of tokens that are shorter than the array is wide."""

_WORD = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*")
_PLURAL = re.compile(r"[\dA-Z]s$")
"""Ends the plural of a designation: S-400s, C-27Js."""
_STEM = 5


@functools.lru_cache(maxsize=1)
def cues() -> dict[str, frozenset[str]]:
    """Return the words by which linking reads, by what they are for (`schemas/data/linking/cues.yaml`)."""
    return {name: frozenset(found) for name, found in load_yaml(CUES.read_text("utf-8")).items()}


def fold(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if not unicodedata.combining(character)).lower()


@functools.lru_cache(maxsize=1 << 17)
def token(word: str) -> int:
    """Return the number that stands for a word as it is."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) & 0x7FFFFFFF


@functools.lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Return what a word has in common with its other forms, roughly: its first letters, folded, no plural."""
    folded = fold(word).removesuffix("'s").removesuffix("’s")
    if any(character.isdigit() for character in folded):
        if _PLURAL.search(word):
            folded = folded[:-1]
        return folded.replace("-", "").replace(".", "").replace(",", "")
    if len(folded) > 3 and folded.endswith("s") and not folded.endswith("ss"):
        folded = folded[:-1]
    return folded[:_STEM]


def words(text: str | None) -> list[str]:
    """Return the words of a text as they stand, in order."""
    return _WORD.findall(text) if text else []


class Word(NamedTuple):
    """What is asked of a word again and again: the tokens that it stands for, -1 where it does not count.

    Attributes:
        content: As a word that carries meaning.
        name: As a name or number that begins no sentence: it has a capital or a digit.
        number: As a word with a digit, which counts wherever it stands.
    """

    content: int
    name: int
    number: int


@functools.lru_cache(maxsize=1 << 18)
def word(text: str) -> Word:
    """Return what a word stands for."""
    number = token(stem(text))
    long = len(text) > 1
    digits = any(character.isdigit() for character in text)
    return Word(
        number if long and fold(text) not in cues()["stop"] else NO_TOKEN,
        number if digits or (long and text[0].isupper()) else NO_TOKEN,
        number if digits else NO_TOKEN,
    )


def content(found: Iterable[Word]) -> list[int]:
    """Return the tokens of words that carry meaning, in order, each once."""
    return _once(w.content for w in found)


def proper(found: Sequence[Word]) -> list[int]:
    """Return the tokens of names and numbers in a sentence; its first word is in capitals anyway."""
    return _once([*(w.number for w in found[:1]), *(w.name for w in found[1:])])


def numbers(found: Iterable[Word]) -> list[int]:
    """Return the tokens of words with digits, in order, each once."""
    return _once(w.number for w in found)


def _once(tokens: Iterable[int]) -> list[int]:
    return [t for t in dict.fromkeys(tokens) if t != NO_TOKEN]


def parse(text: str | None) -> list[Word]:
    """Return the words of a text as what they stand for."""
    return list(map(word, words(text)))


def stems(text: str | None) -> list[str]:
    """Return the stems of the words that carry meaning, in order, each once."""
    return list(dict.fromkeys(stem(w) for w in words(text) if word(w).content != NO_TOKEN))


@functools.lru_cache(maxsize=1 << 16)
def designations(text: str) -> tuple[int, ...]:
    """Return what names a model or make in an item: words with capitals or digits (S-400, Mistral, Ka-52)."""
    parts = [part for w in words(text) for part in ([w] if any(c.isdigit() for c in w) else re.split(r"[-/]", w))]
    return tuple(_once(word(part).name for part in parts if len(part) > 1))


@functools.lru_cache(maxsize=1 << 16)
def head(text: str) -> str | None:
    """Return the stem of the word that says what kind of thing an item is: the last before any `of`, `for`, `with`."""
    noun = re.split(r"\b(?:of|for|with|to|from|in|on)\b", text, maxsplit=1)[0]
    found = words(noun) or words(text)
    return stem(found[-1]) if found else None


@functools.lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """Return a party's name without articles, possessives and legal forms."""
    found = [w for w in words(fold(name).replace("’s", "").replace("'s", "")) if w not in cues()["name_parts"]]
    return " ".join(found) or fold(name).strip()
