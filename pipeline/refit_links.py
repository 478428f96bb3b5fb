"""Fits the weights of linking mentions within documents again, from annotated documents.

    python -m pipeline.refit_links [--teach ANNOTATIONS DOCS] ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml` whose records have an `event` label, shared by
all mentions of the same event; DOCS is the folder of its documents. Pairs are learnt from what the extractor finds
there, which is what linking will meet, and from the annotations themselves, which have no mistakes. Documents that
were written to teach (`--teach`, as often as needed) are no measure: figure and threshold are of the others.
Between documents nothing is learnt: annotators rarely know that another document tells of the same event under
another label. Writes weights of features (`weights.json`), a small network (`likeness.npz`) and how the reader's states
become the vectors that it sees (`vectors.npz`) into `schemas/data/linking/`, and prints the figures of the
cross-validation. Needs the extra `train` (torch).
"""

import argparse
import collections
import dataclasses
import datetime
import importlib.util
import itertools
import json
import pathlib
import re
import sys
import zlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.annotated import Annotated, add_teaching, annotated_documents
from pipeline.evaluate import overlapping_pairs
from pipeline.processes import on_all_processors
from schemas.identity import mention_id
from schemas.records import Document
from transforms.extract.events import EventExtractor, sentence_places
from transforms.extract.interface import ExtractorOptions
from transforms.extract.reader.model import Reading, shipped_reader
from transforms.extract.reader.vectors import VECTORS
from transforms.link.clusters import cluster
from transforms.link.context import compare_within
from transforms.link.likeness import LIKENESS
from transforms.link.order import in_order
from transforms.link.profiles import Array, Profiles, profile_mentions
from transforms.link.stories import pairs_within
from transforms.link.weights import BIAS, FIRST_TRIGGER, LATER_TRIGGER, WEIGHTS
from transforms.link.words import stem, stems, words

if TYPE_CHECKING:
    from pipeline.training.likeness import Examples, Network

FOLDS = 5
COMMON_WORDS = 1500
EPOCHS = 5
STATE = 768
"""Numbers of a state of the reader's: of a trigger, and of the words around it."""
TEACHING = -1
"""The collection of documents that are fitted to, but not measured on."""
ABSENT = -3.0
"""Score of two mentions of one document that were never compared."""
GOLD_SHARE, FOUND_SHARE = 0.6, 0.6
"""Weight of a pair of annotations, and of one of extracted mentions."""
_MOST = 5.0
"""Pairs of a small collection of documents weigh up to so many times those of the largest."""
_RARE_TRIGGER = 8
_LEAST = 0.005
"""Smaller weights are not written."""
_NOISE = 0.005
"""Of two thresholds as good but for so much, the higher one is taken: what is wrongly joined here is joined across
documents, too."""

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Set:
    """Mentions with labels: `label` is the event's, or None where a mention hits no record.

    `states` has a row for each, how the reader sees it.
    """

    rows: Sequence[Row]
    labels: Sequence[str | None]
    profiles: Profiles
    document: Array
    names: Sequence[str]
    states: Array


Labelled = tuple[Row, str | None, Array]


