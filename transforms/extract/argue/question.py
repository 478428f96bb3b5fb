"""What is asked of an event, and what speaks for and against each phrase that may be a part of it."""

import dataclasses
from collections.abc import Mapping, Sequence

from schemas.ontology import Frame
from schemas.records import Item
from transforms.extract.context import DocumentContext
from transforms.extract.dates import Date
from transforms.extract.drafts import Draft
from transforms.extract.money import Money
from transforms.extract.party import Party
from transforms.extract.reader.model import EventReading
from transforms.extract.reader.questions import SCALE, SIDES
from transforms.extract.sentence import Sentence

NONE, TAKEN = "none", "taken"
UNSEEN = -2.0
"""What the reader's odds count where it has not seen a phrase."""
_LAST = 3
_SAID = ("reader", "reader:any", *(f"reader:{side}" for side in SIDES))

Cast = Sequence[tuple[str, Party]]


@dataclasses.dataclass(frozen=True)
class Argument:
    """A phrase that may take a part in an event.

    Attributes:
        kind: `party`, `item`, `amount` or `date`.
        rule: What the rules make of it: a role, `taken`, or `none`.
        said: What it says, by kind.
        signs: Features by name, 1 where they merely hold.
    """

    kind: str
    rule: str
    said: Party | Item | Money | Date
    signs: Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Question:
    """The event of which arguments are sought.

    Attributes:
        event_type: Its type, as settled.
        directed: Whether one gives and another gets.
        drafts: Its drafts, the leading one first.
        frames: Their frames, as their words have them when they report an event of this type.
        sentence: Its sentence.
        context: Its document.
        reading: What the trained reader makes of it, where it is asked.
        told: Who took part, and how, in the events of the class before, the last first.
    """

    event_type: str
    directed: bool
    drafts: Sequence[Draft]
    frames: Sequence[Frame]
    sentence: Sentence
    context: DocumentContext
    reading: EventReading | None
    told: Sequence[tuple[str, Party]] = ()

    @property
    def event_class(self) -> str:
        """`deal` or `cooperation`."""
        return self.event_type.partition("/")[0]

    @property
    def direction(self) -> str:
        """Whether one gives and another gets, as features call it."""
        return "directed" if self.directed else "open"


def ranked(found: Sequence[Argument]) -> list[Argument]:
    """Return arguments of a kind with how each stands to the others in what the reader says of them."""
    return [dataclasses.replace(one, signs={**one.signs, **_beside(one, found)}) for one in found]


def _beside(one: Argument, found: Sequence[Argument]) -> dict[str, float]:
    """Return how much surer the reader is of an argument than of the surest other, and of how many it is surer."""
    signs: dict[str, float] = {}
    for name in (n for n in _SAID if n in one.signs):
        value, others = one.signs[name], [o.signs[name] for o in found if o is not one]
        margin = value - max(others, default=UNSEEN)
        rank = min(_LAST, sum(other > value for other in others))
        signs |= {f"{name}/margin": margin, f"{name}/first={margin > 0}": 1.0, f"{name}/rank={rank}": 1.0}
    return signs


def scaled(odds: float) -> float:
    """Return log-odds in the size of other features, within bounds."""
    return max(UNSEEN, min(-UNSEEN, odds / SCALE))


def heard(question: Question, role: int, start: int | None, end: int | None) -> dict[str, float]:
    """Return what the reader says of the part that a phrase takes, and of its being a side."""
    if question.reading is None:
        return {}
    odds = question.reading.roles(start, end)
    value = UNSEEN if odds is None else scaled(float(odds[role]))
    sides = UNSEEN if odds is None else scaled(float(odds[: len(SIDES)].max()))
    return {
        "reader": value,
        f"reader/{question.event_class}": value,
        f"reader/{question.event_type}": value,
        "reader:side": sides,
    }
