"""Measures how many required records have a candidate at all, before anything is filtered: the bound of recall.

    python -m pipeline.reach [--extractor rules|reader|both] ANNOTATIONS DOCS ...

ANNOTATIONS is a YAML file in the format of `samples/annotations.yaml`, DOCS the folder of its documents. A record is
reached if the leading trigger of a candidate, kept or dropped, overlaps one of its triggers and the candidate's class,
as settled, is the record's: as a mention of it would match in `pipeline.evaluate`. Each candidate reaches one record.
"""

import argparse
import pathlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.annotated import annotated_documents
from pipeline.evaluate import AnnotationError, overlapping_pairs
from transforms.extract.interface import Decision, ExtractorOptions
from transforms.extract.load import load_extractor


def main(argv: list[str] | None = None) -> int:
    """Measure and print a line for each pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="ANNOTATIONS DOCS")
    parser.add_argument("--extractor", choices=("rules", "reader", "both"), default="both")
    args = parser.parse_args(argv)
    if len(args.paths) % 2:
        parser.error("name annotations and documents in pairs")
    extractor = load_extractor(ExtractorOptions(extractor=args.extractor))
    for annotations, folder in zip(args.paths[::2], args.paths[1::2], strict=True):
        required = with_candidate = with_mention = 0
        try:
            for one in annotated_documents([(annotations, folder)]):
                decisions = extractor.extract(one.document).decisions
                required += sum(not r.get("optional") for r in one.records)
                with_candidate += reached(one.records, decisions)
                with_mention += reached(one.records, [d for d in decisions if d.kept])
        except (AnnotationError, OSError, ValueError) as error:
            parser.error(f"{annotations}: {error}")
        share = max(1, required)
        print(
            f"{annotations.name}: {required} required records, {with_candidate} with a candidate "
            f"({with_candidate / share:.3f}), {with_mention} with a mention ({with_mention / share:.3f})",
            flush=True,
        )
    return 0


def reached(records: Sequence[Mapping[str, Any]], decisions: Sequence[Decision]) -> int:
    """Return how many required records have a candidate, one to one."""
    rows = [
        {
            "event_class": d.event_class,
            "event_type": d.event_type,
            "trigger_start": d.trigger_start,
            "trigger_end": d.trigger_end,
            "participants": (),
        }
        for d in decisions
    ]
    return len(overlapping_pairs([r for r in records if not r.get("optional")], rows))


if __name__ == "__main__":
    sys.exit(main())
