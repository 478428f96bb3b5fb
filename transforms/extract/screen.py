"""A compiled expression of every form of every trigger: sentences without a match are never parsed."""

import functools
import re
from collections.abc import Iterator

import yaml

from schemas.ontology import INFLECTIONS, Ontology


def screen_pattern(ontology: Ontology) -> re.Pattern[str]:
    """Return an expression that matches wherever a trigger of the ontology may stand."""
    forms = {form for word, triggers in ontology.triggers.items() for t in triggers for form in _forms(word, t.verb)}
    longest = sorted(forms, key=lambda f: (-len(f), f))
    return re.compile(r"(?<![A-Za-z])(?:" + "|".join(map(re.escape, longest)) + r")(?![a-z])", re.IGNORECASE)


@functools.cache
def _irregular() -> dict[str, list[str]]:
    table: dict[str, list[str]] = yaml.safe_load(INFLECTIONS.read_text("utf-8"))
    return table


def _forms(word: str, verb: bool) -> Iterator[str]:
    """Yield the inflected forms of a word, regular and irregular; too many do no harm."""
    head = word.split("-", maxsplit=1)[0] if word.count("-") else word
    yield word
    if head != word:
        yield head
    stem = head.removesuffix("e")
    yield from (head + "s", head + "es", stem + "ing", stem + "ed", head + "ed", head + "ing")
    if head.endswith("y"):
        yield from (head[:-1] + "ies", head[:-1] + "ied")
    if verb:
        yield from (head + head[-1] + "ed", head + head[-1] + "ing")
    yield from _irregular().get(head, ())
