"""Joins stories across documents: compares candidates, clusters them, and begins again with what they have become.

A group of stories knows more than each of them, and in a large block lies nearer to the others; so a second round
finds what the first could not.
"""

import numpy as np

from transforms.link.blocks import candidates
from transforms.link.clusters import Apart, cluster
from transforms.link.pairs import AROUND, PAIRS_AT_ONCE, Rarity, compare
from transforms.link.profiles import Array, Profiles, merge_profiles
from transforms.link.weights import Weights

ROUNDS = 2


def join_stories(stories: Profiles, weights: Weights, rarity: Rarity) -> Array:
    """Return the event of each story: the row of the event's first story.

    Args:
        stories: Of all documents, in their total order.
        weights: Across documents.
        rarity: How much words tell.
    """
    event = np.arange(len(stories))
    groups, first = stories, event
    for _ in range(ROUNDS):
        left, right = candidates(groups)
        scores = score_across(groups, left, right, weights, rarity)
        apart = Apart(groups["doc"], weights.apart)
        joined = cluster(
            len(groups), left, right, scores, threshold=weights.threshold, absent=weights.absent, apart=apart
        )
        if (joined == np.arange(len(groups))).all():
            break
        kept, number = np.unique(joined, return_inverse=True)
        of_story = number[np.searchsorted(first, event)]
        first = first[kept]
        event = first[of_story]
        groups = merge_profiles(stories, of_story)
    return event


def score_across(stories: Profiles, left: Array, right: Array, weights: Weights, rarity: Rarity) -> Array:
    """Return the scores of pairs of stories, some at a time."""
    scores = np.zeros(len(left))
    stories = Profiles({name: values for name, values in stories.columns.items() if name not in (*AROUND, "figures")})
    for start in range(0, len(left), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        scores[part] = weights.score(compare(stories, left[part], right[part], rarity))
    return scores
