"""Someone who may take part in an event, and when two of them may be the same."""

import dataclasses
import re

from schemas.lexicon import Match, country_names

FIRMS = ("company", "organisation")
"""Kinds of parties that trade on their own account."""


@dataclasses.dataclass(frozen=True)
class Party:
    """Someone who may take part in an event, with the words that name them in the clause (null if carried over)."""

    text: str | None
    start: int | None
    end: int | None
    name: str
    kind: str | None
    country: str
    resolved: bool = False

    @property
    def key(self) -> str:
        """What makes two parties the same: the country or body behind them, else the name's last word."""
        return self.country or (re.findall(r"\w+", self.name.lower()) or [""])[-1]

    @property
    def identity(self) -> tuple[str, str]:
        """The key, with the name of a firm: a state and its firms act apart, and so do two firms of one state."""
        return self.key, self.name.lower() if self.kind in FIRMS else ""

    def may_be(self, other: "Party") -> bool:
        """Whether two parties may be one: a state may act through its firm, but two named firms of a state are two."""
        two = self.is_named_firm and other.is_named_firm and not _same_firm(self.name, other.name)
        return self.key == other.key and not two

    @property
    def is_named_firm(self) -> bool:
        """Whether this is a firm by its name, not by a description ("the Italian carmaker")."""
        return self.kind in FIRMS and not self.name.rpartition(" ")[2].islower()


def _same_firm(one: str, other: str) -> bool:
    """Whether two names may be of one firm: alike, one a part of the other, or one the other's first letters."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    initials = "".join(word[0] for word in re.findall(r"\w+", long) if word not in ("of", "and", "the", "for"))
    return short in long or short == initials


def carried(match: Match) -> Party:
    """Return the party of a name from before the sentence."""
    name = match.name
    country_name = country_names().get(name.country, name.name)
    known_as = country_name if name.kind == "country" else name.name
    return Party(None, None, None, known_as, name.kind, name.country, resolved=True)


def state(country: str) -> Party:
    """Return a state that no words of the sentence name."""
    return Party(None, None, None, country_names().get(country, country), "country", country, resolved=True)
