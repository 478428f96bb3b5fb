"""The firms that a document introduces, which no lexicon knows: "Italian maker Foo", "Foo, a bank based in Oslo".

An article says once whose firm it is and calls it by its name, or by the first word of it, afterwards. So this is read
from the whole text before its events are; a name found here counts like one of the gazetteer.
"""

import bisect
import dataclasses
import functools
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from spacy.lang.en.stop_words import STOP_WORDS

from schemas.lexicon import Gazetteer, Match, Name, gazetteer, party_words, regions
from transforms.extract.cast import is_title, title_words
from transforms.extract.names import kind_of_name
from transforms.extract.unlisted import NAME, OWNER, cut_name, firm_names, surnames

_AFTER = re.compile(rf"(?:(?P<based>-based)|['’]s|-owned)?\s(?P<words>(?:[a-z][\w-]*\s){{0,6}}),?\s?(?P<name>{NAME})")
_TRADES = ("maker", "builder", "producer", "manufacturer")
"""What nouns for firms by their goods end with."""
_SMALL_WORD = re.compile(r"(?<!\w)[a-z][\w-]*")
_CAPITAL_BEFORE = re.compile(r"[A-Z][a-z]\s$")
_CAPITAL_AFTER = re.compile(r"\s(?:[A-Z]|and\s[A-Z])")
_HOME = re.compile(r"-(?:based|born|listed|headquartered)\b")
_NEAR = 60
_SEVERAL = 2
"""So many nouns for firms make a text one about business."""
_SHORT = 3
"""A first word of so few letters does not stand for the whole name."""


@dataclasses.dataclass(frozen=True)
class Firms:
    """The firms of a document.

    Attributes:
        countries: Country by a firm's folded name, or its folded first word.
        names: Where those stand that the text calls a firm, and that no lexicon has.
        described: Where the states stand that only say whose a firm is: the "US" of "the US software firm Foo".
    """

    countries: Mapping[str, str]
    names: Sequence[Match]
    described: frozenset[int]


def read_firms(text: str, names: Sequence[Match]) -> Firms:
    """Return the firms that a text introduces, by name: "Italian maker Foo", "Foo, of Ohio".

    Args:
        text: Of the document.
        names: Those that the lexicons know, in order.
    """
    found: dict[str, str] = {}
    introduced: dict[str, str] = {}
    described: set[int] = set()
    actors = frozenset(m["name"] for m in _actors().finditer(text))
    business = sum(map(_tells_a_firm, {*_SMALL_WORD.findall(text)})) >= _SEVERAL
    people = surnames(text) | (_last_words(text) if business else frozenset())
    for match in sorted([*names, *regions().find(text)], key=lambda m: m.start):
        if match.name.country:
            after, before = _AFTER.match(text[match.end : match.end + 120]), list(_named_before(text, match))
            for name in (*_named_after(after), *before):
                _remember(found, name, match.name.country)
            for name in _called(text, match, after, before):
                introduced.setdefault(name, match.name.country)
            owned = _owned(text, match)
            if owned:
                found.setdefault(owned.lower(), match.name.country)
                if kind_of_name([owned]) in (None, "company") and (
                    owned in actors or (business and not _goes_by_its_last(owned, people))
                ):
                    introduced.setdefault(owned, match.name.country)
            if match.name.kind == "company":  # its first word may serve as its name later
                _remember(found, text[match.start : match.end], match.name.country)
            elif _of_a_firm(text, match):
                described.add(match.start)
    introduced |= _treated_as_firms(text, introduced, found, names)
    return Firms(found, _standing(text, introduced, names), frozenset(described))


def _treated_as_firms(
    text: str, introduced: Mapping[str, str], found: Mapping[str, str], names: Sequence[Match]
) -> dict[str, str]:
    """Return the other names that the text treats as a firm's, each with its state if that is told."""
    begun = {name.split()[0] for name in introduced}
    unlisted = (n for n in firm_names(text, _trades()) if not gazetteer().covers(n) and n not in {*introduced, *begun})
    return {n: _abbreviated(n, names) or _country_of(n, text, found, names) for n in unlisted}


def names_a_trade(noun: str) -> bool:
    """Whether a common noun says what a firm does: "bank", "winemaker", "boatbuilder"."""
    return noun in _company_nouns() or noun.endswith(_TRADES)


def _owned(text: str, match: Match) -> str:
    """Return the name right after a state's possessive: "Norway's Foo"."""
    owned = re.match(rf"['’]s?\s(?P<name>{NAME})", text[match.end : match.end + 90])
    if owned is None or match.name.kind != "country" or is_title(owned["name"].split()[:1]):
        return ""
    return OWNER.sub("", owned["name"]).rstrip(".,")


