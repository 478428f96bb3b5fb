import dataclasses

import numpy as np
import pytest

from schemas.records import Mention
from tests.transforms.link.telling import mention
from transforms.link.blocks import WHOLE, WINDOW, candidates
from transforms.link.linker import link_rows
from transforms.link.profiles import merge_profiles, profile_mentions

SHIPS = "France sold two Mistral ships to Chile."


def groups(*mentions: Mention) -> list[set[str]]:
    return [{row["mention_id"] for row in event} for event in link_rows(dataclasses.asdict(m) for m in mentions)]


def test_no_mentions_are_no_events() -> None:
    assert link_rows([]) == []


def test_deals_of_one_pair_of_countries_in_different_goods_stay_apart() -> None:
    ships = mention("a.txt", SHIPS, what=[("Mistral ships", 2)])
    jets = mention("b.txt", "France sold 12 Rafale jets to Chile.", what=[("Rafale jets", 12)])
    assert len(groups(ships, jets)) == 2


def test_the_same_goods_to_other_countries_stay_apart() -> None:
    chile = mention("a.txt", SHIPS, what=[("Mistral ships", 2)])
    peru = [("supplier", "France", "FRA"), ("recipient", "Peru", "PER")]
    other = mention("b.txt", "France sold two Mistral ships to Peru.", who=peru, what=[("Mistral ships", 2)])
    assert len(groups(chile, other)) == 2


def test_talks_of_the_same_parties_in_other_months_stay_apart() -> None:
    import datetime

    parties = [("party", "France", "FRA"), ("party", "Chile", "CHL")]
    rounds = [
        mention(
            f"{month}.txt",
            "France and Chile held talks in Santiago.",
            trigger="talks",
            who=parties,
            what=(),
            event_class="cooperation",
            event_type="dialogue",
            sector="diplomatic",
            status="completed",
            published=datetime.date(2020, month, 3),
            date=f"2020-{month:02}-02",
        )
        for month in (2, 5, 9)
    ]
    assert len(groups(*rounds)) == 3


def test_who_gives_and_who_gets_may_be_read_the_wrong_way_round() -> None:
    wrong = [("supplier", "Chile", "CHL"), ("recipient", "France", "FRA")]
    ships = [("Mistral ships", 2)]
    right = mention("a.txt", SHIPS, what=ships)
    told = "Chile and France have a contract over two Mistral ships."
    swapped = mention("b.txt", told, trigger="contract", who=wrong, what=ships)
    assert len(groups(right, swapped)) == 1


def test_what_a_document_tells_apart_no_other_document_joins() -> None:
    sale = "France sold four Mistral ships to Chile, and later announced no other news on them."
    option = "Santiago may ask yards in Brest for two more Mistral ships under a licence next year."
    more = mention("a.txt", sale, what=[("Mistral ships", 4)])
    fewer = mention(
        "a.txt",
        option,
        trigger="licence",
        start=900,
        paragraph=9,
        what=[("Mistral ships", 2)],
        event_type="license",
        status="proposed",
    )
    other = mention("b.txt", SHIPS, what=[("Mistral ships", 2)])
    assert len(groups(more, fewer)) == 2
    assert len(groups(more, fewer, other)) == 2


def test_deals_and_cooperation_are_never_one_event() -> None:
    deal = mention("a.txt", SHIPS)
    same = mention("b.txt", SHIPS, event_class="cooperation", event_type="agreement")
    assert len(groups(deal, same)) == 2


def test_fifty_copies_are_one_event() -> None:
    assert len(groups(*(mention(f"{n}.txt", SHIPS, what=[("Mistral ships", 2)]) for n in range(50)))) == 1


@pytest.mark.parametrize("count", [200, 400])
def test_pairs_grow_with_stories_and_not_with_their_square(count: int) -> None:
    rows = [dataclasses.asdict(mention(f"{n}.txt", SHIPS, what=[("Mistral ships", 2)])) for n in range(count)]
    left, right = candidates(profile_mentions(rows))
    assert count > WHOLE
    assert len(left) <= WINDOW * count * 2
    assert (left < right).all()


def test_groups_of_one_document_are_not_compared_whatever_their_other_documents() -> None:
    rows = [dataclasses.asdict(mention(f"{name}.txt", SHIPS)) for name in ("a", "b", "b", "c")]
    stories = profile_mentions(rows)
    apart = merge_profiles(stories, np.array([0, 0, 1, 1]))
    assert len(candidates(apart)[0]) == 0
    rows[2]["doc_id"] = "d" * 32
    free = merge_profiles(profile_mentions(rows), np.array([0, 0, 1, 1]))
    assert len(candidates(free)[0]) == 1


def test_the_profile_of_a_group_holds_its_commonest_values() -> None:
    rows = [dataclasses.asdict(mention(f"{n}.txt", SHIPS, what=[("ships", n // 2)])) for n in range(2, 6)]
    profiles = profile_mentions(rows)
    whole = merge_profiles(profiles, np.zeros(4, dtype=np.int64))
    assert len(whole) == 1
    assert whole["members"][0] == 4
    assert sorted(whole["quantities"][0][:2]) == [1.0, 2.0]
    assert set(whole["who"][0]) == set(profiles["who"][0])
