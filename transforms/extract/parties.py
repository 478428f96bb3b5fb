"""Turns a noun phrase into the parties it names or refers to."""

import calendar
import dataclasses
import functools
import itertools
from collections.abc import Collection, Iterator, Mapping

from spacy.tokens import Span, Token

from schemas.lexicon import Match, country_names, members, party_words, regions, world_parts
from transforms.extract.arguments import conjuncts
from transforms.extract.cast import names_office, title_words
from transforms.extract.context import DocumentContext, Party
from transforms.extract.firms import names_a_trade
from transforms.extract.names import branch, kind_of_name, names_nobody, seat

_LEFT = {
    "det",
    "amod",
    "compound",
    "nmod",
    "poss",
    "nummod",
    "quantmod",
    "case",
    "punct",
    "flat",
    "predet",
    "advmod",
    "neg",
}
_FIRST_PERSON = {"we", "us", "our", "ourselves", "ours"}
_SINGULAR = {"it", "its", "itself"}
_PLURAL = {"they", "them", "their", "themselves", "theirs"}
_PERSONAL = {"he", "she", "him", "her", "his", "hers", "i", "my", "me"}
_NATION_KINDS = ("country", "igo", "government", "military")
_ROLES_IN_CAPITALS = ("company", "organisation", "country", "group")
_CALENDAR = {
    name.lower()
    for names in (calendar.month_name, calendar.day_name, calendar.month_abbr, calendar.day_abbr)
    for name in names
}
_MASSES = {"yard", "fund", "exchange", "arm", "unit"}
_BOTH = {"two", "both", "three", "four", "five", "six"}
_COUNTS = {"three": 3, "four": 4, "five": 5, "six": 6}
_ONE = {"a", "an", "another", "one", "any"}
_SUBJECTS = ("nsubj", "nsubjpass")
_JOINERS = ("of", "&", "and", "-", "for")
_PLACE_PREPOSITIONS = {"of", "in", "from", "at", "for"}


@functools.cache
def _kind_by_noun() -> Mapping[str, str]:
    kinds = ("government", "military", "company", "organisation", "person", "country", "group")
    table: dict[str, str] = {}
    for kind in kinds:
        for noun in party_words()[kind]:
            table.setdefault(str(noun), kind)
    return table


@functools.cache
def _collectives() -> frozenset[str]:
    return frozenset(party_words()["collective"])


def party_noun(token: Token) -> str | None:
    """Return the kind of party that a common noun stands for, if it does."""
    noun = token.lemma_.lower()
    return _kind_by_noun().get(noun) or ("company" if names_a_trade(noun) else None)


