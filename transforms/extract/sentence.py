"""One parsed sentence: what was read in it, and which sum, date and place belongs to which of its events."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from schemas.lexicon import Match
from schemas.ontology import Ontology
from schemas.records import Location
from transforms.extract import attach
from transforms.extract.dates import Date
from transforms.extract.drafts import Draft
from transforms.extract.items import ItemReader
from transforms.extract.money import Money
from transforms.extract.parties import PartyFinder
from transforms.extract.party import Party


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a sentence stands in its document."""

    paragraph: int
    kind: str
    start: int
    end: int


@dataclasses.dataclass
class Sentence:
    """A parsed sentence with all that was read in it; gives sums, dates and places to its events."""

    doc: Doc
    place: Place
    finder: PartyFinder
    items: ItemReader
    sums: Sequence[Money]
    dates: Sequence[Date]
    sectors: Counter[str]
    cues: Counter[str]
    groups: Sequence[Sequence[Draft]]
    ontology: Ontology

    @functools.cached_property
    def text(self) -> str:
        """The sentence as it was parsed."""
        return self.doc.text

    def others(self, drafts: Sequence[Draft]) -> list[tuple[int, str]]:
        """Return where the sentence's other candidates stand, and their types."""
        return [(g[0].candidate.head.i, g[0].event_type) for g in self.groups if g is not drafts]

    def nearest(self, at: int) -> Sequence[Draft]:
        """Return the event nearest to a place in the sentence."""
        return min(self.groups, key=lambda g: self._distance(g, at))

    def sums_of(self, drafts: Sequence[Draft]) -> list[Money]:
        """Return the sums of money that belong to an event: those fewest steps from it among the sentence's deals."""
        rivals = [g for g in self.groups if g[0].event_type.startswith("deal/") and not g[0].unmet] or [drafts]
        if drafts not in rivals:
            return []
        return [m for m in self.sums if self._is_price(m, drafts) and self._owner(rivals, m.start) is drafts]

    def date_of(self, drafts: Sequence[Draft]) -> Date | None:
        """Return the date of an event: that of its own clause."""
        taken = [(m.start, m.end) for one in self.sums for m in one.said]
        dates = [d for d in self.dates if not any(s < d.end and d.start < e for s, e in taken)]
        return attach.date_of(drafts, dates, self.groups, self.doc)

    def location_of(self, drafts: Sequence[Draft], parties: Sequence[tuple[str, Party]], text: str) -> Location | None:
        """Return the place named by "in" or "at" beside an event's triggers."""
        taken = {p.start for _, p in parties}
        for draft in drafts:
            for token in (draft.candidate.head, draft.light):
                for match in self._places(token):
                    if match.start not in taken:
                        return Location(
                            text[match.start : match.end],
                            match.start,
                            match.end,
                            text[match.start : match.end],
                            match.name.country or None,
                        )
        return None

    def _places(self, token: Token | None) -> Iterator[Match]:
        for prep in token.children if token is not None else ():
            if prep.dep_ == "prep" and prep.lower_ in ("in", "at", "off", "near"):
                for obj in prep.children:
                    match = self.finder.name_at(obj) if obj.dep_ == "pobj" else None
                    if match is not None and match.name.kind == "country" and match.name.form in ("name", "place"):
                        yield match

    def _is_price(self, money: Money, drafts: Sequence[Draft]) -> bool:
        """Whether a sum can be the price of a deal: no budget, turnover or fine, and no price for one of several."""
        before = self.text[max(0, money.start - 40) : money.start].lower().split()
        after = self.text[money.end : money.end + 25].lower().split()
        own = {d.candidate.head.lower_ for d in drafts}
        cues = self.ontology.not_prices - own
        return not (
            cues & set(before[-4:])
            or cues & set(after[:3])
            or money.each
            or cues & attach.path(drafts, money.start, self.doc)
        )

    def _owner(self, rivals: Sequence[Sequence[Draft]], at: int) -> Sequence[Draft]:
        return min(rivals, key=lambda g: (attach.steps_to(g, at, self.doc), self._distance(g, at)))

    def _distance(self, drafts: Sequence[Draft], at: int) -> int:
        return min(min(abs(s - at), abs(e - at)) for s, e in (span(d) for d in drafts))


def span(draft: Draft) -> tuple[int, int]:
    """Return where a draft's trigger stands in its sentence, in characters."""
    doc = draft.candidate.head.doc
    last = doc[draft.candidate.last]
    if draft.candidate.verb and draft.candidate.last - draft.candidate.first >= len(draft.candidate.entries[0].words):
        last = doc[draft.candidate.first]
    return doc[draft.candidate.first].idx, last.idx + len(last)
