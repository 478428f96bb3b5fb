"""Reads a day of publication from what containers write: ISO 8601, RFC 2822, seconds since 1970, or words."""

import datetime
import email.utils
import re
from typing import Any, Final

from transforms.split.dates import find_date

_ISO: Final = re.compile(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_DIGITS: Final = re.compile(r"\d{9,16}(?:\.\d+)?")
_YEARS: Final = range(1600, 2200)
_MILLISECONDS: Final = 10_000_000_000
_MICROSECONDS: Final = 10_000_000_000_000


def read_day(value: Any) -> datetime.date | None:
    """Return the day that a value means, as written where it names a time zone; None if it means none."""
    try:
        day = _day(value)
    except (ValueError, OverflowError, TypeError, OSError, IndexError):
        return None
    return day if day and day.year in _YEARS else None


def _day(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _since_1970(float(value))
    return _written(value.strip()[:100]) if isinstance(value, str) else None


def _written(text: str) -> datetime.date | None:
    iso = _ISO.match(text)
    if iso:
        return datetime.date(*(int(part) for part in iso.groups()))
    if _DIGITS.fullmatch(text):
        return _since_1970(float(text))
    try:
        return email.utils.parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError):
        return find_date(text)


def _since_1970(number: float) -> datetime.date | None:
    if number < 10**8:
        return None
    seconds = number / (1e6 if number >= _MICROSECONDS else 1e3 if number >= _MILLISECONDS else 1)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date()