class PartyFinder:
    """Finds the parties of noun phrases in one sentence of a document."""

    def __init__(self, context: DocumentContext, offset: int, end: int, event_words: Collection[str] = ()) -> None:
        """Look at the sentence that stands at `offset` in the document's text; `event_words` are never parties."""
        self._context = context
        self._event_words = event_words
        self._offset = offset
        self._names = context.between(offset, end)

    def parties(self, token: Token) -> list[Party]:
        """Return the parties of the noun phrase headed by `token`, conjuncts left out; none if it is no party."""
        return [one for party in self._phrase_parties(token) for one in member_states(party)]

    def _phrase_parties(self, token: Token) -> list[Party]:
        if self._context.in_dateline(self._position(token)):
            return []
        if token.pos_ in ("PRON", "DET") or token.tag_ in ("PRP", "PRP$", "DT"):
            return self._referents(token)
        first, last = _phrase(token)
        phrase = token.doc[first : last + 1]
        collective = " ".join(t.lower_ for t in phrase) in _collectives()
        if collective and not any(c.dep_ == "prep" and c.lower_ == "of" for c in token.children):
            return [self._here(p, phrase.start_char, phrase.end_char) for p in self._sides(token, phrase.text)]
        named = self._named(token, first, last)
        if named:
            return [named]
        return self._described(token, first, last)

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
        if match.name.form == "place" and token.dep_ in ("compound", "amod", "nmod") and _names_a_text(noun):
            return True
        if match.name.kind == "country" and token.dep_ == "appos" and self._is_town(noun):
            return True
        one_of_many = match.name.kind == "igo" and noun.i > token.i and _one_of_many(noun, _phrase_span(noun))
        return one_of_many or self._context.describes(match)

    def _is_town(self, token: Token) -> bool:
        """Whether a word names a place where something is done: "in Geneva, | Switzerland"."""
        match = self.name_at(token)
        place = match.name.form == "place" if match is not None else regions().covers(token.text)
        return place and token.dep_ == "pobj" and token.head.lower_ in ("in", "at", "to", "near", "from", "outside")

    def _here(self, party: Party, start: int, end: int) -> Party:
        """Return a carried-over party with the words that refer to it."""
        begin, finish = self._offset + start, self._offset + end
        return dataclasses.replace(party, text=self._context.text[begin:finish], start=begin, end=finish, resolved=True)

    def _party(self, match: Match) -> Party:
        text = self._context.text[match.start : match.end]
        name = match.name.name if match.name.form != "place" else text
        return Party(text, match.start, match.end, name, match.name.kind, match.name.country)

    def _within(self, first: int, last: int, token: Token) -> list[Match]:
        start, end = self._offset + token.doc[first].idx, self._offset + token.doc[last].idx + len(token.doc[last])
        return [m for m in self._names if m.start < end and start < m.end]

    def _named(self, token: Token, first: int, last: int) -> Party | None:
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
        begin, finish = token.doc[_name_bounds(token, first)], token.doc[_of_tail(token, last)]
        name = token.doc[begin.i : finish.i + 1].text
        known = name in party_words()["parts_of_the_world"]
        return self._span_party(begin, finish, name, "group", "") if known else None

    def _widened(self, match: Match, token: Token, first: int) -> Party:
        party = self._party(match)
        if match.name.form == "surname" and party.end == self._position(token) + len(token):
            begin = _name_bounds(token, first)  # with first names and initials, but without titles
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
        begin, finish = _name_bounds(token, first), _of_tail(token, last)
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
                for match in self._within(*_phrase(child), token):
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

    def _described(self, token: Token, first: int, last: int) -> list[Party]:
        """A common noun that stands for a party: "the Indian navy", "producers in France and Italy", "the firm"."""
        kind = party_noun(token)
        if kind is None or _measures(token):
            return self._of_both(token)
        named = [one for name in _examples(token) for one in conjuncts(name)]
        if named:
            return [self._with_country(p, token, first, last) for one in named for p in self._phrase_parties(one)]
        places = list(self._places(token, first, last)) or self._towns(token, first, last)
        if places:
            phrase = token.doc[first : last + 1]
            if places[0].name.kind == "igo" and _one_of_many(token, phrase):
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
            referent = self._context.last_of_kind(self._position(token), _antecedents(kind), _described_states(phrase))
        elif determined and kind in ("government", "military"):
            referent = self._context.last_country(self._position(token))
        if referent is not None:
            return [self._here(referent, phrase.start_char, phrase.end_char)]
        if kind in ("company", "organisation", "government", "military", "country", "group") and (plural or determined):
            return [self._span_party(phrase[0], phrase[-1], phrase.text, kind, "")]
        return []

    def _position(self, token: Token) -> int:
        return self._offset + token.idx

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
        elif word in _SINGULAR and _stands_for_an_act(token):
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
        for subject in _subjects_above(token):
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


def member_states(party: Party) -> list[Party]:
    """Return the members of a small group of states that acts only through them ("the Quad"), else the party itself."""
    states = members().get(party.country, ())
    return [dataclasses.replace(party, name=country_names()[s], kind="country", country=s) for s in states] or [party]


def _described_states(phrase: Span) -> frozenset[str] | None:
    """Return the states that a description fits: "the European nation", "the island state"; None if it fits all."""
    words = [t.lemma_.lower() for t in phrase]
    said = [*words, *map(" ".join, itertools.pairwise(words))]
    fitting = [world_parts()[word] for word in said if word in world_parts()]
    return frozenset.intersection(*fitting) if fitting else None


def _names_a_text(noun: Token) -> bool:
    """Whether treaties, laws or gatherings are called by a noun: those are often named after where they were made."""
    called = {noun.text.capitalize(), noun.text.capitalize().removesuffix("s")}
    return not called.isdisjoint((*party_words()["not_parties"], *party_words()["gatherings"]))


