"""`cordiale explain`: what the extractor made of each sentence of a file, and why."""

import argparse
import dataclasses
import datetime
import math
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.cli import exits
from pipeline.errors import UsageError
from schemas.codes import EXTRACTORS

if TYPE_CHECKING:
    from schemas.records import Document, Mention
    from transforms.extract.interface import Decision

SUMMARY = "print each sentence of a file with its triggers, arguments and why they were kept or dropped"
EXAMPLES = """\
  cordiale explain article.txt
  cordiale explain article.txt --published 2024-05-03 --dropped
  cordiale explain article.txt --ontology mine.yaml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale explain`."""
    parser.add_argument("file", metavar="FILE", help="a text file")
    parser.add_argument("--model", default=None, help="installed spaCy pipeline (default: the one that is shipped)")
    parser.add_argument(
        "--extractor", choices=EXTRACTORS, default="both", help="who decides: rules, trained reader, or both (default)"
    )
    parser.add_argument("--ontology", metavar="FILE", help="ontology to use instead of the one that is shipped")
    parser.add_argument(
        "--published", metavar="DATE", type=_day, help="YYYY-MM-DD, against which relative dates are read"
    )
    parser.add_argument(
        "--no-screen", dest="screen", action="store_false", help="parse every sentence, also where hardly an event is"
    )
    parser.add_argument(
        "--dropped", action="store_true", help="also show candidates that were dropped, with the reason"
    )


def execute(args: argparse.Namespace) -> int:
    """Print the decisions on every candidate of the file."""
    from schemas.records import DeadLetter, Source
    from transforms.extract.interface import ExtractorOptions
    from transforms.extract.load import load_extractor
    from transforms.read.limits import ReadLimits
    from transforms.read.reader import read_document
    from transforms.split.ptransforms import split_document

    source = Source(
        uri=args.file, path=args.file, published=args.published, published_origin="option" if args.published else None
    )
    document = read_document(source, ReadLimits())
    if isinstance(document, DeadLetter):
        raise UsageError(f"{args.file}: {document.reason}: {document.detail}")
    options = ExtractorOptions(ontology=args.ontology, extractor=args.extractor, screen=args.screen)
    if args.model:
        options = dataclasses.replace(options, model=args.model)
    try:
        extractor = load_extractor(options)
    except ValueError as error:
        raise UsageError(str(error)) from error
    document = split_document(document)
    extraction = extractor.extract(document)
    _print(document, extraction.decisions, dropped=args.dropped)
    print(f"{extraction.sentences} sentences, {extraction.sentences_parsed} parsed, {len(extraction.mentions)} events")
    return exits.OK


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD") from None


def _print(document: "Document", decisions: Sequence["Decision"], *, dropped: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from pipeline.cli.render import safe

    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    console = Console(color_system=None if plain else "auto", highlight=False, soft_wrap=plain)
    before = None
    for decision in decisions:
        if not (decision.kept or dropped):
            continue
        sentence = decision.sentence_start, decision.sentence_end
        if sentence != before:
            console.print(Text("\n" + safe(document.text[slice(*sentence)]), style="bold"))
            before = sentence
        for line in _lines(document, decision):
            console.print(Text("  " + safe(line), style="" if decision.kept else "dim"))


def _lines(document: "Document", decision: "Decision") -> Iterator[str]:
    words = " + ".join(document.text[start:end] for start, end in decision.triggers)
    verdict = "kept" if decision.kept else f"dropped ({decision.reason})"
    yield (
        f"{verdict}: [{words}] {decision.event_class}/{decision.event_type}"
        f", frame {decision.frame}, confidence {decision.confidence:.2f}"
    )
    yield from _reasons(decision)
    if decision.mention is not None:
        yield from _arguments(decision.mention)


def _reasons(decision: "Decision") -> Iterator[str]:
    """Yield what the rules and the trained reader say, each for itself."""
    from transforms.extract.party import Party
    from transforms.extract.reader.questions import SCALE, SIDES
    from transforms.extract.score import sigmoid

    evidence = decision.evidence
    if evidence is None:
        return
    own = evidence.rules
    lacks = f", lacks {', '.join(evidence.unmet)}" if evidence.unmet else ""
    yield f"  rules: {own['event_type']}{lacks}, {own['status']}, {own['realis']}, {own['sector']}"
    heard = evidence.heard
    if heard is None:
        return
    best = {question: max(answers, key=lambda a: answers[a]) for question, answers in heard.answers.items()}
    says = ", ".join(f"{best[q]} {math.exp(heard.answers[q][best[q]]):.0%}" for q in best)
    yield f"  reader: an event {sigmoid((heard.word + heard.event) / 2):.0%}; {says}"
    for argument in decision.arguments:
        odds = {s.removeprefix("reader:"): v for s, v in argument.signs.items() if s.removeprefix("reader:") in SIDES}
        role = max(odds, key=lambda r: odds[r], default=None)
        if isinstance(argument.said, Party) and role and (odds[role] > 0 or argument.rule != "none"):
            yield f"  {argument.said.name}: rules {argument.rule}, reader {role} {sigmoid(SCALE * odds[role]):.0%}"


def _arguments(mention: "Mention") -> Iterator[str]:
    yield f"  {mention.sector}, {mention.status}, {mention.realis}" + (
        f", {mention.event_date}" if mention.event_date else ""
    )
    for who in mention.participants:
        said = f"“{who.text}”" if who.text is not None else "carried over"
        resolved = ", resolved" if who.resolved and who.text is not None else ""
        yield f"  {who.role}: {who.name} [{who.country or '?'}, {who.kind or 'kind unknown'}] ({said}{resolved})"
    for item in mention.items:
        count = "" if item.quantity is None else f" × {item.quantity:g} {item.unit or ''}".rstrip()
        yield f"  item: {item.text}{count}" + (f" [{item.category}]" if item.category else "")
    for sum_ in mention.amounts:
        yield f"  amount: {sum_.amount:,.0f} {sum_.currency or ''} ({sum_.qualifier})"
