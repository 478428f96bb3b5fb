"""Dates in text as EDTF (ISO 8601-2), resolved against the day of publication; no unknown year is invented.

The grammar of date expressions is small and needs exact offsets and honest uncertainty ("XXXX-06-17"), which the
general date parsers do not give; the arithmetic is python-dateutil's.
"""

import calendar
import dataclasses
import datetime
import itertools
import re
from collections.abc import Callable

from dateutil.relativedelta import relativedelta

from transforms.extract.numbers import word_value

Day = datetime.date

_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_WEEKDAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}

_FULL = len("2001-01-01")
_CLOSE = 31
_MONTH = (
    r"(?P<month>(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?)"
)
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[6-9]\d\d|20\d\d)"
_COUNT = (
    r"(?P<count>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)"
    r"(?P<half> and a half)?"
)
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"


@dataclasses.dataclass(frozen=True)
class Date:
    """A date in a text: `text[start:end]` stands for `edtf`, anywhere from `earliest` to `latest` (null: year unknown).

    `past` and `future` are what it stands for beside a verb of that tense, where the words alone leave it open:
    "in March", "on Thursday".
    """

    start: int
    end: int
    edtf: str
    earliest: Day | None
    latest: Day | None
    past: str | None = None
    future: str | None = None

    def as_of(self, edtf: str | None) -> "Date":
        """Return the date in another reading."""
        if edtf is None or edtf == self.edtf:
            return self
        earliest, latest = interval(edtf)
        return dataclasses.replace(self, edtf=edtf, earliest=earliest, latest=latest)


Reader = Callable[[re.Match[str], Day | None], str | None]


def interval(edtf: str) -> tuple[Day | None, Day | None]:
    """Return the first and last day that an EDTF string of the kinds made here may mean, null where unknown."""
    first, _, last = edtf.partition("/")
    return _bound(first, end=False), _bound(last or first, end=True)


def find_dates(text: str, published: Day | None) -> list[Date]:
    """Return the dates of a text, in order, none overlapping; relative ones only where `published` is known."""
    found: list[Date] = []
    taken = [False] * len(text)
    for pattern, reader in _READERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            edtf = reader(match, published)
            if edtf is None:
                continue
            taken[start:end] = [True] * (end - start)
            past, future = _open_readings(match, edtf, published)
            found.append(Date(start, end, edtf, *interval(edtf), past, future))
    return _without_weekdays(sorted(found, key=lambda d: d.start), text)


def _without_weekdays(dates: list[Date], text: str) -> list[Date]:
    """Leave out the weekday beside a full date ("Thursday, May 12")."""
    beside = {
        id(day)
        for one, other in itertools.pairwise(dates)
        for day, rest in ((one, other), (other, one))
        if text[day.start : day.end].lower() in _WEEKDAYS
        and len(rest.edtf) >= _FULL
        and text[rest.start : rest.end].lower() not in _WEEKDAYS
        and not text[one.end : other.start].strip(" ,(")
    }
    return [d for d in dates if id(d) not in beside]


def _open_readings(match: re.Match[str], edtf: str, published: Day | None) -> tuple[str | None, str | None]:
    """Return what a date without a year, or a weekday, stands for if it is past and if it is to come."""
    groups = match.groupdict()
    if published is None or groups.get("which"):
        return None, None
    if groups.get("weekday"):
        target = _WEEKDAYS[match["weekday"].lower()]
        back, ahead = (published.weekday() - target) % 7, (target - published.weekday()) % 7
        return (published - relativedelta(days=back)).isoformat(), (published + relativedelta(days=ahead)).isoformat()
    first = interval(edtf)[0]
    if not groups.get("month") or groups.get("year") or first is None or abs((first - published).days) <= _CLOSE:
        return None, None  # the nearest reading is the right one for a date of these weeks, whatever the tense
    now = published.isoformat()[: len(edtf.partition("/")[0])]
    years = (published.year - 1, published.year, published.year + 1)
    readings = [re.sub(r"(?:^|(?<=/))\d{4}", str(year), edtf) for year in years]
    past = max((r for r in readings if r.partition("/")[0] <= now), default=None)
    future = min((r for r in readings if r.rpartition("/")[2] >= now), default=None)
    return past, future


