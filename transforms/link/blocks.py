"""Chooses which stories are compared across documents at all: those that share a telling key.

A key joins the event's class with parties, and with what is traded or named. In a block with many stories each is
compared with its neighbours in time alone, so that the work grows with the number of stories and not with its square.
"""

import numpy as np

from transforms.link.profiles import Array, Profiles
from transforms.link.words import NO_TOKEN

WINDOW = 12
"""Neighbours on either side, in a block sorted by time, that a story is compared with."""
WHOLE = 24
"""Up to this size, all stories of a block are compared with each other."""

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def candidates(stories: Profiles) -> tuple[Array, Array]:
    """Return the pairs of stories that are worth comparing, each once, the lower row first.

    Args:
        stories: In their total order.
    """
    key, row = _keys(stories)
    when = np.nan_to_num(stories["published"], nan=0.0)[row]
    order = np.lexsort((row, when, key))
    key, row = key[order], row[order]
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    size = _sizes(key)
    for distance in range(1, min(WHOLE, len(key))):
        same = key[distance:] == key[:-distance]
        if distance > WINDOW:
            same &= size[distance:] <= WHOLE
        near = np.flatnonzero(same)
        lefts.append(row[near])
        rights.append(row[near + distance])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    low, high = np.minimum(left, right), np.maximum(left, right)
    apart = (low != high) & (stories["doc"][low, 0] != stories["doc"][high, 0])
    pairs = np.unique(low[apart] << np.int64(32) | high[apart])
    return pairs >> np.int64(32), pairs & np.int64(0xFFFFFFFF)


def _keys(stories: Profiles) -> tuple[Array, Array]:
    """Return keys and the rows that have them."""
    found: list[tuple[Array, Array]] = []
    who, names = stories["who"][:, :4], stories["names"][:, :4]
    for kind, tokens in ((1, stories["marks"][:, :4]), (2, stories["heads"][:, :2]), (3, stories["place"][:, :2])):
        found += _crossed(kind, who, tokens, stories)
    found += _crossed(4, who, who, stories)
    found += _crossed(5, names, stories["trigger"][:, :2], stories)
    found += _crossed(6, stories["marks"][:, :3], stories["heads"][:, :2], stories)
    found += _crossed(7, stories["proper"][:, :6], stories["marks"][:, :2], stories)
    found += _crossed(8, stories["title"][:, :6], stories["title"][:, :6], stories)
    keys = np.concatenate([key for key, _ in found]) if found else np.zeros(0, np.uint64)
    rows = np.concatenate([row for _, row in found]) if found else np.zeros(0, np.int64)
    unique = np.unique(np.stack([keys, rows.astype(np.uint64)], axis=1), axis=0) if len(keys) else np.zeros((0, 2), np.uint64)
    return unique[:, 0], unique[:, 1].astype(np.int64)


def _crossed(kind: int, one: Array, other: Array, stories: Profiles) -> list[tuple[Array, Array]]:
    """Return the keys of all pairs of a token of `one` with a token of `other` of each row."""
    result = []
    symmetric = one is other
    for a in range(one.shape[1]):
        for b in range(a + 1 if symmetric else 0, other.shape[1]):
            x, y = one[:, a], other[:, b]
            rows = np.flatnonzero((x != NO_TOKEN) & (y != NO_TOKEN) & (x != y))
            low, high = (np.minimum(x, y), np.maximum(x, y)) if symmetric else (x, y)
            result.append((_mixed(kind, low[rows], high[rows], stories["event_class"][rows]), rows))
    return result


def _mixed(kind: int, a: Array, b: Array, c: Array) -> Array:
    with np.errstate(over="ignore"):
        key = a.astype(np.uint64) * _PAIR ^ (b.astype(np.uint64) + np.uint64(kind)) * _MIX
        key ^= key >> np.uint64(29)
        return key * _PAIR + c.astype(np.uint64)


def _sizes(key: Array) -> Array:
    if not len(key):
        return np.zeros(0, np.int64)
    new = np.r_[True, key[1:] != key[:-1]]
    starts = np.flatnonzero(new)
    return np.diff(np.r_[starts, len(key)])[np.cumsum(new) - 1]
