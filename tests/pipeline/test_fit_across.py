"""What joins stories of different documents is learnt from sets, and stays as set by hand where they say nothing."""

import dataclasses

import numpy as np

from pipeline.fit_across import Told, fit_across, told
from schemas.records import Mention
from tests.transforms.link.telling import mention
from transforms.link.pairs import Rarity
from transforms.link.profiles import profile_mentions
from transforms.link.weights import BIAS, Weights

PRIOR = Weights({BIAS: -1.0, "parties shared": 0.5, "place same": 0.7}, threshold=0.0, absent=-3.0, apart=-8.0)
STATES = ["CHL", "PER", "BRA", "ARG", "COL", "ECU", "URY", "PRY", "BOL", "MEX", "CUB", "PAN"]


def stories(mentions: list[tuple[Mention, str | None]]) -> Told:
    rows = [dataclasses.asdict(m) for m, _ in mentions]
    names = [row["uri"] for row in rows]
    return told(rows, profile_mentions(rows), [label for _, label in mentions], names, np.arange(len(rows)))


def sets() -> list[tuple[Mention, str | None]]:
    """Sets of two documents: the deal that both tell of has the same count, the other deal of the first has another."""
    found: list[tuple[Mention, str | None]] = []
    for i, state in enumerate(STATES):
        who = [("supplier", "France", "FRA"), ("recipient", state.title(), state)]
        for number, count, label in ((1, 10, "old"), (1, 40 + i, "new"), (2, 40 + i, "new")):
            said = f"France sold {count} jets to {state.title()}."
            one = mention(f"jets_{state}_{number}.txt", said, who=who, what=[("jets", count)], paragraph=count)
            found.append((one, f"{state}-{label}"))
    return found


def test_a_story_has_the_label_of_most_of_its_mentions() -> None:
    rows = [dataclasses.asdict(mention("a.txt", start=at)) for at in (0, 50, 100, 150)]
    labels = ["x", None, "x", "y"]
    one = told(rows, profile_mentions(rows), labels, ["a.txt"] * 4, np.array([0, 0, 0, 1]))
    assert (sorted(map(str, one.labels)), one.documents) == (["x", "y"], ["a.txt", "a.txt"])


def test_sets_teach_what_joins_and_what_keeps_apart() -> None:
    part = stories(sets())
    fields, figure, before = fit_across([part], set(part.documents), PRIOR, Rarity({}))
    assert fields["weights"]["quantity same"] > 0 > fields["weights"]["quantity differs"]
    assert fields["weights"]["place same"] == PRIOR.table["place same"]  # no place is told: as set by hand
    assert (fields["absent"], fields["apart"]) == (PRIOR.absent, PRIOR.apart)
    assert figure >= before


def test_documents_of_no_set_do_not_say_what_belongs_together() -> None:
    part = stories(sets())
    fields, *_ = fit_across([part], set(), PRIOR, Rarity({}))
    assert fields["weights"][BIAS] < PRIOR.table[BIAS]
