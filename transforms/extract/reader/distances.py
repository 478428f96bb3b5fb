"""How far apart a word and a trigger stand, in the classes that the reader's network knows."""

from collections.abc import Sequence

_STEPS = (1, 2, 3, 5, 8, 13, 21, 34, 55)
"""Borders of the classes of distance, in word pieces, on either side."""
CLASSES = 2 * len(_STEPS) + 1


def distance_classes(triggers: Sequence[range], length: int) -> list[int]:
    """Return for every piece of a window the class of its distance to the nearest trigger, the side told apart."""
    return [_class(min((_offset(i, t) for t in triggers), key=abs)) for i in range(length)]


def _offset(i: int, trigger: range) -> int:
    return i - trigger.start if i < trigger.start else max(0, i - trigger.stop + 1)


def _class(offset: int) -> int:
    steps = sum(abs(offset) >= step for step in _STEPS)
    return len(_STEPS) + (steps if offset > 0 else -steps)
