"""Gives events ids that stay as the data grows.

A new event is named after its first mention in the total order. An event that was there before, and is found again by
some of its mentions, keeps its id, be there earlier mentions by now or not.
"""

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence

from schemas.identity import event_id


@dataclasses.dataclass(frozen=True)
class Claim:
    """What speaks for the id of an event.

    Attributes:
        event: The event's number in this run.
        mentions: The first of its mentions in total order; two events never share one.
        former: How many of its mentions each former event had.
    """

    event: str
    mentions: Sequence[str]
    former: Mapping[str, int]


def settle_ids(claims: Iterable[Claim]) -> dict[str, str]:
    """Return the id of each event.

    Each former id goes to one event: to that with most of the former event's mentions, and each event keeps at most
    one, of which it has most mentions. An event without one is named after its first mention whose name is free.
    """
    claims = sorted(claims, key=lambda claim: claim.event)
    wanted = sorted((-count, former, claim.event) for claim in claims for former, count in claim.former.items())
    settled: dict[str, str] = {}
    taken: set[str] = set()
    for _, former, event in wanted:
        if event not in settled and former not in taken:
            settled[event] = former
            taken.add(former)
    taken.update(former for claim in claims for former in claim.former)
    for claim in claims:
        if claim.event not in settled:
            settled[claim.event] = _free(claim, taken)
            taken.add(settled[claim.event])
    return settled


def _free(claim: Claim, taken: set[str]) -> str:
    again = (f"{claim.mentions[0]}\x1f{number}" for number in itertools.count(1))
    return next(name for name in map(event_id, itertools.chain(claim.mentions, again)) if name not in taken)
