"""Compares pairs of profiles: what speaks for and against two mentions, or groups of them, being of one event.

All pairs are compared at once, by columns. The features are readable, and their weights are data
(`schemas/data/linking/weights.json`), fitted to annotated documents by `pipeline.refit_links`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from schemas.codes import EVENT_CLASSES, EVENT_TYPES
from transforms.link.profiles import Array, Profiles
from transforms.link.words import NO_TOKEN

PAIRS_AT_ONCE = 1 << 13
"""Pairs that are compared in one go; it bounds the memory that comparing takes."""

AROUND = ("after", "before")
"""Columns of the words around a trigger, which tell of mentions of one document alone."""

_SLOTS = 1 << 20
_SAME_SUM = 0.02
_CLOSE_SUM = 0.25
_FAR = 3650.0
_EPISODES = ("exercise", "exchange", "operation", "dialogue")
"""Types of cooperation of which there is a new one every few weeks between the same parties."""


def overlap(left: Array, right: Array, weights: Array | None = None) -> Array:
    """Return how many tokens of each row of `left` stand in the same row of `right`.

    Args:
        left: Tokens, row by row.
        right: Tokens, row by row.
        weights: What each token of `left` counts; 1, if not given.
    """
    a, b = _columns(left), _columns(right)
    found = np.zeros(len(left))
    hit = np.empty(len(left), dtype=bool)
    for number, one in enumerate(a):
        hit[:] = False
        for other in b:
            hit |= one == other
        hit &= one != NO_TOKEN
        found += hit if weights is None else np.where(hit, weights[:, number], 0.0)
    return found


def _columns(tokens: Array) -> list[Array]:
    """Return the columns that hold any token, each in one piece of memory, for there are far more rows than columns."""
    columns = np.ascontiguousarray(tokens.T)
    return list(columns[columns.max(axis=1, initial=NO_TOKEN) != NO_TOKEN])


def compare(profiles: Profiles, left: Array, right: Array, rarity: "Rarity") -> dict[str, Array]:
    """Return the features of pairs by name.

    Args:
        profiles: Of all members. Those without the columns `AROUND` are compared without them.
        left: Rows of `profiles`, pair by pair.
        right: The other row of each pair.
        rarity: How much a word tells.
    """
    a, b = profiles.take(left), profiles.take(right)
    found: dict[str, Array] = {}
    _parties(a, b, found)
    _things(a, b, found)
    _numbers(a, b, found)
    _days(a, b, found)
    _kinds(a, b, found)
    _wording(a, b, rarity, found)
    if all(column in a.columns for column in AROUND):
        _around(a, b, found)
    _places(a, b, found)
    _together(found)
    return found


class Rarity:
    """How much words tell: rare ones more. Words that are not known to be common are taken for rare.

    Args:
        common: Common stems' tokens with their weight from 0 to 1.
    """

    def __init__(self, common: Mapping[int, float]) -> None:
        self._tokens = np.full(_SLOTS, NO_TOKEN, dtype=np.int32)
        self._weights = np.ones(_SLOTS)
        for number in sorted(common):
            self._tokens[number % _SLOTS] = number
            self._weights[number % _SLOTS] = common[number]

    def of(self, tokens: Array) -> Array:
        """Return the weights of tokens; 0 for padding."""
        slot = tokens & (_SLOTS - 1)
        weights = np.where(self._tokens[slot] == tokens, self._weights[slot], 1.0)
        weights[tokens == NO_TOKEN] = 0.0
        return weights


def _shared(left: Array, right: Array, weights: Array, others: Array) -> tuple[Array, Array]:
    """Return the weight of shared tokens as a share of both rows' (their geometric mean), and as it is."""
    common = overlap(left, right, weights)
    both = np.sqrt(weights.sum(axis=1) * others.sum(axis=1))
    return common / np.maximum(both, 1e-9), common


def _sets(a: Array, b: Array) -> tuple[Array, Array, Array, Array]:
    """Return what two rows of sets share: count, share of the union, share of the smaller, whether both have any."""
    common = overlap(a, b)
    one, other = np.count_nonzero(a != NO_TOKEN, axis=1), np.count_nonzero(b != NO_TOKEN, axis=1)
    smaller = np.minimum(one, other)
    return common, common / np.maximum(one + other - common, 1), common / np.maximum(smaller, 1), smaller > 0