def main(argv: list[str] | None = None) -> int:
    """Fit, save and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    add_teaching(parser)
    parser.add_argument("--output", type=pathlib.Path, default=WEIGHTS.parent, help="folder to write the files into")
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    if importlib.util.find_spec("torch") is None:
        parser.error("torch is not installed: pip install 'cordiale[train]'")
    collections_of: dict[str, int] = {}
    documents: list[Annotated] = []
    measured = enumerate(zip(args.paths[::2], args.paths[1::2], strict=True))
    for number, pair in (*measured, *((TEACHING, pair) for pair in args.teach)):
        added = list(annotated_documents([pair]))
        documents += added
        collections_of |= {d.name: number for d in added}
    with on_all_processors(_Labels) as labels:
        found, annotated = zip(*labels(documents), strict=True)
    extracted, gold = (labelled(list(itertools.chain.from_iterable(part))) for part in (found, annotated))
    save(fit(extracted, gold, collections_of), args.output)
    return 0


class _Labels:
    """Reads a document: its mentions as the extractor finds them, and as they are annotated, with their events."""

    def __init__(self) -> None:
        self._extractor = EventExtractor(ExtractorOptions())
        self._reader = shipped_reader()

    def __call__(self, one: Annotated) -> tuple[list[Labelled], list[Labelled]]:
        found = [dataclasses.asdict(mention) for mention in self._extractor.extract(one.document).mentions]
        matched = {row: record for record, row in overlapping_pairs(one.records, found)}
        events = [label(one.document, one.records, matched[i]) if i in matched else None for i in range(len(found))]
        records = [as_mention(one.document, record, n) for n, record in enumerate(one.records)]
        labels = [label(one.document, one.records, n) for n in range(len(records))]
        places = [(place.start, place.end) for place in sentence_places(one.document)]
        reading = self._reader.read(one.document.text, places, one.document.title)
        return with_states(reading, found, events), with_states(reading, records, labels)


def with_states(reading: Reading, rows: Sequence[Row], events: Sequence[str | None]) -> list[Labelled]:
    """Return mentions of a document with their events and how the reader sees them."""
    found = []
    for row, event in sorted(zip(rows, events, strict=True), key=lambda pair: pair[0]["trigger_start"]):
        start = row["trigger_start"]
        state = reading.state((start, start + len(row["trigger"])))
        found.append((row, event, np.zeros(STATE, np.float32) if state is None else state))
    return found


@dataclasses.dataclass(frozen=True)
class Fitted:
    """What was fitted: the network, the names of its features and triggers, threshold, common words."""

    network: "Network"
    names: Sequence[str]
    triggers: Sequence[str]
    threshold: float
    common: Mapping[str, float]


def fit(found: Set, gold: Set, collection: Mapping[str, int]) -> Fitted:
    """Fit what tells whether two mentions of a document are of one event.

    Args:
        found: Extracted mentions; figures and threshold are of these.
        gold: The annotations as mentions.
        collection: Which collection each document, by name, is of; figure and threshold are not of `TEACHING`.
    """
    from pipeline.training.likeness import fit_network, joined  # noqa: PLC0415 - it needs torch

    counts = collections.Counter(_trigger(row) for row in (*found.rows, *gold.rows))
    triggers = [word for word, n in sorted(counts.items()) if n >= _RARE_TRIGGER]
    weigh = _collection_weights(found, collection)
    parts = [_pairs(part, triggers, share, weigh) for part, share in ((found, FOUND_SHARE), (gold, GOLD_SHARE))]
    names = parts[0][1]
    taught, fold = joined([pairs for pairs, _, _ in parts]), np.concatenate([fold for _, _, fold in parts])
    tested, _, own = parts[0]
    scores = _held_out(taught, fold, tested, own)
    counted = [None if collection[n] == TEACHING else x for n, x in zip(found.names, found.labels, strict=True)]
    measured = dataclasses.replace(found, labels=counted)
    threshold, figure = _best_threshold(measured, tested.left, tested.right, scores)
    print(f"within documents: pairwise F1 {figure:.3f} in cross-validation, threshold {threshold:.2f}")
    return Fitted(fit_network(taught, EPOCHS), names, triggers, threshold, common_words(found))


def save(fitted: Fitted, folder: pathlib.Path) -> None:
    """Write what was fitted."""
    from pipeline.training.likeness import hidden_arrays, plain_weights, projection_arrays  # noqa: PLC0415

    weights, first, later, bias = plain_weights(fitted.network)
    names = [*fitted.names, *(prefix + word for prefix in (FIRST_TRIGGER, LATER_TRIGGER) for word in fitted.triggers)]
    every = zip(names, [*weights, *first, *later], strict=True)
    table = {name: round(float(w), 3) for name, w in every if abs(w) >= _LEAST}
    table[BIAS] = round(bias, 3)
    within = {"threshold": round(fitted.threshold, 2), "absent": ABSENT, "weights": dict(sorted(table.items()))}
    fields = {"within": within, "common_words": fitted.common}
    (folder / WEIGHTS.name).write_text(json.dumps(fields, indent=1, ensure_ascii=False) + "\n", "utf-8")
    np.savez(folder / LIKENESS.name, **hidden_arrays(fitted.network, fitted.names))  # type: ignore[arg-type]
    np.savez(folder / VECTORS.name, **projection_arrays(fitted.network))  # type: ignore[arg-type]


def label(document: Document, records: Sequence[Row], number: int) -> str:
    """Return the event of a record; one without a label is an event of its own."""
    return str(records[number].get("event") or f"{document.uri}#{number}")


def labelled(found: Sequence[Labelled]) -> Set:
    """Return mentions in total order with their profiles."""
    rows, document = in_order([row for row, _, _ in found])
    known = {row["mention_id"]: (name, state) for row, name, state in found}
    labels, states = zip(*(known[row["mention_id"]] for row in rows), strict=True)
    names = [pathlib.PurePath(row["uri"]).name for row in rows]
    return Set(rows, labels, profile_mentions(rows), document, names, np.stack(states))


def as_mention(document: Document, record: Row, number: int) -> dict[str, Any]:
    """Return an annotation as the row that a faultless extractor would give."""
    start, end = record["spans"][0]
    paragraph = next((p for p in document.paragraphs if p.start <= start < p.end), None)
    low, high = (paragraph.start, paragraph.end) if paragraph else (0, len(document.text))
    before = [low + m.end() for m in re.finditer(r"[.!?]['\"”’)]*\s+", document.text[low:start])]
    after = re.search(r"[.!?](?=['\"”’)]*\s)", document.text[end:high])
    begin, finish = max(before, default=low), end + after.end() if after else high
    first, last = _days(str(record.get("date") or ""))
    value = record.get("value")
    return {
        "mention_id": mention_id(document.doc_id, "annotation", record["class"], record["type"], start, end, number),
        "event_class": record["class"],
        "event_type": record["type"],
        "sector": record["sector"],
        "status": record["status"],
        "realis": record["realis"],
        "doc_id": document.doc_id,
        "uri": document.uri,
        "title": document.title,
        "published": document.published,
        "paragraph": paragraph.index if paragraph else 0,
        "sentence": document.text[begin:finish],
        "sentence_start": begin,
        "trigger": document.text[start:end],
        "trigger_start": start,
        "participants": [
            {"role": role, "text": name, "name": name, "country": country or None}
            for role, name, country in record.get("parties") or ()
        ],
        "items": [{"text": text, "quantity": count, "unit": unit} for text, count, unit in record.get("items") or ()],
        "amounts": [{"amount": value[0], "currency": value[1]}] if value else [],
        "event_date": str(record.get("date") or "") or None,
        "event_date_earliest": first,
        "event_date_latest": last,
        "location": None,
    }


def _days(date: str) -> tuple[datetime.date | None, datetime.date | None]:
    first, _, last = date.partition("/")
    if not re.fullmatch(r"\d{4}(-\d\d)?(-\d\d)?", first):
        return None, None
    last = last or first
    begin = datetime.date.fromisoformat(f"{first}-01-01"[:10] if len(first) < 7 else f"{first}-01"[:10])
    if len(last) == 10:
        return begin, datetime.date.fromisoformat(last)
    year, month = int(last[:4]), int(last[5:7] or 12)
    return begin, datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)


def common_words(found: Set) -> dict[str, float]:
    """Return the commonest stems of all sentences and titles with their weight: 0 in every sentence, 1 in a few."""
    counts: collections.Counter[str] = collections.Counter()
    for row in found.rows:
        counts.update({*stems(row["sentence"]), *stems(row["title"])})
    most = np.log(max(2, len(found.rows)))
    return {
        word: round(float(1 - np.log(n) / most), 2)
        for word, n in sorted(counts.most_common(COMMON_WORDS))
        if n >= 5 and not any(c.isdigit() for c in word)
    }


def _collection_weights(found: Set, collection: Mapping[str, int]) -> dict[str, float]:
    """Return the weight of each document, so that a small collection is not drowned by a large one."""
    left, _ = pairs_within(found.profiles, found.document)
    counts = collections.Counter(collection[found.names[a]] for a in left.tolist())
    most = max(counts.values(), default=1)
    return {name: min(_MOST, (most / max(1, counts[number])) ** 0.5) for name, number in collection.items()}


def _pairs(
    part: Set, triggers: Sequence[str], share: float, weigh: Mapping[str, float]
) -> tuple["Examples", Sequence[str], Array]:
    """Return the pairs of a set, the names of their features, and each pair's fold."""
    from pipeline.training.likeness import Examples  # noqa: PLC0415

    left, right = pairs_within(part.profiles, part.document)
    features = compare_within(part.profiles, left, right, part.document)
    number = {word: n for n, word in enumerate(triggers, start=1)}
    spoken = np.array([number.get(_trigger(row), 0) for row in part.rows])
    known = [part.labels[a] is not None and part.labels[b] is not None for a, b in zip(left, right, strict=True)]
    truth = [part.labels[a] == part.labels[b] for a, b in zip(left, right, strict=True)]
    weight = share * np.array(known, float) * np.array([weigh[part.names[a]] for a in left])
    matrix = np.stack([np.asarray(values, np.float32) for values in features.values()], axis=1)
    pairs = Examples(matrix, len(triggers), part.states, spoken, left, right, np.array(truth, float), weight)
    return pairs, list(features), np.array([_fold(part.names[a]) for a in left], dtype=np.int64)


