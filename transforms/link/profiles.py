"""What linking knows of mentions, or of groups of them, as arrays of fixed width that are compared by the million.

A `Profiles` holds n of them: rows of tokens (`words.token`) and of numbers, padded on the right. The profile of a group
is made of those of its members: its most frequent values, so that it does not grow with them.
"""

import dataclasses
import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.codes import EVENT_CLASSES, EVENT_TYPES, REALIS, SECTORS, STATUSES, VECTOR_WIDTH
from transforms.link.told import told
from transforms.link.words import NO_TOKEN, content, designations, head, name_key, numbers, parse, proper, stem, token

Array = npt.NDArray[Any]
Row = Mapping[str, Any]

TOKENS = {
    "who": 8,
    "names": 8,
    "supplier": 4,
    "recipient": 4,
    "heads": 6,
    "goods": 12,
    "marks": 8,
    "proper": 16,
    "figures": 6,
    "words": 28,
    "title": 12,
    "after": 6,
    "before": 6,
    "trigger": 6,
    "place": 4,
    "monthday": 3,
    "types": 4,
    "sectors": 3,
    "statuses": 4,
    "realis": 3,
    "currencies": 4,
    "doc": 8,
}
"""Columns of tokens and their widths. `doc` holds the documents' own tokens."""

NUMBERS = {"quantities": 4, "amounts": 4, "earliest": 4, "latest": 4}
"""Columns of numbers: counts, sums (in the currency beside them), first and last days of event dates (as ordinals)."""

FIRST = ("event_class", "paragraph", "start", "definite", "indefinite", "pronoun", "contrast", "named", "retold")
"""Columns of one number each, of which a group has that of its first member. The last six are 0 or 1: how the trigger
and the parties are told."""

PLACES = (*FIRST, "published", "published_last", "members")
"""All columns of one plain number each; `published` is an ordinal day or NaN. Mentions alone have `vector` besides, how
the trained reader sees them."""

NO_DAY = float("nan")
_AROUND = 45
"""Characters on either side of a trigger that say what it is about."""
_COUNTRY_ROLES = ("supplier", "recipient")


@dataclasses.dataclass(frozen=True)
class Profiles:
    """Profiles of n mentions or groups, by column; every array has n rows."""

    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.columns["event_class"])

    def __getitem__(self, column: str) -> Array:
        return self.columns[column]

    def take(self, rows: Array) -> "Profiles":
        """Return the profiles of some rows."""
        return Profiles({name: values[rows] for name, values in self.columns.items()})


def concatenate(parts: Sequence[Profiles]) -> Profiles:
    """Return profiles one after the other."""
    if not parts:
        return pack([])
    return Profiles({name: np.concatenate([part[name] for part in parts]) for name in parts[0].columns})


def profile_mentions(rows: Sequence[Row], vectors: Mapping[str, Sequence[int]] | None = None) -> Profiles:
    """Return the profiles of mentions.

    Args:
        rows: Of `mentions/`.
        vectors: How the trained reader sees them, by `mention_id`; of those without, all numbers are 0.
    """
    packed = pack([_describe(row) for row in rows])
    known = vectors or {}
    unknown = np.zeros(VECTOR_WIDTH, dtype=np.int8)
    found = [known.get(row["mention_id"], unknown) for row in rows]
    vector = np.array(found, dtype=np.int8).reshape(len(rows), VECTOR_WIDTH)
    return Profiles({**packed.columns, "vector": vector})


def pack(described: Sequence[Mapping[str, Sequence[Any]]]) -> Profiles:
    """Return descriptions as arrays: tokens as int32, all else as float64."""
    columns: dict[str, Array] = {}
    for name, width in TOKENS.items():
        columns[name] = _padded([d[name] for d in described], width, NO_TOKEN, np.int32)
    for name, width in NUMBERS.items():
        columns[name] = _padded([d[name] for d in described], width, math.nan, np.float64)
    for name in PLACES:
        columns[name] = np.array([d[name] for d in described], dtype=np.float64)
    return Profiles(columns)


def merge_profiles(profiles: Profiles, group: Array) -> Profiles:
    """Return the profiles of groups.

    Args:
        profiles: Of n members.
        group: The number of each member's group, from 0 on without gaps; members come in their total order.
    """
    count = int(group.max()) + 1 if len(group) else 0
    columns: dict[str, Array] = {}
    for name, width in TOKENS.items():
        columns[name] = _commonest(profiles[name], profiles[name] != NO_TOKEN, group, count, width)
    for name, width in NUMBERS.items():
        if name not in ("earliest", "latest"):
            columns[name] = _commonest(profiles[name], ~np.isnan(profiles[name]), group, count, width)
    columns.update(_merged_days(profiles, group, count))
    first = np.full(count, len(group), dtype=np.int64)
    np.minimum.at(first, group, np.arange(len(group)))
    for name in FIRST:
        columns[name] = profiles[name][first]
    columns["published"] = _reduced(np.fmin, profiles["published"], group, count)
    columns["published_last"] = _reduced(np.fmax, profiles["published_last"], group, count)
    columns["members"] = np.bincount(group, weights=profiles["members"], minlength=count)
    return Profiles(columns)