def _bound(edtf: str, *, end: bool) -> Day | None:
    if not edtf or "X" in edtf:
        return None
    parts = [int(p) for p in edtf.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else (12 if end else 1)
    day = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if end else 1)
    return Day(year, month, day)


def _valid(year: int | None, month: int, day: int) -> bool:
    return 1 <= day <= calendar.monthrange(year or 2000, month)[1]


def _near_year(month: int, day: int | None, published: Day | None) -> int | None:
    """Return the year in which a month without one falls: that nearest to the publication."""
    if published is None:
        return None
    centre = [abs((Day(y, month, min(day or 15, 28)) - published).days) for y in _around(published)]
    return _around(published)[centre.index(min(centre))]


def _around(published: Day) -> tuple[int, int, int]:
    return published.year, published.year - 1, published.year + 1


def _month_of(match: re.Match[str], group: str = "month") -> int:
    return _MONTHS[match[group].lower().rstrip(".")]


def _iso(match: re.Match[str], published: Day | None) -> str | None:
    year, month, day = int(match["year"]), int(match["m"]), int(match["day"])
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and _valid(year, month, day) else None


def _full(match: re.Match[str], published: Day | None) -> str | None:
    """A day of a month, with or without its year, single or a span of days."""
    groups = match.groupdict()
    month, day = _month_of(match), int(match["day"])
    year = int(groups["year"]) if groups.get("year") else _near_year(month, day, published)
    last = int(groups["last"]) if groups.get("last") else None
    last_month = _month_of(match, "month2") if groups.get("month2") else month
    if not _valid(year, month, day) or (last and not _valid(year, last_month, last)):
        return None
    prefix = f"{year}" if year else "XXXX"
    first = f"{prefix}-{month:02}-{day:02}"
    if last is None:
        return first
    return f"{first}/{prefix}-{last_month:02}-{last:02}"


def _month_year(match: re.Match[str], published: Day | None) -> str | None:
    groups = match.groupdict()
    month = _month_of(match)
    if groups.get("year"):
        return f"{int(match['year'])}-{month:02}"
    if published is None:
        return f"XXXX-{month:02}"
    which = (groups.get("which") or "").lower()
    if which in ("last", "next"):
        step = -1 if which == "last" else 1
        year = published.year if (published.month - month) * step < 0 else published.year + step
    elif which in ("this year", "this"):
        year = published.year
    elif which in ("last year", "next year"):
        year = published.year + (-1 if "last" in which else 1)
    else:
        year = _near_year(month, None, published) or published.year
    return f"{year}-{month:02}"


def _quarter(match: re.Match[str], published: Day | None) -> str | None:
    order = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1": 1, "2": 2, "3": 3, "4": 4, "final": 4}
    year = int(match["year"]) if match["year"] else (published.year if published and match["this"] else None)
    if year is None:
        return None
    months = 6 if "half" in match["part"].lower() else 3
    start = (order[match["order"].lower()] - 1) * months + 1
    if start > 12:
        return None
    return f"{year}-{start:02}/{year}-{start + months - 1:02}"


def _years(match: re.Match[str], published: Day | None) -> str | None:
    first = int(match["year"])
    last = match["last"]
    final = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return f"{first}/{final}" if final > first else None


def _since(match: re.Match[str], published: Day | None) -> str | None:
    """From a year or a month to the day of publication."""
    year = int(match["year"])
    if match.groupdict().get("month"):
        start = f"{year}-{_month_of(match):02}"
        return f"{start}/{published.year}-{published.month:02}" if published and published.year >= year else start
    return f"{year}/{published.year}" if published and published.year > year else str(year)