def _trigger(row: Row) -> str:
    found = words(row["trigger"])
    return stem(found[0]) if found else ""


def _fold(name: str) -> int:
    return zlib.crc32(name.encode()) % FOLDS


def _held_out(taught: "Examples", fold: Array, tested: "Examples", own: Array) -> Array:
    """Return the score of each pair by a network that has not seen its document."""
    from pipeline.training.likeness import fit_network, scores_of  # noqa: PLC0415

    scores = np.zeros(len(own))
    for number in range(FOLDS):
        network = fit_network(taught.some(fold != number), EPOCHS)
        scores[own == number] = scores_of(network, tested.some(own == number))
    return scores


def _best_threshold(part: Set, left: Array, right: Array, scores: Array) -> tuple[float, float]:
    curve = []
    for threshold in np.arange(-1.5, 1.01, 0.1):
        groups = cluster(len(part.rows), left, right, scores, threshold=float(threshold), absent=ABSENT)
        curve.append((pairwise_f1(part, groups), float(threshold)))
    best = max(figure for figure, _ in curve)
    near = [(t, f) for f, t in curve if f >= best - _NOISE]
    return near[-1][0], near[-1][1]


def pairwise_f1(part: Set, groups: Array) -> float:
    """Return the F1 of which labelled mentions of the same document share a group."""
    numbered = zip(part.document.tolist(), part.labels, groups.tolist(), strict=True)
    known = [(document, name, group) for document, name, group in numbered if name is not None]
    same = _pairs_among((document, name) for document, name, _ in known)
    got = _pairs_among((document, group) for document, _, group in known)
    return 2 * _pairs_among(known) / max(1.0, same + got)


def _pairs_among(found: Iterable[Hashable]) -> float:
    """Return how many pairs are the same."""
    return sum(n * (n - 1) / 2 for n in collections.Counter(found).values())


if __name__ == "__main__":
    sys.exit(main())
