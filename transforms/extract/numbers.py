"""Counts in digits and words, with magnitudes and bounds.

Number words are read by `text2num` (MIT, kept, no dependencies of weight).
"""

import dataclasses
import decimal
import re

from text_to_num import text2num

MAGNITUDES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "crore": 1e7,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "trn": 1e12,
}
_FIXED = {
    "a dozen": 12.0,
    "dozen": 12.0,
    "half a dozen": 6.0,
    "a pair": 2.0,
    "pair": 2.0,
    "a couple": 2.0,
    "couple": 2.0,
    "a single": 1.0,
    "single": 1.0,
    "both": 2.0,
    "twin": 2.0,
    "two dozen": 24.0,
    "three dozen": 36.0,
    "a hundred": 100.0,
    "a thousand": 1000.0,
    "a million": 1e6,
    "a billion": 1e9,
    "half a million": 5e5,
    "half a billion": 5e8,
}
DIGITS = r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion"
)
_MAGNITUDE = "|".join(sorted((m for m in MAGNITUDES if len(m) > 1), key=len, reverse=True))
NUMBER = re.compile(
    rf"(?<![\w.\-/])(?:(?P<digits>{DIGITS})(?:[\s-](?P<mag>{_MAGNITUDE})\b)?(?![\w/]|-(?!\w*(?:strong|plus))|[.,]\d)"
    rf"|(?P<fixed>half a dozen|(?:a|two|three) dozen|dozen|a pair|pair|a couple|couple"
    r"|a single|single|a hundred|a thousand)\b"
    rf"|(?P<words>(?:{_WORD})(?:(?:[\s-]|\sand\s)(?:{_WORD}))*)\b(?!-))",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Number:
    """A number in a text: `text[start:end]` is worth `value`; `digits` if it is written in figures."""

    start: int
    end: int
    value: float
    digits: bool = False


def parse_digits(text: str, magnitude: float = 1.0) -> float:
    """Return the value of digits with grouping commas (`1,200.5`, `2,50,000`), to the last decimal as written."""
    return float(decimal.Decimal(text.replace(",", "")) * decimal.Decimal(magnitude))


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a text, in order. Years and ordinals are left to the caller to tell apart."""
    found = (_read(match) for match in NUMBER.finditer(text))
    return [number for number in found if number is not None]


def _read(match: re.Match[str]) -> Number | None:
    value: float | None
    if match["digits"]:
        value = parse_digits(match["digits"], MAGNITUDES.get((match["mag"] or "").lower(), 1.0))
    elif match["fixed"]:
        value = _FIXED.get(re.sub(r"\s+", " ", match["fixed"].lower()))
    else:
        value = word_value(match["words"])
    return None if value is None else Number(match.start(), match.end(), value, bool(match["digits"]))


def word_value(words: str) -> float | None:
    """Return the value of a number in words (`two hundred and fifty`), or None if it is none."""
    try:
        return float(text2num(re.sub(r"\s+", " ", words.lower()), "en"))
    except ValueError:
        return None
