"""Compares mentions of one document: what the document as a whole makes of what two of its mentions share.

In an article on two countries every mention names both, which says nothing; so what is shared counts by how rare it is
in the document.
"""

import numpy as np

from schemas.codes import EVENT_CLASSES, EVENT_TYPES, STATUSES
from transforms.link.pairs import Rarity, compare, overlap
from transforms.link.profiles import Array, Profiles
from transforms.link.words import NO_TOKEN

_SALIENT = ("who", "names", "words", "proper", "goods", "supplier", "recipient", "after", "before", "trigger")
_SIGNS = ("definite", "indefinite", "pronoun", "contrast", "named", "retold")
_CAP = 4.0


def compare_within(profiles: Profiles, left: Array, right: Array, document: Array) -> dict[str, Array]:
    """Return the features of pairs of mentions of the same documents.

    Args:
        profiles: Of mentions, in the order of the text within each document, documents one after the other.
        left: Rows of `profiles`, pair by pair.
        right: The other rows, which come later in their documents.
        document: The number of each mention's document, from 0 on without gaps.
    """
    found = compare(profiles, left, right, Rarity({}))
    sizes = np.bincount(document)
    for column in _SALIENT:
        _salient(profiles[column], left, right, document, sizes, column, found)
    for sign in _SIGNS:
        found[f"first {sign}"] = profiles[sign][left]
        found[f"later {sign}"] = profiles[sign][right]
    _stages(profiles, left, right, found)
    _ranks(profiles, left, right, document, found)
    _contrasts(profiles, left, right, found)
    _novelty(profiles, left, right, document, found)
    found["next × later retold"] = (right == left + 1) * found["later retold"]
    found["mentions in document"] = np.log(sizes[document[left]])
    for name in ("parties shared", "later definite", "later retold"):
        found[f"nearest of type × {name}"] = found["nearest of type"] * found[name]
    for name in (
        "later definite",
        "later pronoun",
        "status same",
        "trigger same",
        "both deals",
        "rare who shared",
        "rare words shared",
    ):
        found[f"type same × {name}"] = found["type same"] * found[name]
    found["type same × status same × parties contained"] = found["type same × status same"] * found["parties contained"]
    found["trigger same × rare words shared"] = found["trigger same"] * found["rare words shared"]
    return found


def _salient(
    tokens: Array, left: Array, right: Array, document: Array, sizes: Array, name: str, found: dict[str, Array]
) -> None:
    keys = document[:, None].astype(np.int64) << 32 | np.where(tokens == NO_TOKEN, 0xFFFFFFFF, tokens)
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    frequency = counts[inverse].reshape(tokens.shape)
    size = np.log(sizes[document] + 1.0)[:, None]
    weights = np.where(tokens == NO_TOKEN, 0.0, (size - np.log(frequency)) / size)
    total = weights.sum(axis=1)
    shared = overlap(tokens[left], tokens[right], weights[left])
    found[f"rare {name} shared"] = shared / np.maximum(np.sqrt(total[left] * total[right]), 0.1)
    found[f"rare {name} weight"] = np.minimum(shared, _CAP) / _CAP


def _contrasts(profiles: Profiles, left: Array, right: Array, found: dict[str, Array]) -> None:
    """Add what each of two sentences tells alone: figures that differ, names of their own."""
    common, one, other = _shared(profiles["figures"], left, right)
    found["figures contained"] = common / np.maximum(np.minimum(one, other), 1)
    found["figures same"] = (common == one) & (common == other) & (common > 0)
    found["figures none shared"] = (np.minimum(one, other) > 0) & (common == 0)
    for name in ("type same", "head same", "trigger same"):
        found[f"figures none shared × {name}"] = found["figures none shared"] * found[name]
    for name in ("date differs", "date far"):
        found[f"{name} × status same"] = found[name] * found["status same"]
        found[f"{name} × both deals"] = found[name] * found["both deals"]
    common, one, other = _shared(profiles["proper"], left, right)
    found["names of their own"] = np.minimum(np.minimum(one, other) - common, _CAP) / _CAP
    for name in ("type same", "trigger same"):
        found[f"sentence same × {name}"] = found["sentence same"] * found[name]


def _shared(tokens: Array, left: Array, right: Array) -> tuple[Array, Array, Array]:
    """Return how many tokens pairs share, and how many the first and the other have."""
    counts = (tokens != NO_TOKEN).sum(axis=1)
    return overlap(tokens[left], tokens[right]), counts[left], counts[right]


def _novelty(profiles: Profiles, left: Array, right: Array, document: Array, found: dict[str, Array]) -> None:
    """Add how much a sentence tells that no earlier one has told: who is new begins something new."""
    sentence = profiles["paragraph"].astype(np.int64) << 32 | profiles["start"].astype(np.int64)
    for name in ("proper", "words", "goods"):
        tokens = profiles[name]
        keys = document[:, None].astype(np.int64) << 32 | np.where(tokens == NO_TOKEN, 0xFFFFFFFF, tokens)
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        earliest = sentence[first // tokens.shape[1]][inverse].reshape(tokens.shape)
        fresh = ((earliest == sentence[:, None]) & (tokens != NO_TOKEN)).sum(axis=1)
        share = fresh / np.maximum((tokens != NO_TOKEN).sum(axis=1), 1)
        found[f"first new {name}"] = share[left]
        found[f"later new {name}"] = share[right]
        found[f"later much new {name}"] = np.minimum(fresh[right], _CAP) / _CAP
        found[f"later new {name} × type same"] = share[right] * found["type same"]


def _stages(profiles: Profiles, left: Array, right: Array, found: dict[str, Array]) -> None:
    one, other = _type_codes(profiles)[left], _type_codes(profiles)[right]
    for code, name in enumerate(_type_names()):
        found[f"both {name}"] = (one == code) & (other == code)
        found[f"one {name}"] = (one == code) ^ (other == code)
    one, other = profiles["statuses"][left, 0], profiles["statuses"][right, 0]
    for code, status in enumerate(STATUSES):
        found[f"both {status}"] = (one == code) & (other == code)
        found[f"later {status}"] = (one != code) & (other == code)


def _type_names() -> list[str]:
    return [event_type for event_class in EVENT_CLASSES for event_type in EVENT_TYPES[event_class]]


def _type_codes(profiles: Profiles) -> Array:
    begins = np.cumsum([0, *(len(EVENT_TYPES[name]) for name in EVENT_CLASSES)])
    return begins[profiles["event_class"].astype(np.int64)] + profiles["types"][:, 0]


def _ranks(profiles: Profiles, left: Array, right: Array, document: Array, found: dict[str, Array]) -> None:
    """Add how many mentions of a type there are, and whether the earlier one is the last before the later one."""
    key = document.astype(np.int64) * 64 + _type_codes(profiles)
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    found["first type in document"] = np.log(counts[inverse[left]])
    found["later type in document"] = np.log(counts[inverse[right]])
    order = np.argsort(key, kind="stable")
    before = np.full(len(key), -1)
    follows = key[order][1:] == key[order][:-1]
    before[order[1:][follows]] = order[:-1][follows]
    found["nearest of type"] = before[right] == left
    first = np.r_[True, document[1:] != document[:-1]] if len(document) else np.zeros(0, dtype=bool)
    found["first in document"] = first[left]
    found["mentions between"] = np.log1p(np.minimum(right - left - 1, 30))
