"""What each paragraph of an article is: its own text, or the furniture that archives and web pages put around it.

Only titles, headings and bodies are read for events. Reader comments, biographies, picture credits and links to other
stories are full of words that look like events, so they must go; but a body paragraph that is taken for one of them is
lost. Hence the rules are narrow, and where none fits a paragraph is body. The words to look for are data
(`schemas/data/lexicons/paragraph_cues.yaml`); this module knows where in a document they count and how far they reach.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from transforms.split.dates import is_date_line, is_placed_date_line
from transforms.split.lexicons import Cue, paragraph_cues

TITLE, HEADING, BODY = "title", "heading", "body"
CAPTION, BYLINE, BOILERPLATE, COMMENT = "caption", "byline", "boilerplate", "comment"

_LONGEST_TITLE = 170
_LONGEST_HEADING = 120
_LEAST_PROSE = 45
_LONGEST_LEAD = 300
"""A longer paragraph is prose even without a full stop at its end; a shorter one may be the line under a title."""
_LEAST_TITLE_WORDS = 4
_LIST = 3
"""From so many headline-like lines in a row on, they are a list, not headings."""
_NEAR = 3
"""How many paragraphs of prose are "the first" and "the last" ones."""
_REACH = 40
"""No cue but one that says "to the end" reaches further than so many paragraphs."""
_ARTICLE = 300
"""Reader comments come after an article, which has at least so many characters."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]»\s]*$")
_HEADLINE_END = re.compile(r"(?:[.;:,…]|[-–—]|[;,] (?:and|or))[\"'”’)\]»\s]*$")
_FULL_STOP = re.compile(r"[a-z]{3}(?:\.[\"'”’]*|,[\"'”’]+)\s(?!.{0,3}$)")
_ITEM = re.compile(r"[•▪●◦‣■□➢✓*]|[-–]\s|\(?(?:\d{1,2}|[a-zA-Z])[.)]\s")
_COMMENT_SIGN = re.compile(
    r"\b(?:says|wrote|said):$|^reply\b|\breply$|\b\d+ (?:minutes?|hours?|days?|weeks?|months?|years?) ago\b"
    r"|\bat \d{1,2}:\d\d ?[ap]m\b|\bupvote|\blog in to (?:reply|comment)",
    re.IGNORECASE,
)
_CONTACT_SIGN = re.compile(r"@|\+?\d[\d ()./-]{6,}|\b(?:office|mobile|phone|tel|fax|cell)\b", re.IGNORECASE)


@dataclass
class _Draft:
    """A document's paragraphs while their kinds are being decided; None is not yet decided."""

    texts: Sequence[str]
    kinds: list[str | None]
    prose: Sequence[int]
    """Indices of the paragraphs that read like an article's sentences."""
    length: Sequence[int]
    """Of each paragraph, how many characters of prose stand before it; at the end, of all."""
    title: int | None = None

    def before(self, index: int) -> int:
        """Return how many paragraphs of prose stand before a paragraph."""
        return bisect_left(self.prose, index)

    def after(self, index: int) -> int:
        """Return how many paragraphs of prose stand after a paragraph."""
        return len(self.prose) - bisect_left(self.prose, index + 1)

    def take(self, indices: Iterator[int] | range, kind: str) -> None:
        """Decide for those of `indices` that are open."""
        for index in indices:
            self.kinds[index] = self.kinds[index] or kind

    def drop_furniture(self) -> None:
        """Forget the prose of paragraphs that have turned out not to be the article's."""
        self.prose = [index for index in self.prose if self.kinds[index] is None]


def paragraph_kinds(texts: Sequence[str]) -> list[str]:
    """Return the kind of each of a document's paragraphs, given their texts in order."""
    draft = _draft(texts)
    for step in (_mark_followers, _mark_placed, _mark_title, _mark_under_title, _mark_headings):
        step(draft)
    return [kind or BODY for kind in draft.kinds]


# ---------------------------------------------------------------- cues and where they count


def _draft(texts: Sequence[str]) -> _Draft:
    free = [cue for cue in paragraph_cues() if cue.place == "any" and cue.kind != COMMENT]
    kinds: list[str | None] = [_furniture(text, free) for text in texts]
    prose = [index for index, text in enumerate(texts) if kinds[index] is None and is_prose(text)]
    lengths = dict.fromkeys(range(len(texts)), 0) | {index: len(texts[index]) for index in prose}
    return _Draft(texts, kinds, prose, list(accumulate(lengths.values(), initial=0)))


