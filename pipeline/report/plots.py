"""Figures for papers, drawn by matplotlib: who with whom, how many events when, sums by year and currency.

The same dataset gives the same file: no dates or random ids are written into it.
"""

import dataclasses
import pathlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.report.figures import Flow, flows, main_amount, money, timeline
from pipeline.report.places import country_names
from pipeline.report.read import Row
from pipeline.report.text import visible
from schemas import codes

_STYLE = {
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "legend.frameon": False,
    "svg.hashsalt": "cordiale",
    "svg.fonttype": "none",  # text stays text: it can be searched, edited and read aloud
    "savefig.dpi": 300,
    "text.parse_math": False,  # a dollar sign is money here
}
_COLOURS = (
    "#0b6fa4",
    "#d1742c",
    "#3f8f5f",
    "#8a5aa8",
    "#b8a02c",
    "#5a7f8f",
    "#c2506a",
    "#7a6a55",
    "#2f9c9c",
    "#8f949a",
    "#3d4f9f",
    "#a1b04a",
    "#d79bb5",
    "#3b3b3b",
    "#c8b79a",
)
_CENTIMETRES = 2.54
_LONGEST_NAME = 24
_OTHERS = "others"


@dataclasses.dataclass(frozen=True)
class Size:
    """Width and height of a figure in centimetres."""

    width: float
    height: float


