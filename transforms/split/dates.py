"""Calendar dates as mastheads, bylines and datelines write them: what looks like one, and which day it is.

Only complete dates count, and none is guessed: `03/04/2019` is in March to some and in April to others, so it is none.
"""

import datetime
import re
from typing import Final

from dateutil import parser

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_CLOCK = r"\d{1,2}[:.]\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s?(?:[A-Z]{2,4}|local time))?"

DATE: Final = (
    rf"(?:\b{_MONTH}\s{{0,2}}{_DAY}\s?,?\s{{0,2}}{_YEAR}\b"
    rf"|\b{_DAY}(?:\sof)?[\s-]{{1,2}}{_MONTH}\s?,?[\s-]{{0,2}}{_YEAR}\b"
    rf"|\b{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d)"
    rf"|\b\d{{1,2}}\.\d{{1,2}}\.{_YEAR}\b"
    rf"|\b\d{{1,2}}/\d{{1,2}}/{_YEAR}\b)"
)
"""A pattern for a complete date, upper and lower case alike."""

_DATE = re.compile(DATE, re.IGNORECASE)
_LINE = re.compile(
    rf"\(?(?:{_CLOCK}\s?[,|–—-]?\s?)?(?:{_WEEKDAY}\s?,?\s?)?{DATE}"
    rf"(?:\s?(?:,|\||at|–|—|-|T)?\s?{_CLOCK})?\s?(?:[A-Z]{{2,4}}|[+-]\d{{4}})?\)?\.?"
    rf"|{_WEEKDAY}\s?,?\s?{DATE} ?[-–—|] ?.{{1,40}}",
    re.IGNORECASE,
)
_PLACED = re.compile(
    rf"(?:(?:[A-ZÀ-Þ][\w.'’-]{{0,20}} ?){{1,3}}, ){{1,2}}(?i:{DATE})"
    rf"|(?i:{DATE}) ?[-–—|,] ?[A-ZÀ-Þ][\w.'’ ,-]{{1,40}}"
)
_LONGEST_LINE = 60


def is_date_line(text: str) -> bool:
    """Tell whether a paragraph is a date, and nothing else but a weekday, a time of day or an edition."""
    return len(text) <= _LONGEST_LINE and _LINE.fullmatch(text.strip()) is not None


def is_placed_date_line(text: str) -> bool:
    """Tell whether a paragraph is a place and a date, in either order, and nothing else."""
    return len(text) <= _LONGEST_LINE and _PLACED.fullmatch(text.strip()) is not None


def find_date(text: str) -> datetime.date | None:
    """Return the first complete date in `text`."""
    return next(filter(None, (read_date(found.group()) for found in _DATE.finditer(text))), None)


def read_date(text: str) -> datetime.date | None:
    """Return the day that a complete date means, or None where it is ambiguous or no day of the calendar."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if "/" in text and numbers[0] <= 12 and numbers[1] <= 12 and numbers[0] != numbers[1]:
        return None
    year_first = numbers[0] > 31
    try:
        return parser.parse(_spelled_out(text), dayfirst=not year_first, yearfirst=year_first).date()
    except (ValueError, OverflowError):
        return None


def _spelled_out(text: str) -> str:
    """Return the date without what the parser stumbles over."""
    return re.sub(r"(?<=[A-Za-z])\.", " ", text.replace(",", " ").replace(" of ", " "))
