"""Decides on the events of a document, sentence by sentence: what they are, who takes part, whether they are kept."""

import dataclasses
import datetime
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from spacy.tokens import Doc, Token

from schemas.codes import REALIS, SECTORS, STATUSES
from schemas.ontology import Ontology
from schemas.records import Document
from transforms.extract import clusters, roles, surroundings
from transforms.extract import things as goods
from transforms.extract.argue.judge import Judge, rows_completed
from transforms.extract.argue.parties import party_arguments
from transforms.extract.argue.question import Question
from transforms.extract.argue.values import amount_arguments, date_arguments, item_arguments
from transforms.extract.arguments import conjuncts
from transforms.extract.attach import in_tense
from transforms.extract.context import DocumentContext
from transforms.extract.dates import Date, find_dates
from transforms.extract.doubts import doubt
from transforms.extract.drafts import Draft, DraftReader, Filled
from transforms.extract.endings import ending
from transforms.extract.interface import Decision
from transforms.extract.items import ItemReader, Thing
from transforms.extract.memory import Memory, paired
from transforms.extract.money import Money, find_money, local_dollar
from transforms.extract.named import member_states
from transforms.extract.parties import PartyFinder
from transforms.extract.party import Party
from transforms.extract.present import Presence, everyone
from transforms.extract.proposals import PROPOSED, propose
from transforms.extract.reader.model import EventReading, Reading
from transforms.extract.rows import Found, Producer, make_mention
from transforms.extract.score import Evidence, Scorer
from transforms.extract.sectors import Field, SectorReader, organisation_sectors
from transforms.extract.sectors import signs as field_signs
from transforms.extract.sentence import Place, Sentence, span
from transforms.extract.stages import genre, governors_of, signs, status_and_realis
from transforms.extract.triggers import find_triggers

_TWO = 2
_INVESTMENT = "deal/investment"
_PRICED = ("cooperation/assistance", "cooperation/joint_project")
"""Kinds of cooperation of which a sum may be told."""
_CROWD = 4
_LIKELY = -2.0
_SAME = re.compile(r"\b(?:the )?same (?P<unit>day|month|year)\b|\bthat (?P<that>day|month|year)\b", re.IGNORECASE)
_PRECISION = {"day": 10, "month": 7, "year": 4}


