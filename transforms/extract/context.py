"""What a document has said so far: its names, people and countries, and what pronouns and "both sides" refer to."""

import bisect
import datetime
import functools
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from schemas.lexicon import Match, Name, gazetteer, party_words
from transforms.extract.acronyms import Acronym, defined_acronyms
from transforms.extract.cast import Person, read_datelines, read_people, ship_country, title_words
from transforms.extract.firms import main_state, read_firms
from transforms.extract.names import kind_of_name, seat
from transforms.extract.party import FIRMS, Party, carried, state
from transforms.extract.voices import heading_names, issuers, shifted, speakers

_CURRENCY = re.compile(r"[$€£¥₹]\s?\d")
_MORE_NAME = re.compile(r"\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?P<word>[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)")
_QUOTE = re.compile(r"“[^”\n]{2,1500}(?:”|$)|\"[^\"\n]{2,1500}(?:\"|$)")
_SAYS = re.compile(
    r"\b(?:said|says|told|added|stated|noted|explained|announced|declared|wrote|remarked|commented|stressed|continued)\b"
)
_ROW = re.compile(r",? and (?:the )?|, (?:the )?")
_BESIDE_QUOTE = 160
_PAIR_SHARE = 0.75
_FEW = 3
_REACH = 12
_SENTENCE_END = re.compile(r"[.!?]['\"”’]?\s|\n")
_SENTENCE = 600
_OPENING = 4
_ASIDE = {"in", "with", "from", "by", "for", "at", "to", "of", "on", "against", "under", "outside", "inside"}
_INSTITUTIONS = ("government", "military")
_NAMES = 300
_MEMORY = 900
"""How many characters back a party is still in mind when \"both sides\" are spoken of."""


