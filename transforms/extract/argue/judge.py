"""Decides which parties, items, sums and dates an event has, by fitted weights."""

import math
from collections.abc import Callable, Mapping, Sequence

from transforms.extract.argue.question import NONE, TAKEN, Argument, Cast
from transforms.extract.party import Party
from transforms.extract.score import dot, sigmoid
from transforms.extract.weights import Weights

_TINY = 1e-9
_EITHER = 2.0
"""So many times likelier may the side of a party be on which all others are, for it to be put on the other side."""


class Judge:
    """Decides which arguments an event has, by the fitted weights; as the rules say where none are fitted."""

    def __init__(self, weights: Weights) -> None:
        """Take the weights."""
        self._weights = weights

    @property
    def is_fitted(self) -> bool:
        """Whether there are weights for arguments."""
        return bool(self._weights.arguments)

    def probabilities(self, argument: Argument) -> dict[str, float]:
        """Return the probability of each answer (roles, `taken`, `none`); the rules' own is certain without weights."""
        table = self._weights.arguments.get(argument.kind)
        if not table:
            return {argument.rule: 1.0}
        if argument.kind != "party":
            chance = sigmoid(dot(table[TAKEN], argument.signs))
            return {TAKEN: chance, NONE: 1 - chance}
        scores = self._weights.parts[argument.kind].scores(argument.signs)
        top = max(scores.values())
        total = sum(math.exp(s - top) for s in scores.values())
        return {answer: math.exp(s - top) / total for answer, s in scores.items()}

    def parties(self, arguments: Sequence[Argument], *, directed: bool) -> list[tuple[str, Party]]:
        """Return who takes part, and how, the likeliest first."""
        asked = [(a.said, a.rule, self.probabilities(a)) for a in arguments if isinstance(a.said, Party)]
        cast = [(party, chances) for party, _, chances in asked]
        roles = sides([chances for _, chances in cast], self._weights.least.get("party", 0.5), directed=directed)
        roles = brokered([(party, rule) for party, rule, _ in asked], roles)
        found = [(1 - chances.get(NONE, 0.0), role, party) for (party, chances), role in zip(cast, roles, strict=True)]
        unique: list[tuple[str, Party]] = []
        for _, role, party in sorted(found, key=lambda f: (-f[0], f[1], f[2].start or -1, f[2].name)):
            if role != NONE and not any(role == r and party.may_be(p) for r, p in unique):
                unique.append((role, party))
        return _without_needless(unique, directed=directed)

    def chosen(self, kind: str, arguments: Sequence[Argument]) -> list[Argument]:
        """Return the arguments of a kind that are likely enough, the likeliest first."""
        least = self._weights.least.get(kind, 0.5)
        rated = [(self.probabilities(a).get(TAKEN, 0.0), a) for a in arguments]
        return [a for chance, a in sorted(rated, key=lambda r: -r[0]) if chance >= least]


def sides(chances: Sequence[Mapping[str, float]], least: float, *, directed: bool) -> list[str]:
    """Return the role of each who may take part in an event, `none` for those who do not.

    A party takes part if that is likely enough, whatever its role; and where one gives and another gets, not all are on
    one side: the least certain goes over unless its own side is far likelier.

    Args:
        chances: The probability of each answer for each party.
        least: The least probability of taking part.
        directed: Whether one gives and another gets.
    """
    found = []
    for chance in chances:
        allowed = sorted(a for a in chance if a != NONE and (directed or a in ("party", "broker")))
        takes_part = allowed and 1 - chance.get(NONE, 0.0) >= least
        found.append(max(allowed, key=lambda a: chance[a]) if takes_part else NONE)
    for side, other in (("supplier", "recipient"), ("recipient", "supplier")):
        taking = [i for i, role in enumerate(found) if role != NONE]
        if len(taking) > 1 and all(found[i] == side for i in taking):
            unsure = min(taking, key=lambda i: chances[i][side] / max(chances[i].get(other, 0.0), _TINY))
            if chances[unsure][side] <= _EITHER * chances[unsure].get(other, 0.0):
                found[unsure] = other
            break
    return found


def brokered(asked: Sequence[tuple[Party, str]], roles: Sequence[str]) -> list[str]:
    """Return roles in which whoever acts for others by the grammar ("bought from X through Y") is on no side of theirs.

    A firm that acts for its own state takes no part beside it, nor does a state through which goods pass. Without
    another on the side, it is the side.

    Args:
        asked: Each who may take part, with the role that the rules give.
        roles: The roles by the fitted weights.
    """
    found = list(roles)
    for i, ((party, rule), role) in enumerate(zip(asked, roles, strict=True)):
        if rule != "broker" or role not in ("supplier", "recipient"):
            continue
        beside = [p for (p, r), taken in zip(asked, roles, strict=True) if taken == role and r != "broker"]
        if beside:
            own = any(party.may_be(p) or (party.country and party.country == p.country) for p in beside)
            found[i] = NONE if own or party.kind == "country" else "broker"
    return found


def rows_completed(parties: Cast, row_of: Callable[[Party], Sequence[Party]]) -> list[tuple[str, Party]]:
    """Add the rest of a row of names of which most take part in one role: "Chad, Mali and Niger" act as one.

    Args:
        parties: Who takes part, and how.
        row_of: Returns the others in the row in which a party is named.
    """
    found = list(parties)
    for role, party in parties:
        others = row_of(party)
        roles = {p.key: r for r, p in found}
        alike = 1 + sum(roles.get(p.key) == role for p in others)
        if others and alike * 2 >= len(others) + 1:
            found += [(role, p) for p in others if p.key not in roles]
    return found


def _without_needless(parties: Sequence[tuple[str, Party]], *, directed: bool) -> list[tuple[str, Party]]:
    """Leave out who is carried over from before the sentence where the sentence itself names that side."""
    said = [(role, party.identity) for role, party in parties if party.text is not None]
    sides = {role for role, _ in said}
    full = len({identity for _, identity in said}) > 1
    return [
        (role, party) for role, party in parties if party.text is not None or not (role in sides if directed else full)
    ]