class SentenceReader:
    """Reads the events of the sentences of one document, in order."""

    def __init__(
        self,
        document: Document,
        context: DocumentContext,
        ontology: Ontology,
        scorer: Scorer,
        sectors: SectorReader,
        producer: Producer,
        reading: Reading | None = None,
    ) -> None:
        """Take the document, what is known of its names, the ontology, and what the trained reader makes of it."""
        self._document = document
        self._context = context
        self._ontology = ontology
        self._scorer = scorer
        self._sectors = sectors
        self._document_sectors = self._sectors.count(document.text)
        self._document_cues = self._sectors.cues(document.text)
        self._title_cues = self._sectors.cues(document.title or document.text.strip().partition("\n")[0])
        self._genre = genre(document.text, ontology)
        self._memory = Memory()
        self._countries = [country for country, _ in context.frequency.most_common()]
        self._dollar = local_dollar(document.text, context.frequency)
        self._producer = producer
        self._reading = reading
        self._judge = Judge(scorer.weights)

    def read(self, doc: Doc, place: Place) -> Iterator[Decision]:
        """Yield a decision on every candidate of a sentence; those that are kept carry their mention."""
        candidates = find_triggers(doc, self._ontology)
        if self._reading is not None:
            candidates = propose(doc, place, self._reading, candidates, self._ontology)
        if not candidates:
            return
        here = [m.name.country for m in self._context.between(place.start, place.end) if m.name.country]
        text = doc.text  # spaCy puts it together anew each time
        sums = find_money(text, [*here, *self._countries], self._dollar)
        dates = find_dates(text, self._document.published)
        finder = PartyFinder(self._context, place.start, place.end, self._ontology.triggers)
        money = [(m.start, m.end) for one in sums for m in one.said]
        items = ItemReader(doc[:], place.start, self._ontology, money)
        reader = DraftReader(finder, items, self._ontology, money)
        said = [c for c in candidates if not any(start <= c.head.idx < end for start, end in money)]  # "90 billion won"
        groups = clusters.group([reader.read(c) for c in said], self._ontology.types)
        if self._reading is not None:
            hear = self._reading.word
            groups = clusters.heard(groups, lambda draft: hear(_places([draft], place.start)[0]))
        sentence = Sentence(
            doc,
            place,
            finder,
            items,
            sums,
            dates,
            self._sectors.count(text),
            self._sectors.cues(text),
            groups,
            self._ontology,
        )
        present = functools.cache(lambda: everyone(doc, finder))  # asked for by events that are believed alone
        readings = self._readings(groups, place)
        ordinals: Counter[tuple[str, int]] = Counter()
        for drafts, reading in zip(groups, readings, strict=True):
            yield self._decide(drafts, sentence, reader, present, reading, ordinals)

    def _readings(self, groups: Sequence[Sequence[Draft]], place: Place) -> list[EventReading | None]:
        """Return what the trained reader makes of each event of a sentence, set against the others of its class."""
        if self._reading is None:
            return [None] * len(groups)
        readings = [self._reading.event(_places(drafts, place.start)) for drafts in groups]
        return [_beside(r, [o for o in readings if o is not r]) if r is not None else None for r in readings]

    def _decide(
        self,
        drafts: Sequence[Draft],
        sentence: Sentence,
        draft_reader: DraftReader,
        present: Callable[[], Sequence[Presence]],
        reading: EventReading | None,
        ordinals: Counter[tuple[str, int]],
    ) -> Decision:
        start = sentence.place.start
        triggers = _places(drafts, start)
        leader = drafts[0]
        things = goods.direct(drafts)
        evidence = self._evidence(drafts, sentence, things, reading)
        evidence = dataclasses.replace(evidence, event_type=self._scorer.choose("event_type", evidence, evidence.types))
        event_type = evidence.event_type
        scene = goods.Scene(sentence.doc, start, sentence.items, sentence.finder, sentence.groups, self._ontology)
        items = goods.choose(drafts, event_type, scene, self._memory.things)
        retyped = [draft_reader.read_as(d, event_type) for d in drafts]
        settled = self._parties(retyped, sentence, event_type)
        priced = evidence.event_class == "deal" or event_type in _PRICED
        sums = sentence.sums_of(drafts) if priced else []
        date = sentence.date_of(drafts) or self._same_day(drafts, sentence)
        status, realis = self._stage(drafts, event_type)
        sector = self._field(drafts, sentence, things, settled, event_type)
        evidence = dataclasses.replace(
            evidence,
            parties=tuple(p for _, p in settled),
            directed=self._ontology.types[event_type].directed,
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
        believed = self._scorer.believes(evidence, confidence)
        ended = ending(leader.candidate.head, leader.light, self._ontology)
        if ended is not None:  # whether it is an event was weighed as the weights know it
            evidence = dataclasses.replace(evidence, status=ended[0], realis=ended[1])
        found = Found(drafts, evidence, settled, items, sums, date, confidence)
        if believed or not self._judge.is_fitted:  # what is fitted to wants the arguments of all
            told = self._memory.roles(evidence.event_class)
            frames = [d.frame for d in retyped]
            question = Question(event_type, evidence.directed, drafts, frames, sentence, self._context, reading, told)
            found = self._argued(question, found, present(), priced=priced)
        doubtful = doubt(found, sentence.text, self._ontology) if kept else None
        if doubtful is not None and confidence < doubtful[1]:
            kept, reason = False, doubtful[0]
        mention = None
        if believed:
            self._memory.add(event_type, found.parties, found.date, list(found.things))
        if kept:
            ordinals[event_type, triggers[0][0]] += 1
            ordinal = ordinals[event_type, triggers[0][0]]
            mention = make_mention(self._document, sentence, found, ordinal, self._producer)
        return Decision(
            start,
            sentence.place.end,
            *triggers[0],
            evidence.event_class,
            event_type.partition("/")[2],
            leader.frame.name,
            kept,
            reason,
            mention,
            evidence,
            triggers,
            confidence,
            found.arguments,
        )

    def _argued(self, question: Question, rules: Found, present: Sequence[Presence], *, priced: bool) -> Found:
        """Return an event with its likeliest arguments of all there are; the rules' own where nothing is fitted."""
        judge = self._judge
        things = item_arguments(question, rules.things, self._nouns(question, present))
        goods_of = [thing for _, thing in things]
        who = party_arguments(question, rules.parties, present, self._carried(question), goods_of)
        prices = amount_arguments(question, rules.sums) if priced else []
        days = date_arguments(question, rules.date, question.sentence.dates)
        arguments = (*who, *(argument for argument, _ in things), *prices, *days)
        if not judge.is_fitted:
            return dataclasses.replace(rules, arguments=arguments)
        thing_of = {id(argument): thing for argument, thing in things}
        items = [thing_of[id(argument)] for argument in judge.chosen("item", [argument for argument, _ in things])]
        dates = [a.said for a in judge.chosen("date", days) if isinstance(a.said, Date)]
        parties = judge.parties(who, directed=question.directed)
        return dataclasses.replace(
            rules,
            parties=rows_completed(parties, question.sentence.finder.listed),
            things=_apart(items),
            sums=[a.said for a in judge.chosen("amount", prices) if isinstance(a.said, Money)],
            date=in_tense(dates[0], question.drafts[0], question.sentence.doc) if dates else None,
            arguments=arguments,
        )

    def _carried(self, question: Question) -> list[Party]:
        """Return who was spoken of before: the parties of the last events of the class, and the last names."""
        start = question.sentence.place.start
        before = [m for t, m in reversed(self._memory.events) if t.startswith(question.event_class)][:2]
        told = [p for parties in before for _, p in parties if len(parties) <= _CROWD]
        near = self._context.two_sides(start) + self._context.pair(start)
        if question.event_class == "deal":
            near += self._context.last_firms(start)
        last = self._context.last_country(start)
        return [
            dataclasses.replace(p, text=None, start=None, end=None, resolved=True)
            for one in (*told, *near, *([last] if last else []))
            for p in member_states(one)
        ]

    def _nouns(self, question: Question, present: Sequence[Presence]) -> Iterator[Thing]:
        """Yield the things that a sentence's nouns name, parties left out; where firms are sold, they are things."""
        if question.event_type == "cooperation/dialogue":
            return
        sold = ("company", "organisation", None) if question.event_type == _INVESTMENT else ()
        who = {p.token.i for p in present if p.party.kind not in sold}
        triggers = {i for d in question.drafts for i in range(d.candidate.first, d.candidate.last + 1)}
        for token in question.sentence.doc:
            if (
                token.pos_ in ("NOUN", "PROPN")
                and token.i not in who
                and token.i not in triggers
                and token.dep_ != "compound"
            ):
                thing = question.sentence.items.read(token, hollow=True)
                if thing is not None:
                    yield thing

    def _evidence(
        self, drafts: Sequence[Draft], sentence: Sentence, things: Sequence[Thing], reading: EventReading | None
    ) -> Evidence:
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
            types=self._possible(drafts, event_type, reading),
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
            around=(
                *surroundings.signs(head, sentence.place.paragraph, sentence.others(drafts)),
                *(["proposed"] if leader.frame.name == PROPOSED else []),
            ),
            heard=reading.heard if reading is not None else None,
        )

    def _possible(self, drafts: Sequence[Draft], event_type: str, reading: EventReading | None) -> tuple[str, ...]:
        """Return the types that a trigger, a refinement, the ontology's alternatives or the reader allow."""
        found = {event_type} | {e.event_type for d in drafts for e in d.candidate.entries}
        found |= {r.becomes for r in self._ontology.refine if r.types & found}
        found |= {other for t in found for other in self._ontology.alternatives.get(t, ())}
        if reading is not None and any(t in reading.heard.answers["event_type"] for t in found):
            found |= {t for t, chance in reading.heard.answers["event_type"].items() if chance > _LIKELY}
        return tuple(sorted(found & set(self._ontology.types)))

    def _governors(self, leader: Draft) -> list[Token]:
        governors = governors_of(leader.candidate.head, self._ontology)
        if leader.light is not None and leader.light not in governors:
            return [leader.light, *governors]
        return governors

    def _same_day(self, drafts: Sequence[Draft], sentence: Sentence) -> Date | None:
        """The day of the event before, where this one happened "on the same day"."""
        match = _SAME.search(sentence.text)
        before = self._memory.dates.get(_PRECISION[(match["unit"] or match["that"]).lower()]) if match else None
        if (
            match is None
            or before is None
            or (len(sentence.groups) > 1 and sentence.nearest(match.start()) is not drafts)
        ):
            return None
        return dataclasses.replace(before, start=match.start(), end=match.end())

    def _field_of(self, drafts: Sequence[Draft], sentence: Sentence, things: Sequence[Thing]) -> Field:
        """Return what speaks for an event's field."""
        first, last = span(drafts[0])
        known = organisation_sectors()
        return Field(
            goods=[t.sector for t in things],
            parties=[known.get(f.party.name) for d in drafts for f in d.parties],
            own=self._sectors.cues(" ".join([sentence.text[first:last], *(t.item.text for t in things)])),
            sentence=sentence.cues,
            title=self._title_cues,
            document=self._document_cues,
        )

    def _field(
        self,
        drafts: Sequence[Draft],
        sentence: Sentence,
        things: Sequence[Thing],
        parties: Sequence[tuple[str, Party]],
        event_type: str,
    ) -> str:
        first, last = span(drafts[0])
        own = [sentence.text[first:last], *(t.item.text for t in things)]
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

    def _parties(self, drafts: Sequence[Draft], sentence: Sentence, event_type: str) -> list[tuple[str, Party]]:
        directed = self._ontology.types[event_type].directed
        parties = roles.settle(drafts, (), event_type, directed=directed)
        if len({p.key for _, p in parties}) < _TWO:
            parties = roles.settle(drafts, self._around(drafts, sentence), event_type, directed=directed)
        parties = self._memory.completed(event_type, parties, _definite(drafts[0].candidate.head))
        if event_type.startswith("cooperation/"):
            parties = paired(parties, self._context.pair(sentence.place.start))
        return roles.rounded(parties, event_type, directed=directed)

    def _around(self, drafts: Sequence[Draft], sentence: Sentence) -> list[Filled]:
        """Parties near the trigger that its own grammar does not reach: those of the verbs above it."""
        leader = drafts[0]
        found: list[Filled] = []
        for governor in governors_of(leader.candidate.head, self._ontology):
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


def _places(drafts: Sequence[Draft], offset: int) -> tuple[tuple[int, int], ...]:
    """Return where an event's triggers stand in the document."""
    return tuple((offset + first, offset + last) for first, last in map(span, drafts))


def _beside(reading: EventReading, others: Sequence[EventReading | None]) -> EventReading:
    """Return a reading that knows how much surer it is than the surest other of its class."""
    mine = reading.heard
    loud = [o.heard.loudness for o in others if o is not None and o.heard.event_class == mine.event_class]
    margin = mine.loudness - max(loud) if loud else None
    return dataclasses.replace(reading, heard=dataclasses.replace(mine, margin=margin))


def _apart(things: Sequence[Thing]) -> list[Thing]:
    """Return things that do not overlap, earlier ones in the sequence first, in the order of the text."""
    kept: list[Thing] = []
    for thing in things:
        start, end = thing.item.start or 0, thing.item.end or 0
        if all(end <= (k.item.start or 0) or (k.item.end or 0) <= start for k in kept):
            kept.append(thing)
    return sorted(kept, key=lambda t: t.item.start or 0)


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
