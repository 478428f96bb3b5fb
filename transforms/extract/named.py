"""Finds the parties that names tell, and whose state a name is of."""

import calendar
import dataclasses
from collections.abc import Collection, Iterator

from spacy.tokens import Token

from schemas.lexicon import Match, country_names, members, party_words, regions
from transforms.extract.cast import names_office, title_words
from transforms.extract.context import DocumentContext
from transforms.extract.names import branch, kind_of_name, names_nobody, seat
from transforms.extract.party import Party
from transforms.extract.phrases import (
    name_end,
    name_start,
    names_a_text,
    one_of_many,
    party_noun,
    phrase_bounds,
    phrase_of,
)

_ROLES_IN_CAPITALS = ("company", "organisation", "country", "group")
_CALENDAR = {
    name.lower()
    for names in (calendar.month_name, calendar.day_name, calendar.month_abbr, calendar.day_abbr)
    for name in names
}
_PLACE_PREPOSITIONS = {"of", "in", "from", "at", "for"}


class NameFinder:
    """Finds the parties that are named in one sentence of a document."""

    def __init__(self, context: DocumentContext, offset: int, end: int, event_words: Collection[str] = ()) -> None:
        """Look at the sentence that stands at `offset` in the document's text; `event_words` are never parties."""
        self._context = context
        self._event_words = event_words
        self._offset = offset
        self._names = context.between(offset, end)

    def name_at(self, token: Token) -> Match | None:
        """Return the gazetteer's name that covers a token."""
        start = self._offset + token.idx
        return next((m for m in self._names if m.start <= start < m.end), None)

    def named(self, token: Token) -> list[Party]:
        """Return the party of a gazetteer's name that begins at a token, possessives left out."""
        match = self.name_at(token)
        if (
            match is None
            or match.start != self._position(token)
            or match.name.form not in ("name", "place", "people", "surname")
        ):
            return []
        if self._context.text[match.end : match.end + 2] in ("'s", "’s") or not match.name.country:
            return []
        return member_states(self._party(match))

    def listed(self, party: Party) -> list[Party]:
        """Return the names in a row with a party's own ("Chad, Mali, and Niger"): parsers break such rows."""
        if party.start is None or party.resolved:
            return []
        return [self._party(m) for m in self._context.row(party.start) if m.start != party.start]

    def adjective(self, token: Token) -> Party | None:
        """Return the party that a modifier stands for: "Russian", "US", "NATO", "Rheinmetall"."""
        match = self.name_at(token)
        if match is None or (not match.name.country and match.name.kind != "company"):
            return None
        return self._party(match)

    def only_describes(self, token: Token) -> bool:
        """Whether a name only describes: "the US software firm Foo", "a NATO member", "the Minsk accords"."""
        match = self.name_at(token)
        if match is None:
            return False
        noun = token.head
        if match.name.form == "place" and token.dep_ in ("compound", "amod", "nmod") and names_a_text(noun):
            return True
        if match.name.kind == "country" and token.dep_ == "appos" and self._is_town(noun):
            return True
        of_a_body = match.name.kind == "igo" and noun.i > token.i
        return (of_a_body and one_of_many(noun, phrase_of(noun))) or self._context.describes(match)

    def _is_town(self, token: Token) -> bool:
        """Whether a word names a place where something is done: "in Geneva, | Switzerland"."""
        match = self.name_at(token)
        place = match.name.form == "place" if match is not None else regions().covers(token.text)
        return place and token.dep_ == "pobj" and token.head.lower_ in ("in", "at", "to", "near", "from", "outside")

    def _party(self, match: Match) -> Party:
        text = self._context.text[match.start : match.end]
        name = match.name.name if match.name.form != "place" else text
        return Party(text, match.start, match.end, name, match.name.kind, match.name.country)

    def _within(self, first: int, last: int, token: Token) -> list[Match]:
        start, end = self._offset + token.doc[first].idx, self._offset + token.doc[last].idx + len(token.doc[last])
        return [m for m in self._names if m.start < end and start < m.end]

    def _by_name(self, token: Token, first: int, last: int) -> Party | None:
        """A phrase whose head is a name: in the gazetteer, a person with a title, an organisation, or unknown."""
        match = self.name_at(token)
        if match is not None and match.name.form in ("name", "place", "people", "surname"):
            return self._widened(match, token, first)
        if match is not None and token.pos_ not in ("PROPN", "NOUN"):
            return self._party(match)
        if not token.text[:1].isupper() or (token.pos_ != "PROPN" and token.i == 0):
            return None
        return self._part_of_the_world(token, first, last) or self._unlisted(token, first, last)

    def _part_of_the_world(self, token: Token, first: int, last: int) -> Party | None:
        """ "Africa", "the Mekong": all who are there; whether they take part is decided elsewhere."""
        begin, finish = token.doc[name_start(token, first)], token.doc[name_end(token, last)]
        name = token.doc[begin.i : finish.i + 1].text
        known = name in party_words()["parts_of_the_world"]
        return self._span_party(begin, finish, name, "group", "") if known else None

    def _widened(self, match: Match, token: Token, first: int) -> Party:
        party = self._party(match)
        if match.name.form == "surname" and party.end == self._position(token) + len(token):
            begin = name_start(token, first)  # with first names and initials, but without titles
            while begin < token.i and token.doc[begin].lower_.rstrip(".") in title_words():
                begin += 1
            start = self._position(token.doc[begin])
            party = dataclasses.replace(party, text=self._context.text[start : party.end], start=start)
        if match.name.kind == "person":
            known = self._context.person(match.name.name)
            return dataclasses.replace(party, country=(known.country if known else "") or match.name.country)
        return party

    def _unlisted(self, token: Token, first: int, last: int) -> Party | None:
        """A capitalised name that no lexicon has: its kind from its words, its country from what is beside it."""
        doc = token.doc
        if self._is_no_name(token):
            return None
        begin, finish = name_start(token, first), name_end(token, last)
        words = [t.text for t in doc[begin : finish + 1]]
        if not words or names_nobody(words):
            return None
        span = doc[begin], doc[finish]
        name = doc[begin : finish + 1].text
        if names_office(words):
            return self._office(token, span, name)
        if regions().covers(name) or (len(words) == 1 and party_noun(token) in _ROLES_IN_CAPITALS):
            return None  # "the Company", "Participants": described in capitals, not named
        ship = next((c for c in map(self._context.ship, words) if c), "")
        if ship:
            return self._span_party(*span, name, "military", ship)
        titled = any(names_office([w]) for w in words[:-1])
        kind = None if titled and kind_of_name(words[-1:]) is None else kind_of_name(words)
        country = self._country(token, first, finish) or self._context.firm(name)
        person = self._context.person(name)
        if person is not None and (kind is None or len(words) > 1):
            return self._span_party(*span, person.name, "person", person.country)
        if kind is None:
            kind = "person" if any(names_office([t.text]) for t in doc[first : token.i]) else None
        if not country and kind in ("government", "military", "person"):
            country = self._context.own(self._position(token))
        elif not country and kind == "company":
            home = self._context.home()
            country = seat(name, self._context.following(self._offset + span[1].idx + len(span[1])), home) or home
        return self._span_party(*span, name, kind, country)

    def _is_no_name(self, token: Token) -> bool:
        """Whether a capitalised word tells of the event itself or of a day."""
        return bool({token.lower_, token.lemma_.lower()} & {*self._event_words}) or token.lower_ in _CALENDAR

    def _office(self, token: Token, span: tuple[Token, Token], name: str) -> Party | None:
        """ "The Secretary": whoever was introduced by that title, else an official of the state that speaks."""
        if all(w.lower().rstrip(".") in party_words()["honorifics"] for w in name.split()):
            return None
        known = self._context.titled(name, self._position(token)) or self._context.voice(self._position(token))
        return self._span_party(*span, name, "person", known.country) if known else None

    def _span_party(self, first: Token, last: Token, name: str, kind: str | None, country: str) -> Party:
        start, end = self._offset + first.idx, self._offset + last.idx + len(last)
        return Party(self._context.text[start:end], start, end, name, kind, country)

    def _country(self, token: Token, first: int, last: int) -> str:
        """Return the country of a phrase: a name inside it, an "of"/"in" phrase after it, or an apposition."""
        inside = [m for m in self._within(first, last, token) if m.name.country and m.name.form != "surname"]
        if inside:
            local = len(inside) > 1 and branch(inside[0].name, inside[1].name)
            return inside[local].name.country
        before = self._context.possessor(self._offset + token.doc[first].idx)
        if before:
            return before
        for match in self._places_after(token):
            return match.name.country
        for child in token.children:
            if child.dep_ == "appos":
                for match in self._within(*phrase_bounds(child), token):
                    if match.name.country:
                        return match.name.country
        return ""

    def _places_after(self, token: Token, depth: int = 3) -> Iterator[Match]:
        """Yield the countries in the phrases after a noun: "Government of the Republic of Peru", "firms in Italy"."""
        for prep in token.children:
            if prep.dep_ != "prep" or prep.lower_ not in _PLACE_PREPOSITIONS:
                continue
            for obj in (c for c in prep.children if c.dep_ == "pobj"):
                for one in (obj, *obj.conjuncts):
                    match = self.name_at(one)
                    if match is not None and match.name.country:
                        yield match
                    elif depth and prep.lower_ == "of":
                        yield from self._places_after(one, depth - 1)

    def _places(self, token: Token, first: int, last: int) -> Iterator[Match]:
        inside = [m for m in self._within(first, last, token) if m.name.country]
        if inside:
            seen: set[str] = set()
            for match in inside:
                if match.name.country not in seen:
                    seen.add(match.name.country)
                    yield match
            return
        yield from self._places_after(token)

    def _position(self, token: Token) -> int:
        return self._offset + token.idx


def member_states(party: Party) -> list[Party]:
    """Return the members of a small group of states that acts only through them ("the Quad"), else the party itself."""
    states = members().get(party.country, ())
    return [dataclasses.replace(party, name=country_names()[s], kind="country", country=s) for s in states] or [party]
