"""Fits the screen (`transforms.extract.screen`) to what the extractor finds where every sentence is parsed.

    python -m pipeline.screening --articles articles.jsonl.gz [--half] [--annotated ANNOTATIONS DOCS ...]

No annotation is read: the target of a sentence is the confidence of the likeliest event that the extractor sees in it.
Articles are JSON Lines (`id` or `name`, `title`, `text`, `date`), general news above all, for that is what is to be
left out; `--half` fits to every second one, so that the others can tell what is lost. ANNOTATIONS name documents dense
in events. Logistic regression over the screen's hashed features, L2, by L-BFGS; the threshold loses at most `--loss` of
the mentions in general news (the first `--articles`) that was not fitted to, in cross-validation: mentions in documents
dense in events are seldom lost, and would hide what is. Writes `schemas/data/ontology/screen.npz`:
weights by hash, of no use for making out any text.
"""

import argparse
import dataclasses
import datetime
import gzip
import json
import pathlib
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.annotated import annotated_documents, annotated_names, plain_document
from pipeline.fit import minimise
from schemas.records import Document
from transforms.extract.events import EventExtractor, sentence_places
from transforms.extract.interface import ExtractorOptions
from transforms.extract.screen import BITS, WEIGHTS, Words, document_features, features, trigger_forms

FOLDS = 4
_L2 = 8.0
_SURE = 3.0
"""How much more a sentence with an event weighs than one without."""
_TOP = 127

Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Example:
    """A document as the screen sees it, and what the extractor finds in each of its sentences.

    Attributes:
        name: What it is called.
        at, which: The sentence and the weight of every feature.
        whole, shares: The weights and values of the features that count for all sentences.
        targets: The confidence of the likeliest candidate of each sentence.
        mentions: How many mentions stand in each sentence.
    """

    name: str
    at: npt.NDArray[np.int64]
    which: npt.NDArray[np.int64]
    whole: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float32]
    targets: Array
    mentions: npt.NDArray[np.int64]


def main(argv: list[str] | None = None) -> int:
    """Read, extract, fit, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=pathlib.Path, action="append", default=[], help="JSON Lines, maybe gzipped")
    parser.add_argument("--half", action="store_true", help="of the first --articles, fit to every second one alone")
    parser.add_argument("--annotated", type=pathlib.Path, nargs="+", default=[], metavar="ANNOTATIONS DOCS")
    parser.add_argument("--without", type=pathlib.Path, help="annotations of documents that are never fitted to (YAML)")
    parser.add_argument("--loss", type=float, default=0.002, help="share of mentions that may be lost (default: 0.002)")
    parser.add_argument("--output", type=pathlib.Path, default=WEIGHTS, help="where to write (default: as shipped)")
    args = parser.parse_args(argv)
    if len(args.annotated) % 2:
        parser.error("name annotations and documents in pairs")
    if not args.articles and not args.annotated:
        parser.error("nothing to fit to: name --articles or --annotated")
    apart = annotated_names(args.without) if args.without else frozenset()
    news = [d for path in args.articles[:1] for d in articles(path, half=args.half)]
    documents = [*news, *(d for path in args.articles[1:] for d in articles(path))]
    pairs = list(zip(args.annotated[::2], args.annotated[1::2], strict=True))
    documents += [dataclasses.replace(a.document, uri=a.name) for a in annotated_documents(pairs)]
    documents = [d for d in documents if not apart & {d.uri, f"{d.uri}.txt"}]
    found = examples(EventExtractor(ExtractorOptions(screen=False)), documents)
    weights, bias, threshold, passing = fit(found, loss=args.loss, news={d.uri for d in news})
    save(args.output, weights, bias, threshold)
    print(f"{len(found)} documents; threshold {threshold:.3f}, {100 * passing:.1f} % of unseen sentences pass")
    return 0


def articles(path: pathlib.Path, *, half: bool = False) -> Iterator[Document]:
    """Yield the articles of a file; `half` of them, by their names."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            article = json.loads(line)
            name = str(article.get("id") or article["name"])
            if half and not in_half(name):
                continue
            document = plain_document(name, article["text"], _day(str(article.get("date") or "")))
            yield dataclasses.replace(document, title=article.get("title") or document.title)


def in_half(name: str) -> bool:
    """Whether an article belongs to the half that is fitted to."""
    return zlib.crc32(name.encode()) % 2 == 0


def examples(extractor: EventExtractor, documents: Iterable[Document]) -> list[Example]:
    """Return the examples of documents, by an extractor that parses every sentence."""
    forms = trigger_forms(extractor.ontology)
    found = []
    for document in documents:
        spans = [(p.start, p.end) for p in sentence_places(document)]
        if spans:
            extraction = extractor.extract(document)
            confidences = [(d.sentence_start, d.confidence, d.kept) for d in extraction.decisions]
            found.append(example(document, spans, confidences, forms))
    return found


