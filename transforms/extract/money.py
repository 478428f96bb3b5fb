"""Sums of money: any currency symbol, code or name, with magnitudes, ranges and bounds.

Names, codes and symbols of currencies come from Unicode's CLDR through Babel (BSD, kept); `currencies.yaml` adds what
the press writes besides.
"""

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from babel import Locale

from schemas.lexicon import DATA
from schemas.yamls import load_yaml
from transforms.extract.numbers import DIGITS, MAGNITUDES, parse_digits, word_value

_WORDS = (
    r"(?:(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|half a)[\s-]){1,4}(?=hundred|thousand|million|billion|trillion|crore|lakh)"
)
_MAGNITUDE = "|".join(sorted(MAGNITUDES, key=len, reverse=True))


_OTHER = 4
"""A text that names the United States a quarter as often as the state it is about may mean their dollar."""


@dataclasses.dataclass(frozen=True)
class Money:
    """A sum in a text: `text[start:end]`.

    `each` marks a price for one of several, `bracketed` a sum in brackets; `conversions` are the same money in other
    currencies, in brackets right after it.
    """

    start: int
    end: int
    amount: float
    amount_max: float | None
    currency: str | None
    qualifier: str
    each: bool
    bracketed: bool
    conversions: tuple["Money", ...] = ()

    @property
    def whole_end(self) -> int:
        """Where the sum ends, its conversions included."""
        return self.conversions[-1].end if self.conversions else self.end

    @property
    def said(self) -> tuple["Money", ...]:
        """The sum, then its conversions."""
        return (self, *self.conversions)


