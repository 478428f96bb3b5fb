"""Names that a text treats as a firm's, though no lexicon has them and no state beside them tells whose they are.

"Shares in Foo", "Foo's board", "the brewer Foo", "Foo, which employs 300": only a firm has such things done to it.
What counts as such is in `party_nouns.yaml`. `firms` makes of these names what pronouns and descriptions go back to.
"""

import functools
import re
from collections.abc import Iterator

from spacy.lang.en.stop_words import STOP_WORDS

from schemas.lexicon import gazetteer, party_words, regions
from transforms.extract.cast import is_title
from transforms.extract.names import kind_of_name, names_nobody

NAME = r"[A-Z][\w&'’.-]*(?:\s(?:(?:of|and|&)\s)?[A-Z][\w&'’.-]*){0,5}"
OWNER = re.compile(r"['’]s?$")
_SENTENCE = re.compile(r"(?:^|[.!?:”\"]\s+|\n)$")
_BEGIN = r"(?<![\w&'’.-])"
"""A name begins with its first letter: within long words nothing is tried."""
_PERSON = re.compile(
    rf"{_BEGIN}(?:Mr|Mrs|Ms|Miss|Dr|Sir|Lord|Lady|Prof)\.?\s(?:[A-Z][\w’-]*\s){{0,2}}?(?P<titled>[A-Z][\w-]+)"
    rf"|{_BEGIN}(?P<aged>[A-Z][\w-]+),\s(?:\d\d,|who is \d\d\b|aged\s\d\d)"
)
_MOST = 300
"""More names than this are not looked for in one document."""
_MARK = re.compile(r"[.,]+$")
_JOINERS = ("and", "of", "&")


def firm_names(text: str, trades: re.Pattern[str]) -> list[str]:
    """Return the names that a text treats as a firm's, each once, in the order in which it does.

    Args:
        text: Of the document.
        trades: Matches the nouns that say what a firm does, right before a name.
    """
    found: dict[str, None] = {}
    small = frozenset(re.findall(r"(?<![\w’'-])[a-z][\w-]*", text))
    persons = surnames(text)
    for start, raw in (*_before_it(text), *_after_it(text), *_beside_trades(text, trades)):
        name = _cleaned(raw, small, begins=bool(_SENTENCE.search(text, max(0, start - 4), start)))
        if name and name.rpartition(" ")[2] not in persons:
            found.setdefault(name, None)
        if len(found) >= _MOST:
            break
    return list(found)


def _before_it(text: str) -> Iterator[tuple[int, str]]:
    """ "A stake in Foo", "its bid for Foo", "owned by Foo"."""
    return ((m.start("name"), m["name"]) for m in _leading().finditer(text))


def _after_it(text: str) -> Iterator[tuple[int, str]]:
    """ "Foo's shareholders", "Foo shares", "Foo employs"."""
    return ((m.start("name"), m["name"]) for m in _following().finditer(text))


def _beside_trades(text: str, trades: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """ "Chocolate maker Foo", "Foo, a private lender"."""
    for match in re.finditer(rf"{_BEGIN}(?P<noun>[a-z][\w-]+),?\s(?P<name>{NAME})", text):
        if trades.fullmatch(match["noun"]):
            yield match.start("name"), match["name"]
    for match in re.finditer(
        rf"{_BEGIN}(?P<name>{NAME}),\s(?:an?|the|one\sof)\s(?P<words>(?:[\w’'-]+\s?){{1,6}})", text
    ):
        if any(trades.fullmatch(word) for word in match["words"].split()):
            yield match.start("name"), match["name"]


@functools.cache
def _leading() -> re.Pattern[str]:
    phrases = "|".join(re.escape(p) for p in party_words()["before_firms"])
    return re.compile(rf"\b(?i:{phrases})\s(?:the\s)?(?P<name>{NAME})")


@functools.cache
def _following() -> re.Pattern[str]:
    had, owned, done = ("|".join(map(re.escape, party_words()[k])) for k in ("firms_have", "firms_own", "firms_do"))
    return re.compile(
        rf"{_BEGIN}(?P<name>{NAME})(?:(?:['’]s?)?\s(?:{had})\b|['’]s?\s(?:{owned})\b|,?\s(?:which\s)?(?:{done})\b)"
    )


def _cleaned(raw: str, small: frozenset[str], *, begins: bool) -> str:
    """Return a name as far as it is one that no lexicon of places or days has; an empty string if it is none."""
    words = cut_name(raw).split()
    while words and ((words[0].lower() in STOP_WORDS and len(words) > 1) or words[0].lower() in _JOINERS):
        words = words[1:]
    if not words or all(w.lower() in STOP_WORDS or (begins and w.lower() in small) for w in words):
        return ""
    name = " ".join(words)
    other = kind_of_name(words) not in (None, "company", "organisation")
    if other or is_title(words[:1]) or names_nobody(words) or regions().covers(name) or len(name) < 2:
        return ""
    return name


def cut_name(name: str) -> str:
    """Return a name as far as it is one: up to its possessive or the end of its sentence.

    And to an "and" before what is known by itself.
    """
    words: list[str] = []
    for word in name.split():
        if words and words[-1] == "and" and gazetteer().covers(OWNER.sub("", word)):
            break
        words.append(_MARK.sub("", OWNER.sub("", word)))
        if OWNER.search(word) or (word.endswith(".") and not _abbreviates(word)):
            break
    while words and words[-1] in _JOINERS:
        words.pop()
    return " ".join(words)


def _abbreviates(word: str) -> bool:
    """Whether a full stop belongs to the word before it: "Corp.", "J.", "U.S."."""
    return word in party_words()["marks"]["company"] or bool(re.fullmatch(r"(?:[A-Z]\.)+|[A-Z][a-z]\.", word))


def surnames(text: str) -> frozenset[str]:
    """Return the last names of people that a text gives a title or an age."""
    return frozenset(m["titled"] or m["aged"] for m in _PERSON.finditer(text))
