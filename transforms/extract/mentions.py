"""Makes mentions of the events of one parsed sentence."""

import dataclasses
import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from schemas.codes import REALIS, SCHEMA_VERSION, SECTORS, STATUSES
from schemas.identity import mention_id
from schemas.lexicon import Match
from schemas.ontology import Ontology
from schemas.records import Amount, Document, Location, Mention, Participant
from transforms.extract import attach, clusters, roles, surroundings
from transforms.extract import things as goods
from transforms.extract.arguments import conjuncts
from transforms.extract.context import DocumentContext, Party
from transforms.extract.dates import Date, find_dates
from transforms.extract.drafts import Draft, DraftReader, Filled
from transforms.extract.interface import Decision
from transforms.extract.items import ItemReader, Thing
from transforms.extract.memory import Memory, paired
from transforms.extract.money import Money, find_money
from transforms.extract.parties import PartyFinder
from transforms.extract.score import Evidence, Scorer
from transforms.extract.sectors import Field, SectorReader, organisation_sectors
from transforms.extract.sectors import signs as field_signs
from transforms.extract.stages import genre, governors_of, signs, status_and_realis
from transforms.extract.triggers import find_triggers

_NOT_A_PRICE = {
    "budget",
    "revenue",
    "revenues",
    "turnover",
    "profit",
    "profits",
    "gdp",
    "loss",
    "losses",
    "salary",
    "fine",
    "earnings",
    "income",
    "bail",
    "damages",
    "spending",
    "economy",
    "fortune",
    "claim",
    "claims",
    "tax",
    "taxes",
}


