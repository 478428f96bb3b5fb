"""Runs the trained reader: windows of word pieces in, readings of events out.

The network runs through onnxruntime (Microsoft's, MIT, kept; no torch at run time), one window at a time and on one
thread, so that what is read depends neither on the batch nor on the number of workers.
"""

import bisect
import collections
import dataclasses
import functools
import hashlib
import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from schemas.codes import REALIS, SECTORS, STATUSES
from schemas.lexicon import DATA
from transforms.extract.reader.distances import distance_classes
from transforms.extract.reader.questions import ROLES, TYPES, Heard
from transforms.extract.reader.windows import Span, Window, WindowMaker

SHIPPED = DATA.parent / "reader"
"""The folder of the weights that come with the package."""
ENCODER, HEADS, PARTS, VOCABULARY, CARD = "encoder.onnx", "heads.onnx", "roles.onnx", "tokenizer.json", "card.json"
_KEPT = 3
"""Windows whose states stay in memory: an event's sentence and its neighbours."""
_ASKED = 64
"""Readings of candidates that stay in memory: those of a sentence."""
_LEAST = -12.0
_PLAIN = 0.01
_AROUND = 12
"""Pieces on either side of a phrase that say what it is about."""

Scores = npt.NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class EventReading:
    """What the reader makes of one candidate, and of every word's part in it."""

    heard: Heard
    _window: Window
    _asked: "_Parts"

    def roles(self, start: int | None, end: int | None) -> Scores | None:
        """Return the log-odds of each of `ROLES` for `text[start:end]`, its likeliest piece's; None if out of sight."""
        pieces = self._window.pieces(start, end) if start is not None and end is not None else range(0)
        return self._asked.scores[pieces.start : pieces.stop].max(axis=0) if pieces else None


@dataclasses.dataclass(eq=False)
class _Parts:
    """Every word's part in one event, worked out when it is asked for: most candidates turn out to be no events."""

    model: "ReaderModel"
    states: Scores
    triggers: Sequence[range]
    window: Window

    @functools.cached_property
    def scores(self) -> Scores:
        return self.model.roles(self.states, self.triggers, self.window)


class Reading:
    """A document as the reader sees it; windows are read when an event in them is asked for."""

    def __init__(self, model: "ReaderModel", windows: Sequence[Window]) -> None:
        """Take the windows of a document, in order."""
        self._model = model
        self._windows = windows
        self._asked: collections.OrderedDict[tuple[Span, ...], EventReading | None] = collections.OrderedDict()
        self._starts = [window.body[0] for window in windows]
        self._read: collections.OrderedDict[int, tuple[Scores, Scores, Scores]] = collections.OrderedDict()

    def event(self, triggers: Sequence[Span]) -> EventReading | None:
        """Return the reading of a candidate by the places of its trigger words; None where no window holds them.

        The last ones are kept: a word is asked for by itself before it is known to be an event of its own.
        """
        asked = tuple(triggers)
        if asked not in self._asked:
            self._asked[asked] = self._ask(asked)
            if len(self._asked) > _ASKED:
                self._asked.popitem(last=False)
        return self._asked[asked]

    def _ask(self, triggers: Sequence[Span]) -> EventReading | None:
        at = self._at(triggers[0][0])
        if at is None:
            return None
        window = self._windows[at]
        pieces = [p for span in triggers if (p := window.pieces(*span))]
        if not pieces:
            return None
        states, words, passages = self._states(at)
        types, status, realis, sector = self._model.heads(states, pieces, window)
        word = max(_odds(words[i]) for p in pieces for i in p)
        answers = {"event_type": _named(TYPES, types), "status": _named(STATUSES, status)}
        answers |= {"realis": _named(REALIS, realis), "sector": _named(SECTORS, sector)}
        passage = float(max(passages[i] for p in pieces for i in p))
        return EventReading(
            Heard(word, _odds(types), passage, answers), window, _Parts(self._model, states, pieces, window)
        )

    def state(self, span: Span) -> Scores | None:
        """Return the mean state of a phrase's pieces and that of the pieces around it, one after the other.

        It is None where no window holds the phrase.
        """
        at, pieces = self._place(span)
        if at is None:
            return None
        states = self._states(at)[0][0]
        around = states[max(0, pieces.start - _AROUND) : pieces.stop + _AROUND]
        both: Scores = np.concatenate([states[pieces.start : pieces.stop].mean(axis=0), around.mean(axis=0)])
        return both

    def word(self, span: Span) -> tuple[str, float]:
        """Return the likeliest type of what a word triggers, and the log-odds that it is a trigger at all."""
        at, pieces = self._place(span)
        if at is None:
            return TYPES[1], _LEAST
        words = self._states(at)[1]
        loudest = max(pieces, key=lambda i: _odds(words[i]))
        return TYPES[1 + int(words[loudest][1:].argmax())], _odds(words[loudest])

    def triggers(self, sentence: Span) -> Iterator[tuple[Span, str, float]]:
        """Yield the words of a sentence that the reader takes for triggers: where, the likeliest type, log-odds."""
        at = self._at(sentence[0])
        if at is None:
            return
        window = self._windows[at]
        _, words, _ = self._states(at)
        pieces = window.pieces(*sentence)
        scores = words[pieces.start : pieces.stop]
        # Of all but a few words it is plain that they are none.
        near = np.flatnonzero(np.logaddexp.reduce(scores[:, 1:], axis=1) > scores[:, 0] - _PLAIN) if pieces else ()
        for i in (pieces.start + int(n) for n in near):
            odds = _odds(words[i])
            if odds > 0:
                yield window.spans[i], TYPES[1 + int(words[i][1:].argmax())], odds

    def _at(self, position: int) -> int | None:
        at = bisect.bisect_right(self._starts, position) - 1
        return at if at >= 0 and position < self._windows[at].body[1] else None

    def _place(self, span: Span) -> tuple[int | None, range]:
        """Return the window that holds a phrase, or None where none does, and the phrase's pieces there."""
        at = self._at(span[0])
        pieces = self._windows[at].pieces(*span) if at is not None else range(0)
        return (at if pieces else None), pieces

    def _states(self, at: int) -> tuple[Scores, Scores, Scores]:
        if at not in self._read:
            self._read[at] = self._model.encode(self._windows[at])
            if len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return self._read[at]


