"""How far apart a word and a trigger stand, in the classes that the reader's network knows."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_STEPS = (1, 2, 3, 5, 8, 13, 21, 34, 55)
"""Borders of the classes of distance, in word pieces, on either side."""
CLASSES = 2 * len(_STEPS) + 1


def distance_classes(triggers: Sequence[range], length: int) -> npt.NDArray[np.int64]:
    """Return for every piece of a window the class of its distance to the nearest trigger, the side told apart."""
    at = np.arange(length)
    nearest = _offsets(at, triggers[0])
    for trigger in triggers[1:]:
        offsets = _offsets(at, trigger)
        nearest = np.where(np.abs(offsets) < np.abs(nearest), offsets, nearest)
    steps = np.searchsorted(_STEPS, np.abs(nearest), side="right")
    return np.where(nearest > 0, len(_STEPS) + steps, len(_STEPS) - steps)


def _offsets(at: npt.NDArray[np.int64], trigger: range) -> npt.NDArray[np.int64]:
    return np.where(at < trigger.start, at - trigger.start, np.maximum(0, at - trigger.stop + 1))
