"""A dataset whose texts try to become code, to close what holds them, or to be read as something else."""

import dataclasses
import pathlib

from benchmarks.made_up import make_up, write_rows
from schemas.records import Mention, ParagraphRow, Participant

PAYLOADS = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=2</script>",
    "<img src=x onerror=window.hacked=3>",
    "<svg onload=window.hacked=4>",
    '"><iframe src=javascript:window.hacked=5>',
    "' onmouseover='window.hacked=6",
    "<!--<script>",
    "{{ 7 * 7 }}{% raw %}${window.hacked=7}`",
    "{name|window} {a|b} {b}: {c}",
    "safe\u202egnihton\u2066 \u2067abc",
    "zalgo t\u0337\u0334\u0322\u035e\u0315e\u0338\u0321x\u0336t",
    "nul\x00 bell\x07 escape\x1b[31m next\x85 line\u2028 paragraph\u2029",
    "tag\U000e0068\U000e0069 noncharacter\ufffe astral 🚢 private\ue000",
    "\u200fעברית والعربية\u200e",
    "a" * 3000,
    "\\u003cscript>window.hacked=8\\u003c/script>",
    "https://example.org/?q=<script>",
)
LINKS = ("javascript:window.hacked=9", "data:text/html,<script>window.hacked=10</script>", "https://example.org/<b>'\"")


def write_hostile(root: pathlib.Path) -> list[str]:
    """Write a dataset of one event for each payload, and return the sentences."""
    rows: list[object] = []
    sentences = []
    for number, (payload, told) in enumerate(zip(PAYLOADS, make_up(len(PAYLOADS), seed=4), strict=True)):
        mention = _mention(told.mentions[0], payload)
        event = dataclasses.replace(
            told.event,
            mention_ids=[mention.mention_id],
            doc_ids=[mention.doc_id],
            status_history=told.event.status_history[:1],
            participants=[
                dataclasses.replace(party, name=payload, country=f"{place}{payload[:9]}")
                for place, party in enumerate(told.event.participants)
            ],
            items=[dataclasses.replace(told.event.items[0], text=payload, category=payload, unit=payload)],
            amounts=[dataclasses.replace(told.event.amounts[0], currency=payload)],
            event_date=payload if number % 2 else told.event.event_date,
        )
        document = dataclasses.replace(
            told.documents[0],
            uri=f"{number}/{payload}",
            title=payload,
            source=payload,
            author=payload,
            url=LINKS[number % len(LINKS)],
        )
        paragraph = ParagraphRow(mention.doc_id, 0, "body", mention.sentence, 0, len(mention.sentence))
        rows += [document, mention, event, paragraph]
        sentences.append(mention.sentence)
    write_rows(root, iter(rows))
    return sentences


def _mention(mention: Mention, payload: str) -> Mention:
    """Put the payload into all that a mention says, with offsets that fit."""
    sentence = f"{payload} sold {payload} to {payload}."
    size = len(payload)
    at = (0, size), (size + 6, 2 * size + 6), (2 * size + 10, 3 * size + 10)
    return dataclasses.replace(
        mention,
        uri=payload,
        title=payload,
        source=payload,
        sentence=sentence,
        sentence_start=0,
        sentence_end=len(sentence),
        trigger="sold",
        trigger_start=size + 1,
        trigger_end=size + 5,
        participants=[
            Participant("supplier", payload, *at[0], payload, payload, payload[:9], resolved=True),
            Participant("recipient", payload, *at[2], payload, payload, payload[:9], resolved=True),
        ],
        items=[
            dataclasses.replace(
                mention.items[0], text=payload, start=at[1][0], end=at[1][1], quantity_start=None, quantity_end=None
            )
        ],
        amounts=[],
        event_date=payload,
    )
