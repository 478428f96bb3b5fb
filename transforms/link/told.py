"""Tells how a sentence speaks of its event: as of something known ("the deal", "they") or of something new."""

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from transforms.link.words import cues

_BEFORE = 60
"""Characters before a trigger in which its article is looked for."""
_BETWEEN = r"\s+(?:[\w$.,€£%’'-]+\s+){0,3}$"
"""Up to three words may stand between article and trigger."""


def told(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the signs in a mention as 0 or 1: `definite`, `indefinite`, `pronoun`, `contrast`, `named`, `retold`."""
    patterns = _patterns()
    at = max(row["trigger_start"] - row["sentence_start"], 0)
    before = row["sentence"][max(at - _BEFORE, 0) : at]
    parties = (party["text"] for party in row["participants"])
    return {
        "definite": int(patterns["definite"].search(before) is not None),
        "indefinite": int(patterns["indefinite"].search(before) is not None),
        "pronoun": int(any(text is not None and patterns["pronouns"].match(text) for text in parties)),
        "contrast": int(patterns["contrast"].search(row["sentence"]) is not None),
        "retold": int(patterns["retelling"].match(row["sentence"].lstrip("\"'“‘")) is not None),
        "named": int(at > 0 and row["trigger"][:1].isupper()),
    }


@functools.lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    words = cues()
    whole = ("pronouns", "contrast", "retelling")
    articles = {name: re.compile(_any_of(words[name]) + _BETWEEN, re.IGNORECASE) for name in ("definite", "indefinite")}
    return {
        **articles,
        **{name: re.compile(_any_of(words[name]), re.IGNORECASE) for name in whole},
    }


def _any_of(words: Iterable[str]) -> str:
    return r"\b(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + r")\b"
