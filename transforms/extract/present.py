"""Lists everyone whom a sentence names or refers to, whether or not a trigger's grammar reaches them."""

import dataclasses
from collections.abc import Container, Iterable, Iterator

from spacy.tokens import Doc, Token

from schemas.lexicon import gazetteer, party_words
from transforms.extract.named import member_states
from transforms.extract.parties import PartyFinder
from transforms.extract.party import FIRMS, Party

_MODIFIERS = {"amod", "compound", "npadvmod", "nmod"}
_CONTESTS = {"over": "choosing", "against": "winning"}
"""Prepositions that name who lost, and after which verbs."""
_NATIONS = {"country", "igo"}


@dataclasses.dataclass(frozen=True)
class Presence:
    """A party with the word by which a sentence brings it in."""

    party: Party
    token: Token

    @property
    def group(self) -> tuple[str, str]:
        """What two presences share if they mean the same: a state and a firm of that state are two."""
        return self.party.identity


def everyone(doc: Doc, finder: PartyFinder) -> list[Presence]:
    """Return the parties of all noun phrases, modifiers and pronouns of a sentence, in order, each phrase once."""
    found: dict[tuple[int | None, int | None, str], Presence] = {}
    for token in doc:
        for party in _parties(token, finder):
            found.setdefault((party.start, party.end, party.key), Presence(party, token))
    everybody = list(found.values())
    beside = (p for p in everybody if not any(aside(p.token) for aside in _ASIDE))
    return [p for p in beside if not any(idle(p, everybody) for idle in _IDLE)]


def _lost(token: Token) -> bool:
    """Whether somebody lost to another: the "Foo" of "beating (a bid from) Foo", "Bar instead of Foo"."""
    name = _whole(token, {*_MODIFIERS, "conj", "appos", "poss"})
    if name.dep_ != "pobj":
        return _beaten(name)
    preposition = name.head
    if preposition.lower_ in _CONTESTS:
        holder = preposition.head
        verb = holder.head if holder.dep_ == "dobj" else holder  # "chose | Foo over Bar"
        return verb.lemma_.lower() in party_words()[_CONTESTS[preposition.lower_]]
    if preposition.lower_ == "of":
        return any(word.lower_ == "instead" for word in (preposition.head, *preposition.children))
    return preposition.lower_ in ("from", "by") and _beaten(preposition.head)


def _beaten(noun: Token) -> bool:
    return noun.dep_ == "dobj" and noun.head.lemma_.lower() in party_words()["beating"]


def _whole(token: Token, relations: Container[str]) -> Token:
    """Return the noun that a word says more of or goes with, up such relations: the bid of "Foo's bid"."""
    while token.dep_ in relations and token.head.i != token.i:
        token = token.head
    return token


def _made_the_replaced(token: Token) -> bool:
    """Whether somebody only made what makes room for the goods: the "British" of "to replace British-built ships"."""
    above = _whole(token, _MODIFIERS)
    return above.i != token.i and above.dep_ == "dobj" and above.head.lemma_.lower() in party_words()["replacing"]


def _only_judges(token: Token) -> bool:
    """Whether somebody but thinks ill of the acts of others: the "Foo" of "despite Foo's objections to the sale"."""
    whole = _whole(token, ("compound",))
    above = whole.head
    owner = whole.dep_ == "poss" and above.pos_ == "NOUN"
    speaker = whole.dep_ == "nsubj" and above.pos_ == "VERB" and not any(c.dep_ == "conj" for c in above.children)
    return (owner or speaker) and above.lemma_.lower() in party_words()["opposing"]


def _is_home(presence: Presence, others: Iterable[Presence]) -> bool:
    """Whether a state only tells whose the firm beside it is: "Brazil's Vale", "Bombardier of Canada"."""
    party, token = presence.party, presence.token
    if party.kind not in _NATIONS or party.resolved:
        return False
    owned = token.head if token.dep_ == "poss" else token.head.head if token.head.lower_ == "of" else None
    if token.dep_ == "pobj" and token.head.lower_ == "in" and token.head.head.dep_ == "appos":
        return token.head.head.pos_ == "NOUN"  # "Foo, the largest bank in Peru"
    return owned is not None and any(
        (other.token == owned or (other.token.head == owned and other.token.dep_ == "compound"))
        and owned.pos_ == "PROPN"
        and other.party.kind in (*FIRMS, None)
        and other.party.country == party.country
        for other in others
    )


def _introduces(presence: Presence, others: Iterable[Presence]) -> bool:
    """Whether a phrase only says what a firm beside it is: "Italian carmaker Fiat", "Fiat, the carmaker"."""
    party, token = presence.party, presence.token
    if party.start is None or party.end is None or party.kind not in FIRMS or token.pos_ != "NOUN":
        return False
    if token.dep_ == "appos" and any(
        other.token == token.head and other.party.kind in (*FIRMS, None) for other in others
    ):
        return True
    return not party.resolved and any(
        other.party.start is not None
        and other.party.start == party.end + 1
        and not other.party.resolved
        and other.token.pos_ == "PROPN"
        and other.party.kind in (*FIRMS, None)
        and other.party.country in (party.country, "")
        for other in others
    )


def _is_office(presence: Presence, others: Iterable[Presence]) -> bool:
    """Whether a phrase is the office of somebody known, who is named right behind it and says better whose it is.

    The "Defense Secretary" of "Defense Secretary Robert Gates" is that of his state, not that of the text's main one.
    """
    party = presence.party
    if party.end is None or party.text is None or any(m.name.country for m in gazetteer().find(party.text)):
        return False
    return any(
        other.party.start == party.end + 1
        and other.token.pos_ == "PROPN"
        and presence.token.head in (other.token, other.token.head)
        and other.party.country not in ("", party.country)
        for other in others
    )


def _is_part(presence: Presence, others: Iterable[Presence]) -> bool:
    """Whether a phrase is but a part of somebody's name: the "Jane" of Jane Doe, the "Interior" of its ministry.

    States in the names of others stay, as in "Russian Defence Minister", but for those in the names of firms.
    """
    party = presence.party
    if party.resolved or party.start is None or party.end is None:
        return False
    for other in others:
        whole = other.party
        if (
            whole.start is not None
            and whole.end is not None
            and whole.start <= party.start
            and party.end <= whole.end
            and whole.end - whole.start > party.end - party.start
            and not whole.resolved
            and other.token.pos_ == "PROPN"
            and (not party.country or whole.kind in FIRMS or party.kind not in _NATIONS)
        ):
            return True
    return False


def _parties(token: Token, finder: PartyFinder) -> Iterator[Party]:
    if finder.only_describes(token):
        return
    if token.pos_ in ("NOUN", "PROPN", "PRON") or token.tag_ in ("PRP", "PRP$"):
        yield from finder.parties(token)
    if token.pos_ in ("ADJ", "PROPN", "NOUN"):
        modifier = finder.adjective(token)
        if modifier is not None:
            yield from member_states(modifier)


_ASIDE = (_lost, _made_the_replaced, _only_judges)
"""What leaves somebody aside, whoever else is named."""

_IDLE = (_is_part, _introduces, _is_home, _is_office)
"""What makes a presence one that takes no part beside the others."""
