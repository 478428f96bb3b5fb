"""Reads noun phrases from the dependencies: how far they and their names reach, and what their nouns stand for."""

import functools
import itertools
from collections.abc import Iterator, Mapping

from spacy.tokens import Span, Token

from schemas.lexicon import party_words, world_parts
from transforms.extract.firms import names_a_trade
from transforms.extract.names import kind_of_name

_LEFT = {
    "det",
    "amod",
    "compound",
    "nmod",
    "poss",
    "nummod",
    "quantmod",
    "case",
    "punct",
    "flat",
    "predet",
    "advmod",
    "neg",
}
_MASSES = {"yard", "fund", "exchange", "arm", "unit"}
_ONE = {"a", "an", "another", "one", "any"}
_SUBJECTS = ("nsubj", "nsubjpass")
_JOINERS = ("of", "&", "and", "-", "for")


@functools.cache
def _kind_by_noun() -> Mapping[str, str]:
    kinds = ("government", "military", "company", "organisation", "person", "country", "group")
    table: dict[str, str] = {}
    for kind in kinds:
        for noun in party_words()[kind]:
            table.setdefault(str(noun), kind)
    return table


def party_noun(token: Token) -> str | None:
    """Return the kind of party that a common noun stands for, if it does."""
    noun = token.lemma_.lower()
    return _kind_by_noun().get(noun) or ("company" if names_a_trade(noun) else None)


def phrase_bounds(token: Token) -> tuple[int, int]:
    """Return the first and last token index of a noun phrase, from its leftmost modifier to its head."""
    first = token.i
    stack = [token]
    while stack:
        for child in stack.pop().lefts:
            if child.dep_ in _LEFT and child.dep_ != "punct":
                first = min(first, child.i)
                stack.append(child)
    return first, token.i


def phrase_of(noun: Token) -> Span:
    """Return a noun phrase, from its leftmost modifier to its head."""
    first, last = phrase_bounds(noun)
    return noun.doc[first : last + 1]


def name_start(token: Token, first: int) -> int:
    """Return the index of the first capitalised word of a name that ends at `token`; past it, if it is but a joiner."""
    doc, begin = token.doc, token.i
    while begin > first and (doc[begin - 1].text[:1].isupper() or doc[begin - 1].lower_ in _JOINERS):
        begin -= 1
    while begin <= token.i and doc[begin].lower_ in (*_JOINERS, "the"):
        begin += 1
    return begin


def name_end(token: Token, last: int) -> int:
    """Return the index of a name's last word where it goes on with "of" or "for": "Ministry of Foreign Affairs"."""
    kind = kind_of_name([token.text])
    prepositions = () if kind is None else ("of",) if kind == "company" else ("of", "for")
    for child in token.rights:
        if child.dep_ == "prep" and child.lower_ in prepositions and child.i == last + 1:
            for obj in child.children:
                if obj.dep_ == "pobj" and obj.text[:1].isupper():
                    return obj.i
    return last


def examples(noun: Token) -> Iterator[Token]:
    """Yield the names that spell out a common noun: "the minister, Jane Doe", "partners such as Chad"."""
    for child in noun.children:
        if child.dep_ == "appos" and child.pos_ == "PROPN":
            yield child
        elif child.dep_ == "prep" and child.lower_ in ("including", "as", "like"):
            yield from (o for o in child.children if o.dep_ == "pobj" and o.pos_ == "PROPN")


def subjects_above(pronoun: Token) -> Iterator[Token]:
    """Yield the subjects of the verbs above a pronoun, nearest first, but none that it stands in itself.

    Nor that of its own clause, which "it" cannot mean ("Foo sold it a ship"), unless it is a possessive.
    """
    above = [verb for verb in pronoun.ancestors if verb.pos_ in ("VERB", "AUX")]
    barred = set()
    if above and pronoun.tag_ != "PRP$":
        barred = {child for child in above[0].children if child.dep_ in _SUBJECTS}
        if any(child.tag_ in ("WDT", "WP") for child in barred):  # "Britain, which sold it a ship"
            barred.add(above[0].head)
    for verb in above:
        for child in verb.children:
            if child.dep_ in _SUBJECTS and child.i < pronoun.i and pronoun not in child.subtree and child not in barred:
                yield child


def stands_for_an_act(pronoun: Token) -> bool:
    """Whether "it" is what a noun beside "be" says, and that is nobody: "It was the first sale of its kind"."""
    verb = pronoun.head
    return (
        pronoun.dep_ == "nsubj"
        and verb.lemma_ == "be"
        and any(c.dep_ == "attr" and c.pos_ == "NOUN" and party_noun(c) is None for c in verb.children)
    )


def measures(noun: Token) -> bool:
    """Whether a noun that may stand for a firm is a measure or sums of money here: "cubic yards", "the funds"."""
    if noun.lemma_ == "chain":
        return any(c.lower_ == "supply" for c in noun.lefts)
    return noun.tag_ == "NNS" and noun.lemma_ in _MASSES and not any(c.dep_ == "compound" for c in noun.lefts)


def names_a_text(noun: Token) -> bool:
    """Whether treaties, laws or gatherings are called by a noun: those are often named after where they were made."""
    called = {noun.text.capitalize(), noun.text.capitalize().removesuffix("s")}
    return not called.isdisjoint((*party_words()["not_parties"], *party_words()["gatherings"]))


def one_of_many(noun: Token, phrase: Span) -> bool:
    """Whether a phrase is about one member of a body, which does not act for it: "a NATO country", "an EU member"."""
    members = (*party_words()["country"], *party_words()["group"])
    return noun.tag_ == "NN" and phrase[0].lower_ in _ONE and noun.lemma_.lower() in members


def described_states(phrase: Span) -> frozenset[str] | None:
    """Return the states that a description fits: "the European nation", "the island state"; None if it fits all."""
    words = [t.lemma_.lower() for t in phrase]
    said = [*words, *map(" ".join, itertools.pairwise(words))]
    fitting = [world_parts()[word] for word in said if word in world_parts()]
    return frozenset.intersection(*fitting) if fitting else None
