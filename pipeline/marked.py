"""Articles in which the stretches that state an arms deal, and the parts of each, are marked by hand.

One JSON object per line: `name`, `date` (YYYYMMDD, zeros where unknown), `text`, `labels` (`tag`, `start`, `end`); an
`Answer` is a stretch that states a deal, the other tags lie inside one.
"""

import dataclasses
import datetime
import json
import pathlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pipeline.annotated import plain_document
from pipeline.fit import Example
from schemas.records import Document
from transforms.extract.argue.question import Argument
from transforms.extract.interface import Decision
from transforms.extract.party import Party

STRETCH: Final = "Answer"
ROLE_OF: Final = {
    "Buyer": "recipient",
    "Buyer Country": "recipient",
    "Seller": "supplier",
    "Seller Country": "supplier",
    "Weapon": "item",
    "Price": "amount",
    "Date": "date",
}
"""The parts of marked deals as roles."""

Label = Mapping[str, Any]
Span = tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Marked:
    """An article whose paragraphs are split, with its labels."""

    name: str
    document: Document
    labels: Sequence[Label]

    @property
    def deals(self) -> list[Span]:
        """The stretches that state a deal, in order."""
        return sorted((x["start"], x["end"]) for x in self.labels if x["tag"] == STRETCH and x["start"] >= 0)

    def parts(self, deal: Span) -> list[Label]:
        """Return the marked parts of a deal."""
        return [x for x in self.labels if x["start"] >= deal[0] and x["end"] <= deal[1] and x["tag"] in ROLE_OF]


def marked_articles(path: pathlib.Path, apart: Collection[str] = ()) -> Iterator[Marked]:
    """Yield the articles of a file, without those named in `apart`."""
    for line in path.read_text("utf-8").splitlines():
        article = json.loads(line)
        if article["name"] not in apart:
            document = plain_document(article["name"], article["text"], _published(article.get("date") or ""))
            yield Marked(article["name"], document, article["labels"])


def reporting(decisions: Sequence[Decision], deal: Span) -> Decision | None:
    """Return the likeliest candidate of a deal within a stretch, which has no marked trigger."""
    inside = [d for d in decisions if deal[0] <= d.trigger_start < deal[1] and d.event_class == "deal"]
    return max(inside, key=lambda d: d.confidence, default=None)


def sided_deals(article: Marked, decisions: Sequence[Decision]) -> Iterator[Example]:
    """Yield the deals of an article of which both sides are marked, as examples of who takes which side."""
    for deal in article.deals:
        best = reporting(decisions, deal)
        if best is None or best.evidence is None:
            continue
        parties = [
            [ROLE_OF[part["tag"]], article.document.text[part["start"] : part["end"]], who.country]
            for part in article.parts(deal)
            for who in _overlapping(best.arguments, part)
        ]
        sides = {role for role, _, _ in parties}
        if {"supplier", "recipient"} <= sides:
            yield Example(article.name, best.evidence, {0: {"class": "deal", "parties": parties}}, best.arguments)


def _overlapping(arguments: Sequence[Argument], part: Label) -> Iterator[Party]:
    """Yield the parties whose words lie in a part that is marked as a side."""
    if ROLE_OF[part["tag"]] not in ("supplier", "recipient"):
        return
    for argument in arguments:
        who = argument.said
        if not isinstance(who, Party) or who.start is None or who.end is None:
            continue
        if who.start < part["end"] and part["start"] < who.end:
            yield who


def _published(day: str) -> datetime.date | None:
    """Return the day of YYYYMMDD, None where month or day are unknown."""
    try:
        return datetime.datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None
