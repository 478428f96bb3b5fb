"""The field of an event, from its goods, its parties and the words around it."""

import dataclasses
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from schemas.lexicon import rows
from schemas.ontology import Ontology

_OWN = 3.0
_SENTENCE = 1.0
_DOCUMENT = 0.15
_SHARES = (10, 20, 35, 50)
_FREQUENT = 0.08
_DEFAULTS = {
    "deal/investment": "trade",
    "deal/financing": "trade",
    "deal/sale": "trade",
    "deal/contract": "trade",
    "deal/license": "technology",
    "deal/supply": "energy",
    "cooperation/exercise": "military",
    "cooperation/operation": "security",
}


class SectorReader:
    """Scores sectors by the cue words of an ontology."""

    def __init__(self, ontology: Ontology) -> None:
        """Compile the cues."""
        self._pattern, self._sector = _compile(ontology)

    @property
    def sector_of(self) -> Mapping[str, str]:
        """The sector of each cue word."""
        return self._sector

    def cues(self, text: str) -> Counter[str]:
        """Return the cue words in a text with their counts."""
        return Counter(match.group() for match in self._pattern.finditer(text.lower()))

    def count(self, text: str) -> Counter[str]:
        """Return how many cue words of each sector stand in a text."""
        return _by_sector(self.cues(text), self._sector)

    def sector(
        self,
        event_type: str,
        own: Sequence[str],
        goods: Sequence[str | None],
        military: bool,
        sentence: Counter[str],
        document: Counter[str],
    ) -> str:
        """Return the sector of an event.

        Args:
            event_type: "class/type".
            own: The event's own words: trigger, items.
            goods: The sectors of its goods, as the lexicon says.
            military: Whether an armed force takes part.
            sentence: Cue counts of the sentence.
            document: Cue counts of the document.
        """
        score: dict[str, float] = defaultdict(float)
        for sector in goods:
            if sector:
                score[sector] += 4 * _OWN
        for words in own:
            for sector, n in self.count(words).items():
                score[sector] += n * _OWN
        if military:
            score["military"] += _OWN
        for sector, n in sentence.items():
            score[sector] += n * _SENTENCE
        total = sum(document.values()) or 1
        for sector, n in document.items():
            score[sector] += _DOCUMENT * 20 * n / total
        score[_default(event_type)] += 1.5
        return max(sorted(score), key=lambda s: score[s])


@dataclasses.dataclass(frozen=True)
class Field:
    """What speaks for the field of an event: sectors of its goods and parties, and the cue words around it.

    Attributes:
        goods: Sectors of its goods, as the lexicon says.
        parties: Sectors of the organisations that take part, as the lexicon says.
        own: Cue words in its trigger and items.
        sentence, title, document: Cue words there.
    """

    goods: Sequence[str | None]
    parties: Sequence[str | None]
    own: Counter[str]
    sentence: Counter[str]
    title: Counter[str]
    document: Counter[str]


def signs(field: Field, sector_of: Mapping[str, str]) -> tuple[str, ...]:
    """Return readable signs of an event's field: each cue word by itself and by its sector, near and far."""
    found = [f"goods_sector={s}" for s in field.goods if s]
    found += [f"party_sector={s}" for s in field.parties if s]
    found += [f"own_words={s}" for s in _by_sector(field.own, sector_of)]
    found += [f"own_word={w}" for w in field.own]
    sentence = _by_sector(field.sentence, sector_of)
    found += [f"sentence={s}" for s in sentence]
    found += [f"sentence={s}+" for s, n in sentence.items() if n > 1]
    found += [f"sentence_top={s}" for s, _ in sentence.most_common(1)]
    found += [f"word={w}" for w in field.sentence]
    found += [f"title={s}" for s in _by_sector(field.title, sector_of)]
    document = _by_sector(field.document, sector_of)
    total = sum(document.values()) or 1
    found += [f"document={s}/{share}" for s, n in document.items() for share in _SHARES if n / total >= share / 100]
    found += [f"document_top={s}" for s, _ in document.most_common(1)]
    found += [f"document_second={s}" for s, _ in document.most_common(2)[1:]]
    found += [f"document_word={w}" for w, n in field.document.items() if n / total >= _FREQUENT]
    return tuple(dict.fromkeys(found))


@functools.cache
def organisation_sectors() -> Mapping[str, str]:
    """Return the sector of each organisation in the lexicon by its name."""
    return {row["name"]: row["sector"] for row in rows("organisations.csv") if row.get("sector")}


def _by_sector(cues: Counter[str], sector_of: Mapping[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for word, n in cues.items():
        found[sector_of[word]] += n
    return found


def _default(event_type: str) -> str:
    return _DEFAULTS.get(event_type, "diplomatic")


def _compile(ontology: Ontology) -> tuple[re.Pattern[str], Mapping[str, str]]:
    return _compiled(tuple((s, tuple(sorted(w))) for s, w in ontology.sector_cues.items()))


@functools.cache
def _compiled(cues: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    table: dict[str, str] = {}
    for sector, words in cues:
        for word in words:
            table.setdefault(word, sector)
    longest = sorted(table, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)"), table