@functools.cache
def _actors() -> re.Pattern[str]:
    """Names that do what somebody does: "Norway's Foo" may be a place or a ship."""
    verbs = "|".join(party_words()["acts"])
    return re.compile(rf"(?<!the\s)(?<![\w-])(?P<name>{NAME})\s(?:{verbs})\b")


def _named_after(found: re.Match[str] | None) -> Iterator[str]:
    """ "Italian motor maker Foo", "Oslo-based Foo", "Norway's oil firm Foo"."""
    if found and (found["based"] or (found["words"] and _is_firm(found["words"].split()[-1]))):
        yield found["name"]


def _named_before(text: str, match: Match) -> Iterator[str]:
    """ "Foo, a German drugs firm", "Foo LLC, of Ohio", "Foo, based in Oslo"."""
    before, rest = text[max(0, match.start - 110) : match.start], text[match.end : match.end + _NEAR]
    appositive = re.search(rf"(?P<name>{NAME}),\s(?:an?|the|one of)\s(?:[a-z]+\s){{0,3}}$", before)
    if appositive and _is_firm(re.split(r"[,.;]", rest)[0]):
        yield appositive["name"]
    seated = re.search(
        rf"(?P<name>{NAME})(?:(?:,\s(?:Inc|LLC|Ltd|Corp)\.?)?,\s(?:of|based in|headquartered in|from)\s"
        r"(?:[A-Z][\w.]+(?:\s[A-Z]\w+)?,\s)?|\sof\s(?:the\s)?)$",
        before,
    )
    if seated:
        yield seated["name"]


def _called(text: str, match: Match, after: re.Match[str] | None, before: Sequence[str]) -> Iterator[str]:
    """Return the names that the text says are a firm's: by what stands before them, after them, or in them."""
    if after and after["words"] and _tells_a_firm(after["words"].split()[-1]):
        yield from _firm_name(after["name"], told=True)
    elif after and after["based"]:
        yield from _firm_name(after["name"], told=False)
    for name in before:
        following = re.split(r"[,.;]", text[match.end : match.end + _NEAR])[0].split()
        yield from _firm_name(name, told=any(map(_tells_a_firm, following)))


def _firm_name(name: str, *, told: bool) -> Iterator[str]:
    """Yield a name as far as it is one, if it is a firm's: told so, or with a mark such as Ltd."""
    cut = cut_name(name)
    words = cut.split()
    kind = kind_of_name(words)
    if kind in (("company", "organisation", None) if told else ("company",)) and not is_title(words[:1]):
        yield cut


def _tells_a_firm(noun: str) -> bool:
    """Whether a noun before or after a name makes it a firm's; a "rival" or "owner" may be a person."""
    return _is_firm(noun) and noun not in party_words()["firms_or_others"]


def _standing(text: str, introduced: Mapping[str, str], names: Sequence[Match]) -> list[Match]:
    """Return where introduced names stand, in full or by one of their words alone, other names left out.

    All are sought at once, however many a text has.
    """
    if not introduced:
        return []
    small = frozenset(_SMALL_WORD.findall(text))
    forms: dict[str, Name] = {}
    for name, country in introduced.items():
        for word in _short_forms(name, small):
            forms.setdefault(word, Name(name, "company", country, "surname"))
    forms |= {name: Name(name, "company", country) for name, country in introduced.items()}
    found = [m for m in Gazetteer(forms).find(text) if m.name.form == "name" or _alone(text, m)]
    within = [(m.start, m.end) for m in found if m.name.form == "name" and m.name.country]
    taken = [(m.start, m.end) for m in names if not _is_but_a_part(m, within, introduced, text)]
    starts = [start for start, _ in taken]
    free = (m for m in found if not _overlaps(m, taken, starts))
    return [dataclasses.replace(m, name=dataclasses.replace(m.name, form="name")) for m in free]


def _is_but_a_part(match: Match, longer: Sequence[tuple[int, int]], introduced: Mapping[str, str], text: str) -> bool:
    """Whether a known firm's name only begins that of a firm of another state: the "ABB" of Australia's ABB Grain."""
    at = bisect.bisect_right(longer, (match.start, len(text)))
    if match.name.kind != "company" or not at:
        return False
    start, end = longer[at - 1]
    other = introduced.get(text[start:end], match.name.country)
    return start == match.start and end > match.end and other != match.name.country