def _parties(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    common, union, smaller, both = _sets(a["who"], b["who"])
    found["parties shared"] = union
    found["parties contained"] = smaller
    found["parties two shared"] = common >= 2
    found["parties none shared"] = both & (common == 0)
    found["parties unknown"] = ~both
    common, union, smaller, both = _sets(a["names"], b["names"])
    found["names shared"] = union
    found["names contained"] = smaller
    same_side = np.zeros(len(common), dtype=bool)
    swapped = (overlap(a["supplier"], b["recipient"]) > 0) | (overlap(a["recipient"], b["supplier"]) > 0)
    for role in ("supplier", "recipient"):
        common, _, _, both = _sets(a[role], b[role])
        found[f"{role} same"] = common > 0
        found[f"{role} differs"] = both & (common == 0)
        same_side |= common > 0
    found["sides swapped"] = swapped & ~same_side
    for role in ("supplier", "recipient"):
        found[f"{role} differs"] &= ~found["sides swapped"]


def _things(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    common, _, _, both = _sets(a["heads"], b["heads"])
    found["head same"] = common > 0
    found["head differs"] = both & (common == 0)
    common, union, smaller, both = _sets(a["goods"], b["goods"])
    found["goods shared"] = union
    found["goods contained"] = smaller
    found["goods none shared"] = both & (common == 0)
    found["goods unknown"] = ~both
    common, _, _, both = _sets(a["marks"], b["marks"])
    found["designation same"] = common > 0
    found["designation differs"] = both & (common == 0)
    said = np.maximum(overlap(a["marks"], b["proper"]), overlap(b["marks"], a["proper"]))
    found["designation told"] = said > 0
    said = np.maximum(overlap(a["goods"], b["words"]), overlap(b["goods"], a["words"]))
    found["goods told"] = np.minimum(said, 3) / 3
    common, _, _, both = _sets(a["place"], b["place"])
    found["place same"] = common > 0
    found["place differs"] = both & (common == 0)


def _numbers(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    same, _, both = _near(a["quantities"], b["quantities"], 0.001, 0.1)
    found["quantity same"] = same
    found["quantity differs"] = both & ~same
    currency = a["currencies"][:, :, None] == b["currencies"][:, None, :]
    same, close, both = _near(a["amounts"], b["amounts"], _SAME_SUM, _CLOSE_SUM, currency)
    found["sum same"] = same
    found["sum close"] = close & ~same
    found["sum differs"] = both & ~close


def _near(a: Array, b: Array, same: float, close: float, allowed: Array | None = None) -> tuple[Array, Array, Array]:
    """Return whether any two numbers are the same, are close, and whether there are two to compare."""
    one, other = a[:, :, None], b[:, None, :]
    both: Array = ~(np.isnan(one) | np.isnan(other))
    if allowed is not None:
        both = both & allowed
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other) / np.maximum(np.maximum(np.abs(one), np.abs(other)), 1e-9)
    return _any(both & (apart <= same)), _any(both & (apart <= close)), _any(both)


def _any(table: Array) -> Array:
    result: Array = np.logical_or.reduce(table, axis=(1, 2))
    return result


def _days(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    first = np.maximum(a["earliest"][:, :, None], b["earliest"][:, None, :])
    last = np.minimum(a["latest"][:, :, None], b["latest"][:, None, :])
    both = ~(np.isnan(first) | np.isnan(last))
    gap = np.where(both, np.maximum(first - last, 0.0), np.inf).min(axis=(1, 2))
    any_both = both.any(axis=(1, 2))
    precise = both & (last - first <= 31) & (last >= first)
    narrow = np.minimum(
        (a["latest"] - a["earliest"])[:, :, None] + 0 * first, (b["latest"] - b["earliest"])[:, None, :] + 0 * first
    )
    found["date same"] = any_both & (gap == 0) & (precise & (narrow <= 31)).any(axis=(1, 2))
    found["date agrees"] = any_both & (gap == 0)
    found["date within a month"] = any_both & (gap > 0) & (gap <= 31)
    found["date differs"] = any_both & (gap > 31)
    found["date far"] = any_both & (gap > 400)
    found["day of year same"] = overlap(a["monthday"], b["monthday"]) > 0


def _kinds(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    found["type same"] = overlap(a["types"], b["types"]) > 0
    found["sector same"] = overlap(a["sectors"], b["sectors"]) > 0
    found["status same"] = overlap(a["statuses"], b["statuses"]) > 0
    found["realis same"] = overlap(a["realis"], b["realis"]) > 0
    found["both deals"] = a["event_class"] == EVENT_CLASSES.index("deal")
    episodes = [EVENT_TYPES["cooperation"].index(name) for name in _EPISODES]
    found["episodes"] = ~found["both deals"] & (
        np.isin(a["types"][:, 0], episodes) | np.isin(b["types"][:, 0], episodes)
    )


def _wording(a: Profiles, b: Profiles, rarity: Rarity, found: dict[str, Array]) -> None:
    found["words shared"], weight = _shared(a["words"], b["words"], rarity.of(a["words"]), rarity.of(b["words"]))
    found["words weight"] = np.minimum(weight, 8.0) / 8.0
    found["names told shared"], weight = _shared(
        a["proper"], b["proper"], rarity.of(a["proper"]), rarity.of(b["proper"])
    )
    found["names told weight"] = np.minimum(weight, 6.0) / 6.0
    found["trigger same"] = overlap(a["trigger"], b["trigger"]) > 0
    one, other = rarity.of(a["title"]), rarity.of(b["title"])
    found["titles shared"], weight = _shared(a["title"], b["title"], one, other)
    found["titles weight"] = np.minimum(weight, 6.0) / 6.0
    told = np.maximum(overlap(a["title"], b["words"], one), overlap(b["title"], a["words"], other))
    found["title told"] = np.minimum(told, 5.0) / 5.0


def _around(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    for side in AROUND:
        common, union, _, both = _sets(a[side], b[side])
        found[f"words {side} shared"] = union
        found[f"words {side} none shared"] = both & (common == 0)
    found["words after told"] = (
        np.minimum(np.maximum(overlap(a["after"], b["words"]), overlap(b["after"], a["words"])), 4) / 4
    )


def _places(a: Profiles, b: Profiles, found: dict[str, Array]) -> None:
    """Compare where the mentions stand: in one document how far apart, in two how many days."""
    paragraphs = np.abs(a["paragraph"] - b["paragraph"])
    found["sentence same"] = (a["start"] == b["start"]) & (paragraphs == 0)
    found["paragraph same"] = paragraphs == 0
    found["paragraph next"] = paragraphs == 1
    found["paragraphs apart"] = np.log1p(np.minimum(paragraphs, 50.0)) / np.log(51.0)
    found["both early"] = np.maximum(a["paragraph"], b["paragraph"]) <= 2
    gap = np.maximum(
        np.maximum(a["published"], b["published"]) - np.minimum(a["published_last"], b["published_last"]), 0.0
    )
    known = ~np.isnan(gap)
    found["published unknown"] = ~known
    found["published apart"] = np.where(known, np.log1p(np.minimum(np.nan_to_num(gap), _FAR)) / np.log(_FAR), 0.0)
    found["published same day"] = known & (np.nan_to_num(gap, nan=9.0) <= 1)
    found["published same week"] = known & (np.nan_to_num(gap, nan=9.0) <= 7)
    found["larger"] = np.log(np.maximum(a["members"], b["members"]))
    found["smaller"] = np.log(np.minimum(a["members"], b["members"]))


def _together(found: dict[str, Array]) -> None:
    """Add what tells more together than apart."""
    parties: Any = found["parties shared"]
    for name in (
        "goods shared",
        "words shared",
        "names told shared",
        "type same",
        "trigger same",
        "date same",
        "titles shared",
    ):
        found[f"parties shared × {name}"] = parties * found[name]
    found["type same × words shared"] = found["type same"] * found["words shared"]
    found["type same × paragraphs apart"] = found["type same"] * found["paragraphs apart"]
    found["parties unknown × paragraph same"] = found["parties unknown"] * found["paragraph same"]
    found["parties unknown × paragraphs apart"] = found["parties unknown"] * found["paragraphs apart"]
    found["parties shared × published apart"] = parties * found["published apart"]
    found["goods contained × both deals"] = found["goods contained"] * found["both deals"]
    for name in ("published apart", "published same week", "date differs"):
        found[f"episodes × {name}"] = found["episodes"] * found[name]
    for name in ("parties contained", "head same", "head differs", "type same", "published unknown"):
        found[f"designation same × {name}"] = found["designation same"] * found[name]
    found["head same × parties shared"] = found["head same"] * parties
    found["head differs × parties shared"] = found["head differs"] * parties
