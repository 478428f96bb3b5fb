"""Chooses which stories are compared across documents at all: those that share a telling key.

A key joins the event's class with parties, and with what is traded or named. In a block with many stories each is
compared with its neighbours in time alone, so that the work grows with the number of stories and not with its square.
"""

import numpy as np

from transforms.link.pairs import overlap
from transforms.link.profiles import Array, Profiles
from transforms.link.words import NO_TOKEN

WINDOW = 3
"""Neighbours on either side, in a block sorted by time, that a story is compared with."""
WHOLE = 20
"""Up to this size, all stories of a block are compared with each other."""
KEYS = 10
"""A story stays in so many blocks, the smallest of those that it shares with another."""
STRONG = 8
"""A block of a designation counts as so many times smaller than it is: two ships of one class are seldom two deals."""

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def candidates(stories: Profiles) -> tuple[Array, Array]:
    """Return the pairs of stories that are worth comparing, each once, the lower row first.

    Those that one document tells of are not: what it tells apart stays apart.

    Args:
        stories: In their total order.
    """
    key, row = _telling(*_keys(stories))
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
    apart = (low != high) & (overlap(stories["doc"][low], stories["doc"][high]) == 0)
    apart &= stories["event_class"][low] == stories["event_class"][high]
    pairs = np.sort(low[apart] << np.int64(32) | high[apart])
    pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]]] if len(pairs) else pairs  # `unique` hashes: slow on millions
    return pairs >> np.int64(32), pairs & np.int64(0xFFFFFFFF)


def _keys(stories: Profiles) -> tuple[Array, Array]:
    """Return keys and the rows that have them."""
    found: list[tuple[Array, Array]] = []
    who, names, marks = stories["who"][:, :4], stories["names"][:, :4], stories["marks"][:, :4]
    heads, proper, title = stories["heads"][:, :2], stories["proper"][:, :6], stories["title"][:, :5]
    trigger = stories["trigger"][:, :2]
    crossings = [(who, marks), (who, heads), (who, stories["place"][:, :1]), (who, who), (names, trigger)]
    crossings += [(marks, heads), (marks, proper), (proper, proper), (title, title), (title, trigger)]
    for kind, (one, other) in enumerate(crossings):
        found += _crossed(kind, one, other, stories, strong=one is marks or other is marks)
    keys = np.concatenate([key for key, _ in found]) if found else np.zeros(0, np.uint64)
    rows = np.concatenate([row for _, row in found]) if found else np.zeros(0, np.int64)
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    new = np.r_[True, (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])] if len(keys) else np.zeros(0, bool)
    return keys[new], rows[new]


def _telling(key: Array, row: Array) -> tuple[Array, Array]:
    """Return the keys that stories share, of each story those that it shares with the fewest."""
    size = _sizes(key)
    shared = size > 1
    key, row, size = key[shared], row[shared], size[shared]
    weighed = np.where(key & np.uint64(1), size * STRONG, size)
    order = np.lexsort((key, weighed, row))
    row = row[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    kept = order[rank < KEYS]
    return key[kept], row[rank < KEYS]


def _crossed(kind: int, one: Array, other: Array, stories: Profiles, *, strong: bool) -> list[tuple[Array, Array]]:
    """Return the keys of all pairs of a token of `one` with a token of `other` of each row; strong ones are even."""
    result = []
    symmetric = one is other
    for a in range(one.shape[1]):
        for b in range(a + 1 if symmetric else 0, other.shape[1]):
            x, y = one[:, a], other[:, b]
            rows = np.flatnonzero((x != NO_TOKEN) & (y != NO_TOKEN) & (x != y))
            low, high = (np.minimum(x, y), np.maximum(x, y)) if symmetric else (x, y)
            key = _mixed(kind, low[rows], high[rows], stories["event_class"][rows])
            result.append((key & ~np.uint64(1) if strong else key | np.uint64(1), rows))
    return result


def _mixed(kind: int, a: Array, b: Array, c: Array) -> Array:
    with np.errstate(over="ignore"):
        key = a.astype(np.uint64) * _PAIR ^ (b.astype(np.uint64) + np.uint64(kind)) * _MIX
        key ^= key >> np.uint64(29)
        mixed: Array = (key + c.astype(np.uint64)) * _PAIR
    return mixed


def _sizes(key: Array) -> Array:
    if not len(key):
        return np.zeros(0, np.int64)
    new = np.r_[True, key[1:] != key[:-1]]
    starts = np.flatnonzero(new)
    sizes: Array = np.diff(np.r_[starts, len(key)])
    of_row: Array = sizes[np.cumsum(new) - 1]
    return of_row
