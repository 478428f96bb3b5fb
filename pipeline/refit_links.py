"""Fits the weights of linking mentions within documents again, from annotated documents.

    python -m pipeline.refit_links ANNOTATIONS DOCS [ANNOTATIONS DOCS ...]

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml` whose records have an `event` label, shared by
all mentions of the same event; DOCS is the folder of its documents. Pairs are learnt from what the extractor finds
there, which is what linking will meet, and from the annotations themselves, which have no mistakes. Between documents
nothing is learnt: annotators rarely know that another document tells of the same event under another label. Writes
`schemas/data/linking/weights.json` and prints the figures of the cross-validation over documents.
"""

import argparse
import collections
import dataclasses
import datetime
import json
import pathlib
import re
import sys
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.annotated import annotated_documents
from pipeline.evaluate import overlapping_pairs
from pipeline.fit import Matrix, minimise
from schemas.identity import mention_id
from schemas.records import Document
from transforms.extract.interface import ExtractorOptions
from transforms.extract.load import load_extractor
from transforms.link.clusters import cluster
from transforms.link.context import compare_within
from transforms.link.order import in_order
from transforms.link.profiles import Array, Profiles, profile_mentions
from transforms.link.stories import pairs_within
from transforms.link.weights import BIAS, FIRST_TRIGGER, LATER_TRIGGER, WEIGHTS
from transforms.link.words import stem, stems, words

