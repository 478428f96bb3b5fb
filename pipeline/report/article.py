"""The view of one document: its text with all mentions marked, and what was read from each beside it."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.report.evidence import mention_view
from pipeline.report.page import render_template
from pipeline.report.read import Found, Row
from pipeline.report.text import pieces, spans_of, web_link


def find_document(documents: Mapping[str, Row], asked: str) -> Row:
    """Return the document of a URI, URL or id, or the only one whose URI ends like what is asked for.

    Raises:
        UsageError: If there is none, or more than one.
    """
    rows = list(documents.values())
    exact = [row for row in rows if asked in (row["uri"], row["url"], row["doc_id"])]
    found = exact or [row for row in rows if row["uri"].endswith("/" + asked.lstrip("/"))]
    if len(found) == 1:
        return found[0]
    if found:
        few = ", ".join(sorted(row["doc_id"] for row in found)[:5])
        raise UsageError(f"{len(found)} documents are called {asked}; name one by its doc_id: {few}")
    near = difflib.get_close_matches(asked, [row["uri"] for row in rows[:20_000]], n=3, cutoff=0.4)
    hint = f"; near it: {', '.join(near)}" if near else "; the column uri of documents/ lists them"
    raise UsageError(f"there is no document {asked} in this dataset{hint}")


def render_article(found: Found, document: Row, paragraphs: Sequence[Row], *, with_text: bool) -> str:
    """Return the page of one document.

    Args:
        found: The dataset.
        document: A row of `documents/`.
        paragraphs: Its rows of `paragraphs/`, if there are any.
        with_text: Whether text and sentences are shown.
    """
    own = [mention for mention in found.mentions.values() if mention["doc_id"] == document["doc_id"]]
    mentions = sorted(own, key=lambda mention: (mention["trigger_start"], mention["mention_id"]))
    published = document["published"] and f"published {document['published']}"
    facts = [document["source"], document["author"], published, f"read as {document['format']}"]
    return render_template(
        "article.html.jinja",
        title=document["title"] or document["uri"],
        document=document,
        link=web_link(document["url"], document["uri"]),
        facts_of_document=[fact for fact in facts if fact],
        notices=list(_notices(paragraphs, with_text=with_text)),
        paragraphs=[_paragraph(row, mentions) for row in paragraphs] if with_text else [],
        mentions=[mention_view(mention, with_text=with_text) for mention in mentions],
    )


def _notices(paragraphs: Sequence[Row], *, with_text: bool) -> Iterator[str]:
    if not with_text:
        yield "The text is left out of this page; places in it are kept."
    elif not paragraphs:
        yield "The run has left out paragraphs (--no-paragraphs): only the sentences of mentions can be shown."


def _paragraph(row: Row, mentions: Sequence[Row]) -> dict[str, Any]:
    inside = [(n, m) for n, m in enumerate(mentions, start=1) if row["start"] <= m["trigger_start"] < row["end"]]
    spans = [span for mention in mentions for span in spans_of(mention)]
    return {
        "kind": row["kind"],
        "pieces": pieces(row["text"], spans, offset=row["start"]),
        "mentions": [number for number, _ in inside],
    }