class DocumentContext:
    """The names of a document in order, and who its people act for."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]], published: datetime.date | None) -> None:
        """Read the names in `spans` (the paragraphs that are read) of `text`."""
        self.text = text
        self.published = published
        named = (shifted(m, start, published) for start, end in spans for m in gazetteer().find(text[start:end]))
        found = [m for m in named if not self._part_of_somebody(m) and not _of_currency(text, m)]
        self._datelines = read_datelines(text, spans)
        self.names: list[Match] = [m for m in found if m.name.form != "surname" or self._known_official(m)]
        self._people = read_people(text, spans, self.names)
        self._firms = read_firms(text, self.names)
        longer = {m.start: m.end for m in self._firms.names}
        alone = (m for m in self.names if longer.get(m.start, 0) <= m.end)
        known = sorted([*alone, *self._firms.names], key=lambda m: m.start)
        self.names = [m for m in known if not self.in_dateline(m.start)]
        self._starts = [m.start for m in self.names]
        self.frequency = Counter(m.name.country for m in self.names if m.name.country)
        for defined in defined_acronyms(text, spans):
            self._learn(defined)
        heads = [m for m in heading_names(text, published) if self._is_somebody(m)]
        self._issued = issuers(text, self.names, self.row, heads)
        self._authors = self._issued or speakers(text, self.names)

    def between(self, start: int, end: int) -> list[Match]:
        """Return the names found in `text[start:end]`."""
        low, high = bisect.bisect_left(self._starts, start), bisect.bisect_left(self._starts, end)
        return [m for m in self.names[low:high] if m.end <= end]

    def row(self, position: int) -> list[Match]:
        """Return the names of states and bodies in the row in which the one at `position` stands."""
        at = bisect.bisect_left(self._starts, position)
        if at >= len(self.names) or self.names[at].start != position or not _in_row(self.names[at]):
            return []
        low = high = at
        while low > 0 and self._joined(low - 1, low):
            low -= 1
        while high + 1 < len(self.names) and self._joined(high, high + 1):
            high += 1
        return self.names[low : high + 1] if high > low + 1 or self._coordinated(low, high) else []

    def last_row(self, position: int) -> list[Party]:
        """Return the last names before `position` in a row of three or more: what "these countries" means."""
        for match in self.countries_before(position, most=20):
            row = self.row(match.start) if position - match.start <= _MEMORY else []
            if len(row) >= _FEW:
                return [carried(m) for m in row]
        return []

    def _joined(self, one: int, other: int) -> bool:
        first, second = self.names[one], self.names[other]
        gap = self.text[first.end : second.start]
        return (
            _in_row(first)
            and _in_row(second)
            and first.name.country != second.name.country
            and bool(_ROW.fullmatch(gap))
        )

    def _coordinated(self, low: int, high: int) -> bool:
        return high > low and "and" in self.text[self.names[low].end : self.names[high].start].split()

    def in_dateline(self, position: int) -> bool:
        """Whether a place stands in a dateline, where nobody takes part in anything."""
        return any(start <= position < end for start, end in self._datelines)

    def person(self, name: str) -> Party | None:
        """Return whom a person's name or surname stands for, if the document or the lexicon says."""
        words = re.findall(r"[\w’'-]+", name)
        known = self._people.get(words[-1]) if words else None
        return self._acting(known) if known and self._serves(known) else None

    def titled(self, title: str, position: int) -> Party | None:
        """Return whom a bare title means ("the minister"): the last one introduced by it before `position`."""
        words = set(title.lower().split())
        known = [
            p for p in self._people.values() if p.start < position and words <= set(p.title.split()) and self._serves(p)
        ]
        return self._acting(max(known, key=lambda p: p.start)) if known else None

    def firm(self, name: str) -> str:
        """Return the country of a firm that no lexicon has, if the document gives it."""
        known = gazetteer().find(name)
        if known and gazetteer().covers(name) and known[0].name.kind == "company":
            return known[0].name.country
        words = re.sub(r"['’]s$", "", name).lower().split()
        countries = self._firms.countries
        return countries.get(" ".join(words)) or countries.get(words[0], "") if words else ""

    def following(self, position: int) -> str:
        """Return the text after `position`, as far as a name may go on."""
        return self.text[position : position + _REACH]

    def ship(self, prefix: str) -> str:
        """Return the state whose ships bear a prefix."""
        return ship_country(prefix, self.frequency)

    def home(self) -> str:
        """Return the state that a document is about, if one is named more than all others together."""
        return main_state(self.frequency)

    def countries_before(self, position: int, most: int = 12) -> list[Match]:
        """Return names with a country or body, nearest first, that end before `position`."""
        high = bisect.bisect_left(self._starts, position)
        return [m for m in reversed(self.names[:high]) if m.name.country and not self.describes(m)][:most]

    def two_sides(self, position: int, count: int = 2) -> list[Party]:
        """Return the parties that "both sides" means at `position`: near ones that weigh in the document."""
        return [carried(m) for m in self._distinct(position, count)]

    def pair(self, position: int) -> list[Party]:
        """Return the two states that the text before `position` is about, if nearly all its names are theirs."""
        counts = Counter(
            m.name.country for m in self.names[: bisect.bisect_left(self._starts, position)] if m.name.country
        )
        top = counts.most_common(2)
        if len(top) < 2 or top[1][1] < 2 or sum(n for _, n in top) < _PAIR_SHARE * sum(counts.values()):
            return []
        return [state(country) for country, _ in top]

    def nation(self, position: int) -> str:
        """Return the state of a bare institution ("the Ministry of Defence"): the document's, else the last named."""
        last = self.last_country(position)
        return self.home() or (last.country if last else "")

    def own(self, position: int) -> str:
        """Return the state of an unlisted official or force: the document's, else its author's, else the last named."""
        voice = self.voice(position)
        if self._issued and voice:
            return voice.country
        return self.home() or (voice.country if voice else "") or self.nation(position)

    def last_country(self, position: int) -> Party | None:
        """Return the state or body named last before `position`."""
        for match in self.countries_before(position):
            if match.name.kind in ("country", "igo", "government", "military"):
                return carried(match)
        return None

    def last_of_kind(self, position: int, kinds: Iterable[str], states: Container[str] | None = None) -> Party | None:
        """Return the nearest party of one of `kinds`, and of one of `states` if given, before `position`."""
        wanted = set(kinds)
        high = bisect.bisect_left(self._starts, position)
        for match in reversed(self.names[:high]):
            if match.name.kind in wanted and not self.describes(match) and (not states or match.name.country in states):
                return carried(match)
        return None

    def last_firm(self, position: int, country: str) -> Party | None:
        """Return the firm of a state that was named last before `position`: what "the Italian carmaker" means."""
        for match in reversed(self.names[: bisect.bisect_left(self._starts, position)]):
            if match.name.kind == "company" and match.name.country == country:
                return carried(match)
        return None

    def last_firms(self, position: int, count: int = 2) -> list[Party]:
        """Return the firms of which a document has spoken most, among those named shortly before `position`."""
        named = [m for m in self._before(position) if m.name.kind == "company"]
        spoken = Counter(m.name.name for m in named)
        near: dict[str, Match] = {}
        for match in reversed(named):
            if position - match.start <= _MEMORY or len(near) < count:
                near.setdefault(match.name.name, match)
        return [carried(m) for m in sorted(near.values(), key=lambda m: -spoken[m.name.name])[:count]]

    def _before(self, position: int) -> list[Match]:
        """Return the last names before `position`, as far back as a reader may remember them."""
        at = bisect.bisect_left(self._starts, position)
        return self.names[max(0, at - _NAMES) : at]

    def last_named(self, party: Party, position: int) -> tuple[int, int] | None:
        """Return where a party was last named before `position`: a firm by its name, any other by its state's."""
        if party.kind in FIRMS:
            for match in reversed(self._before(position)):
                if match.name.name == party.name:
                    return match.start, match.end
        for match in self.countries_before(position):
            if match.name.country == party.country and party.country:
                return match.start, match.end
        return None

    def topic(self, position: int, kinds: Iterable[str]) -> Party | None:
        """Return what the sentence before `position` began with: a pronoun goes on with that, not with its end."""
        wanted = set(kinds)
        borders = [
            m.end() for m in _SENTENCE_END.finditer(self.text, max(0, position - _SENTENCE), max(0, position - 2))
        ]
        start = borders[-1] if borders else max(0, position - _SENTENCE)
        for match in self.between(start, position):
            opening = self.text[start : match.start].split()
            if self.describes(match):
                continue
            if match.name.kind in wanted and len(opening) <= _OPENING and match.name.form != "adjective":
                return None if opening and opening[-1].lower() in _ASIDE else carried(match)
        return None

    def describes(self, match: Match) -> bool:
        """Whether a state only tells whose a firm is: it takes no part itself."""
        return match.start in self._firms.described

    def possessor(self, position: int) -> str:
        """Return the country of the name in the possessive right before a phrase: "Peru’s | Air Force"."""
        for match in self.between(max(0, position - 60), position):
            if match.name.country and re.fullmatch(r"(?:['’]s?)\s", self.text[match.end : position]):
                return match.name.country
        return ""

    def last_person(self, position: int) -> Party | None:
        """Return the person with a known country named last before `position`."""
        best: tuple[int, Person] | None = None
        for surname, person in self._people.items():
            at = self.text.rfind(surname, 0, position)
            if at >= 0 and (best is None or at > best[0]) and self._serves(person):
                best = at, person
        return self._acting(best[1]) if best else None

    def _acting(self, person: Person) -> Party:
        return Party(None, None, None, person.name, "person", self._serves(person), resolved=True)

    def _serves(self, person: Person) -> str:
        """Return whom an official serves: where no state is said, the one that issues the text, if one does."""
        return person.country or next(iter(self._issued), "")

    def voice(self, position: int) -> Party | None:
        """Return the first of those whom "we" means."""
        return next(iter(self.voices(position)), None)

    def voices(self, position: int) -> list[Party]:
        """Return whom "we" means: who is quoted at `position`, else the states on whose behalf the document speaks."""
        quoted = self._quoted(position)
        return [state(country) for country in ([quoted] if quoted else self._authors)]

    def _quoted(self, position: int) -> str:
        """Return the state of whoever speaks the words in quotation marks at `position`."""
        start, end = self.text.rfind("\n", 0, position) + 1, self.text.find("\n", position)
        paragraph = self.text[start : end if end >= 0 else len(self.text)]
        at = position - start
        for quote in _QUOTE.finditer(paragraph):
            if quote.start() < at < quote.end():
                return self._speaker(start + quote.start(), start + quote.end())
        return ""

    def _speaker(self, start: int, end: int) -> str:
        """Return the state of the one named beside a verb of saying, right after or before a quotation."""
        for low, high in ((end, end + _BESIDE_QUOTE), (start - _BESIDE_QUOTE, start)):
            stretch = re.split(r"[.!?\n]\s", self.text[max(0, low) : high])[0 if low == end else -1]
            if not _SAYS.search(stretch):
                continue
            base = low if low == end else high - len(stretch)
            for match in self.between(base, base + len(stretch)):
                if match.name.country:
                    return match.name.country
            for name in re.findall(r"[A-Z][\w’'-]+", stretch):
                known = self._people.get(name)
                if known:
                    return known.country
                if self.firm(name):
                    return self.firm(name)
        return ""

    def _is_somebody(self, match: Match) -> bool:
        """Whether a name is that of an office, or of an official then in office."""
        if match.name.kind != "person":
            return match.name.kind == "government"
        return match.name.form == "name" or self._known_official(match)

    def _distinct(self, position: int, count: int) -> list[Match]:
        """Return the parties that weigh most among those named shortly before `position`."""
        found: dict[str, Match] = {}
        for match in self.countries_before(position, most=40):
            if position - match.start <= _MEMORY or len(found) < count:
                found.setdefault(match.name.country, match)
        weighty = sorted(found.values(), key=lambda m: -self.frequency[m.name.country])
        return weighty[:count]

    def _known_official(self, match: Match) -> bool:
        """An official's bare surname counts where the document's date lies in a term of theirs, or nothing is dated."""
        if re.search(r"\b[A-Z][a-z]+ $", self.text[max(0, match.start - 16) : match.start]) and not self._titled(match):
            return False  # the surname of somebody with another first name
        more = _MORE_NAME.match(self.text, match.end)
        if more and kind_of_name([more["word"]]) is None and more["word"].lower() not in title_words():
            return False  # the first of two surnames, or a first name
        if self.published is None:
            return True
        margin = datetime.timedelta(days=400)
        return self.published is not None and any(
            first - margin <= self.published <= last + margin for first, last in match.name.terms
        )

    def _part_of_somebody(self, match: Match) -> bool:
        """Whether a state's name is a surname here, or a firm's a first name: "Mr Daniel Jordan", "Rafael Doe"."""
        if match.name.kind == "company" and self.text[match.start : match.end] in party_words()["given_names"]:
            more = _MORE_NAME.match(self.text, match.end)
            return bool(more and kind_of_name([more["word"]]) is None)
        if match.name.kind != "country" or " " in self.text[match.start : match.end]:
            return False
        return bool(_honoured().search(self.text[max(0, match.start - 40) : match.start]))

    def _titled(self, match: Match) -> bool:
        before = self.text[max(0, match.start - 16) : match.start].split()
        return bool(before) and before[-1].lower() in title_words()

    def _unsaid(self, name: str, kind: str | None) -> str:
        """Return the country of a name without one: that of a firm is in its form, an institution is the document's."""
        if kind == "company":
            return seat(name, "", self.home())
        return self.home() if kind in _INSTITUTIONS else ""

    def _learn(self, defined: Acronym) -> None:
        """Take an acronym for what the document says it stands for, whatever a lexicon has under the same letters."""
        acronym, full, begin, position = defined.letters, defined.full, defined.start, defined.end
        inside = [m for m in self.between(begin, position) if m.name.country]
        listed = [m for m in self.names if self.text[m.start : m.end] == acronym]
        if listed and (any(m.name == listed[0].name for m in inside) or gazetteer().covers(full)):
            return
        kind = kind_of_name(full.split())
        self.names = [m for m in self.names if self.text[m.start : m.end] != acronym]
        self.frequency -= Counter(m.name.country for m in listed if m.name.country)
        country = inside[0].name.country if inside else self._unsaid(full, kind)
        if country:
            name = Name(full, kind or inside[0].name.kind, country)
            pattern = re.compile(rf"(?<!\w)(?:{re.escape(acronym)}|{re.escape(acronym.upper())})(?!\w)")
            self.names += [
                Match(m.start(), m.end(), name) for m in pattern.finditer(self.text, begin) if m.start() >= position
            ]
        self.names.sort(key=lambda m: m.start)
        self._starts = [m.start for m in self.names]


@functools.cache
def _honoured() -> re.Pattern[str]:
    titles = "|".join(re.escape(word.capitalize()) for word in party_words()["honorifics"])
    return re.compile(rf"\b(?:{titles})\.?\s(?:[A-Z][\w.’'-]*\s){{0,2}}$")


def _of_currency(text: str, match: Match) -> bool:
    """Whether a name only tells whose money a sum is in: "A$5", "US $5", but not "lent Peru $5"."""
    apart = text[match.end : match.end + 1].isspace() and (
        match.name.form == "adjective" or text[match.start : match.end].isupper()
    )
    return bool(_CURRENCY.match(text, match.end + apart))


def _in_row(match: Match) -> bool:
    return match.name.kind in ("country", "igo") and match.name.form == "name" and bool(match.name.country)
