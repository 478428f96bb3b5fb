"""Puts together what belongs together: average linkage over scored pairs.

Two groups become one only if their members agree on average, so that a chain of likenesses does not drag events
together that are apart. Pairs that were never compared count with a fixed negative score, those that are known to be
apart with a lower one.
"""

import collections
import dataclasses
import heapq
from collections.abc import Iterable

import numpy as np

from transforms.link.profiles import Array
from transforms.link.words import NO_TOKEN


@dataclasses.dataclass(frozen=True)
class Apart:
    """Which members are known to be apart: those that have a token in common.

    Attributes:
        tokens: Of each member, row by row.
        score: Of a pair of such members.
    """

    tokens: Array
    score: float

    def of(self, member: int) -> collections.Counter[int]:
        """Return the tokens of a member."""
        return collections.Counter(t for t in self.tokens[member].tolist() if t != NO_TOKEN)


def cluster(
    count: int,
    left: Array,
    right: Array,
    scores: Array,
    *,
    threshold: float,
    absent: float,
    apart: Apart | None = None,
) -> Array:
    """Return the group of each of `count` members: the number of the group's first member.

    Args:
        count: How many members there are.
        left: One member of each compared pair; each pair comes once.
        right: The other one, of a higher number.
        scores: Log odds of the pairs.
        threshold: Mean score above which groups are joined.
        absent: Score of pairs that are not given.
        apart: Members that are known to be apart; none, if not given.
    """
    groups = np.arange(count)
    linked = _connected(count, left[scores > threshold], right[scores > threshold])
    inside = linked[left] == linked[right]
    order = np.argsort(linked[left[inside]], kind="stable")
    left, right, scores = left[inside][order], right[inside][order], scores[inside][order]
    if not len(left):
        return groups
    starts = np.flatnonzero(np.r_[True, linked[left][1:] != linked[left][:-1]])
    for start, end in zip(starts, np.r_[starts[1:], len(left)], strict=True):
        part = slice(start, end)
        pairs = zip(left[part].tolist(), right[part].tolist(), scores[part].tolist(), strict=True)
        for member, group in _average_linkage(pairs, threshold, absent, apart):
            groups[member] = group
    return groups


def _connected(count: int, left: Array, right: Array) -> Array:
    """Return for each member the first one that it is connected with, by way of others or not."""
    label = np.arange(count)
    while len(left):
        least = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, left, least)
        np.minimum.at(label, right, least)
        np.minimum.at(label, before[left], least)
        np.minimum.at(label, before[right], least)
        label = label[label]
        if (label == before).all():
            break
    return label


def _average_linkage(
    pairs: Iterable[tuple[int, int, float]], threshold: float, absent: float, apart: Apart | None
) -> list[tuple[int, int]]:
    """Join the two groups with the best mean, again and again; return (member, group) for all that were joined."""
    near: dict[int, dict[int, tuple[float, int]]] = {}
    heap: list[tuple[float, int, int, int]] = []
    for one, other, score in pairs:
        near.setdefault(one, {})[other] = near.setdefault(other, {})[one] = (score, 1)
        if score > threshold:
            heap.append((-score, one, other, 2))
    heapq.heapify(heap)
    size = dict.fromkeys(near, 1)
    members = {group: [group] for group in near}
    told = {group: apart.of(group) for group in near} if apart else {}
    lower = apart.score - absent if apart else 0.0
    while heap:
        _, one, other, total = heapq.heappop(heap)
        if one not in near or other not in near or size[one] + size[other] != total:
            continue
        _join(near, size, one, other)
        members[one] += members.pop(other)
        if told:
            told[one] += told.pop(other)
        for third, (score, seen) in near[one].items():
            among = size[one] * size[third]
            total_score = score + absent * (among - seen)
            if told:
                total_score += lower * _common(told[one], told[third])
            mean = total_score / among
            if mean > threshold:
                heapq.heappush(heap, (-mean, min(one, third), max(one, third), size[one] + size[third]))
    return [(member, min(found)) for found in members.values() if len(found) > 1 for member in found]


def _common(one: collections.Counter[int], other: collections.Counter[int]) -> int:
    """Return how many pairs of one from each side are the same."""
    if len(other) < len(one):
        one, other = other, one
    return sum(n * other[token] for token, n in one.items())


def _join(near: dict[int, dict[int, tuple[float, int]]], size: dict[int, int], one: int, other: int) -> None:
    """Put group `other` into group `one`."""
    moved = near.pop(other)
    mine = near[one]
    mine.pop(other, None)
    for third, (score, seen) in moved.items():
        if third == one:
            continue
        had = mine.get(third, (0.0, 0))
        mine[third] = near[third][one] = (had[0] + score, had[1] + seen)
        del near[third][other]
    size[one] += size.pop(other)
