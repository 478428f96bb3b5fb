from schemas.identity import event_id
from transforms.link.ids import Claim, settle_ids


def test_a_new_event_is_named_after_its_first_mention() -> None:
    assert settle_ids([Claim("1", ("a", "b"), {})]) == {"1": event_id("a")}


def test_an_event_that_was_there_keeps_its_id_though_an_earlier_mention_came() -> None:
    assert settle_ids([Claim("1", ("new", "a"), {event_id("a"): 1})]) == {"1": event_id("a")}


def test_of_a_divided_event_the_larger_part_keeps_the_id_and_the_other_gets_one_of_its_own() -> None:
    old = event_id("a")
    settled = settle_ids([Claim("1", ("a",), {old: 1}), Claim("2", ("b", "c"), {old: 2})])
    assert settled["2"] == old
    assert settled["1"] not in (old, event_id("b"), event_id("c"))


def test_of_united_events_the_one_with_more_mentions_gives_the_id() -> None:
    claims = [Claim("1", ("a", "b", "c"), {event_id("a"): 1, event_id("b"): 2})]
    assert settle_ids(claims) == {"1": event_id("b")}


def test_ids_are_never_given_twice() -> None:
    old = [event_id(name) for name in "abc"]
    claims = [Claim(str(n), (name, f"{name}2"), dict.fromkeys(old, 1)) for n, name in enumerate("abcde")]
    settled = settle_ids(claims)
    assert len(set(settled.values())) == len(claims)


def test_the_order_of_claims_changes_nothing() -> None:
    claims = [Claim(str(n), (f"m{n}",), {event_id(f"m{n // 2}"): n % 3 + 1}) for n in range(12)]
    assert settle_ids(reversed(claims)) == settle_ids(claims)
