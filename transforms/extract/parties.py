"""Turns a noun phrase into the parties it names or refers to."""

import dataclasses
import functools
from collections.abc import Iterator

from spacy.tokens import Token

from schemas.lexicon import Match, party_words, regions
from transforms.extract.arguments import conjuncts
from transforms.extract.named import NameFinder, member_states
from transforms.extract.party import Party
from transforms.extract.phrases import (
    described_states,
    examples,
    measures,
    one_of_many,
    party_noun,
    phrase_bounds,
    stands_for_an_act,
    subjects_above,
)

_FIRST_PERSON = {"we", "us", "our", "ourselves", "ours"}
_SINGULAR = {"it", "its", "itself"}
_PLURAL = {"they", "them", "their", "themselves", "theirs"}
_PERSONAL = {"he", "she", "him", "her", "his", "hers", "i", "my", "me"}
_NATION_KINDS = ("country", "igo", "government", "military")
_BOTH = {"two", "both", "three", "four", "five", "six"}
_COUNTS = {"three": 3, "four": 4, "five": 5, "six": 6}


@functools.cache
def _collectives() -> frozenset[str]:
    return frozenset(party_words()["collective"])


class PartyFinder(NameFinder):
    """Finds the parties of noun phrases in one sentence of a document: by name, description or pronoun."""

    def parties(self, token: Token) -> list[Party]:
        """Return the parties of the noun phrase headed by `token`, conjuncts left out; none if it is no party."""
        return [one for party in self._phrase_parties(token) for one in member_states(party)]

    def _phrase_parties(self, token: Token) -> list[Party]:
        if self._context.in_dateline(self._position(token)):
            return []
        if token.pos_ in ("PRON", "DET") or token.tag_ in ("PRP", "PRP$", "DT"):
            return self._referents(token)
        first, last = phrase_bounds(token)
        phrase = token.doc[first : last + 1]
        collective = " ".join(t.lower_ for t in phrase) in _collectives()
        if collective and not any(c.dep_ == "prep" and c.lower_ == "of" for c in token.children):
            return [self._here(p, phrase.start_char, phrase.end_char) for p in self._sides(token, phrase.text)]
        named = self._by_name(token, first, last)
        if named:
            return [named]
        return self._described(token, first, last)

    def _here(self, party: Party, start: int, end: int) -> Party:
        """Return a carried-over party with the words that refer to it."""
        begin, finish = self._offset + start, self._offset + end
        return dataclasses.replace(party, text=self._context.text[begin:finish], start=begin, end=finish, resolved=True)

    def _described(self, token: Token, first: int, last: int) -> list[Party]:
        """A common noun that stands for a party: "the Indian navy", "producers in France and Italy", "the firm"."""
        kind = party_noun(token)
        if kind is None or measures(token):
            return self._of_both(token)
        named = [one for name in examples(token) for one in conjuncts(name)]
        if named:
            return [self._with_country(p, token, first, last) for one in named for p in self._phrase_parties(one)]
        places = list(self._places(token, first, last)) or self._towns(token, first, last)
        if places:
            phrase = token.doc[first : last + 1]
            if places[0].name.kind == "igo" and one_of_many(token, phrase):
                return [self._span_party(phrase[0], phrase[-1], phrase.text, kind, "")]
            if kind == "company" and phrase[0].lower_ in ("the", "this", "that") and token.tag_ == "NN":
                meant = self._context.last_firm(self._position(token), places[0].name.country)
                if meant is not None and len(places) == 1:
                    return [self._here(meant, phrase.start_char, phrase.end_char)]
            return [
                dataclasses.replace(self._span_party(phrase[0], phrase[-1], phrase.text, kind, place.name.country))
                for place in places
            ]
        return self._of_both(token) or self._definite(token, kind, first, last)

    def _of_both(self, token: Token) -> list[Party]:
        """ "Ships of both navies", "experts of the two countries": those after the "of" act through the noun."""
        for prep in token.children:
            if prep.dep_ == "prep" and prep.lower_ in ("of", "from"):
                for obj in prep.children:
                    if obj.dep_ == "pobj" and any(c.lower_ in _BOTH for c in obj.lefts):
                        return self._phrase_parties(obj)
        return []

    def _with_country(self, party: Party, token: Token, first: int, last: int) -> Party:
        return party if party.country else dataclasses.replace(party, country=self._country(token, first, last))

    def _towns(self, token: Token, first: int, last: int) -> list[Match]:
        """Return the town or region in a description: "the Kassel firm"."""
        found = regions().find(token.doc[first : last + 1].text)
        return [m for m in found if m.name.country][:1]

    def _definite(self, token: Token, kind: str, first: int, last: int) -> list[Party]:
        """ "The company", "the two ministers": whom it refers to, or the bare description where that is not known."""
        phrase = token.doc[first : last + 1]
        plural = token.tag_ in ("NNS", "NNPS")
        determined = phrase[0].lower_ in (
            "the",
            "its",
            "their",
            "his",
            "her",
            "this",
            "that",
            "these",
            "those",
            "both",
            "our",
        )
        referent: Party | None = None
        if plural and determined and any(t.lower_ in _BOTH for t in phrase):
            return [self._here(p, phrase.start_char, phrase.end_char) for p in self._sides(token, phrase.text)]
        if plural and kind in ("country", "group") and phrase[0].lower_ in ("these", "those", "all"):
            listed = self._context.last_row(self._position(token))
            if listed:
                return [self._here(p, phrase.start_char, phrase.end_char) for p in listed]
        if token.lemma_.lower() in party_words()["others"] and (phrase[0].lower_ == "our" or not plural):
            return [self._span_party(phrase[0], phrase[-1], phrase.text, kind, "")]
        if phrase[0].lower_ == "our":
            referent = self._context.voice(self._position(token))
        elif determined and not plural:
            referent = self._context.last_of_kind(self._position(token), _antecedents(kind), described_states(phrase))
        elif determined and kind in ("government", "military"):
            referent = self._context.last_country(self._position(token))
        if referent is not None:
            return [self._here(referent, phrase.start_char, phrase.end_char)]
        if kind in ("company", "organisation", "government", "military", "country", "group") and (plural or determined):
            return [self._span_party(phrase[0], phrase[-1], phrase.text, kind, "")]
        return []

    def _sides(self, token: Token, phrase: str) -> list[Party]:
        count = next((n for word, n in _COUNTS.items() if word in phrase.lower().split()), 2)
        firms = self._context.last_firms(self._position(token), count) if party_noun(token) == "company" else []
        if len(firms) == count:
            return firms
        row = self._context.last_row(self._position(token)) if count > 2 else []
        return row if len(row) == count else self._context.two_sides(self._position(token), count)

    def _referents(self, token: Token) -> list[Party]:
        word, position = token.lower_, self._position(token)
        if word in ("both", "each") and token.dep_ != "det":
            found: list[Party | None] = list(self._context.two_sides(position))
        elif word in _FIRST_PERSON:
            found = list(self._context.voices(position))
        elif word in _SINGULAR and stands_for_an_act(token):
            found = []
        elif word in _SINGULAR:
            subject = self._governing(token, plural=False)
            found = list(subject) or [
                self._context.topic(self._offset, (*_NATION_KINDS, "company", "organisation"))
                or self._context.last_of_kind(position, (*_NATION_KINDS, "company", "organisation"))
            ]
        elif word in _PLURAL:
            found = list(self._governing(token, plural=True)) or list(self._plural(position))
        elif word in _PERSONAL:
            found = [self._context.last_person(position)]
        else:
            found = []
        start, end = token.idx, token.idx + len(token)
        return [self._here(p, start, end) for p in found if p is not None]

    def _governing(self, token: Token, *, plural: bool) -> list[Party]:
        """Whom "it" in "Foo said it would" means: the subject of the pronoun's own clause or of one above it."""
        for subject in subjects_above(token):
            several = subject.tag_ in ("NNS", "NNPS") or any(c.dep_ == "conj" for c in subject.children)
            if subject.pos_ not in ("NOUN", "PROPN") or (several and not plural):
                return []
            return [p for one in conjuncts(subject) for p in self._phrase_parties(one) if p.kind != "person"]
        return []

    def _plural(self, position: int) -> Iterator[Party]:
        """ "They": the parties of the sentence before if it names two, else whoever was named last."""
        sides = self._context.two_sides(position)
        if len(sides) == 2:
            yield from sides
            return
        last = self._context.last_country(position)
        if last is not None:
            yield last


def _antecedents(kind: str) -> tuple[str, ...]:
    if kind in ("company", "organisation"):
        return (kind,)
    if kind == "person":
        return ("person",)
    return _NATION_KINDS