class ReaderModel:
    """The trained reader's weights, ready to run."""

    def __init__(self, folder: pathlib.Path = SHIPPED) -> None:
        """Load the weights in `folder`.

        Raises:
            ValueError: If they were trained for other questions than this version asks.
        """
        self.card: Mapping[str, Any] = json.loads((folder / CARD).read_text("utf-8"))
        if (tuple(self.card["types"]), tuple(self.card["roles"])) != (TYPES, ROLES):
            raise ValueError(f"the reader in {folder} was trained for other event types; train it again (make train)")
        self._maker = WindowMaker(folder / VOCABULARY)
        self._encoder = _session(folder / ENCODER)
        self._heads = _session(folder / HEADS)
        self._roles = _session(folder / PARTS)
        self.digest = _digest(folder)

    def read(self, text: str, sentences: Sequence[Span], title: str | None) -> Reading:
        """Return the reading of a document, given where its sentences stand."""
        return Reading(self, list(self._maker.windows(text, sentences, title)))

    def encode(self, window: Window) -> tuple[Scores, Scores, Scores]:
        """Return states (pieces, width), scores of triggers (pieces, types) and log-odds of passages (pieces)."""
        given = {"ids": np.array([window.ids]), "segments": np.array([window.segments])}
        states, words, passages = self._encoder.run(None, given)
        return states, words[0], passages[0]

    def heads(self, states: Scores, triggers: Sequence[range], window: Window) -> tuple[Scores, ...]:
        """Return the scores of types, status, realis and sector for one candidate."""
        return tuple(scores[0] for scores in self._heads.run(None, _event(states, triggers, window)))

    def roles(self, states: Scores, triggers: Sequence[range], window: Window) -> Scores:
        """Return the scores of roles (pieces, roles) for one candidate."""
        distances = distance_classes(triggers, len(window.ids))[np.newaxis]
        (scores,) = self._roles.run(None, {**_event(states, triggers, window), "distances": distances})
        return scores[0]  # type: ignore[no-any-return]


@functools.cache
def shipped_reader() -> ReaderModel:
    """Return the reader that comes with the package, loaded once a process."""
    return ReaderModel()


def _session(path: pathlib.Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _digest(folder: pathlib.Path) -> str:
    digest = hashlib.sha256()
    for name in (ENCODER, HEADS, PARTS, VOCABULARY):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _event(states: Scores, triggers: Sequence[range], window: Window) -> dict[str, Scores]:
    length, body = len(window.ids), window.pieces(*window.body)
    return {"states": states, "weights": _shares(triggers, length), "body": _shares([body], length)}


def _shares(stretches: Sequence[range], length: int) -> Scores:
    """Return the share of each piece in some stretches, which may overlap."""
    shares = np.zeros((1, length), dtype=np.float32)
    for stretch in stretches:
        shares[0, stretch.start : stretch.stop] = 1.0
    shared: Scores = shares / np.float32(max(1.0, shares.sum()))
    return shared


def _named(names: Sequence[str], scores: Scores) -> dict[str, float]:
    logs = scores - _log_sum(scores)
    return {name: max(_LEAST, float(value)) for name, value in zip(names, logs, strict=True)}


def _odds(scores: Scores) -> float:
    """Return the log-odds of any answer but the first."""
    return float(_log_sum(scores[1:]) - scores[0])


def _log_sum(scores: Scores) -> float:
    top = float(scores.max())
    return top + float(np.log(np.exp(scores - top).sum()))
