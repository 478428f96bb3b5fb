"""Links mentions to events as a pure function: what the Beam pipeline does in parts, all at once."""

from collections.abc import Iterable, Sequence

import numpy as np

from transforms.link.across import join_stories
from transforms.link.likeness import shipped_likeness
from transforms.link.order import Row, content_key, in_order, story_order
from transforms.link.pairs import Rarity
from transforms.link.profiles import merge_profiles, profile_mentions
from transforms.link.stories import tell_stories
from transforms.link.weights import load


def link_rows(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the events that mentions report, each as its mentions in total order; events by their first mention.

    Args:
        rows: Rows of `mentions/` of any number of documents, in any order.
    """
    within, across, common = load()
    ordered, document = in_order(rows)
    if not ordered:
        return []
    profiles = profile_mentions(ordered)
    told, story = np.unique(tell_stories(profiles, document, within, shipped_likeness()), return_inverse=True)
    stories = merge_profiles(profiles, story)
    order = story_order(stories["published"], np.array([content_key(ordered[row]) for row in told]))
    event = np.empty(len(told), dtype=np.int64)
    event[order] = order[join_stories(stories.take(order), across, Rarity(common))]
    return grouped(ordered, event[story].tolist())


def grouped(rows: Sequence[Row], groups: Sequence[int]) -> list[list[Row]]:
    """Return rows by group, groups in the order of their first rows."""
    found: dict[int, list[Row]] = {}
    for row, group in zip(rows, groups, strict=True):
        found.setdefault(group, []).append(row)
    return list(found.values())
