"""`cordiale schema`: the columns of the datasets."""

import argparse

from pipeline.cli import exits

SUMMARY = "print the columns of the datasets"
EXAMPLES = """\
  cordiale schema                           all datasets as text
  cordiale schema mentions                  one of them
  cordiale schema mentions --format avro    its Avro schema
"""
DATASETS = ("documents", "paragraphs", "mentions", "events", "dead_letters")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale schema`."""
    parser.add_argument("dataset", nargs="?", choices=DATASETS, metavar="DATASET", help=", ".join(DATASETS))
    parser.add_argument("--format", choices=("text", "arrow", "avro"), default="text", help="default: text")


def execute(args: argparse.Namespace) -> int:
    """Print the schema of one dataset, or of all."""
    datasets = (args.dataset,) if args.dataset else DATASETS
    print(_RENDERERS[args.format](datasets))
    return exits.OK


def _text(datasets: tuple[str, ...]) -> str:
    from schemas.arrow import DATASETS as RECORDS
    from schemas.arrow import arrow_schema

    blocks = []
    for dataset in datasets:
        schema = arrow_schema(RECORDS[dataset])
        width = max(len(field.name) for field in schema)
        lines = [f"  {field.name:<{width}}  {field.type}{'' if field.nullable else '  not null'}" for field in schema]
        blocks.append("\n".join([dataset, *lines]))
    return "\n\n".join(blocks)


def _arrow(datasets: tuple[str, ...]) -> str:
    from schemas.arrow import DATASETS as RECORDS
    from schemas.arrow import arrow_schema

    return "\n\n".join(f"{dataset}\n{arrow_schema(RECORDS[dataset]).to_string()}" for dataset in datasets)


def _avro(datasets: tuple[str, ...]) -> str:
    from schemas.avro import AVSC

    texts = [(AVSC / f"{dataset}.avsc").read_text("utf-8").rstrip() for dataset in datasets]
    return texts[0] if len(texts) == 1 else "[" + ",\n".join(texts) + "]"


_RENDERERS = {"text": _text, "arrow": _arrow, "avro": _avro}