_TWO = 2
_SAME = re.compile(r"\b(?:the )?same (?P<unit>day|month|year)\b|\bthat (?P<that>day|month|year)\b", re.IGNORECASE)
_PRECISION = {"day": 10, "month": 7, "year": 4}


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a sentence stands in its document."""

    paragraph: int
    kind: str
    start: int
    end: int


class SentenceReader:
    """Reads the events of the sentences of one document, in order."""

    def __init__(
        self,
        document: Document,
        context: DocumentContext,
        ontology: Ontology,
        scorer: Scorer,
        extractor: str,
        model: str,
    ) -> None:
        """Take the document, what is known of its names, and the ontology to read it by."""
        self._document = document
        self._context = context
        self._ontology = ontology
        self._scorer = scorer
        self._sectors = SectorReader(ontology)
        self._document_sectors = self._sectors.count(document.text)
        self._document_cues = self._sectors.cues(document.text)
        self._title_cues = self._sectors.cues(document.title or document.text.strip().partition("\n")[0])
        self._genre = genre(document.text, ontology)
        self._memory = Memory()
        self._countries = [country for country, _ in context.frequency.most_common()]
        self._extractor, self._model = extractor, model

    def read(self, doc: Doc, place: Place) -> Iterator[Decision]:
        """Yield a decision on every candidate of a sentence; those that are kept carry their mention."""
        candidates = find_triggers(doc, self._ontology)
        if not candidates:
            return
        here = [m.name.country for m in self._context.between(place.start, place.end) if m.name.country]
        sums = find_money(doc.text, [*here, *self._countries])
        dates = find_dates(doc.text, self._document.published)
        finder = PartyFinder(self._context, place.start, place.end, self._ontology.triggers)
        money = [(m.start, m.end) for m in sums]
        items = ItemReader(doc[:], place.start, self._ontology, money)
        reader = DraftReader(finder, items, self._ontology, money)
        groups = clusters.group([reader.read(c) for c in candidates])
        sentence = _Sentence(doc, place, finder, items, sums, dates, self._sectors.count(doc.text), groups)
        ordinals: Counter[tuple[str, int]] = Counter()
        for drafts in groups:
            yield self._decide(drafts, sentence, ordinals)

    def _decide(self, drafts: Sequence[Draft], sentence: "_Sentence", ordinals: Counter[tuple[str, int]]) -> Decision:
        leader = drafts[0]
        things = goods.direct(drafts)
        evidence = self._evidence(drafts, sentence, things)
        evidence = dataclasses.replace(evidence, event_type=self._scorer.choose("event_type", evidence, evidence.types))
        event_class = evidence.event_class
        scene = goods.Scene(
            sentence.doc, sentence.place.start, sentence.items, sentence.finder, sentence.groups, self._ontology
        )
        items = goods.choose(drafts, evidence.event_type, scene, self._memory.things)
        parties = self._parties(drafts, sentence, evidence.event_type)
        sums = (
            sentence.sums_of(drafts) if event_class == "deal" or evidence.event_type == "cooperation/assistance" else []
        )
        date = sentence.date_of(drafts) or self._same_day(drafts, sentence)
        status, realis = self._stage(drafts, evidence.event_type)
        sector = self._field(drafts, sentence, things, parties, evidence.event_type)
        evidence = dataclasses.replace(
            evidence,
            parties=tuple(p for _, p in parties),
            money=bool(sums),
            date=date is not None,
            when=_when(date, self._document.published),
            rules={**evidence.rules, "status": status, "realis": realis, "sector": sector},
        )
        if not evidence.unmet:
            self._memory.told.append((evidence.rules["event_type"], evidence.lemma, status))
        evidence = dataclasses.replace(
            evidence,
            status=self._scorer.choose("status", evidence, STATUSES),
            realis=self._scorer.choose("realis", evidence, REALIS),
            sector=self._scorer.choose("sector", evidence, SECTORS),
        )
        confidence = self._scorer.score(evidence)
        kept, reason = self._scorer.judge(evidence, confidence)
        mention = None
        if self._scorer.believes(confidence):
            self._memory.add(evidence.event_type, parties, date, items)
        if kept:
            found = _Found(drafts, evidence, parties, items, sums, date, confidence)
            mention = self._mention(found, sentence, ordinals)
        first, last = _span(leader)
        start = sentence.place.start
        return Decision(
            sentence.place.start,
            sentence.place.end,
            start + first,
            start + last,
            event_class,
            evidence.event_type.partition("/")[2],
            leader.frame.name,
            kept,
            reason,
            mention,
            evidence,
            tuple((start + a, start + b) for a, b in (_span(d) for d in drafts)),
            confidence,
        )

    def _evidence(self, drafts: Sequence[Draft], sentence: "_Sentence", things: Sequence[Thing]) -> Evidence:
        """Return what is known of a candidate before its type is settled."""
        leader = drafts[0]
        event_type = self._refined(leader, things)
        head = leader.candidate.head
        return Evidence(
            event_type=event_type,
            status="agreed",
            realis="asserted",
            sector="other",
            rules={"event_type": event_type},
            lemma=leader.candidate.lemma,
            verb=leader.candidate.verb,
            lemmas=frozenset(d.candidate.lemma for d in drafts),
            unmet=leader.unmet,
            types=self._possible(drafts, event_type),
            parties=tuple(f.party for d in drafts for f in d.parties if f.role not in ("maker", "owned")),
            classes=frozenset(c for t in things for c in t.classes)
            | ({"money_object"} if leader.has_money else frozenset()),
            money=False,
            date=False,
            kind=sentence.place.kind,
            light=leader.light.lemma_.lower() if leader.light is not None else None,
            definite=_definite(head),
            stage=signs(head, leader.light, [d.candidate.head for d in drafts[1:]], self._ontology),
            earlier=tuple(self._memory.signs(event_type, leader.candidate.lemma)),
            genre=self._genre,
            fields=field_signs(self._field_of(drafts, sentence, things), self._sectors.sector_of),
            around=surroundings.signs(head, sentence.place.paragraph, sentence.others(drafts)),
        )

    def _possible(self, drafts: Sequence[Draft], event_type: str) -> tuple[str, ...]:
        """Return the types that any trigger of the event, a refinement, or the ontology's alternatives allow."""
        found = {event_type} | {e.event_type for d in drafts for e in d.candidate.entries}
        found |= {r.becomes for r in self._ontology.refine if r.types & found}
        found |= {other for t in found for other in self._ontology.alternatives.get(t, ())}
        return tuple(sorted(found))

    def _governors(self, leader: Draft) -> list[Token]:
        governors = governors_of(leader.candidate.head)
        if leader.light is not None and leader.light not in governors:
            return [leader.light, *governors]
        return governors

    def _same_day(self, drafts: Sequence[Draft], sentence: "_Sentence") -> Date | None:
        """The day of the event before, where this one happened "on the same day"."""
        match = _SAME.search(sentence.doc.text)
        before = self._memory.dates.get(_PRECISION[(match["unit"] or match["that"]).lower()]) if match else None
        if (
            match is None
            or before is None
            or (len(sentence.groups) > 1 and sentence.nearest(match.start()) is not drafts)
        ):
            return None
        return dataclasses.replace(before, start=match.start(), end=match.end())

    def _field_of(self, drafts: Sequence[Draft], sentence: "_Sentence", things: Sequence[Thing]) -> Field:
        """Return what speaks for an event's field."""
        first, last = _span(drafts[0])
        known = organisation_sectors()
        return Field(
            goods=[t.sector for t in things],
            parties=[known.get(f.party.name) for d in drafts for f in d.parties],
            own=self._sectors.cues(" ".join([sentence.doc.text[first:last], *(t.item.text for t in things)])),
            sentence=self._sectors.cues(sentence.doc.text),
            title=self._title_cues,
            document=self._document_cues,
        )

    def _field(
        self,
        drafts: Sequence[Draft],
        sentence: "_Sentence",
        things: Sequence[Thing],
        parties: Sequence[tuple[str, Party]],
        event_type: str,
    ) -> str:
        first, last = _span(drafts[0])
        own = [sentence.doc.text[first:last], *(t.item.text for t in things)]
        military = any(p.kind == "military" for _, p in parties)
        return self._sectors.sector(
            event_type, own, [t.sector for t in things], military, sentence.sectors, self._document_sectors
        )

    def _refined(self, leader: Draft, things: Sequence[Thing]) -> str:
        """Return the event type after the ontology's refinements by goods."""
        event_type = leader.event_type
        classes = {c for t in things for c in t.classes}
        lemmas = set(leader.candidate.entries[0].words)
        for rule in self._ontology.refine:
            if (
                event_type in rule.types
                and rule.goods & classes
                and not rule.without & classes
                and (not rule.triggers or rule.triggers & lemmas)
            ):
                return rule.becomes
        return event_type

    def _parties(self, drafts: Sequence[Draft], sentence: "_Sentence", event_type: str) -> list[tuple[str, Party]]:
        directed = self._ontology.types[event_type].directed
        parties = roles.settle(drafts, (), event_type, directed=directed)
        if len({p.key for _, p in parties}) < _TWO:
            parties = roles.settle(drafts, self._around(drafts, sentence), event_type, directed=directed)
        parties = self._memory.completed(event_type, parties, _definite(drafts[0].candidate.head))
        if event_type.startswith("cooperation/"):
            parties = paired(parties, self._context.pair(sentence.place.start))
        return roles.rounded(parties, event_type, directed=directed)

    def _around(self, drafts: Sequence[Draft], sentence: "_Sentence") -> list[Filled]:
        """Parties near the trigger that its own grammar does not reach: those of the verbs above it."""
        leader = drafts[0]
        found: list[Filled] = []
        for governor in governors_of(leader.candidate.head):
            for child in governor.children:
                if child.dep_ in ("nsubj", "nsubjpass", "agent") and leader.frame.subject:
                    tokens = [child] if child.dep_ != "agent" else [c for c in child.children if c.dep_ == "pobj"]
                    found += [
                        Filled(leader.frame.subject, p, 5)
                        for t in tokens
                        for c in conjuncts(t)
                        for p in sentence.finder.parties(c)
                    ]
                elif child.dep_ == "prep" and child.lower_ in ("with", "between", "from", "to", "among"):
                    slot = leader.frame.prepositions.get(child.lower_)
                    if slot and slot != "item":
                        found += [
                            Filled(slot, p, 6)
                            for o in child.children
                            if o.dep_ == "pobj"
                            for c in conjuncts(o)
                            for p in sentence.finder.parties(c)
                        ]
            if found:
                break
        return found

    def _stage(self, drafts: Sequence[Draft], event_type: str) -> tuple[str, str]:
        return status_and_realis(drafts[0].candidate.head, self._governors(drafts[0]), event_type, self._ontology)

    def _mention(self, found: "_Found", sentence: "_Sentence", ordinals: Counter[tuple[str, int]]) -> Mention:
        drafts, evidence, date = found.drafts, found.evidence, found.date
        document, place, event_type = self._document, sentence.place, evidence.event_type
        first, last = _span(drafts[0])
        event_class, _, name = event_type.partition("/")
        ordinals[event_type, first] += 1
        plover, cameo = event_codes(self._ontology, event_type, evidence.sector, evidence.status)
        offset = place.start
        return Mention(
            mention_id=mention_id(
                document.doc_id,
                document.content_id,
                event_class,
                name,
                offset + first,
                offset + last,
                ordinals[event_type, first],
            ),
            event_class=event_class,
            event_type=name,
            sector=evidence.sector,
            status=evidence.status,
            realis=evidence.realis,
            doc_id=document.doc_id,
            uri=document.uri,
            title=document.title,
            source=document.source,
            published=document.published,
            language=document.language,
            paragraph=place.paragraph,
            sentence=document.text[place.start : place.end],
            sentence_start=place.start,
            sentence_end=place.end,
            trigger=document.text[offset + first : offset + last],
            trigger_start=offset + first,
            trigger_end=offset + last,
            participants=tuple(_participant(role, p) for role, p in found.parties),
            items=tuple(t.item for t in found.things),
            amounts=tuple(_amount(m, document.text, offset) for m in found.sums),
            event_date=date.edtf if date else None,
            event_date_earliest=date.earliest if date else None,
            event_date_latest=date.latest if date else None,
            event_date_text=document.text[offset + date.start : offset + date.end] if date else None,
            event_date_text_start=offset + date.start if date else None,
            event_date_text_end=offset + date.end if date else None,
            location=sentence.location_of(drafts, found.parties, document.text),
            plover=plover,
            cameo=cameo,
            confidence=found.confidence,
            extractor=self._extractor,
            model=self._model,
            schema_version=SCHEMA_VERSION,
        )