def _overlaps(match: Match, taken: Sequence[tuple[int, int]], starts: Sequence[int]) -> bool:
    at = bisect.bisect_left(starts, match.end)
    return at > 0 and taken[at - 1][1] > match.start


def _short_forms(name: str, small: Collection[str]) -> Iterator[str]:
    """Yield the first and the last word of a name, if they tell it: none that the text has in small letters, too."""
    words = name.split()
    for word in (words[0], words[-1]) if len(words) > 1 else ():
        common = word in _marks() or word.lower() in title_words() or word.lower() in small or len(word) <= _SHORT
        if not common and not gazetteer().find(word):
            yield word


def _alone(text: str, match: Match) -> bool:
    """Whether a word stands between others in small letters, and so is no part of another name."""
    return not _CAPITAL_BEFORE.search(text, max(0, match.start - 3), match.start) and not _CAPITAL_AFTER.match(
        text, match.end
    )


def _of_a_firm(text: str, match: Match) -> bool:
    """Whether a state only tells whose a firm is: "the Italian carmaker", "Peru's largest bank", "Oslo-based Foo"."""
    if _HOME.match(text, match.end):
        return True
    words = re.match(r"(?:['’]s)?(?:-based|-owned|-led)?((?:\s[a-z][\w-]*){1,4})", text[match.end : match.end + _NEAR])
    plain = itertools.takewhile(lambda word: word not in STOP_WORDS, words[1].split() if words else ())
    return any(map(_is_firm, plain))


@functools.cache
def _trades() -> re.Pattern[str]:
    """What the nouns match that make the name beside them a firm's."""
    nouns = sorted({*_company_nouns()} - {*party_words()["firms_or_others"]})
    ends = "|".join(_TRADES)
    return re.compile(rf"(?:{'|'.join(map(re.escape, nouns))}|[\w-]*(?:{ends}))")


@functools.cache
def _marks() -> frozenset[str]:
    return frozenset(word for words in party_words()["marks"].values() for word in words)


@functools.cache
def _company_nouns() -> frozenset[str]:
    return frozenset(party_words()["company"])


def _country_of(name: str, text: str, found: Mapping[str, str], names: Sequence[Match]) -> str:
    """Return the state of a firm that the text gives anywhere ("Peru's phosphate monopoly Foo"), or an empty string."""
    known = found.get(name.lower()) or found.get(name.lower().split()[0], "")
    if known:
        return known
    for at in (m.start() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)):
        before = [m for m in names if at - _NEAR < m.end <= at and m.name.country]
        if before and re.fullmatch(r"(?:['’]s)?(?:-based|-owned)?(?:\s[a-z][\w-]*){0,5}\s", text[before[-1].end : at]):
            return before[-1].name.country
    return next((m.name.country for m in regions().find(name)), "") or main_state(
        Counter(m.name.country for m in names if m.name.country)
    )


def _abbreviated(letters: str, names: Sequence[Match]) -> str:
    """Return the state of the firm whose first letters a name is: the "LSE" of the London Stock Exchange."""
    firms = (m.name for m in names if letters.isupper() and m.name.kind in ("company", "organisation"))
    spelt = (n for n in firms if "".join(w[0] for w in n.name.split() if w[0].isupper()) == letters)
    return next((n.country for n in spelt), "")


def main_state(named: Counter[str]) -> str:
    """Return the state that is named more than all others together, by how often each is; empty if there is none."""
    country, count = next(iter(named.most_common(1)), ("", 0))
    return country if 2 * count > named.total() else ""


def _last_words(text: str) -> frozenset[str]:
    """Return the words that stand behind one capitalised word, and without it, too: people go by their last names."""
    words = re.findall(r"\w[\w-]*", text)
    behind = Counter(b for a, b in itertools.pairwise(words) if a[0].isupper() and b[0].isupper())
    whole = Counter(words)
    return frozenset(word for word, count in behind.items() if whole[word] > count)


def _goes_by_its_last(name: str, people: Collection[str]) -> bool:
    """Whether a name is a person's, as far as the text tells; what is marked as a firm's is none."""
    return name.rpartition(" ")[2] in people and kind_of_name(name.split()) is None


def _is_firm(words: str) -> bool:
    return any(names_a_trade(w.removesuffix("s")) or w in _company_nouns() for w in words.split())


def _remember(found: dict[str, str], name: str, country: str) -> None:
    words = [w for w in OWNER.sub("", name).rstrip(".,").split() if w]
    found.setdefault(" ".join(words).lower(), country)
    if len(words[0]) > _SHORT:
        found.setdefault(words[0].lower(), country)
