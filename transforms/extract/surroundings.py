"""What surrounds a trigger: signs of whether the word reports an event here, in this sense, for the first time."""

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

_QUOTES = '"“”«»'
_SEEN = "cordiale:seen"
_PLACES = ((0, "0"), (2, "1-2"), (6, "3-6"), (15, "7-15"))
_LENGTHS = ((8, "8"), (15, "15"), (30, "30"), (45, "45"))


def signs(head: Token, paragraph: int, others: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Return readable signs of a candidate's surroundings.

    Args:
        head: The trigger's head.
        paragraph: Index of the paragraph in the document.
        others: Of the sentence's other candidates, the index of the head and the type.
    """
    doc = head.doc
    found = [
        f"paragraph={_bucket(paragraph, _PLACES)}",
        f"length={_bucket(len(doc), _LENGTHS)}",
        f"others={min(len(others), 4)}",
    ]
    found += [f"beside_type={t}/{'before' if i < head.i else 'after'}" for i, t in others]
    quotes, has_verb = _looked_through(doc)
    if sum(i < head.i for i in quotes) % 2:
        found.append("quoted")
    if not has_verb:
        found.append("verbless")
    found += _neighbours(head)
    return tuple(dict.fromkeys(found))


def _looked_through(doc: Doc) -> tuple[Sequence[int], bool]:
    """Return where quotation marks stand and whether there is a verb, looked for once for all candidates."""
    seen: tuple[Sequence[int], bool] | None = doc.user_data.get(_SEEN)
    if seen is None:
        words = list(doc)
        quotes = [t.i for t in words if t.text in _QUOTES]
        seen = doc.user_data[_SEEN] = (quotes, any(t.pos_ in ("VERB", "AUX") for t in words))
    return seen


def _neighbours(head: Token) -> Iterator[str]:
    """Yield the words right beside the trigger and those that hang on it."""
    if head.i:
        yield f"before={head.nbor(-1).lemma_.lower()}"
    if head.i + 1 < len(head.doc):
        yield f"after={head.nbor(1).lemma_.lower()}"
    yield f"hangs={head.dep_}/{head.pos_}"
    for child in head.children:
        if child.dep_ in ("dobj", "nsubj", "nsubjpass", "pobj", "compound", "poss"):
            yield f"{child.dep_}={child.lemma_.lower()}"
            yield f"has={child.dep_}/{child.pos_}"
        elif child.dep_ == "prep":
            yield f"prep={child.lower_}"
            yield from (f"prep_object={o.lemma_.lower()}" for o in child.children if o.dep_ == "pobj")


def _bucket(value: int, buckets: Sequence[tuple[int, str]]) -> str:
    return next((name for most, name in buckets if value <= most), "more")
