"""What the reader answers, in the order in which its network gives the answers."""

import dataclasses
from collections.abc import Mapping
from typing import Final

from schemas.codes import EVENT_TYPES

TYPES: Final = ("none", *(f"{event_class}/{name}" for event_class, names in EVENT_TYPES.items() for name in names))
"""The type of event that a word triggers."""
ROLES: Final = ("supplier", "recipient", "party", "broker", "item", "amount", "date")
"""What a word may be in an event."""
SIDES: Final = ROLES[:4]
"""The roles of parties."""
SCALE: Final = 4.0
"""What the reader's log-odds are divided by where they stand among features, to be of their size."""


@dataclasses.dataclass(frozen=True)
class Heard:
    """What the reader says of one candidate.

    Attributes:
        word: Log-odds that its trigger words, each by itself, report an event.
        event: Log-odds that it is an event, all its words together.
        passage: Log-odds that it stands where an arms deal is stated.
        margin: How much surer it is than of the surest other candidate of the same class in the sentence.
        answers: Log-probabilities of the answers to `event_type`, `status`, `realis` and `sector`.
    """

    word: float
    event: float
    passage: float
    answers: Mapping[str, Mapping[str, float]]
    margin: float | None = None

    @property
    def loudness(self) -> float:
        """How sure the reader is of an event, as log-odds."""
        return (self.word + self.event) / 2

    @property
    def event_class(self) -> str:
        """The class of the likeliest type."""
        types = {name: chance for name, chance in self.answers["event_type"].items() if name != TYPES[0]}
        return max(types, key=lambda name: types[name], default="").partition("/")[0]