def _one_of_many(noun: Token, phrase: Span) -> bool:
    """Whether a phrase is about one member of a body, which does not act for it: "a NATO country", "an EU member"."""
    members = (*party_words()["country"], *party_words()["group"])
    return noun.tag_ == "NN" and phrase[0].lower_ in _ONE and noun.lemma_.lower() in members


def _examples(noun: Token) -> Iterator[Token]:
    """Yield the names that spell out a common noun: "the minister, Jane Doe", "partners such as Chad"."""
    for child in noun.children:
        if child.dep_ == "appos" and child.pos_ == "PROPN":
            yield child
        elif child.dep_ == "prep" and child.lower_ in ("including", "as", "like"):
            yield from (o for o in child.children if o.dep_ == "pobj" and o.pos_ == "PROPN")


def _subjects_above(pronoun: Token) -> Iterator[Token]:
    """Yield the subjects of the verbs above a pronoun, nearest first, but none that it stands in itself.

    Nor that of its own clause, which "it" cannot mean ("Foo sold it a ship"), unless it is a possessive.
    """
    above = [verb for verb in pronoun.ancestors if verb.pos_ in ("VERB", "AUX")]
    barred = set()
    if above and pronoun.tag_ != "PRP$":
        barred = {child for child in above[0].children if child.dep_ in _SUBJECTS}
        if any(child.tag_ in ("WDT", "WP") for child in barred):  # "Britain, which sold it a ship"
            barred.add(above[0].head)
    for verb in above:
        for child in verb.children:
            if child.dep_ in _SUBJECTS and child.i < pronoun.i and pronoun not in child.subtree and child not in barred:
                yield child


def _stands_for_an_act(pronoun: Token) -> bool:
    """Whether "it" is what a noun beside "be" says, and that is nobody: "It was the first sale of its kind"."""
    verb = pronoun.head
    return (
        pronoun.dep_ == "nsubj"
        and verb.lemma_ == "be"
        and any(c.dep_ == "attr" and c.pos_ == "NOUN" and party_noun(c) is None for c in verb.children)
    )


def _measures(noun: Token) -> bool:
    """Whether a noun that may stand for a firm is a measure or sums of money here: "cubic yards", "the funds"."""
    if noun.lemma_ == "chain":
        return any(c.lower_ == "supply" for c in noun.lefts)
    return noun.tag_ == "NNS" and noun.lemma_ in _MASSES and not any(c.dep_ == "compound" for c in noun.lefts)


def _antecedents(kind: str) -> tuple[str, ...]:
    if kind in ("company", "organisation"):
        return (kind,)
    if kind == "person":
        return ("person",)
    return _NATION_KINDS


def _phrase_span(noun: Token) -> Span:
    first, last = _phrase(noun)
    return noun.doc[first : last + 1]


def _phrase(token: Token) -> tuple[int, int]:
    """Return the first and last token index of a noun phrase, from its leftmost modifier to its head."""
    first = token.i
    stack = [token]
    while stack:
        for child in stack.pop().lefts:
            if child.dep_ in _LEFT and child.dep_ != "punct":
                first = min(first, child.i)
                stack.append(child)
    return first, token.i


def _name_bounds(token: Token, first: int) -> int:
    """Return the index of the first capitalised word of a name that ends at `token`; past it, if it is but a joiner."""
    doc, begin = token.doc, token.i
    while begin > first and (doc[begin - 1].text[:1].isupper() or doc[begin - 1].lower_ in _JOINERS):
        begin -= 1
    while begin <= token.i and doc[begin].lower_ in (*_JOINERS, "the"):
        begin += 1
    return begin


def _of_tail(token: Token, last: int) -> int:
    """Return the index of a name's last word where it goes on with "of" or "for": "Ministry of Foreign Affairs"."""
    kind = kind_of_name([token.text])
    prepositions = () if kind is None else ("of",) if kind == "company" else ("of", "for")
    for child in token.rights:
        if child.dep_ == "prep" and child.lower_ in prepositions and child.i == last + 1:
            for obj in child.children:
                if obj.dep_ == "pobj" and obj.text[:1].isupper():
                    return obj.i
    return last
