"""Tells which sentences may report an event, before anything is parsed: most news has none in it.

Two looks at the words of a document. The first is sure: where no form of a trigger of the ontology in use stands, the
rules find nothing. The second is fitted: a linear model over hashed words, pairs of words, names, and the words of the
sentences around gives each sentence a score, and those below a threshold are left unparsed. It was fitted to what the
extractor finds where every sentence is parsed (`pipeline.screening`), which is the same as asking what is lost.

A trigger or type that a user has added was not known then: its sentences always pass.
"""

import bisect
import functools
import hashlib
import pathlib
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from schemas.lexicon import Match, gazetteer
from schemas.ontology import DEFAULT, INFLECTIONS, Ontology, Trigger, load_ontology
from schemas.yamls import load_yaml

WEIGHTS: Final = DEFAULT.with_name("screen.npz")
"""What was fitted: `weights` (8 bits, by hash), `scale`, `bias`, `threshold`."""
BITS: Final = 18
"""Features are hashed into 2 ** BITS weights."""

Span = tuple[int, int]
Indices = npt.NDArray[np.int64]
Sums = npt.NDArray[np.float32]

_WORD = re.compile(r"[A-Za-z]+|\d+|[$£€%]")
_YEAR = len("2004")
_MONEY = frozenset(zlib.crc32(word) for word in (b"$", "£".encode(), "€".encode(), b"million", b"billion", b"bn"))
_NUMBERS = frozenset(zlib.crc32(word) for word in (b"#", b"####", b"#####"))
_CAPITAL: Final = 1 << 32
"""Set in a word's number where it is capitalised inside a sentence."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_FINISHER = np.uint64(0xBF58476D1CE4E5B9)
_ONE, _PAIR, _GAP, _BEFORE, _AFTER, _DOCUMENT, _SIGN, _CROSS = range(1, 9)
_SIGNS = 8


class Screen:
    """Chooses the sentences of a document that are parsed."""

    def __init__(self, ontology: Ontology, model: "ScreenModel | None" = None) -> None:
        """Compile the triggers of an ontology.

        Args:
            ontology: What counts as an event.
            model: The fitted look; without it every sentence with a trigger passes.
        """
        self._model = model
        self._forms = trigger_forms(ontology)
        known = _entries(load_ontology())
        added = {word for word, entries in ontology.triggers.items() for e in entries if _entry(e) not in known}
        self._added = trigger_forms(ontology, added)
        self.digest = model.digest if model is not None else "triggers"

    def passing(self, text: str, sentences: Sequence[Span]) -> list[bool]:
        """Return for each sentence, given where it stands in the text, whether it is parsed."""
        words = Words(text, sentences)
        if self._model is None:
            return words.hold(self._forms)
        scores = self._model.scores(words, self._forms)
        passing: list[bool] = (scores >= self._model.threshold).tolist()
        if self._added:
            return [p or added for p, added in zip(passing, words.hold(self._added), strict=True)]
        return passing


class Words:
    """The words of a document's sentences as numbers that hold on any machine."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        """Find the words."""
        found = [_WORD.findall(text, start, end) for start, end in sentences]
        self.text = text
        self.sentences = sentences
        self.lowered = [[word.lower() for word in words] for words in found]
        number = _numbers
        self.plain = np.array([number(word) for words in self.lowered for word in words], dtype=np.uint64)
        self.lengths = np.array([len(words) for words in found], dtype=np.int64)
        self.capital = np.array(
            [i > 0 and word[0].isupper() for words in found for i, word in enumerate(words)], dtype=bool
        )

    def hold(self, forms: frozenset[str]) -> list[bool]:
        """Return for each sentence whether one of some words stands in it."""
        return [not forms.isdisjoint(words) for words in self.lowered]


def features(words: Words, forms: frozenset[str]) -> tuple[Indices, Indices, Sums]:
    """Return the features of all sentences: which sentence, which weight, and the feature's value.

    Args:
        words: The words of the document.
        forms: The forms of the ontology's triggers.
    """
    count = len(words.sentences)
    at = np.repeat(np.arange(count), words.lengths)
    plain = words.plain
    cased = np.where(words.capital, plain | np.uint64(_CAPITAL), plain)
    signs, codes = _signs(words, at, forms)
    sign_at = np.repeat(np.arange(count), _SIGNS)
    is_trigger = np.array([w in forms for sentence in words.lowered for w in sentence], dtype=bool)
    triggers, trigger_at = plain[is_trigger], at[is_trigger]
    parts = [(at, _hash(cased, _ONE)), (sign_at, _hash(signs, _SIGN))]
    for gap, salt in ((1, _PAIR), (2, _GAP)):
        inside = at[gap:] == at[:-gap] if len(at) > gap else np.zeros(0, dtype=bool)
        left, right = cased[:-gap][inside], cased[gap:][inside]
        parts.append((at[gap:][inside], _hash(left * np.uint64(31) + right, salt)))
    parts += [(trigger_at, _hash(triggers * np.uint64(31) + code[trigger_at], _CROSS)) for code in codes]
    parts.append(((at + 1)[at + 1 < count], _hash(plain[at + 1 < count], _BEFORE)))
    parts.append(((at - 1)[at > 0], _hash(plain[at > 0], _AFTER)))
    sentences = np.concatenate([where for where, _ in parts])
    hashed = np.concatenate([which for _, which in parts])
    keys = np.unique((sentences << BITS) | hashed)  # a feature holds or does not, however often
    return keys >> BITS, keys & ((1 << BITS) - 1), np.ones(len(keys), dtype=np.float32)


