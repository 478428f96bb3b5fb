"""Counts events for charts: who deals with whom, when, and for how much. The page counts alike in the browser."""

import dataclasses
import datetime
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.report.read import Row

_LONGEST = {"day": 45, "month": 36 * 31, "quarter": 8 * 366, "year": 120 * 366}
"""The longest span of days that is still shown in bins of a unit."""


@dataclasses.dataclass(frozen=True, order=True)
class Flow:
    """That one side deals or cooperates with another.

    Attributes:
        source, target: Country codes or acronyms, or names where no country is known; in order of the alphabet
            where the flow is not `directed`.
        sector: The sector of the events.
    """

    source: str
    target: str
    sector: str
    directed: bool


def flows(events: Iterable[Row]) -> Counter[Flow]:
    """Return the number of events for each pair of sides and sector."""
    return Counter(flow for event in events for flow in set(_flows_of(event)))


def timeline(events: Sequence[Row], by: str, unit: str | None = None) -> tuple[list[str], dict[str, list[int]]]:
    """Return the bins of time that hold events, with those between them, and for each value of a column the numbers.

    Args:
        events: Those without any date, own or of publication, are left out.
        by: The column that events are told apart by.
        unit: day, month, quarter, year or decade; by default the finest that does not make too many bins.
    """
    dated = [(day, event[by]) for event in events if (day := day_of(event)) is not None]
    if not dated:
        return [], {}
    unit = unit or fitting_unit(max(dated)[0] - min(dated)[0])
    bins = list(dict.fromkeys(bin_of(day, unit) for day in _days(min(dated)[0], max(dated)[0], unit)))
    counts = Counter((value, bin_of(day, unit)) for day, value in dated)
    values = sorted({value for value, _ in counts})
    return bins, {value: [counts[value, label] for label in bins] for value in values}


def fitting_unit(span: datetime.timedelta) -> str:
    """Return the finest unit in which a span makes a readable number of bins."""
    return next((unit for unit, longest in _LONGEST.items() if span.days <= longest), "decade")


def bin_of(day: datetime.date, unit: str) -> str:
    """Return the label of the bin that a day falls into."""
    if unit == "quarter":
        return f"{day.year:04} Q{(day.month + 2) // 3}"
    if unit == "decade":
        return f"{day.year // 10 * 10:04}s"
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]]


def money(events: Iterable[Row]) -> dict[tuple[int, str], float]:
    """Return the sum for each year and currency, of events with a date and a sum in a known currency."""
    sums: dict[tuple[int, str], float] = {}
    for event in events:
        day, amount = day_of(event), main_amount(event)
        if day is not None and amount is not None:
            key = day.year, amount["currency"]
            sums[key] = sums.get(key, 0.0) + amount["amount"]
    return sums


def main_amount(event: Row) -> Row | None:
    """Return the sum that stands for an event: the first with a currency, for conversions follow what they convert."""
    return next((amount for amount in event["amounts"] if amount["currency"]), None)


def day_of(event: Row) -> datetime.date | None:
    """Return the day an event is counted at: its own first day, or else that of its first report."""
    day: datetime.date | None = event["day"] or event["first_published"]
    return day


def countries_of(event: Row) -> set[str]:
    """Return the countries and bodies that take part."""
    return {party["country"] for party in event["participants"] if party["country"]}


def _flows_of(event: Row) -> Iterator[Flow]:
    sides: dict[str, set[str]] = {}
    for party in event["participants"]:
        sides.setdefault(party["role"], set()).add(party["country"] or party["name"])
    for source, target in itertools.product(sides.get("supplier", ()), sides.get("recipient", ())):
        if source != target:
            yield Flow(source, target, event["sector"], directed=True)
    for source, target in itertools.combinations(sorted(sides.get("party", ())), 2):
        yield Flow(source, target, event["sector"], directed=False)


def _days(first: datetime.date, last: datetime.date, unit: str) -> Iterator[datetime.date]:
    """Yield days so close that no bin between the first and the last is missed."""
    step = datetime.timedelta({"day": 1, "month": 28, "quarter": 28}.get(unit, 365))
    while first < last:
        yield first
        if last - first <= step:
            break
        first += step
    yield last
