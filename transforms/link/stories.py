"""Groups the mentions of each document: what one document tells of one event is a *story*.

Stories, not mentions, are then compared across documents: they know more than any single sentence, and are fewer.
"""

import numpy as np

from transforms.link.clusters import cluster
from transforms.link.context import compare_within
from transforms.link.likeness import Likeness
from transforms.link.pairs import PAIRS_AT_ONCE
from transforms.link.profiles import Array, Profiles
from transforms.link.weights import FIRST_TRIGGER, LATER_TRIGGER, Weights

WINDOW = 64
"""In a document with more mentions of a class, each is compared with so many before it."""


def tell_stories(profiles: Profiles, document: Array, weights: Weights, likeness: Likeness) -> Array:
    """Return the story of each mention: the row of the story's first mention.

    Args:
        profiles: Of mentions, with their vectors, in the order of the text within each document, documents one after
            the other.
        document: The number of each mention's document, from 0 on without gaps.
        weights: Within documents.
        likeness: What is added to them.
    """
    left, right = pairs_within(profiles, document)
    scores = score_within(profiles, left, right, document, weights, likeness)
    return cluster(len(profiles), left, right, scores, threshold=weights.threshold, absent=weights.absent)


def pairs_within(profiles: Profiles, document: Array) -> tuple[Array, Array]:
    """Return the pairs of mentions of the same document and class, the earlier one first, in order."""
    key = document * 2 + profiles["event_class"].astype(np.int64)
    order = np.argsort(key, kind="stable")
    key = key[order]
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for distance in range(1, WINDOW + 1):
        same = np.flatnonzero(key[distance:] == key[:-distance]) if distance < len(key) else np.zeros(0, np.int64)
        if not len(same):
            break
        lefts.append(order[same])
        rights.append(order[same + distance])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    order = np.lexsort((right, left))
    return left[order], right[order]


def score_within(
    profiles: Profiles, left: Array, right: Array, document: Array, weights: Weights, likeness: Likeness
) -> Array:
    """Return the scores of pairs that `pairs_within` gave, some documents at a time."""
    if not len(left):
        return np.zeros(0)
    scores = np.zeros(len(left))
    ends = np.flatnonzero(np.r_[document[left][1:] != document[left][:-1], True]) + 1
    start = 0
    while start < len(left):
        reach = int(np.searchsorted(ends, start + PAIRS_AT_ONCE))
        end = int(ends[min(reach, len(ends) - 1)])
        low, high = left[start], np.searchsorted(document, document[left[end - 1]], side="right")
        low = np.searchsorted(document, document[low], side="left")
        part = profiles.take(np.arange(low, high))
        a, b = left[start:end] - low, right[start:end] - low
        features = compare_within(part, a, b, document[low:high] - document[low])
        scores[start:end] = weights.score(features) + likeness.score(features, part, a, b)
        scores[start:end] += weights.triggers(FIRST_TRIGGER, part["trigger"][a, 0])
        scores[start:end] += weights.triggers(LATER_TRIGGER, part["trigger"][b, 0])
        start = end
    return scores
