"""What a document has reported so far, for clauses that go on with it: "the deal", "deliveries begin in May"."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence

from transforms.extract.dates import Date
from transforms.extract.items import Thing
from transforms.extract.party import Party

_OTHER = {"supplier": "recipient", "recipient": "supplier"}
_CARRIED = 4
"""An event with more parties than this is a gathering; a later clause seldom speaks of all of them again."""

Parties = Sequence[tuple[str, Party]]


@dataclasses.dataclass
class Memory:
    """The events reported so far that had two sides, latest last, the last date, and the goods of the last deal."""

    events: list[tuple[str, Parties]] = dataclasses.field(default_factory=list)
    dates: dict[int, Date] = dataclasses.field(default_factory=dict)
    things: list[Thing] = dataclasses.field(default_factory=list)
    told: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)

    def add(self, event_type: str, parties: Parties, date: Date | None, things: list[Thing]) -> None:
        """Remember an event if it has two sides (of one state, even), its date, and the goods of a deal."""
        if event_type.startswith("deal/") and any(t.solid for t in things):
            self.things = things
        if len({(role, p.identity) for role, p in parties}) >= 2:
            self.events.append((event_type, list(parties)))
        if date is not None:  # by precision: "the same day" goes back to a day
            self.dates[len(date.edtf)] = date

    def roles(self, event_class: str) -> list[tuple[str, Party]]:
        """Return who took part, and how, in the events of a class, the last first."""
        return [one for t, parties in reversed(self.events) if t.startswith(event_class) for one in reversed(parties)]

    def signs(self, event_type: str, lemma: str) -> Iterator[str]:
        """Yield the stages at which the document has told of events of this type, of this class, or by this word.

        A document tells mostly of one matter: where the clause itself does not say how far it has come, an earlier one
        often does.
        """
        event_class = event_type.partition("/")[0]
        same_class = [status for t, _, status in self.told if t.startswith(event_class)]
        same_type = [status for t, _, status in self.told if t == event_type]
        same_word = [status for _, w, status in self.told if w == lemma]
        yield f"told={min(len(same_word), 3)}"
        yield f"earlier_word={same_word[-1] if same_word else None}"
        yield f"earlier_type={same_type[-1] if same_type else None}"
        yield f"earlier_class={same_class[-1] if same_class else None}"
        yield f"first_type={same_type[0] if same_type else None}"
        yield f"mostly={Counter(same_class).most_common(1)[0][0] if same_class else None}"
        yield f"mostly_type={Counter(same_type).most_common(1)[0][0] if same_type else None}"

    def completed(self, event_type: str, parties: Parties, definite: bool) -> list[tuple[str, Party]]:
        """Add the side that a clause leaves to what was told before."""
        if event_type.startswith("deal/"):
            return self._deal(parties, definite)
        return self._cooperation(event_type, parties, definite)

    def _deal(self, parties: Parties, definite: bool) -> list[tuple[str, Party]]:
        roles = {role for role, _ in parties}
        if {"supplier", "recipient"} <= roles or ("party" in roles and len(parties) > 1):
            return list(parties)
        before = self._told(parties, definite)
        if not before:
            return list(parties)
        settled = _sided(parties, before)
        taken = {role for role, _ in settled}
        return settled + [(role, _carried(p)) for role, p in before if role not in taken]

    def _told(self, parties: Parties, definite: bool) -> Parties:
        """Return the deal that a clause goes on with: the last one with its party on the same side, or at all."""
        for event_type, before in reversed(self.events):
            if not event_type.startswith("deal/") or not {"supplier", "recipient"} <= {role for role, _ in before}:
                continue
            if (
                not parties
                or _shared(parties, before)
                or (definite and {p.key for _, p in parties} & {p.key for _, p in before})
            ):
                return before
        return ()

    def _cooperation(self, event_type: str, parties: Parties, definite: bool) -> list[tuple[str, Party]]:
        event_class = event_type.partition("/")[0]
        before = next((p for t, p in reversed(self.events) if t.startswith(event_class)), ())
        keys = {p.key for _, p in parties}
        if len(keys) >= 2 or not before or len({p.key for _, p in before}) > _CARRIED:
            return list(parties)
        if parties and not _shared(parties, before) and not (definite and keys & {p.key for _, p in before}):
            return list(parties)
        taken = {role for role, _ in parties if role != "party"}
        return list(parties) + [(role, _carried(p)) for role, p in before if p.key not in keys and role not in taken]


def paired(parties: Parties, pair: Sequence[Party]) -> list[tuple[str, Party]]:
    """Add the other of the two states that a document is about, where a clause on cooperation names the one alone."""
    keys = {p.key for _, p in parties}
    if len(keys) != 1 or keys - {p.key for p in pair}:
        return list(parties)
    return list(parties) + [("party", p) for p in pair if p.key not in keys]


def _shared(parties: Parties, before: Parties) -> bool:
    """Whether a party stands on the side it had before, or on no side now."""
    sides = {(role, p.key) for role, p in before}
    return any((role, p.key) in sides or (role == "party" and p.key in {k for _, k in sides}) for role, p in parties)


def _sided(parties: Parties, before: Parties) -> list[tuple[str, Party]]:
    """Give a party without direction the side that it had in the deal before."""
    sides = {p.key: role for role, p in before}
    return [(sides.get(p.key, role) if role == "party" else role, p) for role, p in parties]


def _carried(party: Party) -> Party:
    return dataclasses.replace(party, text=None, start=None, end=None, resolved=True)