@dataclasses.dataclass(frozen=True)
class _Found:
    """An event as settled, before it becomes a row."""

    drafts: Sequence[Draft]
    evidence: Evidence
    parties: Sequence[tuple[str, Party]]
    things: Sequence[Thing]
    sums: Sequence[Money]
    date: Date | None
    confidence: float


@dataclasses.dataclass
class _Sentence:
    doc: Doc
    place: Place
    finder: PartyFinder
    items: ItemReader
    sums: Sequence[Money]
    dates: Sequence[Date]
    sectors: Counter[str]
    groups: Sequence[Sequence[Draft]]

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
        taken = [(m.start, m.end) for m in self.sums]
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
        before = self.doc.text[max(0, money.start - 40) : money.start].lower().split()
        after = self.doc.text[money.end : money.end + 25].lower().split()
        own = {d.candidate.head.lower_ for d in drafts}
        cues = _NOT_A_PRICE - own
        return not (
            cues & set(before[-4:])
            or cues & set(after[:3])
            or money.each
            or cues & attach.path(drafts, money.start, self.doc)
        )

    def _owner(self, rivals: Sequence[Sequence[Draft]], at: int) -> Sequence[Draft]:
        return min(rivals, key=lambda g: (attach.steps_to(g, at, self.doc), self._distance(g, at)))

    def _distance(self, drafts: Sequence[Draft], at: int) -> int:
        return min(min(abs(s - at), abs(e - at)) for s, e in (_span(d) for d in drafts))