def _decade(match: re.Match[str], published: Day | None) -> str | None:
    start = int(match["year"][:3]) * 10
    part = (match["part"] or "").lower().strip(" -")
    first, last = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part, (0, 9))
    return f"{start + first}/{start + last}"


def _decades(match: re.Match[str], published: Day | None) -> str | None:
    """The span from one decade, or part of one, to another: "the 1920s and early 1930s"."""
    first = int(match["year"])
    last = int(match["last"]) + {"early": 3, "mid": 6}.get((match["part2"] or "").lower(), 9)
    return f"{first + {'mid': 4, 'late': 7}.get((match['part'] or '').lower(), 0)}/{last}"


def _months(match: re.Match[str], published: Day | None) -> str | None:
    """Two months of a year: "June and September 2016"."""
    first, last = _month_of(match), _month_of(match, "month2")
    year = int(match["year"]) if match["year"] else _near_year(last, None, published)
    if year is None or first >= last:
        return None
    return f"{year}-{first:02}/{year}-{last:02}"


def _last_span(match: re.Match[str], published: Day | None) -> str | None:
    """Return, for "over the last decade", the ten years up to the publication."""
    return f"{published.year - 10}/{published.year}" if published else None


def _calendar_year(match: re.Match[str], published: Day | None) -> str | None:
    """Return, for "later this year", "earlier in the year" and "by year-end", the year of publication."""
    return str(published.year) if published else None


def _year(match: re.Match[str], published: Day | None) -> str | None:
    return match["year"]


def _fiscal(match: re.Match[str], published: Day | None) -> str | None:
    digits = match["fy"]
    return digits if len(digits) == 4 else f"20{digits}"


def _day_word(match: re.Match[str], published: Day | None) -> str | None:
    if published is None:
        return None
    step = {"yesterday": -1, "tomorrow": 1}.get(match["word"].lower(), 0)
    return (published + relativedelta(days=step)).isoformat()


def _weekday(match: re.Match[str], published: Day | None) -> str | None:
    if published is None:
        return None
    target, which = _WEEKDAYS[match["weekday"].lower().rstrip(".")], (match["which"] or "").lower()
    back = (published.weekday() - target) % 7
    if which in ("next", "coming", "this coming"):
        return (published + relativedelta(days=7 - back if back else 7)).isoformat()
    if which == "last" and back == 0:
        back = 7
    return (published - relativedelta(days=back)).isoformat()


def _relative_unit(match: re.Match[str], published: Day | None) -> str | None:
    if published is None:
        return None
    which, unit = match["which"].lower(), match["unit"].lower()
    step = -1 if which in ("last", "past", "previous") else 1 if which in ("next", "coming", "following") else 0
    day = published + relativedelta(**{unit + "s": step})  # type: ignore[arg-type]
    if unit == "year":
        return str(day.year)
    if unit == "month":
        return f"{day.year}-{day.month:02}"
    return _working_week(day)


def _working_week(day: Day) -> str:
    """Return the week of a day as its month, as exact as the press means it; across two, as Monday to Friday."""
    monday = day - relativedelta(days=day.weekday())
    friday = monday + relativedelta(days=4)
    if monday.month == friday.month:
        return f"{monday.year}-{monday.month:02}"
    return f"{monday.isoformat()}/{friday.isoformat()}"


def _weekend(match: re.Match[str], published: Day | None) -> str | None:
    if published is None:
        return None
    saturday = published - relativedelta(days=(published.weekday() - 5) % 7)
    if (match["which"] or "").lower() in ("this", "next", "coming"):
        saturday = published + relativedelta(days=(5 - published.weekday()) % 7)
    return f"{saturday.isoformat()}/{(saturday + relativedelta(days=1)).isoformat()}"


def _count(text: str) -> int | None:
    lowered = text.lower()
    if lowered.isdigit():
        return int(lowered)
    if lowered in ("a", "an"):
        return 1
    value = word_value(lowered)
    return None if value is None else int(value)