def draw(kind: str, events: Sequence[Row], path: pathlib.Path, *, by: str, top: int, size: Size) -> int:
    """Draw a figure into a file and return how many events are in it.

    Args:
        kind: `flows`, `timeline` or `money`.
        events: What is counted.
        path: Its ending tells the format.
        by: What the timeline tells apart: class, type, status or sector.
        top: How many sides or currencies are shown by name.
        size: Of the figure.

    Raises:
        UsageError: If matplotlib is not installed, or if there is nothing to draw.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415  (not everyone draws)
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise UsageError('cordiale plot needs matplotlib: pip install "cordiale[plot]"') from error
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(size.width / _CENTIMETRES, size.height / _CENTIMETRES), layout="constrained")
        shown = _KINDS[kind](figure, events, by, top)
        if not shown:
            raise UsageError(f"there is nothing to draw: {_NOTHING[kind]}")
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return shown


def _draw_timeline(figure: Any, events: Sequence[Row], by: str, _: int) -> int:
    column = by if by in ("sector", "status") else f"event_{by}"
    bins, counts = timeline(events, column)
    if not bins:
        return 0
    order = [value for value in _ORDER[by] if value in counts]
    axes = figure.add_subplot()
    below = [0] * len(bins)
    for number, value in enumerate(order):
        axes.bar(bins, counts[value], bottom=below, width=0.8, label=value.replace("_", " "), color=_colour(number))
        below = [one + other for one, other in zip(below, counts[value], strict=True)]
    step = max(1, len(bins) // 12)
    axes.set_xticks(range(0, len(bins), step), bins[::step])
    axes.set_ylabel("events")
    axes.yaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside upper left", ncols=min(len(order), 5))
    return sum(below)


def _draw_money(figure: Any, events: Sequence[Row], _: str, top: int) -> int:
    sums = money(events)
    often = Counter(amount["currency"] for event in events if (amount := main_amount(event)))
    counted = {currency for _, currency in sums}
    shown = [currency for currency, _ in often.most_common() if currency in counted][: min(top, 6)]
    if not shown:
        return 0
    years = range(min(year for year, _ in sums), max(year for year, _ in sums) + 1)
    panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
    for axes, currency in zip(panels, shown, strict=True):
        axes.bar(years, [sums.get((year, currency), 0.0) for year in years], color=_colour(0))
        axes.set_ylabel(currency, rotation=0, ha="right", va="center", weight="bold")
        axes.yaxis.set_major_formatter(lambda value, _: _short(value))
        axes.yaxis.get_major_locator().set_params(nbins=3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    return sum(often[currency] for currency in shown)


def _draw_flows(figure: Any, events: Sequence[Row], _: str, top: int) -> int:
    counted = _grouped(flows(events), top)
    if not counted:
        return 0
    axes = figure.add_subplot()
    axes.set_axis_off()
    left = _stack(_totals(counted, 0))
    right = _stack(_totals(counted, 1))
    sectors = sorted({sector for _, _, sector in counted}, key=codes.SECTORS.index)
    starts, ends = {name: place[0] for name, place in left.items()}, {name: place[0] for name, place in right.items()}
    for (source, target, sector), count in sorted(counted.items(), key=lambda item: _rank(item[0], left, right)):
        _ribbon(axes, starts[source], ends[target], count, _colour(codes.SECTORS.index(sector)))
        starts[source] -= count
        ends[target] -= count
    for places, x, align in ((left, 0.0, "right"), (right, 1.0, "left")):
        for name, (upper, height) in places.items():
            axes.plot([x, x], [upper, upper - height], color="#1d2327", linewidth=3, solid_capstyle="butt")
            axes.text(
                x + (0.02 if align == "left" else -0.02),
                upper - height / 2,
                f"{_called(name)} {height}",
                ha=align,
                va="center",
            )
    axes.set_xlim(-0.02, 1.02)
    handles = [_patch(_colour(codes.SECTORS.index(sector))) for sector in sectors]
    figure.legend(handles, sectors, loc="outside upper center", ncols=min(len(sectors), 5))
    return sum(1 for event in events if flows([event]))


def _grouped(counts: Mapping[Flow, int], top: int) -> dict[tuple[str, str, str], int]:
    """Return the numbers of (source, target, sector), all but the `top` of each side put together."""
    sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for flow, count in counts.items():
        sides[0][flow.source] += count
        sides[1][flow.target] += count
    named = [{name for name, _ in side.most_common(top)} for side in sides]
    grouped: Counter[tuple[str, str, str]] = Counter()
    for flow, count in counts.items():
        source = flow.source if flow.source in named[0] else _OTHERS
        target = flow.target if flow.target in named[1] else _OTHERS
        grouped[source, target, flow.sector] += count
    return dict(grouped)


def _totals(counts: Mapping[tuple[str, str, str], int], side: int) -> list[tuple[str, int]]:
    totals: Counter[str] = Counter()
    for key, count in counts.items():
        totals[key[side]] += count
    return sorted(totals.items(), key=lambda item: (item[0] == _OTHERS, -item[1], item[0]))


def _stack(totals: Sequence[tuple[str, int]]) -> dict[str, tuple[float, int]]:
    """Return the upper edge and height of each side, one below the other, the whole centred at zero."""
    gap = 0.35 * sum(height for _, height in totals) / max(len(totals), 1)
    edge = (sum(height for _, height in totals) + gap * (len(totals) - 1)) / 2
    places = {}
    for name, height in totals:
        places[name] = (edge, height)
        edge -= height + gap
    return places


def _rank(key: tuple[str, str, str], left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[float, float, str]:
    """Return what orders ribbons so that those of a side do not cross one another."""
    return -left[key[0]][0], -right[key[1]][0], key[2]


def _ribbon(axes: Any, start: float, end: float, height: float, colour: str) -> None:
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    upper = [(0.0, start), (0.5, start), (0.5, end), (1.0, end)]
    lower = [(1.0, end - height), (0.5, end - height), (0.5, start - height), (0.0, start - height)]
    kinds = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(
        PathPatch(Path([*upper, *lower, (0.0, start)], kinds), facecolor=colour, alpha=0.55, edgecolor="none")
    )


def _patch(colour: str) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415

    return Patch(facecolor=colour, alpha=0.55)


def _called(code: str) -> str:
    name = visible(country_names().get(code, code))
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _short(value: float) -> str:
    for size, unit in ((1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


_ORDER = {
    "class": codes.EVENT_CLASSES,
    "type": tuple(event_type for types in codes.EVENT_TYPES.values() for event_type in types),
    "status": codes.STATUSES,
    "sector": codes.SECTORS,
}
_NOTHING = {
    "flows": "no event has two sides",
    "timeline": "no event has a date, nor its document",
    "money": "no event has a sum in a known currency and a date",
}
_KINDS: dict[str, Callable[[Any, Sequence[Row], str, int], int]] = {
    "flows": _draw_flows,
    "timeline": _draw_timeline,
    "money": _draw_money,
}
