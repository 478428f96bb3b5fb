"""Lays annotations over the reader's windows: which pieces are triggers, and which take which role in which event.

Annotations name triggers word for word, but parties, goods, sums and dates only by value. The rules find the words for
them: every phrase that stands for a party's country or body, every sum and date of equal value.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.evaluate import same_date, same_sum
from pipeline.marked import ROLE_OF, Marked, reporting
from pipeline.meant import meant
from schemas.codes import REALIS, SECTORS, STATUSES
from schemas.records import Document
from transforms.extract.context import DocumentContext
from transforms.extract.dates import find_dates
from transforms.extract.interface import Decision
from transforms.extract.money import find_money, local_dollar
from transforms.extract.party import Party
from transforms.extract.reader.questions import ROLES, TYPES
from transforms.extract.reader.windows import Span, Window

MASKED = -100
Record = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Target:
    """An event of a window, or a candidate that is none.

    Attributes:
        triggers: The pieces of each phrase that may be called its trigger.
        event_type: Index into `TYPES`, 0 for no event, `MASKED` where it is open whether it is one.
        kind: The same of what it is if it is an event, `MASKED` where that is unknown.
        status, realis, sector: Indices, `MASKED` where unknown.
        roles: By index into `ROLES`, the pieces that take the role; None where nothing is known of the roles.
    """

    triggers: tuple[range, ...]
    event_type: int
    kind: int = MASKED
    status: int = MASKED
    realis: int = MASKED
    sector: int = MASKED
    roles: Mapping[int, frozenset[int]] | None = None


@dataclasses.dataclass(frozen=True)
class Example:
    """A window with what the annotations say of it.

    Attributes:
        document: The name of its document.
        window: The window.
        triggers: By piece, the index of the type of event it triggers, 0 for none, `MASKED` for unknown.
        targets: Its events, and candidates that are none.
        names: The names of countries and firms in it.
        passage: By piece, 1 in a stretch that states an arms deal, 0 outside, `MASKED` where unknown.
    """

    document: str
    window: Window
    triggers: tuple[int, ...]
    targets: tuple[Target, ...]
    passage: tuple[int, ...]
    names: tuple["NamePieces", ...] = ()


@dataclasses.dataclass(frozen=True)
class NamePieces:
    """The name of a country or a firm in a window: which pieces, whose, of what kind, in which form."""

    pieces: range
    who: str
    kind: str
    form: str


@dataclasses.dataclass(frozen=True)
class Read:
    """What the rules know of a document: its sentences, windows, context, who stands in each sentence, candidates."""

    document: Document
    sentences: Sequence[Span]
    windows: Sequence[Window]
    context: DocumentContext
    present: Mapping[Span, Sequence[Party]]
    decisions: Sequence[Decision]


def annotated(name: str, read: Read, records: Sequence[Record]) -> Iterator[Example]:
    """Yield the windows of a document that is annotated by the guide.

    Of an optional record it is open whether it is an event, but not what it says if it is.
    """
    for window in read.windows:
        start, end = window.body
        mine = [r for r in records if any(start <= s < end for s, _ in r["spans"])]
        pieces = [0 if s >= 0 and seg else MASKED for (s, _), seg in zip(window.spans, window.segments, strict=True)]
        for record in sorted(mine, key=lambda r: not r.get("optional")):
            for span in record["spans"]:
                for i in window.pieces(*span):
                    pieces[i] = MASKED if record.get("optional") else TYPES.index(f"{record['class']}/{record['type']}")
        targets = [_target(window, read, record) for record in mine]
        targets += [
            Target(t, 0)
            for d in _within(read.decisions, window)
            if (t := _triggers(window, d)) and not _touches(d, records)
        ]
        yield Example(
            name,
            window,
            tuple(pieces),
            tuple(t for t in targets if t.triggers),
            (MASKED,) * len(pieces),
            _names(window, read),
        )


def stretches(article: Marked, read: Read) -> Iterator[Example]:
    """Yield the windows of an article on arms in which the stretches that state a deal, and its parts, are marked.

    Triggers are not marked there: the likeliest candidate of the rules in a stretch stands for its trigger.
    """
    for window in read.windows:
        start, end = window.body
        pieces = [MASKED] * len(window.ids)
        passage = [MASKED] * len(window.ids)
        for i in window.pieces(start, end):
            passage[i] = int(any(a <= window.spans[i][0] < b for a, b in article.deals))
        targets = []
        for deal in article.deals:
            best = reporting(_within(read.decisions, window), deal)
            if best is not None:
                roles: dict[int, set[int]] = {r: set() for r in range(len(ROLES))}
                for part in article.parts(deal):
                    roles[ROLES.index(ROLE_OF[part["tag"]])] |= set(window.pieces(part["start"], part["end"]))
                targets.append(
                    Target(_triggers(window, best), MASKED, roles={r: frozenset(p) for r, p in roles.items()})
                )
        yield Example(
            article.name,
            window,
            tuple(pieces),
            tuple(t for t in targets if t.triggers),
            tuple(passage),
            _names(window, read),
        )


def _names(window: Window, read: Read) -> tuple[NamePieces, ...]:
    """Return the names that a window shows whole, in order."""
    found = []
    for match in read.context.names:
        pieces = window.pieces(match.start, match.end)
        name = match.name
        whole = pieces and window.spans[pieces[0]][0] == match.start and window.spans[pieces[-1]][1] == match.end
        if whole and name.kind in ("country", "company") and name.form in ("name", "adjective"):
            found.append(
                NamePieces(pieces, name.country if name.kind == "country" else name.name, name.kind, name.form)
            )
    return tuple(found)


def _target(window: Window, read: Read, record: Record) -> Target:
    triggers = tuple(p for span in record["spans"] if (p := window.pieces(*span)))
    kind = TYPES.index(f"{record['class']}/{record['type']}")
    return Target(
        triggers,
        MASKED if record.get("optional") else kind,
        kind,
        STATUSES.index(record["status"]),
        REALIS.index(record["realis"]),
        SECTORS.index(record["sector"]),
        _roles(window, read, record),
    )


def _roles(window: Window, read: Read, record: Record) -> dict[int, frozenset[int]]:
    at = record["spans"][0][0]
    sentence = next(((s, e) for s, e in read.sentences if s <= at < e), None)
    if sentence is None:
        return {}
    found: dict[int, set[int]] = {r: set() for r in range(len(ROLES))}
    for role, phrases in _phrases(read, record, sentence, at):
        for start, end in phrases:
            found[ROLES.index(role)] |= set(window.pieces(start, end))
    return {role: frozenset(pieces) for role, pieces in found.items()}


def _phrases(read: Read, record: Record, sentence: Span, at: int) -> Iterator[tuple[str, Iterable[Span]]]:
    """Yield the words that take each role, by their offsets in the document."""
    start, end = sentence
    text = read.document.text
    for (role, name, country), phrases in assigned(record["parties"], read.present.get(sentence, ())).items():
        yield role, phrases or _by_name(text, sentence, name) or _earlier(read, name, country, start)
    for item, *_ in record.get("items") or ():
        places = [
            (start + m.start(), start + m.end()) for m in re.finditer(re.escape(item), text[start:end], re.IGNORECASE)
        ]
        if places:
            yield "item", [min(places, key=lambda p: abs(p[0] - at))]
    if record.get("value"):
        named = read.context.frequency
        sums = find_money(text[start:end], [c for c, _ in named.most_common()], local_dollar(text, named))
        yield (
            "amount",
            [
                (start + m.start, start + m.whole_end)
                for m in sums
                if any(same_sum(record["value"], one.amount, one.currency) for one in m.said)
            ],
        )
    if record.get("date"):
        wanted = str(record["date"])
        yield (
            "date",
            [
                (start + d.start, start + d.end)
                for d in find_dates(text[start:end], read.document.published)
                if same_date(wanted, d.edtf)
            ],
        )


def assigned(parties: Sequence[Sequence[str]], present: Sequence[Party]) -> dict[tuple[str, str, str], list[Span]]:
    """Return for each annotated (role, name, country) the phrases of a sentence that stand for it."""
    found: dict[tuple[str, str, str], list[Span]] = {(p[0], p[1], p[2]): [] for p in parties}
    for party in present:
        best = meant(found, party)
        if best is not None and party.start is not None and party.end is not None:
            found[best[0], best[1], best[2]].append((party.start, party.end))
    return found


def _by_name(text: str, sentence: Span, name: str) -> list[Span]:
    start, end = sentence
    return [(start + m.start(), start + m.end()) for m in re.finditer(re.escape(name), text[start:end])] if name else []


def _earlier(read: Read, name: str, country: str, before: int) -> list[Span]:
    """Return where a party was last named before a sentence that leaves it to what was said; else its state or body."""
    named = read.document.text.rfind(name, 0, before) if name[:1].isupper() else -1
    if named >= 0:
        return [(named, named + len(name))]
    near = [m for m in read.context.countries_before(before, most=12) if m.name.country == country]
    return [(m.start, m.end) for m in near[:1]]


def _within(decisions: Sequence[Decision], window: Window) -> list[Decision]:
    start, end = window.body
    return [d for d in decisions if start <= d.trigger_start < end]


def _triggers(window: Window, decision: Decision) -> tuple[range, ...]:
    return tuple(p for span in decision.triggers if (p := window.pieces(*span)))


def _touches(decision: Decision, records: Sequence[Record]) -> bool:
    return any(a < e and s < b for a, b in decision.triggers for r in records for s, e in r["spans"])
