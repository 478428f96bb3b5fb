"""Orders what documents say of an event's stage, and settles which stage is the latest.

What counts is when a stage held, not when a document arrived: a stage with a date that lies behind the document's
publication held from that date on, any other held when the document was published. News retell how a deal began, so
an undated earlier stage does not overturn a later one.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence

from schemas.records import StatusReport
from transforms.link.order import Row

RANK = {
    "proposed": 0,
    "negotiating": 1,
    "agreed": 2,
    "underway": 3,
    "suspended": 3,
    "completed": 4,
    "rejected": 4,
    "cancelled": 5,
}
"""How far along a stage is."""
RETOLD = ("proposed", "negotiating", "agreed")
"""Stages that later reports tell again as background."""
_LONG_AGO = datetime.date.min


@dataclasses.dataclass(frozen=True)
class Report:
    """A stage as one source reports it: when it held, and whether a date says so."""

    row: StatusReport
    held: datetime.date
    dated: bool


def history(rows: Iterable[Row], source: Mapping[str, str]) -> list[Report]:
    """Return the stages in the order in which they held, each once for each date and source.

    Args:
        rows: Mentions of one event in total order.
        source: The source of each document.
    """
    found: dict[tuple[str, str | None, str], Report] = {}
    for row in rows:
        key = (row["status"], row["event_date"], source[row["doc_id"]])
        report = _report(row)
        if key not in found or _is_before(report.row, found[key].row):
            found[key] = report
    return sorted(found.values(), key=_order)


def latest(reports: Sequence[Report]) -> str:
    """Return the stage that holds at the end of a history."""
    current = reports[0]
    for report in reports[1:]:
        retold = not report.dated and report.row.status in RETOLD
        if not retold or RANK[report.row.status] >= RANK[current.row.status]:
            current = report
    return current.row.status


def _report(row: Row) -> Report:
    status = StatusReport(row["status"], row["event_date"], row["published"], row["doc_id"], row["mention_id"])
    held, published = row["event_date_latest"], row["published"]
    if held is None:
        return Report(status, published or _LONG_AGO, dated=False)
    if published is not None and held > published:
        return Report(status, published, dated=row["event_date_earliest"] <= published)
    return Report(status, held, dated=True)


def _is_before(one: StatusReport, other: StatusReport) -> bool:
    return (one.published or datetime.date.max, one.mention_id) < (
        other.published or datetime.date.max,
        other.mention_id,
    )


def _order(report: Report) -> tuple[datetime.date, int, datetime.date, str]:
    return (
        report.held,
        RANK[report.row.status],
        report.row.published or datetime.date.max,
        report.row.mention_id,
    )