def _ago(match: re.Match[str], published: Day | None) -> str | None:
    count = _count(match["count"])
    if published is None or count is None:
        return None
    sign = -1 if match["way"].lower() in ("ago", "earlier") else 1
    half = 6 if (match.groupdict().get("half") and match["unit"].lower() == "year") else 0
    if half:
        day = published + relativedelta(months=sign * (12 * count + half))
        return f"{day.year}-{day.month:02}"
    return _coarse(match["unit"].lower(), published, sign * count)


def _coarse(unit: str, published: Day, count: int) -> str:
    if unit == "decade":
        unit, count = "year", count * 10
    day = published + relativedelta(**{unit + "s": count})  # type: ignore[arg-type]
    if unit == "year":
        return str(day.year)
    return f"{day.year}-{day.month:02}" if unit == "month" else day.isoformat()


def _span_ahead(match: re.Match[str], published: Day | None) -> str | None:
    count = _count(match["count"])
    if published is None or count is None or match["unit"].lower() not in ("year", "decade"):
        return None
    years = count * (10 if match["unit"].lower() == "decade" else 1)
    if match["way"].lower() in ("next", "coming"):
        return f"{published.year}/{published.year + years}"
    return f"{published.year - years}/{published.year}"


def _season(match: re.Match[str], published: Day | None) -> str | None:
    """A season as its year: a span of months would differ between the hemispheres."""
    if match["year"]:
        return match["year"]
    if published is None:
        return None
    step = {"last": -1, "next": 1}.get((match["which"] or "").lower(), 0)
    return str(published.year + step)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MONTH2 = _MONTH.replace("?P<month>", "?P<month2>")
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_compile(rf"\b{_YEAR}-(?P<m>\d\d)-(?P<day>\d\d)\b"), _iso),
    (
        _compile(
            rf"\b{_MONTH}\s{_DAY}\s?(?:-|–|—|to|and|through|until)\s?{_MONTH2}\s(?P<last>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,?\s{_YEAR}\b)?"
        ),
        _full,
    ),
    (
        _compile(
            rf"\b{_DAY}\s{_MONTH}\s?(?:-|–|—|to|and|through|until)\s?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?\s{_MONTH2}(?:,?\s{_YEAR}\b)?"
        ),
        _full,
    ),
    (
        _compile(
            rf"\b{_MONTH}\s{_DAY}\s?(?:-|–|—|to|and|through|until)\s?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,?\s{_YEAR}\b)?"
        ),
        _full,
    ),
    (
        _compile(
            rf"\b{_DAY}\s?(?:-|–|—|to|and|through|until)\s?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?"
        ),
        _full,
    ),
    (_compile(rf"\b{_MONTH}\s{_DAY}\b(?!\s?(?:million|billion|%))(?:,?\s{_YEAR}\b)?"), _full),
    (_compile(rf"\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?"), _full),
    (_compile(rf"\b{_MONTH}\s(?:and|through|until|-|–)\s{_MONTH2}(?:,?\s(?:of\s)?{_YEAR}\b|(?!\s\d))"), _months),
    (_compile(rf"\b{_MONTH}\sto\s{_MONTH2},?\s(?:of\s)?{_YEAR}\b"), _months),
    (_compile(rf"\bsince\s{_MONTH}\s{_YEAR}\b"), _since),
    (
        _compile(
            rf"\b(?P<order>first|second|third|fourth|last|final)\s(?P<part>quarter|half)\s(?:of\s)?(?:the\s)?"
            rf"(?:(?P<this>this year)|{_YEAR})"
        ),
        _quarter,
    ),
    (_compile(rf"\b(?P<part>q)(?P<order>[1-4])\s?(?:of\s)?(?:(?P<this>this year)|{_YEAR})"), _quarter),
    (_compile(rf"\b(?P<which>last|next|this)\s{_MONTH}(?!\s\d)"), _month_year),
    (_compile(rf"(?<!\w){_MONTH}(?:,?\s(?:of\s)?{_YEAR}\b|\s(?P<which>this year|last year|next year))"), _month_year),
    (
        re.compile(
            r"\b(?P<month>January|February|March|April|June|July|August|September|October|November|December)\b(?!\s\d)"
        ),
        _month_year,
    ),
    (
        re.compile(
            r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ll]ast|[Tt]his|[Nn]ext|[Ee]arly|[Ll]ate|[Mm]id)[\s-](?P<month>May)\b(?!\s\d)"
        ),
        _month_year,
    ),
    (_compile(r"\b(?:fiscal(?:\syear)?|fy)[\s-]?(?P<fy>20\d\d|\d\d)\b"), _fiscal),
    (_compile(rf"\b(?:between|from)\s{_YEAR}\s(?:and|to|until|through|till)\s(?P<last>1[6-9]\d\d|20\d\d)\b"), _years),
    (_compile(rf"(?<![\w$€£.,-]){_YEAR}\s?(?:-|–|—|to|/)\s?(?P<last>1[6-9]\d\d|20\d\d|\d\d)(?![\w%]|[.,]\d)"), _years),
    (_compile(rf"\bsince\s(?:(?:early|late|mid)[\s-])?{_YEAR}\b"), _since),
    (
        _compile(
            r"\b(?:(?P<part>early|mid|late)[\s-])?(?P<year>1[89]\d0|20\d0)s\s(?:and|to|through|until)\s(?:the\s)?"
            r"(?:(?P<part2>early|mid|late)[\s-])?(?P<last>1[89]\d0|20\d0)s\b"
        ),
        _decades,
    ),
    (_compile(r"\b(?P<part>early|mid|late)?[\s-]?(?P<year>1[89]\d0|20\d0)s\b"), _decade),
    (
        _compile(
            rf"\b(?P<which>last|this|next|the|in)\s(?:the\s)?(?:spring|summer|autumn|winter|fall)(?:\s(?:of\s)?{_YEAR})?\b"
        ),
        _season,
    ),
    (
        _compile(
            rf"(?<![\w$€£.,/-])(?<!article\s)(?<!resolution\s){_YEAR}"
            r"(?![\w%]|[.,]\d|-\w|\s(?:people|troops|soldiers|tons|tonnes|km|rounds|units))"
        ),
        _year,
    ),
    (_compile(rf"\b(?:early|mid|late)-{_YEAR}\b"), _year),
    (_compile(r"\b(?P<word>today|yesterday|tomorrow|tonight)\b"), _day_word),
    (
        _compile(
            r"\b(?:(?P<which>last|next|this|this coming|coming)\s)?"
            rf"(?P<weekday>{'|'.join(map(str.lower, calendar.day_name))})\b"
        ),
        _weekday,
    ),
    (_compile(rf"\b{_COUNT}\s{_UNIT}\s(?P<way>ago|earlier|from now)\b"), _ago),
    (_compile(rf"\b(?P<way>in)\s(?:about\s|roughly\s|around\s)?{_COUNT}\s{_UNIT}(?:['’]s?)?\stime\b"), _ago),
    (_compile(r"\b(?:over|during|in|within)\sthe\s(?:last|past)\sdecade\b"), _last_span),
    (
        _compile(
            r"\b(?:later|earlier)\s(?:in\s)?(?:this|the)\syear\b|\b(?:by|at|before)\s(?:the\s)?(?:year[\s-]end|end\sof\sthe\syear)\b"
        ),
        _calendar_year,
    ),
    (_compile(r"\b(?:(?P<which>last|next|this|coming|the|over\sthe|at\sthe)\s)weekend\b"), _weekend),
    (
        _compile(
            rf"\b(?P<way>next|coming|last|past)\s(?P<count>\d{{1,2}}|two|three|four|five|six|seven|eight|ten)\s{_UNIT}\b"
        ),
        _span_ahead,
    ),
    (
        _compile(r"\b(?P<which>last|next|this|past|coming|previous)\s(?P<unit>week|month|year)(?:'s|’s)?\b"),
        _relative_unit,
    ),
)