def _furniture(text: str, cues: Sequence[Cue]) -> str | None:
    if not any(map(str.isalnum, text)):
        return BOILERPLATE
    return next((cue.kind for cue in cues if cue.matches(text)), None)


def is_prose(text: str) -> bool:
    """Tell whether a paragraph reads like sentences of an article, not like a line of a page."""
    ends = _SENTENCE_END.search(text)
    # A short paragraph that ends in a question or exclamation mark may well be a title.
    stops = ends is not None and (ends.group()[0] in ".…" or len(text) > _LONGEST_TITLE)
    return len(text) > _LONGEST_LEAD or (len(text) >= _LEAST_PROSE and stops)


_PLACES: dict[str, Callable[[_Draft, int], bool]] = {
    "top": lambda draft, index: draft.before(index) == 0,
    "start": lambda draft, index: draft.before(index) < _NEAR,
    "end": lambda draft, index: draft.after(index) < _NEAR and draft.before(index) > 0,
    "close": lambda draft, index: draft.after(index) == 0 and draft.before(index) > 0 and _stands_alone(draft, index),
}


def _mark_placed(draft: _Draft) -> None:
    """Apply the cues that count only in one place, from the end on, so that what follows is already known."""
    for place, counts in _PLACES.items():
        cues = [cue for cue in paragraph_cues() if cue.place == place]
        for index in _open(draft, reverse=True):
            if counts(draft, index):
                draft.kinds[index] = _furniture(draft.texts[index], cues)
        draft.drop_furniture()
    _mark_dates(draft, is_date_line)


def _mark_dates(draft: _Draft, fits: Callable[[str], bool]) -> None:
    for index in _open(draft):
        if draft.before(index) == 0 and fits(draft.texts[index]):
            draft.kinds[index] = BYLINE


def _open(draft: _Draft, *, reverse: bool = False) -> list[int]:
    indices = [index for index, kind in enumerate(draft.kinds) if kind is None]
    return indices[::-1] if reverse else indices


def _stands_alone(draft: _Draft, index: int) -> bool:
    """Tell a signature from an item of a list at the end: sentences stand before it, furniture or nothing after it."""
    reach = range(index - 1, max(-1, index - _REACH), -1)
    above = next((draft.texts[i] for i in reach if draft.kinds[i] is None), "")
    below = draft.kinds[index + 1] if index + 1 < len(draft.kinds) else BOILERPLATE
    return _SENTENCE_END.search(above) is not None and below is not None


# ---------------------------------------------------------------- title and headings


def is_headline(text: str, longest: int = _LONGEST_HEADING) -> bool:
    """Tell whether a paragraph has the form of a headline: short, with words, and without a full stop."""
    if len(text) > longest or _ITEM.match(text) or not any(map(str.isalpha, text)):
        return False
    return text.endswith("...") or not (_HEADLINE_END.search(text) or _FULL_STOP.search(text))


def _mark_title(draft: _Draft) -> None:
    candidates = _title_candidates(draft)
    if candidates:
        draft.title = next((index for index in candidates if _is_full(draft.texts[index])), candidates[0])
        draft.kinds[draft.title] = TITLE


def _title_candidates(draft: _Draft) -> list[int]:
    """Return the headline-like paragraphs before the first one that is neither headline nor furniture."""
    candidates = []
    for index in _open(draft):
        if not is_headline(draft.texts[index], _LONGEST_TITLE):
            break
        candidates.append(index)
    return candidates if len(draft.texts) > 1 else []


def _is_full(text: str) -> bool:
    return len(text.split()) >= _LEAST_TITLE_WORDS


def _mark_under_title(draft: _Draft) -> None:
    """Between title and article stand dates with places, captions, and under them a line of credit."""
    if draft.title is not None:
        _mark_dates(draft, is_placed_date_line)
    cues = [cue for cue in paragraph_cues() if cue.place == "under_title"]
    for index in _open(draft):
        if draft.title is not None and index > draft.title and draft.before(index) == 0:
            text = draft.texts[index]
            credit = draft.kinds[index - 1] == CAPTION and is_headline(text) and not _is_full(text)
            draft.kinds[index] = CAPTION if credit else _furniture(text, cues)