def day(date: datetime.date | None) -> float:
    """Return a day as a number, NaN for none."""
    return NO_DAY if date is None else float(date.toordinal())


def who_key(name: str, country: str | None) -> str:
    """Return what tells a party from others: the country or body behind it, else the last word of its name."""
    return country or name_key(name).rsplit(" ", 1)[-1]


def _describe(row: Row) -> dict[str, Any]:
    parties, items = row["participants"], row["items"]
    goods = [item["text"] for item in items]
    place = row["location"]
    date = row["event_date"] or ""
    sentence = parse(row["sentence"])
    begin = row["trigger_start"] - row["sentence_start"]
    end = begin + len(row["trigger"])
    heads = [noun for text in goods if (noun := head(text))]
    days = (day(row["event_date_earliest"]), day(row["event_date_latest"]))
    published = day(row["published"])
    return {
        "who": _unique(who_key(p["name"], p["country"]) for p in parties),
        "names": _unique(name_key(p["name"]) for p in parties),
        **{
            role: _unique(who_key(p["name"], p["country"]) for p in parties if p["role"] == role)
            for role in _COUNTRY_ROLES
        },
        "heads": _unique(heads),
        "goods": content(w for text in goods for w in parse(text)),
        "marks": list(dict.fromkeys(t for text in goods for t in designations(text))),
        "proper": proper(sentence),
        "figures": numbers(sentence),
        "words": content(sentence),
        "after": content(parse(row["sentence"][end : end + _AROUND])),
        "before": content(parse(row["sentence"][max(begin - _AROUND, 0) : begin])),
        "title": content(parse(row["title"])),
        "trigger": content(parse(row["trigger"])),
        "place": _unique(filter(None, (place and place["country"], place and stem(place["name"])))),
        "monthday": _unique([date[-5:]] if len(date) == 10 else ()),
        "types": (EVENT_TYPES[row["event_class"]].index(row["event_type"]),),
        "sectors": (SECTORS.index(row["sector"]),),
        "statuses": (STATUSES.index(row["status"]),),
        "realis": (REALIS.index(row["realis"]),),
        "currencies": [token(a["currency"] or "") for a in row["amounts"]],
        "doc": (token(row["doc_id"]),),
        "quantities": [i["quantity"] for i in items if i["quantity"] is not None],
        "amounts": [a["amount"] for a in row["amounts"]],
        "earliest": days[:1] if days[0] == days[0] else (),
        "latest": days[1:] if days[1] == days[1] else (),
        "event_class": EVENT_CLASSES.index(row["event_class"]),
        "published": published,
        "published_last": published,
        "paragraph": row["paragraph"],
        "start": row["sentence_start"],
        "members": 1,
        **told(row),
    }


def _unique(found: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(map(token, found)))


def _padded(rows: Sequence[Sequence[Any]], width: int, fill: Any, kind: Any) -> Array:
    result = np.full((len(rows), width), fill, dtype=kind)
    lengths = np.minimum(np.fromiter(map(len, rows), dtype=np.int64, count=len(rows)), width)
    flat = [value for row in rows for value in row[:width]]
    result[np.arange(width) < lengths[:, None]] = flat
    return result


def _commonest(values: Array, present: Array, group: Array, count: int, width: int) -> Array:
    """Return the `width` most frequent values of each group, the smaller of two that are as frequent."""
    fill = NO_TOKEN if values.dtype == np.int32 else math.nan
    result = np.full((count, width), fill, dtype=values.dtype)
    owner = np.broadcast_to(group[:, None], values.shape)[present]
    flat = values[present]
    if not len(flat):
        return result
    order = np.lexsort((flat, owner))
    owner, flat = owner[order], flat[order]
    new = np.r_[True, (owner[1:] != owner[:-1]) | (flat[1:] != flat[:-1])]
    starts = np.flatnonzero(new)
    times = np.diff(np.r_[starts, len(flat)])
    owner, flat = owner[starts], flat[starts]
    order = np.lexsort((flat, -times, owner))
    owner, flat = owner[order], flat[order]
    begins = np.searchsorted(owner, np.arange(count))
    rank = np.arange(len(owner)) - begins[owner]
    kept = rank < width
    result[owner[kept], rank[kept]] = flat[kept]
    return result


def _merged_days(profiles: Profiles, group: Array, count: int) -> dict[str, Array]:
    """Return the commonest spans of days; first and last day of a span stay side by side."""
    first, last = profiles["earliest"], profiles["latest"]
    spans = np.where(np.isnan(first) | np.isnan(last), math.nan, first * 4e6 + last)
    common = _commonest(spans, ~np.isnan(spans), group, count, NUMBERS["earliest"])
    return {"earliest": np.floor(common / 4e6), "latest": common % 4e6}


def _reduced(how: Any, values: Array, group: Array, count: int) -> Array:
    result = np.full(count, math.nan)
    how.at(result, group, values)
    return result