def document_features(words: Words) -> tuple[Indices, Sums]:
    """Return the features that count for all sentences of a document: its words, each with its share."""
    distinct = np.unique(words.plain)
    return _hash(distinct, _DOCUMENT), np.full(len(distinct), 1 / np.sqrt(max(1, len(distinct))), dtype=np.float32)


class ScreenModel:
    """The fitted look: a weight by hash, a bias, and the least score of a sentence that passes."""

    def __init__(self, path: pathlib.Path = WEIGHTS) -> None:
        """Load weights that `pipeline.screening` has written."""
        with np.load(path) as fitted:
            self.weights = fitted["weights"].astype(np.float32) * np.float32(fitted["scale"])
            self.bias, self.threshold = float(fitted["bias"]), float(fitted["threshold"])
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()

    def scores(self, words: Words, forms: frozenset[str]) -> Sums:
        """Return the score of each sentence, as log-odds."""
        if not len(words.sentences):
            return np.zeros(0, dtype=np.float32)
        at, which, values = features(words, forms)
        whole, shares = document_features(words)
        common = self.bias + float(self.weights[whole] @ shares)
        sums = np.bincount(at, weights=self.weights[which] * values, minlength=len(words.sentences))
        return (sums + common).astype(np.float32)


@functools.cache
def shipped_screen() -> ScreenModel | None:
    """Return the fitted look that comes with the package, loaded once a process; None where none is fitted yet."""
    return ScreenModel() if WEIGHTS.exists() else None


def trigger_forms(ontology: Ontology, words: Sequence[str] | set[str] | None = None) -> frozenset[str]:
    """Return every form of the first words of an ontology's triggers, or of some of them, in small letters."""
    wanted = ontology.triggers if words is None else words
    forms = {form for word in wanted for t in ontology.triggers[word] for form in _forms(word, t.verb)}
    return frozenset(part for form in forms for part in _WORD.findall(form.lower())[:1])


def _entries(ontology: Ontology) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset(_entry(trigger) for entries in ontology.triggers.values() for trigger in entries)


def _entry(trigger: Trigger) -> tuple[str, tuple[str, ...]]:
    return trigger.event_type, trigger.words


@functools.lru_cache(maxsize=1 << 16)
def _numbers(word: str) -> int:
    if word[0].isdigit():
        word = "#" * (1 if len(word) < _YEAR else min(len(word), _YEAR + 1))
    return zlib.crc32(word.encode())


def _hash(values: npt.NDArray[np.uint64], salt: int) -> Indices:
    mixed = (values + np.uint64(salt << 40)) * _MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FINISHER
    mixed ^= mixed >> np.uint64(32)
    hashed: Indices = (mixed & np.uint64((1 << BITS) - 1)).astype(np.int64)
    return hashed


def _signs(
    words: Words, at: Indices, forms: frozenset[str]
) -> tuple[npt.NDArray[np.uint64], list[npt.NDArray[np.uint64]]]:
    """Return `_SIGNS` signs of each sentence as numbers, in a row, and those that triggers are crossed with."""
    count = len(words.sentences)
    states, firms = _names(words)
    money = np.bincount(at, weights=_among(words.plain, _MONEY), minlength=count) > 0
    figures = np.bincount(at, weights=_among(words.plain, _NUMBERS), minlength=count) > 0
    capitals = np.minimum(np.bincount(at, weights=words.capital, minlength=count), 5)
    held = np.array([min(sum(w in forms for w in sentence), 4) for sentence in words.lowered])
    place = np.minimum(np.arange(count), 6)
    lengths = np.minimum(words.lengths // 6, 8)
    named = np.minimum(states, 2)
    crosses = (named * 8 + np.minimum(capitals, 3), 64 + money, 128 + firms)
    rows = (named, capitals, money * 2 + figures, held, place, lengths, firms, named * 64 + capitals * 8 + money)
    signs = np.stack([row.astype(np.uint64) + np.uint64(1000 * i) for i, row in enumerate(rows)], axis=1)
    return signs.ravel(), [cross.astype(np.uint64) + np.uint64(1 << 34) for cross in crosses]


def _among(numbers: npt.NDArray[np.uint64], wanted: frozenset[int]) -> npt.NDArray[np.bool_]:
    return np.isin(numbers, np.array(sorted(wanted), dtype=np.uint64))


def _names(words: Words) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """Return how many states and bodies each sentence names, and whether it names a firm."""
    starts = [start for start, _ in words.sentences]
    named: list[set[str]] = [set() for _ in starts]
    firms = np.zeros(len(starts), dtype=bool)
    found: list[Match] = gazetteer().find(words.text)
    for match in found:
        i = bisect.bisect_right(starts, match.start) - 1
        if i >= 0 and match.end <= words.sentences[i][1]:
            if match.name.country:
                named[i].add(match.name.country)
            if match.name.kind == "company":
                firms[i] = True
    return np.array([len(names) for names in named], dtype=np.int64), firms


@functools.cache
def _irregular() -> dict[str, list[str]]:
    table: dict[str, list[str]] = load_yaml(INFLECTIONS.read_text("utf-8"))
    return table


def _forms(word: str, verb: bool) -> Iterator[str]:
    """Yield the inflected forms of a word, regular and irregular; too many do no harm."""
    head = word.split("-", maxsplit=1)[0] if word.count("-") else word
    yield word
    if head != word:
        yield head
    stem = head.removesuffix("e")
    yield from (head + "s", head + "es", stem + "ing", stem + "ed", head + "ed", head + "ing")
    if head.endswith("y"):
        yield from (head[:-1] + "ies", head[:-1] + "ied")
    if verb:
        yield from (head + head[-1] + "ed", head + head[-1] + "ing")
    yield from _irregular().get(head, ())
