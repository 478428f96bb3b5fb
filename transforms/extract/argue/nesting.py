"""How the nouns of a sentence that may be items stand to each other: within one, around one, or beside one.

Of "parts for the jets" and "vessels, including two tugs" one noun is the item, and how they are joined tells which.
"""

from collections.abc import Iterable, Iterator, Mapping

from spacy.tokens import Token

_JOINTS = frozenset({"conj", "appos", "compound", "nmod", "poss", "amod"})

Nesting = Mapping[int, tuple[int, str]]
"""By the place of a noun: the place of the noun it hangs on, and by what (a preposition or a relation of the parse)."""


def nesting(heads: Iterable[Token]) -> Nesting:
    """Return how the nouns among these hang on each other; those between which a verb stands do not."""
    by_place = {head.i: head for head in heads}
    found = {}
    for place, head in by_place.items():
        token, joint = head, ""
        while token.head.i != token.i and token.pos_ not in ("VERB", "AUX"):
            if not joint and token.pos_ in ("ADP", "SCONJ"):
                joint = token.lower_
            elif not joint and token.dep_ in _JOINTS:
                joint = token.dep_
            token = token.head
            if token.i in by_place:
                found[place] = token.i, joint or token.dep_
                break
    return found


def nest_signs(head: Token, nested: Nesting) -> Iterator[str]:
    """Yield the names of the features of a noun among others, and of its determiner ("the jets", "its jets")."""
    yield f"inside={nested[head.i][1] if head.i in nested else 'none'}"
    inner = sorted({joint for place, joint in nested.values() if place == head.i})
    yield from (f"around={joint}" for joint in inner or ["none"])
    yield f"determiner={next((c.lower_ for c in head.children if c.dep_ in ('det', 'poss')), 'none')}"
