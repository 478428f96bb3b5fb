"""Mentions with their evidence marked, as HTML for notebooks and for the view of a document."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from pipeline.report.read import Row
from pipeline.report.templates import asset, environment
from pipeline.report.text import pieces, spans_of


class Evidence:
    """Some mentions, which a notebook shows with trigger and arguments marked in their sentences.

    Args:
        mentions: Rows of `mentions/`.
        total: How many there are, if these are only the first.
    """

    def __init__(self, mentions: Sequence[Row], total: int | None = None) -> None:
        self.mentions = list(mentions)
        self.total = len(self.mentions) if total is None else total

    def __len__(self) -> int:
        return len(self.mentions)

    def __repr__(self) -> str:
        return f"Evidence({len(self.mentions)} of {self.total} mentions)"

    def _repr_html_(self) -> str:
        return (
            environment()
            .get_template("notebook.html.jinja")
            .render(
                style=Markup(asset("notebook.css")),  # noqa: S704  (a file of this package)
                mentions=[mention_view(mention, with_text=True) for mention in self.mentions],
                total=self.total,
            )
        )


def mention_view(mention: Row, *, with_text: bool) -> dict[str, Any]:
    """Return a mention as templates show it: its row, the `pieces` of its sentence, and `facts` in words."""
    sentence = pieces(mention["sentence"], spans_of(mention), offset=mention["sentence_start"]) if with_text else None
    return {**mention, "pieces": sentence, "facts": list(_facts(mention, with_text=with_text))}


def _facts(mention: Row, *, with_text: bool) -> Iterator[dict[str, str]]:
    yield _fact("trigger", mention["trigger"], [])
    for party in mention["participants"]:
        yield _fact(party["role"], party["name"], [party["country"], party["kind"], _how(party, with_text=with_text)])
    for item in mention["items"]:
        count = "" if item["quantity"] is None else f"{item['quantity']:,.10g} {item['unit'] or '×'} "
        yield _fact("item", count + item["text"], [item["category"]])
    for amount in mention["amounts"]:
        upper = "" if amount["amount_max"] is None else f" to {amount['amount_max']:,.15g}"
        qualifier = None if amount["qualifier"] == "exact" else amount["qualifier"].replace("_", " ")
        yield _fact("sum", f"{amount['amount']:,.15g}{upper} {amount['currency'] or ''}".rstrip(), [qualifier])
    if mention["location"]:
        yield _fact("place", mention["location"]["name"], [mention["location"]["country"]])


def _fact(label: str, value: str, notes: Iterable[str | None]) -> dict[str, str]:
    return {"label": label, "value": value, "note": ", ".join(note for note in notes if note)}


def _how(party: Row, *, with_text: bool) -> str | None:
    if party["start"] is None:
        return "carried over"
    return f"said as “{party['text']}”" if party["resolved"] and with_text else None
