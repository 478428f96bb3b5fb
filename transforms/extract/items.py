"""Reads what is traded or worked on from a noun phrase: its words, category, count and unit."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Span, Token

from schemas.goods import Good, goods, units
from schemas.ontology import Ontology
from schemas.records import Item
from transforms.extract.numbers import Number, find_numbers

_STRIPPED = {"det", "poss", "predet", "case"}
_INSIDE = {"compound", "amod", "nmod", "nummod", "quantmod", "npadvmod", "punct", "flat", "advmod", "appos"}
_UP_TO = re.compile(r"(?:up to|at least|some|about|around|a further|another|additional|more than|over)\s+$", re.I)


@dataclasses.dataclass(frozen=True)
class Thing:
    """An item with the classes of goods that it belongs to (`arms`, `goods`, `flow`, `stake`, `money`, `work`)."""

    item: Item
    head: Token
    classes: frozenset[str]
    sector: str | None


class ItemReader:
    """Reads items in one sentence."""

    def __init__(self, span: Span, offset: int, ontology: Ontology) -> None:
        """Look at a parsed sentence that stands at `offset` in the document's text."""
        text = span.text
        self._offset = offset
        self._classes = ontology.goods
        self.goods: list[Good] = goods().find(text)
        self._numbers: list[Number] = find_numbers(text)

    def read(self, token: Token) -> Thing | None:
        """Return the item that a noun phrase names, or None if it names nothing that can be traded or worked on."""
        head = self._content(token)
        if head is None or head.pos_ not in ("NOUN", "PROPN", "NUM", "ADJ"):
            return None
        first, last = _extent(head)
        start, end = head.doc[first].idx, head.doc[last].idx + len(head.doc[last])
        quantity, unit = self._quantity(token, head)
        start = self._after_number(head, start, end, quantity)
        if start >= end:
            return None
        good = self._good(head, start, end)
        text = head.doc.text[start:end]
        item = Item(
            text=text,
            start=self._offset + start,
            end=self._offset + end,
            category=good.category if good else None,
            quantity=None if quantity is None else quantity.value * (units()[unit].factor if unit else 1.0),
            quantity_text=None if quantity is None else head.doc.text[quantity.start : quantity.end],
            quantity_start=None if quantity is None else self._offset + quantity.start,
            quantity_end=None if quantity is None else self._offset + quantity.end,
            unit=units()[unit].canonical if unit else None,
        )
        return Thing(item, head, self._kinds(head, good), good.sector if good else None)

    def known(self, start: int, end: int) -> list[Good]:
        """Return the goods of the lexicon within a stretch of the sentence."""
        return [g for g in self.goods if g.start >= start and g.end <= end]

    def _content(self, token: Token) -> Token | None:
        """Return the word that names the goods: past "a number of", "the delivery of", "1.5 billion cubic metres of"."""
        for _ in range(4):
            inner = next((o for o in _of_objects(token)), None)
            container = token.lemma_.lower() in self._classes["containers"] or token.pos_ == "NUM"
            if inner is None or not (container or token.lower_ in units() or self._is_unit(token)):
                return token
            token = inner
        return token

    def _is_unit(self, token: Token) -> bool:
        pair = f"{token.doc[token.i - 1].lower_} {token.lower_}" if token.i else token.lower_
        return pair in units()

    def _quantity(self, outer: Token, head: Token) -> tuple[Number | None, str | None]:
        """Return the count before the noun, or the number and unit of a measure ("9 percent stake", "2 bcm of gas")."""
        for token in _between(outer, head):
            for number in self._numbers:
                if self._counts(number, token):
                    return number, self._unit_after(token.doc.text, number.end)
        return None, None

    def _counts(self, number: Number, token: Token) -> bool:
        """A number counts a noun if it is inside the noun's own phrase and is neither a year nor part of a name."""
        first, _ = _extent(token)
        start = token.doc[first].idx
        if not (start <= number.start and number.end <= token.idx + len(token)):
            return False
        if 1900 <= number.value <= 2100 and number.end - number.start == 4:
            return False
        before = [t for t in token.doc if t.idx == number.start]
        return bool(before) and (before[0].dep_ in ("nummod", "quantmod", "compound", "det", "amod", "predet", "nmod", "pobj", "dobj", "npadvmod", "appos") or before[0].head.i == token.i) and not _part_of_name(before[0], token)

    def _unit_after(self, text: str, end: int) -> str | None:
        rest = text[end : end + 30].lower().lstrip(" -")
        return max((u for u in units() if re.match(re.escape(u) + r"(?!\w)", rest)), key=len, default=None)

    def _after_number(self, head: Token, start: int, end: int, quantity: Number | None) -> int:
        """Return where the item's own words begin: after its count, its unit, and words such as "new" stay."""
        if quantity is not None and start <= quantity.start < end:
            start = quantity.end
            unit = self._unit_after(head.doc.text, quantity.end)
            if unit:
                start = head.doc.text.lower().index(unit, quantity.end) + len(unit)
        text = head.doc.text
        while start < end and (text[start] in " -,’'\"“”" or text[start : start + 3].lower() == "of "):
            start += 1 if text[start] in " -,’'\"“”" else 3
        return start

    def _good(self, head: Token, start: int, end: int) -> Good | None:
        inside = [g for g in self.goods if g.start < end and start < g.end]
        at_head = [g for g in inside if g.start <= head.idx < g.end]
        return (at_head or inside or [None])[-1]

    def _kinds(self, head: Token, good: Good | None) -> frozenset[str]:
        if good is not None and good.arms:
            return frozenset({"arms"})
        kinds = {name for name in ("work", "stake", "money") if head.lemma_.lower() in self._classes[name]}
        if good is not None:
            kinds.add("arms" if good.arms else "goods")
            if good.category in self._classes["flow_categories"]:
                kinds.add("flow")
        return frozenset(kinds)


def _of_objects(token: Token) -> Iterator[Token]:
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ == "of":
            yield from (o for o in child.children if o.dep_ == "pobj")


def _between(outer: Token, inner: Token) -> Sequence[Token]:
    """Return the nouns from the outer word of a phrase to the one that names the goods."""
    chain, token = [inner], inner
    while token.i != outer.i and token.head.i != token.i and len(chain) < 10:
        token = token.head
        if token.pos_ in ("NOUN", "PROPN", "NUM"):
            chain.append(token)
    return chain


def _extent(head: Token) -> tuple[int, int]:
    """Return the first and last token of the words that name the goods, determiners and possessors left out."""
    first = head.i
    for child in head.lefts:
        if child.dep_ in _STRIPPED or child.dep_ not in _INSIDE:
            first = head.i
            continue
        first = min(first, child.left_edge.i)
    last = head.i
    for child in head.rights:
        if child.dep_ == "nummod" and child.i == last + 1 and child.pos_ in ("NUM", "PROPN"):
            last = child.i  # a model number after the name: "Block 70"
    return first, last


def _part_of_name(number: Token, head: Token) -> bool:
    """A number right after a capitalised word or joined by a hyphen belongs to a designation: "Block 70", "Su - 30"."""
    if number.i == 0:
        return False
    before = number.nbor(-1)
    return before.text == "-" or (before.pos_ == "PROPN" and number.i > head.i) or number.i > head.i
