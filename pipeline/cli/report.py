"""`cordiale report`: a page that shows what was found, in one file."""

import argparse
import pathlib
import sys

from pipeline.cli import exits
from pipeline.errors import UsageError

SUMMARY = "make one HTML file to look at: charts, filters, events with their evidence"
EXAMPLES = """\
  cordiale report OUT --output report.html
  cordiale report OUT --output report.html --title "Arms deals, 2010 to 2020"
  cordiale report OUT --output report.html --no-text       for sharing where the texts are under copyright
  cordiale report OUT --document news/a.txt --output a.html    one article with all its mentions
"""
_MANY = 50_000
"""Events from which on a page is more than most browsers open with ease; 20,000 were measured."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `cordiale report`."""
    parser.add_argument("dataset", metavar="OUT", help="folder that a run has written")
    parser.add_argument("--output", required=True, metavar="FILE.html", help="where to write the page")
    parser.add_argument(
        "--document", metavar="URI", help="show this document alone: its URI, the end of it, its URL or doc_id"
    )
    parser.add_argument("--title", help="what stands above (default: Deals and cooperation)")
    parser.add_argument(
        "--no-text", action="store_true", help="leave out sentences and other wording of the documents, keep offsets"
    )


def execute(args: argparse.Namespace) -> int:
    """Write the page."""
    path = output_file(args.output, (".html", ".htm"))
    if args.document and args.title:
        raise UsageError("--title is for the page over all events; a document has its own title")
    from pipeline.cli.opened import files_of

    files_of(args.dataset, "mentions")
    print(f"reading {args.dataset}", file=sys.stderr, flush=True)
    page, said = _document(args) if args.document else _report(args)
    path.write_text(page, encoding="utf-8", newline="\n")
    print(f"{path}: {said}, {_size(path.stat().st_size)}")
    return exits.OK


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.0f} kB"


def output_file(name: str, endings: tuple[str, ...]) -> pathlib.Path:
    """Return a path that can be written to.

    Raises:
        UsageError: If it ends otherwise than asked for, is a folder, or lies in a folder that is not there.
    """
    path = pathlib.Path(name)
    if path.suffix.lower() not in endings:
        raise UsageError(f"--output must end in {' or '.join(endings)}, but is {name}")
    if path.is_dir():
        raise UsageError(f"--output {name} is a folder; name a file")
    if not path.parent.is_dir():
        raise UsageError(f"--output: there is no folder {path.parent}; make it first")
    return path


def _report(args: argparse.Namespace) -> tuple[str, str]:
    from pipeline.report.page import render_report
    from pipeline.report.read import read

    found = read(args.dataset)
    name = pathlib.PurePosixPath(args.dataset.rstrip("/") or "/").name or args.dataset
    title = {"title": args.title} if args.title else {}
    print(f"writing {len(found.events):,} events", file=sys.stderr, flush=True)
    if len(found.events) > _MANY:
        print(f"more than {_MANY:,} events: the page will be large and slow to open", file=sys.stderr, flush=True)
    return render_report(found, name=name, with_text=not args.no_text, **title), f"{len(found.events):,} events"


def _document(args: argparse.Namespace) -> tuple[str, str]:
    from pipeline.report.article import find_document, render_article
    from pipeline.report.read import paragraphs_of, read

    found = read(args.dataset)
    document = find_document(found.documents, args.document)
    paragraphs = paragraphs_of(args.dataset, document["doc_id"])
    page = render_article(found, document, paragraphs, with_text=not args.no_text)
    return page, f"{document['uri']}"