@functools.cache
def _currencies() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return (symbols and codes that stand before the number, names and codes that stand after it)."""
    extra = load_yaml((DATA / "currencies.yaml").read_text("utf-8"))
    locale = Locale("en")
    codes = {code: code for code in locale.currencies if len(code) == 3 and code not in extra["not_codes"]}
    before = {**codes, **extra["before"], **extra["large"]}
    after = {code.lower(): code for code in codes}
    for code, name in locale.currencies.items():
        if not re.search(r"[(\d]", name) and code in codes:
            after.setdefault(name.lower(), code)
            after.setdefault(name.lower() + "s", code)
    for name, by_country in extra["shared"].items():  # where the text names none of the countries, the first is meant
        after[name] = next(iter(by_country.values()))
    after.update({name.lower(): code for name, code in (extra["after"] | extra["after_large"]).items()})
    return before, after


@functools.cache
def _large() -> frozenset[str]:
    """Return symbols that stand for money only before large sums: single letters, which also begin designations."""
    return frozenset(load_yaml((DATA / "currencies.yaml").read_text("utf-8"))["large"])


@functools.cache
def _after_large() -> frozenset[str]:
    """Return names that stand for money only after large sums: a pound is a weight, too."""
    return frozenset(load_yaml((DATA / "currencies.yaml").read_text("utf-8"))["after_large"])


@functools.cache
def _pattern() -> re.Pattern[str]:
    before, after = _currencies()
    symbol = "|".join(re.escape(s) for s in sorted(before, key=len, reverse=True))
    name = "|".join(re.escape(s).replace(r"\ ", r"[\s-]") for s in sorted(after, key=len, reverse=True))
    number = (
        rf"(?:{DIGITS})(?:[\s-]?(?:{_MAGNITUDE})\b)?|{_WORDS}(?:hundred|thousand|million|billion|trillion|crore|lakh)"
    )
    number += r"(?:\s(?:thousand|million|billion|trillion|crore))?"
    return re.compile(
        rf"(?P<pre>(?<![A-Za-z])(?:{symbol})\s?)?(?<![\d.,])(?P<low>{number})"
        rf"(?:\s?(?:-|–|—|to|and)\s?(?P<mid>(?:{symbol})\s?)?(?P<high>{number}))?"
        rf"(?P<post>[\s-]?(?:{name})(?![A-Za-z]))?",
        re.IGNORECASE,
    )


_QUALIFIERS = (
    (
        "at_least",
        re.compile(
            r"(?:more than|over|at least|in excess of|exceeding|upwards of|above|north of|no less than)\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "at_most",
        re.compile(
            r"(?:up to|less than|under|at most|as much as|no more than|below|not exceeding|capped at|maximum of)\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "about",
        re.compile(
            r"(?:about|around|approximately|some|nearly|almost|roughly|an estimated|estimated(?: at)?|close to"
            r"|approx\.?|circa|~)\s*$",
            re.IGNORECASE,
        ),
    ),
)
_EACH = re.compile(
    r"^[\s-]*(?:each\b|apiece\b|per\b|a (?:barrel|share|piece|unit|copy|year|month|day|head)\b|an hour\b"
    r"|a-(?:share|barrel|piece|unit)\b)",
    re.IGNORECASE,
)


_BRACKET = re.compile(
    r"(?:\s?[(\[]\s?|\s?[,;/]\s|\s(?:or|and)\s)(?:(?:about|around|some|or|roughly|approximately|nearly|over|then)\s)?"
)
"""What stands between a sum and the same money in another currency: "£1bn | ($1.9bn; | 1.4bn euros)"."""


@functools.cache
def _shared() -> Mapping[str, Mapping[str, str]]:
    """Return, by a name that several currencies share, the currency of each country."""
    return dict(load_yaml((DATA / "currencies.yaml").read_text("utf-8"))["shared"])


def local_dollar(text: str, named: Mapping[str, int]) -> str:
    """Return what a bare "$" means in a document: the dollar of the state that it is about, or the American one.

    Args:
        text: The document's.
        named: How often it names each state.
    """
    state = max(named, key=lambda s: named[s], default="")
    own = _dollars().get(state, "USD")
    foreign = _OTHER * named.get("USA", 0) > named.get(state, 0)
    return "USD" if foreign or any(sign in text for sign in _local_signs(own)) else own


@functools.cache
def _dollars() -> Mapping[str, str]:
    return dict(load_yaml((DATA / "currencies.yaml").read_text("utf-8"))["dollars"])


@functools.cache
def _local_signs(currency: str) -> tuple[str, ...]:
    """Return the signs that name a dollar: "C$" beside which "$" is another."""
    before, _ = _currencies()
    return tuple(sign for sign, code in before.items() if code == currency and sign.endswith("$") and len(sign) > 1)


def find_money(text: str, countries: Sequence[str] = (), dollar: str = "USD") -> list[Money]:
    """Return the sums of money in a text, in order.

    Args:
        text: A sentence.
        countries: The countries that it and its document name, the likeliest first; they tell dinars from dinars.
        dollar: What a bare "$" means.
    """
    found: list[Money] = []
    for money in _sums(text, countries, dollar):
        if found and _converts(found[-1], money, text):
            found[-1] = dataclasses.replace(found[-1], conversions=(*found[-1].conversions, money))
        else:
            found.append(money)
    return found


def _converts(one: Money, other: Money, text: str) -> bool:
    """Whether a sum is the one before it once more, in another currency."""
    known = {m.currency for m in one.said}
    between = _BRACKET.fullmatch(text, one.whole_end, other.start)
    return other.bracketed and not one.bracketed and other.currency not in known and between is not None


def _sums(text: str, countries: Sequence[str], dollar: str) -> Iterator[Money]:
    before, after = _currencies()
    if dollar != "USD":
        before, after = {**before, "$": dollar}, {**after, "$": dollar, "dollars": dollar, "dollar": dollar}
    for match in _pattern().finditer(text):
        currency = _of_country(match, countries) or _currency(match, before, after)
        if currency is None:
            continue
        low, high = _bounds(match)
        if low is None:
            continue
        start, end = match.start(), match.end()
        amount, amount_max, qualifier = _qualified(text[max(0, start - 24) : start], low, high)
        bracketed = text[:start].rstrip()[-1:] in ("(", "[") or bool(re.search(r"[(\[][^)\]]{0,25}$", text[:start]))
        yield Money(
            start, end, amount, amount_max, currency, qualifier, bool(_EACH.match(text[end : end + 12])), bracketed
        )


def _currency(match: re.Match[str], before: Mapping[str, str], after: Mapping[str, str]) -> str | None:
    for group in ("pre", "mid"):
        if match[group]:
            symbol = match[group].strip()
            code = before.get(symbol) or before.get(symbol.upper()) or before.get(symbol.capitalize())
            sum_ = match["high"] or match["low"]
            if symbol in _large() and _magnitude(sum_) is None and "," not in sum_:
                continue
            if code and (not symbol.isalpha() or symbol in before):
                return code
    if match["post"]:
        name = re.sub(r"[\s-]+", " ", match["post"].strip(" -").lower())
        return None if name in _after_large() and _magnitude(match["high"] or match["low"]) is None else after.get(name)
    return None


def _of_country(match: re.Match[str], countries: Sequence[str]) -> str | None:
    if match["pre"] or not match["post"]:
        return None
    shared = _shared().get(re.sub(r"[\s-]+", " ", match["post"].strip(" -").lower()), {})
    return next((shared[c] for c in countries if c in shared), None)


def _bounds(match: re.Match[str]) -> tuple[float | None, float | None]:
    low_magnitude = _magnitude(match["low"])
    high = match["high"]
    if high is None:
        return _value(match["low"]), None
    if low_magnitude is None and _magnitude(high) is not None:  # "2-3 billion"
        return _value(match["low"], _magnitude(high)), _value(high)
    return _value(match["low"]), _value(high)


def _magnitude(number: str) -> float | None:
    tail = re.search(r"[A-Za-z]+$", number)
    return MAGNITUDES.get(tail.group().lower()) if tail else None


def _value(number: str, magnitude: float | None = None) -> float | None:
    digits = re.match(DIGITS, number)
    if digits is None:
        if re.match(r"half a\b", number, re.IGNORECASE):
            return (_magnitude(number) or 0.0) / 2 or None
        return word_value(re.sub(r"\ba\b", "one", number.replace("-", " "), flags=re.IGNORECASE))
    return parse_digits(digits.group(), magnitude or _magnitude(number) or 1.0)


def _qualified(lead: str, low: float, high: float | None) -> tuple[float, float | None, str]:
    if high is not None and high > low:
        return high, high, "range"
    for qualifier, cue in _QUALIFIERS:
        if cue.search(lead):
            return low, None, qualifier
    return low, None, "exact"
