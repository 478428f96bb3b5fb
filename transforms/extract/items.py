"""Reads what is traded or worked on from a noun phrase: its words, category, count and unit.

The words are read from left to right around the head rather than from its dependents alone: parsers take designations
("C-27J", "Mk II") apart in ways that differ from sentence to sentence, while their order does not.
"""

import collections
import dataclasses
import datetime
import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Span, Token

from schemas.goods import Good, goods, units
from schemas.ontology import Ontology
from schemas.records import Item
from transforms.extract.arguments import conjuncts
from transforms.extract.dates import find_dates
from transforms.extract.numbers import Number, find_numbers, word_value

_WORDS = ("NOUN", "PROPN", "ADJ", "NUM", "X", "SYM")
_HEADS = ("NOUN", "PROPN", "NUM", "X", "SYM")
_NOMINAL = ("nsubj", "nsubjpass", "dobj", "pobj", "attr", "conj")
_MORE = ("more", "further", "additional", "extra", "other")
"""Stand between a count and its goods, and belong to neither: "24 more jets"."""
_BETWEEN = (
    "of the",
    "of its",
    "of their",
    "of these",
    "of those",
    "of his",
    "of",
    "more of the",
    "of the most",
    *_MORE,
)
_SIZES = frozenset({"m", "km", "m2", "t", "dwt", "gt", "kV", "MHz", "MVA"})
_MEMBERS = ("including", "like", "as", "namely", "e.g.")
_INCLUDE = frozenset({"include", "comprise", "contain", "consist", "feature"})
_PER = re.compile(
    r"^[^.;]{0,30}?\b(?:(?:a|per|each|every)[\s-](?P<unit>year|day|month)|(?P<adverb>annually|yearly|daily|monthly))\b",
    re.IGNORECASE,
)
_ADVERBS = {"annually": "year", "yearly": "year", "daily": "day", "monthly": "month"}
_FLOW_UNITS = frozenset({"m3", "ft3", "barrel", "t", "MWh", "litre", "gallon"})
_ANY_DAY = datetime.date(2000, 1, 1)  # where dates stand does not hang on the day of publication
_LONGEST = 12
_FEW = 3
_HYPHENED = re.compile(r"(?P<number>\d{1,3}|[a-z]+)-(?P<noun>[a-z]{3,})\b(?!-)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Thing:
    """An item with the classes of goods that it belongs to (`arms`, `goods`, `flow`, `stake`, `money`, `work`).

    A hollow one is named by a word that hardly ever says what is traded or worked on ("part", "role", "area").
    """

    item: Item
    head: Token
    classes: frozenset[str]
    sector: str | None
    hollow: bool = False

    @property
    def solid(self) -> bool:
        """Whether something says that this can be traded: the lexicon, its class, a count, or a designation."""
        return bool(self.classes) or self.item.quantity is not None or bool(re.search(r"[A-Z]\w*-?\d", self.item.text))


class ItemReader:
    """Reads items in one sentence."""

    def __init__(self, span: Span, offset: int, ontology: Ontology, money: Sequence[tuple[int, int]] = ()) -> None:
        """Look at a parsed sentence that stands at `offset` in the document's text, and its sums of money."""
        self._text = span.text
        self._doc = span.doc
        self._offset = offset
        self._classes = collections.defaultdict(frozenset, ontology.goods)
        self.goods: list[Good] = goods().find(self._text)
        self._money = money
        self._dates = [(d.start, d.end) for d in find_dates(self._text, _ANY_DAY)]
        self._numbers: list[Number] = [
            n for n in find_numbers(self._text) if not any(s <= n.start < e for s, e in (*self._dates, *money))
        ]

    def read(self, token: Token, *, hollow: bool = False) -> Thing | None:
        """Return the item that a noun phrase names, or None if it names nothing that can be traded or worked on.

        Args:
            token: The head of the phrase.
            hollow: Whether words that hardly ever name such a thing are read, too.
        """
        head = self._content(token)
        if head is None or not self._is_noun(head) or self._no_thing(head):
            return None
        empty = self._hollow(head)
        if empty and not hollow:
            return None
        start, end = self._bounds(head)
        quantity, unit, start = self._counted_by_hyphen(start) or self._quantity(token, head, start)
        if start >= end:
            return None
        good = self._good(head, start, end)
        item = Item(
            text=self._text[start:end],
            start=self._offset + start,
            end=self._offset + end,
            category=good.category if good else None,
            quantity=None if quantity is None else quantity.value * (units()[unit].factor if unit else 1.0),
            quantity_text=None if quantity is None else self._text[quantity.start : quantity.end],
            quantity_start=None if quantity is None else self._offset + quantity.start,
            quantity_end=None if quantity is None else self._offset + quantity.end,
            unit=self._rate(units()[unit].canonical, end) if unit else None,
        )
        return Thing(item, head, self._kinds(head, good), good.sector if good else None, empty)

    def read_all(self, token: Token) -> list[Thing]:
        """Return the items of a phrase and what is coordinated with it; of "vessels including X and Y", X and Y."""
        found: list[Thing] = []
        content = self._content(token)
        outer = conjuncts(token)
        for one in [*outer, *(c for c in conjuncts(content)[1:] if c not in outer)] if content is not None else outer:
            thing = self.read(one)
            members = [m for t in dict.fromkeys((one, thing.head if thing else one)) for m in self._members(t)]
            read = [t for t in (self.read(m) for m in members) if t is not None]
            if thing is not None and (not read or thing.item.quantity is not None):
                found.append(thing)
            found += read
        return found

    def loose(self, start: int, end: int) -> Iterator[tuple[Good, Thing]]:
        """Yield the goods of the lexicon within a stretch of the sentence, wherever the parse puts them."""
        for good in self.goods:
            if good.start >= start and good.end <= end:
                token = next((t for t in self._doc if t.idx <= good.end - 1 < t.idx + len(t)), None)
                head = self._head_of(token) if token is not None else None
                thing = self.read(head) if head is not None else None
                if (
                    thing is not None
                    and thing.classes
                    and thing.item.start - self._offset <= good.start < thing.item.end - self._offset
                ):
                    yield good, thing

    def within(self, start: int, end: int) -> Iterator[Thing]:
        """Yield the goods of the lexicon that a trigger itself names ("arms deal")."""
        for good in self.goods:
            if good.start >= start and good.end <= end:
                item = Item(
                    self._text[good.start : good.end],
                    self._offset + good.start,
                    self._offset + good.end,
                    good.category,
                    None,
                    None,
                    None,
                    None,
                    None,
                )
                token = next(t for t in self._doc if t.idx <= good.start < t.idx + len(t))
                yield Thing(item, token, self._kinds(token, good), good.sector)

    def listed_after(self, end: int) -> list[Thing]:
        """Return the members of a list after "including" or "such as" a few words on, wherever the parse hangs it."""
        for token in self._doc:
            if token.idx < end - self._offset or token.lower_ not in ("including", "such"):
                continue
            between = [t for t in self._doc[: token.i] if t.idx >= end - self._offset]
            if len(between) > _LONGEST or any(t.pos_ in ("VERB", "AUX") or t.text in (";", ".") for t in between):
                return []
            preposition = token.nbor(1) if token.lower_ == "such" and token.i + 1 < len(self._doc) else token
            return [t for o in preposition.children if o.dep_ == "pobj" for t in self.read_all(o)]
        return []

    def _head_of(self, token: Token) -> Token | None:
        """Return the noun whose phrase a word of the lexicon stands in, unless it only describes something else."""
        while token.dep_ in ("compound", "nmod", "amod", "nummod", "npadvmod", "punct") and token.head.i > token.i:
            token = token.head
        return token if self._is_noun(token) else None

    def _is_noun(self, token: Token) -> bool:
        """Whether a word names something; one of the lexicon that stands as a noun does, whatever the tagger says."""
        return token.pos_ in _HEADS or (
            token.dep_ in _NOMINAL and any(g.start <= token.idx < g.end for g in self.goods)
        )

    def _content(self, token: Token) -> Token | None:
        """Return the word that names the goods: past "a number of", "the delivery of", "two cubic metres of"."""
        for _ in range(5):
            act = token.lemma_.lower() in self._classes["acts"] and not self._good_at(token)
            inner = next(_objects(token, ("of", "for", "on", "to") if act else ("of",)), None)
            container = (
                act
                or token.lemma_.lower() in self._classes["containers"]
                or token.pos_ in ("NUM", "ADJ")  # "two of", "the last of"
                or token.lower_ in _QUANTIFIERS
            )
            if inner is None:
                return None if act else token
            if not (container or token.lower_ in units() or self._is_unit(token)):
                return token
            token = inner
        return token

    def _no_thing(self, head: Token) -> bool:
        """Whether a word is (part of) a date, a sum of money, or a number."""
        if any(s <= head.idx < e for s, e in (*self._dates, *self._money)):
            return True
        return head.pos_ == "NUM" and any(n.start <= head.idx < n.end for n in self._numbers)

    def _hollow(self, head: Token) -> bool:
        word = head.lemma_.lower() in self._classes["hollow"] or head.lower_ in self._classes["hollow"]
        return word and not self._good_at(head)

    def _good_at(self, token: Token) -> Good | None:
        """Return a term of the lexicon of several words that ends in this word ("supply ship" is no supply)."""
        return next((g for g in self.goods if g.start < token.idx < g.end), None)

    def _is_unit(self, token: Token) -> bool:
        pair = f"{token.doc[token.i - 1].lower_} {token.lower_}" if token.i else token.lower_
        return pair in units()

    def _bounds(self, head: Token) -> tuple[int, int]:
        """Return where the words that name the goods begin and end."""
        first = last = head.i
        while first > 0 and first > head.i - _LONGEST and self._goes_on(self._doc[first - 1], self._doc[first], head):
            first -= 1
        while self._doc[first].pos_ in ("CCONJ", "PUNCT") and first < head.i:
            first += 1
        while last + 1 < len(self._doc) and self._names_on(self._doc[last + 1], self._doc[last], head):
            last += 1
        if head.lemma_.lower() in self._classes["shares"]:
            last = max([last, *(self._last_of(o) for o in _objects(head, ("in", "of")))])
        start, end = self._doc[first].idx, self._doc[last].idx + len(self._doc[last])
        for good in self.goods:  # a term of the lexicon is not cut
            if good.start < end < good.end:
                end = good.end
            if good.start < start < good.end and not any(good.start <= n.start < start for n in self._numbers):
                start = good.start
        return self._from_count(start), end

    def _from_count(self, start: int) -> int:
        """Return where the words after the nearest count begin, if only names and adjectives stand between."""
        number = max((n for n in self._numbers if n.end < start), key=lambda n: n.end, default=None)
        if number is None:
            return start
        gap = [t for t in self._doc if number.end <= t.idx < start and t.lower_ not in _MORE]
        unit, _ = self._unit_after(number.end)
        if unit is None and 0 < len(gap) <= _FEW and all(t.pos_ in ("PROPN", "ADJ") and t.whitespace_ for t in gap):
            return gap[0].idx
        return start

    def _last_of(self, token: Token) -> int:
        last = token.i
        while last + 1 < len(self._doc) and self._names_on(self._doc[last + 1], self._doc[last], token):
            last += 1
        return last

    def _goes_on(self, token: Token, following: Token, head: Token) -> bool:
        """Whether a word to the left still belongs to the name of the goods."""
        if self._counts(token, head) or token.lower_ in _MORE or any(s <= token.idx < e for s, e in self._money):
            return False
        joined = not token.whitespace_ and token.pos_ not in ("DET", "ADP", "PRON", "PART", "VERB")
        if token.text in ("-", "–", "/", "+"):
            return joined
        if token.text in ("‘", "“", "”", "’", '"', "'") and token.i > head.i - _LONGEST + 4:
            return True
        if joined and following.text in ("-", "–", "/", "+"):
            return True
        if token.i < head.left_edge.i:
            return False
        if token.pos_ in _WORDS or (token.tag_ in ("VBN", "VBG") and token.dep_ in ("amod", "compound")):
            return (
                token.dep_ not in ("poss", "dative", "pobj", "nsubj", "dobj", "npadvmod") or token.head.i == following.i
            )
        if token.pos_ == "ADV":
            return token.dep_ == "advmod" and following.pos_ in ("ADJ", "VERB") and token.head.i <= head.i
        return token.pos_ == "CCONJ" and following.pos_ in ("ADJ", "VERB") and token.head.pos_ in ("ADJ", "VERB")

    def _names_on(self, token: Token, before: Token, head: Token) -> bool:
        """Whether a word to the right still belongs to the name: "Block 70", "Mk II", what a hyphen joins."""
        if token.text in ("-", "–", "/"):
            return not before.whitespace_ and not token.whitespace_
        if before.text in ("-", "–", "/") and not before.whitespace_:
            return True
        if token.i > head.right_edge.i:
            return False
        model = bool(re.search(r"\d", token.text)) or token.pos_ == "PROPN"
        return (
            model
            and token.pos_ in ("NUM", "PROPN", "NOUN")
            and not self._dated(token)
            and before.pos_ in ("PROPN", "NOUN", "NUM")
            and bool(before.whitespace_)
        )

    def _dated(self, token: Token) -> bool:
        return any(s <= token.idx < e for s, e in self._dates)

    def _counts(self, token: Token, head: Token) -> Number | None:
        """Return the number that a token is (part of), unless it belongs to a name ("Cessna 208", "Block 70")."""
        number = next((n for n in self._numbers if n.start <= token.idx < n.end), None)
        if number is None or not number.digits or number.start == 0:
            return number
        before = next((t for t in self._doc if t.idx + len(t) + len(t.whitespace_) == number.start), None)
        if before is not None and before.i >= head.left_edge.i and _named(before):
            return None
        if any(g.start < number.start and number.end <= g.end for g in self.goods):
            return None
        return number

    def _quantity(self, outer: Token, head: Token, start: int) -> tuple[Number | None, str | None, int]:
        """Return the count or the number and unit of a measure, and where the item's own words begin."""
        for _ in range(2):
            number = self._before(start)
            if number is None:
                break
            unit, unit_end = self._unit_after(number.end)
            if (
                unit is None
                or units()[unit].canonical not in _SIZES
                or self._text[unit_end:].lstrip().lower().startswith("of ")
            ):
                return number, unit, self._after(max(unit_end, start)) if unit else start
            start = number.start if start <= unit_end else start  # "a 24 metre launch": a description
        within = next((n for n in self._numbers if n.start == start and n.end < head.idx), None)
        if within is not None:
            unit, unit_end = self._unit_after(within.end)
            if unit is None or units()[unit].canonical not in _SIZES:
                return within, unit, self._after(unit_end if unit else within.end)
            before = self._before(start)
            return before, None, start
        if outer.i != head.i:
            return (*self._outer_count(outer, head), start)
        return None, None, start

    def _counted_by_hyphen(self, start: int) -> tuple[Number, None, int] | None:
        """Return the count in "a 21-vessel fleet": of goods of the lexicon; all else so joined is a description."""
        match = _HYPHENED.match(self._text, start)
        if match is None or not any(g.start == match.start("noun") for g in self.goods):
            return None
        value = float(match["number"]) if match["number"].isdigit() else word_value(match["number"])
        return None if value is None else (Number(start, match.end("number"), value), None, match.start("noun"))

    def _outer_count(self, outer: Token, head: Token) -> tuple[Number | None, str | None]:
        """The count of a measure or a collection: "1.5 billion cubic metres of gas", "four of the ships"."""
        token = head
        for _ in range(6):
            token = token.head
            measured = [
                n for n in self._numbers if n.end <= token.idx and self._unit_after(n.end)[1] >= token.idx + len(token)
            ]
            if measured and self._unit_after(measured[-1].end)[0]:
                return measured[-1], self._unit_after(measured[-1].end)[0]
            for child in (token, *token.lefts):
                number = next((n for n in self._numbers if n.start <= child.idx < n.end), None)
                if number is not None and (
                    child.i == token.i or child.dep_ in ("nummod", "quantmod", "compound", "amod", "det")
                ):
                    unit, _ = self._unit_after(number.end)
                    contained = (
                        token.lemma_.lower() in self._classes["containers"] and unit is None and child.i != token.i
                    )
                    if contained or unit or child.i == token.i or token.lower_ in units():
                        return number, unit
            if token.i == outer.i:
                break
        return None, None

    def _before(self, start: int) -> Number | None:
        """Return the number that ends right before a place: "two |ships", "20 of its |jets"."""
        for number in self._numbers:
            if number.end <= start:
                gap = self._text[number.end : start].strip(" -‘“'\"").lower()
                if not gap or gap in _BETWEEN or gap in units():
                    return number
        return None

    def _unit_after(self, end: int) -> tuple[str | None, int]:
        rest = self._text[end : end + 34].lower()
        lead = len(rest) - len(rest.lstrip(" -"))
        rest = rest[lead:]
        unit = max(
            (u for u in units() if rest.startswith(u) and re.match(re.escape(u) + r"(?!\w)", rest)),
            key=len,
            default=None,
        )
        return unit, end + lead + len(unit or "")

    def _rate(self, unit: str, end: int) -> str:
        """Return a unit with the time that it is counted by, where the text says so ("a year", "daily")."""
        if unit not in _FLOW_UNITS:
            return unit
        match = _PER.match(self._text[end:])
        if match is None:
            return unit
        return f"{unit}/{match['unit'].lower() if match['unit'] else _ADVERBS[match['adverb'].lower()]}"

    def _after(self, start: int) -> int:
        """Return where the words begin after a count and unit."""
        match = re.compile(r"(?:[\s,’'\"“”-]|of\s|the\s)*", re.IGNORECASE).match(self._text, start)
        return match.end() if match else start

    def _good(self, head: Token, start: int, end: int) -> Good | None:
        inside = [g for g in self.goods if g.start < end and start < g.end]
        named = [g for g in inside if any(c.isupper() or c.isdigit() for c in self._text[g.start : g.end])]
        inside = [g for g in inside if g in named or not _joined_on(self._text, g.end)]  # "fuel-assembly" is no fuel
        at_head = [g for g in inside if g.start <= head.idx < g.end]
        if head.lemma_.lower() not in self._classes["generic"]:
            inside = named
        best = at_head or inside
        return best[-1] if best else None

    def _members(self, head: Token) -> Iterator[Token]:
        """Yield the members of a collection that are listed after it: "including X", "such as X", "which include X"."""
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ in _MEMBERS and (child.lower_ != "as" or _such(child)):
                yield from (t for o in child.children if o.dep_ in ("pobj", "pcomp") for t in conjuncts(o))
        verb = head.head
        if head.dep_ == "nsubj" and verb.lemma_.lower() in _INCLUDE:
            yield from (t for o in verb.children if o.dep_ == "dobj" for t in conjuncts(o))

    def _kinds(self, head: Token, good: Good | None) -> frozenset[str]:
        if good is not None and good.arms:
            return frozenset({"arms"})
        kinds = {name for name in ("work", "stake", "money") if head.lemma_.lower() in self._classes[name]}
        if good is not None:
            kinds.add("goods")
            if good.category in self._classes["flow_categories"]:
                kinds.add("flow")
        return frozenset(kinds)


_QUANTIFIERS = frozenset(
    {
        "some",
        "most",
        "many",
        "several",
        "all",
        "both",
        "one",
        "dozens",
        "hundreds",
        "thousands",
        "billions",
        "millions",
        "tens",
    }
)


def _joined_on(text: str, end: int) -> bool:
    """Whether a hyphen joins another word to one that ends there."""
    return text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha()


def _named(token: Token) -> bool:
    """Whether a word before figures makes them part of a name: a proper name or capitals in a noun phrase."""
    return (token.pos_ == "PROPN" or token.text.isupper()) and token.dep_ in (
        "compound",
        "nmod",
        "amod",
        "nummod",
        "poss",
    )


def _objects(token: Token, prepositions: tuple[str, ...]) -> Iterator[Token]:
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in prepositions:
            yield from (o for o in child.children if o.dep_ == "pobj")


def _such(preposition: Token) -> bool:
    return preposition.i > 0 and preposition.nbor(-1).lower_ in ("such", "well")
