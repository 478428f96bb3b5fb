"""Reads the data files behind the rules: what a newcomer may want to extend is in `schemas/data/lexicons`."""

import functools
import pathlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import schemas
from schemas.yamls import load_yaml

DATA = pathlib.Path(schemas.__file__).with_name("data") / "lexicons"


def _read(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


@functools.cache
def abbreviations() -> Mapping[str, frozenset[str]]:
    """Return the sections of `abbreviations.txt`, each a set of words."""
    sections: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in map(str.strip, _read("abbreviations.txt").splitlines()):
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), set())
        elif line and not line.startswith("#"):
            section.add(line)
    return {name: frozenset(words) for name, words in sections.items()}


@dataclass(frozen=True)
class Cue:
    """A way to tell a kind of paragraph by its words; `paragraph_cues.yaml` explains the fields."""

    name: str
    kind: str
    place: str
    longest: int
    follow: str | None
    starts: re.Pattern[str] | None
    whole: re.Pattern[str] | None
    holds: re.Pattern[str] | None

    def matches(self, text: str) -> bool:
        """Tell whether a paragraph's text shows this cue."""
        if len(text) > self.longest:
            return False
        return bool(
            (self.starts and self.starts.match(text))
            or (self.whole and self.whole.fullmatch(text))
            or (self.holds and self.holds.search(text))
        )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None


def _cue(entry: Mapping[str, Any]) -> Cue:
    return Cue(
        name=entry["name"],
        kind=entry["kind"],
        place=entry.get("place", "any"),
        longest=entry.get("longest", 300),
        follow=entry.get("follow"),
        starts=_any_of(entry.get("starts", ())),
        whole=_any_of(entry.get("whole", ())),
        holds=_any_of(entry.get("holds", ())),
    )


@functools.cache
def paragraph_cues() -> tuple[Cue, ...]:
    """Return the cues of `paragraph_cues.yaml` in their order: the first that matches decides."""
    return tuple(_cue(entry) for entry in load_yaml(_read("paragraph_cues.yaml")))
