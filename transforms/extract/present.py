"""Lists everyone whom a sentence names or refers to, whether or not a trigger's grammar reaches them."""

import dataclasses
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from transforms.extract.context import Party
from transforms.extract.parties import PartyFinder

_FIRMS = {"company", "organisation"}


@dataclasses.dataclass(frozen=True)
class Presence:
    """A party with the word by which a sentence brings it in."""

    party: Party
    token: Token

    @property
    def group(self) -> tuple[str, str]:
        """What two presences share if they mean the same: a state and a firm of that state are two."""
        return group_of(self.party)


def group_of(party: Party) -> tuple[str, str]:
    """Return a party's key, with its name where it is a firm: a state and its firms act apart."""
    return party.key, party.name.lower() if party.kind in _FIRMS else ""


def everyone(doc: Doc, finder: PartyFinder) -> list[Presence]:
    """Return the parties of all noun phrases, modifiers and pronouns of a sentence, in order, each phrase once."""
    found: dict[tuple[int | None, int | None, str], Presence] = {}
    for token in doc:
        for party in _parties(token, finder):
            found.setdefault((party.start, party.end, party.key), Presence(party, token))
    return list(found.values())


def _parties(token: Token, finder: PartyFinder) -> Iterator[Party]:
    if token.pos_ in ("NOUN", "PROPN", "PRON") or token.tag_ in ("PRP", "PRP$"):
        yield from finder.parties(token)
    if token.pos_ in ("ADJ", "PROPN", "NOUN"):
        modifier = finder.adjective(token)
        if modifier is not None:
            yield modifier
