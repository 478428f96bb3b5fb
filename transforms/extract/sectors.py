"""The field of an event, from its goods, its parties and the words around it."""

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from schemas.ontology import Ontology

_OWN = 3.0
_SENTENCE = 1.0
_DOCUMENT = 0.15
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

    def count(self, text: str) -> Counter[str]:
        """Return how many cue words of each sector stand in a text."""
        found: Counter[str] = Counter()
        for match in self._pattern.finditer(text.lower()):
            found[self._sector[match.group()]] += 1
        return found

    def sector(
        self, event_type: str, own: Sequence[str], goods: Sequence[str | None], military: bool, sentence: Counter[str], document: Counter[str]
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
        score: Counter[str] = Counter()
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


def signs(goods: Sequence[str | None], own: Counter[str], sentence: Counter[str], document: Counter[str]) -> tuple[str, ...]:
    """Return readable signs of an event's field: its goods, its own words, its sentence, its document."""
    found = [f"goods_sector={s}" for s in goods if s]
    found += [f"own_words={s}" for s in own]
    found += [f"sentence={s}" for s in sentence]
    found += [f"sentence_top={s}" for s, _ in sentence.most_common(1)]
    found += [f"document_top={s}" for s, _ in document.most_common(1)]
    found += [f"document_second={s}" for s, _ in document.most_common(2)[1:]]
    return tuple(dict.fromkeys(found))


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
