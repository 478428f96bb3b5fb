"""Sentences by rule, before any model sees the text.

What is parsed must not depend on what was screened away, so the borders between sentences cannot come from the parser.
The rules look at each full stop, question mark, exclamation mark, ellipsis and bullet once, with the words beside it;
what they know of words is in `schemas/data/lexicons/abbreviations.txt`. The work is linear in the length of the text,
and no sentence is longer than `LONGEST`, however odd the text is.
"""

import re
from collections.abc import Iterator

from transforms.split.lexicons import abbreviations
from transforms.split.spans import Span, cut_span, strip_span

LONGEST = 1200
"""A longer sentence is cut: parsing takes time and memory in proportion, and such a sentence is a list or a table."""

_SEPARATORS = ("; ", ", ", " ", "\n", "\t")
_BULLETS = "•▪●◦‣■□➢✓"
_CLOSERS = "\"'”’)]»"

# A bullet counts only between spaces. A closing guillemet may stand apart, as French typography has it.
_CANDIDATE = re.compile(
    rf"""(?P<bullet>(?<=\s)[{_BULLETS}](?=\s))
    | (?P<marks>[.!?…]+) (?P<closers>[{re.escape(_CLOSERS)}]{{0,4}} (?:\[\d{{1,3}}\]){{0,3}} (?:[ ]»)?) (?P<gap>\s*)""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_LONGEST_WORD = 40

_ABBREVIATIONS = abbreviations()
_NEVER_LAST = _ABBREVIATIONS["never_last"]
_BEFORE_NUMBER = _ABBREVIATIONS["before_number"]
_SOMETIMES_LAST = _ABBREVIATIONS["sometimes_last"]
_OPENERS = _ABBREVIATIONS["openers"]
_DOMAINS = _ABBREVIATIONS["domains"]
_SPEAKER = re.compile(rf"(?:[A-Z][\w.'’-]*\s){{1,3}}(?:{'|'.join(sorted(_ABBREVIATIONS['speech']))})\b")
_SITE = re.compile(r"[\w-]+\.[a-z]{2}")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split a paragraph, `text[start:end]`, into sentences.

    Returns:
        The sentences' spans in `text`, in order, without white space or a bullet around them.
    """
    end = len(text) if end is None else end
    sentences = []
    begin = start
    for border in [*_borders(text, start, end), end]:
        first, last = _without_bullet(text, *strip_span(text, begin, border))
        if first < last:
            sentences += cut_span(text, first, last, LONGEST, _SEPARATORS)
        begin = border
    return sentences


def _borders(text: str, start: int, end: int) -> Iterator[int]:
    begin = start
    for found in _CANDIDATE.finditer(text, start, end):
        border = found.start() if found["bullet"] else found.end("closers")
        if found["bullet"] or _ends_sentence(text, begin, end, found):
            yield border
            begin = border


def _without_bullet(text: str, start: int, end: int) -> Span:
    return strip_span(text, start + 1, end) if start < end and text[start] in _BULLETS else (start, end)


def _ends_sentence(text: str, begin: int, end: int, found: re.Match[str]) -> bool:
    """Tell whether the mark that was found ends the sentence that began at `begin`."""
    following = text[found.end() : min(end, found.end() + _LONGEST_WORD)]
    if not following:
        return True
    word = _word_before(text, begin, found.start())
    if not found["gap"]:
        return _ends_without_space(word, found, following)
    if not _may_open(following):
        return False
    if found["marks"] == ".":
        return _stop_ends(text, begin, word, found, following)
    return not (found["closers"] and _SPEAKER.match(following))


def _word_before(text: str, begin: int, stop: int) -> str:
    """Return what stands between the last space (or opening bracket) and the mark."""
    piece = text[max(begin, stop - _LONGEST_WORD) : stop]
    if not piece or piece[-1].isspace():
        return ""
    return piece.split()[-1].lstrip("(\"'“‘[«")


def _may_open(following: str) -> bool:
    """Tell whether a sentence may open so: not with a small letter, nor with what goes on after a quotation."""
    first = following.lstrip("\"'“‘«([ ")[:1]
    return bool(first) and not first.islower() and following[0] not in ",;:.!?…)%&/"


def _opens(following: str) -> bool:
    """Tell whether what follows begins with a word that opens sentences; "A." and "No." are not "A" and "No"."""
    rest = following.lstrip("\"'“‘«([-–—• ")
    found = _WORD.match(rest)
    return found is not None and found.group() in _OPENERS and rest[found.end() : found.end() + 1] != "."


def _stop_ends(text: str, begin: int, word: str, found: re.Match[str], following: str) -> bool:
    """Decide on a single full stop with a space after it."""
    opens = _opens(following) or found["gap"] == "  " or (word == "D.C" and _ends_address(text, found.start()))
    if found["closers"].strip("'’"):
        # The full stop stands inside a bracket or quotation: `... (it was so.) Next` but `... (the U.S.) Army`.
        return opens or not _is_abbreviation(word)
    if word in _NEVER_LAST:
        return False
    if word in _BEFORE_NUMBER:
        return not following[0].isdigit()
    if _is_number_of_list(text, begin, word, found.start()):
        return False
    return opens or not _is_abbreviation(word)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _ends_address(text: str, stop: int) -> bool:
    """Tell "in Washington, D.C." from "the D.C. Circuit": only the first may end a sentence before any word."""
    return text.endswith(("Washington, D.C", "Washington D.C"), 0, stop)


def _is_number_of_list(text: str, begin: int, word: str, stop: int) -> bool:
    """Tell whether the whole sentence so far is the number of an item: "1.", "(2).", "a."."""
    if len(word) > len("12)") or word.isupper() or stop - begin > _LONGEST_WORD:
        return False
    return text[begin:stop].strip(" \t\r\n(") == word


def _is_abbreviation(word: str) -> bool:
    last = word.rsplit("-", 1)[-1].rsplit("/", 1)[-1]
    return bool(
        word in _SOMETIMES_LAST
        or last in _SOMETIMES_LAST
        or word in _NEVER_LAST
        or last in _NEVER_LAST
        or _is_initial(word)
        or _DOTTED.fullmatch(last)
    )


def _ends_without_space(word: str, found: re.Match[str], following: str) -> bool:
    """Decide where the space after the mark is missing, as in much scraped news: "the government.The minister"."""
    if _is_address(word, following):
        return False
    if found["closers"]:
        return _ends_at_closer(found, following)
    if following[0] in "“‘«(":
        return _is_plain(word) and following[1:2].isupper()
    return following[0].isupper() and _ends_before_capital(word, following)


def _ends_before_capital(word: str, following: str) -> bool:
    if word[-1:].islower() and _is_plain(word):
        return not _is_domain(following)
    if word.isdigit() and len(word) == len("2024"):
        return following[1:2].isalpha()
    return len(word) > 1 and _opens(following)


def _is_domain(following: str) -> bool:
    found = _WORD.match(following)
    return found is not None and found.group() in _DOMAINS


def _ends_at_closer(found: re.Match[str], following: str) -> bool:
    # A straight quotation mark may also open the next sentence; the parser copes with a stray one.
    return following[0].isupper() and found["closers"][-1] in '"”’)»]'


def _is_address(word: str, following: str) -> bool:
    """Tell a web address, a mail address or a file name by what stands around the mark."""
    if any(sign in word for sign in "/@_=") or word.startswith("www"):
        return True
    return following[1:2] in {".", "/", "@"} or _SITE.match(following) is not None


def _is_plain(word: str) -> bool:
    """Tell an ordinary word, which no abbreviation is: "government", not "Gen", "a.m" or "Mk"."""
    return len(word) > 1 and not _is_abbreviation(word) and "." not in word
