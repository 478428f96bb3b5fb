"""Draws a mention for the terminal: its sentence with all parts in colour, and what was read from them."""

import re
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

ROLE_STYLES = {"supplier": "bold cyan", "recipient": "bold magenta", "party": "bold yellow", "broker": "bold blue"}
TRIGGER_STYLE = "bold reverse"
ITEM_STYLE = "green"
AMOUNT_STYLE = "bold green"
QUIET_STYLE = "dim"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters by which a text could steer the terminal; each is shown as one blank, so that offsets hold."""
_LABEL = 11

Line = tuple[Text, Text]
"""What leads a line, and what is said there."""


def safe(text: str) -> str:
    """Return a text from a document without what could steer the terminal, of the same length."""
    return _CONTROL.sub(" ", text)


def mention_text(row: dict[str, Any], console: Console | None = None) -> Text:
    """Return a mention as styled lines.

    Args:
        row: A row of `mentions/`.
        console: Where it goes, if lines are to be broken at its width.
    """
    lines = [_headline(row), _sentence(row), *_details(row), _origin(row)]
    return Text("\n").join([*(_laid_out(lead, said, console) for lead, said in lines), Text()])


def _laid_out(lead: Text, said: Text, console: Console | None) -> Text:
    """Put what is said behind its lead, and indent the lines that it takes so that they stand below each other."""
    if console is None:
        return lead + said
    first, *rest = said.wrap(console, max(console.width - len(lead), 1))
    return Text("\n").join([lead + first, *(Text(" " * len(lead)) + line for line in rest)])


def _headline(row: dict[str, Any]) -> Line:
    facts = [row["sector"], row["status"], row["realis"], row["event_date"]]
    line = Text(f"{row['event_class']} / {row['event_type']}", style="bold")
    line.append(" · " + " · ".join(fact for fact in facts if fact), style="not bold")
    line.append(f" · confidence {row['confidence']:.2f}", style=f"not bold {QUIET_STYLE}")
    return Text(), line


def _sentence(row: dict[str, Any]) -> Line:
    base = row["sentence_start"]
    text = Text(safe(row["sentence"]))
    for start, end, style in _spans(row):
        text.stylize(style, max(start - base, 0), max(end - base, 0))
    return Text("  "), text


def _spans(row: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    for item in row["items"]:
        yield item["start"], item["end"], ITEM_STYLE
    for amount in row["amounts"]:
        yield amount["start"], amount["end"], AMOUNT_STYLE
    for participant in row["participants"]:
        if participant["start"] is not None:
            yield participant["start"], participant["end"], ROLE_STYLES.get(participant["role"], "bold")
    yield row["trigger_start"], row["trigger_end"], TRIGGER_STYLE


def _details(row: dict[str, Any]) -> Iterator[Line]:
    yield _detail("trigger", row["trigger"], TRIGGER_STYLE)
    for participant in row["participants"]:
        yield _detail(participant["role"], _participant(participant), ROLE_STYLES.get(participant["role"], "bold"))
    for item in row["items"]:
        yield _detail("item", _item(item), ITEM_STYLE)
    for amount in row["amounts"]:
        yield _detail("amount", _amount(amount), AMOUNT_STYLE)
    if row["location"]:
        yield _detail("location", row["location"]["name"], "")


def _detail(label: str, value: str, style: str) -> Line:
    return Text(f"  {label:<{_LABEL}}", style=QUIET_STYLE), Text(safe(value), style=style)


def _participant(participant: dict[str, Any]) -> str:
    said = participant["text"]
    notes = [participant["country"], participant["kind"]]
    if said is None:
        notes.append("carried over")
    elif participant["resolved"]:
        notes.append(f"said as “{said}”")
    known = ", ".join(note for note in notes if note)
    return f"{participant['name']} ({known})" if known else str(participant["name"])


def _item(item: dict[str, Any]) -> str:
    count = "" if item["quantity"] is None else f"{item['quantity']:,.10g} {item['unit'] or '×'} "
    category = f" [{item['category']}]" if item["category"] else ""
    return f"{count}{item['text']}{category}"


def _amount(amount: dict[str, Any]) -> str:
    upper = "" if amount["amount_max"] is None else f" to {amount['amount_max']:,.15g}"
    qualifier = "" if amount["qualifier"] == "exact" else f" ({amount['qualifier'].replace('_', ' ')})"
    return f"{amount['text']} = {amount['amount']:,.15g}{upper} {amount['currency'] or ''}".rstrip() + qualifier


def _origin(row: dict[str, Any]) -> Line:
    facts = [row["title"], row["source"], str(row["published"]) if row["published"] else None]
    said = ", ".join(fact for fact in facts if fact)
    place = f"{row['uri']}, characters {row['sentence_start']} to {row['sentence_end']}"
    return _detail("from", f"{said} — {place}" if said else place, QUIET_STYLE)