FOLDS = 5
COMMON_WORDS = 1500
L2 = 10.0
ABSENT = -3.0
"""Score of two mentions of one document that were never compared."""
GOLD_SHARE = 0.3
"""Weight of a pair of annotations against one of extracted mentions."""
_RARE_TRIGGER = 8
_NOISE = 0.006
"""Of two thresholds as good but for so much, the higher one is taken: what is wrongly joined here is joined across
documents, too."""

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Set:
    """Mentions with labels: `label` is the event's, or None where a mention hits no record."""

    rows: Sequence[Row]
    labels: Sequence[str | None]
    profiles: Profiles
    document: Array
    names: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Features and truth of pairs, and the fold that each is tested in (-1 for those that only teach)."""

    names: Sequence[str]
    features: Matrix
    truth: Matrix
    weight: Matrix
    fold: Array


def main(argv: list[str] | None = None) -> int:
    """Fit, save and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    parser.add_argument("--output", type=pathlib.Path, default=WEIGHTS, help="where to write the weights")
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    extractor = load_extractor(ExtractorOptions())
    extracted: list[tuple[Row, str | None]] = []
    annotated: list[tuple[Row, str | None]] = []
    for one in annotated_documents(list(zip(args.paths[::2], args.paths[1::2], strict=True))):
        document, records = one.document, one.records
        found = [dataclasses.asdict(mention) for mention in extractor.extract(document).mentions]
        matched = {row: record for record, row in overlapping_pairs(records, found)}
        labels = [label(document, records, matched[i]) if i in matched else None for i in range(len(found))]
        extracted += zip(found, labels, strict=True)
        annotated += [(as_mention(document, r, n), label(document, records, n)) for n, r in enumerate(records)]
    fields = fit(labelled(extracted), labelled(annotated))
    args.output.write_text(json.dumps(fields, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


def fit(found: Set, gold: Set) -> dict[str, Any]:
    """Return the fields of the weights file."""
    return {"within": fit_within(found, gold), "common_words": common_words(found)}


def label(document: Document, records: Sequence[Row], number: int) -> str:
    """Return the event of a record; one without a label is an event of its own."""
    return str(records[number].get("event") or f"{document.uri}#{number}")


def labelled(found: Sequence[tuple[Row, str | None]]) -> Set:
    """Return mentions in total order with their profiles."""
    rows, document = in_order([row for row, _ in found])
    labels = {row["mention_id"]: name for row, name in found}
    names = [pathlib.PurePath(row["uri"]).name for row in rows]
    return Set(rows, [labels[row["mention_id"]] for row in rows], profile_mentions(rows), document, names)


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


def fit_within(found: Set, gold: Set) -> dict[str, Any]:
    """Fit the weights of pairs within documents."""
    counts = collections.Counter(_trigger(row) for row in (*found.rows, *gold.rows))
    triggers = [word for word, n in sorted(counts.items()) if n >= _RARE_TRIGGER]
    pairs = [_within(part, triggers, share) for part, share in ((found, 1.0), (gold, GOLD_SHARE))]
    taught = _joined(pairs)
    left, right = pairs_within(found.profiles, found.document)
    held = _held_out(taught, len(left), pairs[0])
    threshold, figure = _best_threshold(found, left, right, held)
    print(f"within documents: pairwise F1 {figure:.3f} in cross-validation, threshold {threshold:.2f}")
    return _fields(taught.names, _solve(taught, taught.weight), threshold)


def _within(part: Set, triggers: Sequence[str], share: float) -> Pairs:
    left, right = pairs_within(part.profiles, part.document)
    features = {k: np.asarray(v, float) for k, v in compare_within(part.profiles, left, right, part.document).items()}
    spoken = np.array([_trigger(row) for row in part.rows])
    for word in triggers:
        features[f"{FIRST_TRIGGER}{word}"] = (spoken[left] == word).astype(float)
        features[f"{LATER_TRIGGER}{word}"] = (spoken[right] == word).astype(float)
    return _pairs(part, left, right, features, share)


def _pairs(part: Set, left: Array, right: Array, features: Mapping[str, Array], share: float) -> Pairs:
    known = [part.labels[a] is not None and part.labels[b] is not None for a, b in zip(left, right, strict=True)]
    truth = [part.labels[a] == part.labels[b] for a, b in zip(left, right, strict=True)]
    fold = np.array([_fold(part.names[a]) for a in left], dtype=np.int64)
    matrix = np.stack([features[name] for name in features], axis=1) if len(left) else np.zeros((0, len(features)))
    return Pairs(list(features), matrix, np.array(truth, float), share * np.array(known, float), fold)


def _trigger(row: Row) -> str:
    found = words(row["trigger"])
    return stem(found[0]) if found else ""


def _fold(name: str) -> int:
    return zlib.crc32(name.encode()) % FOLDS


def _joined(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(
        parts[0].names,
        np.concatenate([p.features for p in parts]),
        np.concatenate([p.truth for p in parts]),
        np.concatenate([p.weight for p in parts]),
        np.concatenate([p.fold for p in parts]),
    )


def _held_out(taught: Pairs, count: int, tested: Pairs) -> Array:
    scores = np.zeros(count)
    for fold in range(FOLDS):
        weights = _solve(taught, taught.weight * (taught.fold != fold))
        test = tested.fold == fold
        scores[test] = tested.features[test] @ weights[:-1] + weights[-1]
    return scores


def _solve(pairs: Pairs, weight: Matrix) -> Matrix:
    """Return the weights of a logistic regression with L2 regularisation; the bias comes last and is all but free."""
    used = weight > 0
    x, y, w = pairs.features[used], pairs.truth[used], weight[used]
    penalty = np.r_[np.full(x.shape[1], L2), 1e-3]

    def loss(at: Matrix) -> tuple[float, Matrix]:
        score = x @ at[:-1] + at[-1]
        value = float((w * (np.logaddexp(0.0, score) - y * score)).sum() + 0.5 * (penalty * at**2).sum())
        wrong = w * (1.0 / (1.0 + np.exp(-score)) - y)
        return value, np.r_[x.T @ wrong, wrong.sum()] + penalty * at

    return minimise(loss, np.zeros(x.shape[1] + 1))


def _best_threshold(part: Set, left: Array, right: Array, scores: Array) -> tuple[float, float]:
    curve = []
    for threshold in np.arange(-1.5, 1.01, 0.1):
        groups = cluster(len(part.rows), left, right, scores, threshold=float(threshold), absent=ABSENT)
        curve.append((pairwise_f1(part, groups), float(threshold)))
    best = max(figure for figure, _ in curve)
    near = [(t, f) for f, t in curve if f >= best - _NOISE]
    return near[-1][0], near[-1][1]


def pairwise_f1(part: Set, groups: Array) -> float:
    """Return the F1 of which labelled mentions, over all documents, share a group."""
    known = [(name, int(group)) for name, group in zip(part.labels, groups, strict=True) if name is not None]
    same = sum(n * (n - 1) / 2 for n in collections.Counter(name for name, _ in known).values())
    got = sum(n * (n - 1) / 2 for n in collections.Counter(group for _, group in known).values())
    both = sum(n * (n - 1) / 2 for n in collections.Counter(known).values())
    return 2 * both / max(1.0, same + got)


def _fields(names: Sequence[str], weights: Matrix, threshold: float) -> dict[str, Any]:
    table = {name: round(float(w), 3) for name, w in zip(names, weights, strict=False) if abs(w) >= 0.005}
    table[BIAS] = round(float(weights[-1]), 3)
    return {"threshold": round(threshold, 2), "absent": ABSENT, "weights": dict(sorted(table.items()))}


if __name__ == "__main__":
    sys.exit(main())