def example(
    document: Document,
    spans: Sequence[tuple[int, int]],
    confidences: Sequence[tuple[int, float, bool]],
    forms: frozenset[str],
) -> Example:
    """Return one document's example, given the confidence of every candidate and whether it was kept."""
    words = Words(document.text, spans)
    at, which, _ = features(words, forms)
    whole, shares = document_features(words)
    number = {start: i for i, (start, _) in enumerate(spans)}
    targets, mentions = np.zeros(len(spans)), np.zeros(len(spans), dtype=np.int64)
    for start, confidence, kept in confidences:
        i = number[start]
        targets[i] = max(targets[i], confidence)
        mentions[i] += kept
    return Example(document.uri, at, which, whole, shares, targets, mentions)


def fit(
    found: Sequence[Example], *, loss: float, news: Collection[str] = frozenset()
) -> tuple[Array, float, float, float]:
    """Return weights, bias, threshold, and the share of sentences that pass in documents that were not fitted to.

    Args:
        found: What is fitted to.
        loss: Share of the mentions that may be lost.
        news: Names of the documents that threshold and share are of; all, if none of these was found.
    """
    folds = [zlib.crc32(e.name.encode()) // 2 % FOLDS for e in found]
    measured = {e.name for e in found if e.name in news} or {e.name for e in found}
    scores, mentions = [], []
    for fold in range(FOLDS):
        weights, bias = train([e for e, f in zip(found, folds, strict=True) if f != fold])
        for held in (e for e, f in zip(found, folds, strict=True) if f == fold and e.name in measured):
            scores.append(score(held, weights, bias))
            mentions.append(held.mentions)
    unseen, counts = np.concatenate(scores), np.concatenate(mentions)
    threshold = least(unseen, counts, loss)
    weights, bias = train(found)
    return weights, bias, threshold, float((unseen >= threshold).mean())


def least(scores: Array, mentions: npt.NDArray[np.int64], loss: float) -> float:
    """Return the highest threshold that loses at most a share of the mentions."""
    order = np.argsort(-scores)
    reached = np.cumsum(mentions[order])
    wanted = np.ceil(mentions.sum() * (1 - loss))
    return float(scores[order[int(np.searchsorted(reached, wanted))]])


def score(one: Example, weights: Array, bias: float) -> Array:
    """Return the scores of a document's sentences."""
    sums = np.bincount(one.at, weights=weights[one.which], minlength=len(one.targets))
    return np.asarray(sums + (bias + float(weights[one.whole] @ one.shares)), dtype=np.float64)


def train(found: Sequence[Example], *, l2: float = _L2) -> tuple[Array, float]:
    """Return the weights and the bias of a logistic regression with soft targets."""
    size = 1 << BITS
    firsts = np.cumsum([0, *(len(e.targets) for e in found)])
    rows = np.concatenate([e.at + first for e, first in zip(found, firsts, strict=False)])
    columns = np.concatenate([e.which for e in found])
    owners = np.repeat(np.arange(len(found)), [len(e.whole) for e in found])
    whole, shares = np.concatenate([e.whole for e in found]), np.concatenate([e.shares for e in found])
    document = np.repeat(np.arange(len(found)), [len(e.targets) for e in found])
    targets = np.concatenate([e.targets for e in found])
    importance = 1 + _SURE * targets

    def loss(v: Array) -> tuple[float, Array]:
        weights = v[:-1]
        common = np.bincount(owners, weights=weights[whole] * shares, minlength=len(found))
        z = np.bincount(rows, weights=weights[columns], minlength=len(targets)) + common[document] + v[-1]
        value = float((importance * (np.logaddexp(0, z) - targets * z)).sum() + l2 / 2 * (weights @ weights))
        residual = importance * (1 / (1 + np.exp(-z)) - targets)
        slope = np.bincount(columns, weights=residual[rows], minlength=size).astype(np.float64)
        by_document = np.bincount(document, weights=residual, minlength=len(found))
        slope = slope + np.bincount(whole, weights=by_document[owners] * shares, minlength=size) + l2 * weights
        return value, np.append(slope, residual.sum())

    best = minimise(loss, np.zeros(size + 1))
    return best[:-1], float(best[-1])


def save(path: pathlib.Path, weights: Array, bias: float, threshold: float) -> None:
    """Write weights in 8 bits."""
    scale = float(np.abs(weights).max()) / _TOP or 1.0
    small = np.round(weights / scale).astype(np.int8)
    np.savez_compressed(path, weights=small, scale=scale, bias=bias, threshold=threshold)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