def _mark_headings(draft: _Draft) -> None:
    for run in _headline_runs(draft):
        if run and (len(run) < _LIST or not draft.before(run[0])):
            draft.take(iter(run), HEADING)


def _headline_runs(draft: _Draft) -> Iterator[list[int]]:
    """Yield the open headline-like paragraphs, neighbours in one list; items after a colon are no headlines."""
    listed, run = False, list[int]()
    for index, (text, kind) in enumerate(zip(draft.texts, draft.kinds, strict=True)):
        if kind is None and is_headline(text):
            run.append(index)
        elif run or text.endswith(":"):
            yield [] if listed else run
            listed, run = kind is None and text.endswith(":"), []
    yield [] if listed else run


# ---------------------------------------------------------------- cues that reach further than one paragraph


def _mark_followers(draft: _Draft) -> None:
    reaching = [cue for cue in paragraph_cues() if cue.follow]
    for index, text in enumerate(draft.texts):
        cue = next((cue for cue in reaching if cue.matches(text)), None)
        if cue and cue.follow:
            _FOLLOWERS[cue.follow](draft, index)
        if draft.kinds[index] == COMMENT:
            break
    draft.drop_furniture()


def _take_headlines(draft: _Draft, index: int) -> None:
    """A list of links; one headline in the middle of an article is rather the heading of its next part."""
    links = list(_while(draft, index + 1, lambda text: is_headline(text, _LONGEST_TITLE)))
    if len(links) > 1 or not draft.after(index):
        draft.take(iter(links), BOILERPLATE)


def _take_contacts(draft: _Draft, index: int) -> None:
    """Names, offices and numbers, as long as a number or address is among them."""
    lines = list(_while(draft, index + 1, _is_contact_line))
    if any(_CONTACT_SIGN.search(draft.texts[line]) for line in lines):
        draft.take(iter(lines), BOILERPLATE)


def _is_contact_line(text: str) -> bool:
    return is_headline(text) or (len(text) <= _LONGEST_HEADING and _CONTACT_SIGN.search(text) is not None)


def _while(draft: _Draft, index: int, fits: Callable[[str], bool]) -> Iterator[int]:
    """Yield the indices from `index` on as long as they are furniture already or fit."""
    for follower in range(index, min(index + _REACH, len(draft.texts))):
        if draft.kinds[follower] is None and not fits(draft.texts[follower]):
            return
        yield follower


def _take_company(draft: _Draft, index: int) -> None:
    """After "About Acme" Acme presents itself; an article may have such a heading too, but hardly near its end."""
    names = set(re.findall(r"[A-Z]\w{2,}", draft.texts[index])) - {"About", "ABOUT", "The", "Inc", "Ltd"}
    late = index >= len(draft.texts) // 2
    for follower in range(index + 1, min(index + (_REACH if names else 2), len(draft.texts))):
        text = draft.texts[follower]
        if not late or is_headline(text) or (names and not any(name in text for name in names)):
            break
        draft.take(range(follower, follower + 1), BOILERPLATE)


def _take_rest(draft: _Draft, index: int) -> None:
    draft.take(range(index + 1, len(draft.texts)), BOILERPLATE)


def _take_comments(draft: _Draft, index: int) -> None:
    """Everything after the heading is comments if an article stands before it; else it is only a link."""
    if draft.length[index] < _ARTICLE:
        draft.kinds[index] = BOILERPLATE
    else:
        draft.kinds[index] = COMMENT
        draft.take(range(index + 1, len(draft.texts)), COMMENT)


def _take_comments_if_likely(draft: _Draft, index: int) -> None:
    """A bare "Comments" may be a button inside an article: what follows must look like comments or be little."""
    signs = any(_COMMENT_SIGN.search(text) for text in draft.texts[index + 1 : index + _REACH])
    if signs or 2 * (draft.length[-1] - draft.length[index]) < draft.length[index]:
        _take_comments(draft, index)
    else:
        draft.kinds[index] = BOILERPLATE


_FOLLOWERS: dict[str, Callable[[_Draft, int], None]] = {
    "headlines": _take_headlines,
    "contacts": _take_contacts,
    "company": _take_company,
    "rest": _take_rest,
    "comments": _take_comments,
    "comments_if_likely": _take_comments_if_likely,
}