def event_codes(ontology: Ontology, event_type: str, sector: str, status: str) -> tuple[str, str]:
    """Return the PLOVER event type and CAMEO code nearest to an event."""
    codes = ontology.types[event_type]
    refined = {"plover": codes.plover, "cameo": codes.cameo, **codes.by_sector.get(sector, {})}
    by_status = ontology.by_status.get(status) or {}
    refined |= by_status.get(refined["plover"]) or by_status.get("*") or {}
    return refined["plover"], str(refined["cameo"])


def _span(draft: Draft) -> tuple[int, int]:
    doc = draft.candidate.head.doc
    last = doc[draft.candidate.last]
    if draft.candidate.verb and draft.candidate.last - draft.candidate.first >= len(draft.candidate.entries[0].words):
        last = doc[draft.candidate.first]
    return doc[draft.candidate.first].idx, last.idx + len(last)


def _when(date: Date | None, published: datetime.date | None) -> str:
    """Return how a date lies to the day of publication."""
    if date is None or published is None or date.earliest is None or date.latest is None:
        return "unknown"
    if date.latest < published:
        return "past"
    return "future" if date.earliest > published else "same"


def _definite(head: Token) -> bool:
    return any(
        c.lower_ in ("the", "this", "that", "these", "those", "such")
        for c in head.children
        if c.dep_ in ("det", "predet", "amod")
    )


def _participant(role: str, party: Party) -> Participant:
    return Participant(
        role, party.text, party.start, party.end, party.name, party.kind, party.country or None, party.resolved
    )


def _amount(money: Money, text: str, offset: int) -> Amount:
    start, end = offset + money.start, offset + money.end
    return Amount(text[start:end], start, end, money.amount, money.amount_max, money.currency, money.qualifier)
