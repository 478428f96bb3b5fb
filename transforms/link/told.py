"""Tells how a sentence speaks of its event: as of something known ("the deal", "they") or of something new ("another")."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from schemas.ontology import DEFAULT

CUES = DEFAULT.parent.parent / "linking" / "cues.yaml"
_BEFORE = 60
"""Characters before a trigger in which its article is looked for."""
_BETWEEN = r"\s+(?:[\w$.,€£%’'-]+\s+){0,3}$"
"""Up to three words may stand between article and trigger."""


def told(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the signs in a mention as 0 or 1: `definite`, `indefinite`, `pronoun`, `contrast`, `named`."""
    cues = _cues()
    at = max(row["trigger_start"] - row["sentence_start"], 0)
    before = row["sentence"][max(at - _BEFORE, 0) : at]
    parties = (party["text"] for party in row["participants"])
    return {
        "definite": int(cues["definite"].search(before) is not None),
        "indefinite": int(cues["indefinite"].search(before) is not None),
        "pronoun": int(any(text is not None and cues["pronouns"].match(text) for text in parties)),
        "contrast": int(cues["contrast"].search(row["sentence"]) is not None),
        "named": int(at > 0 and row["trigger"][:1].isupper()),
    }


@functools.lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    words = yaml.safe_load(CUES.read_text("utf-8"))
    articles = {name: re.compile(_any_of(words[name]) + _BETWEEN, re.IGNORECASE) for name in ("definite", "indefinite")}
    return {
        **articles,
        "pronouns": re.compile(_any_of(words["pronouns"]), re.IGNORECASE),
        "contrast": re.compile(_any_of(words["contrast"]), re.IGNORECASE),
    }


def _any_of(words: Sequence[str]) -> str:
    return r"\b(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")\b"
