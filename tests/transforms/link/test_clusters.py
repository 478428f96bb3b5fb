import numpy as np
import pytest

from transforms.link.clusters import Apart, cluster


def clustered(
    count: int, pairs: dict[tuple[int, int], float], *, absent: float = -3.0, apart: Apart | None = None
) -> list[int]:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    scores = np.array(list(pairs.values()), dtype=float)
    return list(cluster(count, left, right, scores, threshold=0.0, absent=absent, apart=apart))


def test_nothing_to_compare_leaves_all_apart() -> None:
    assert clustered(3, {}) == [0, 1, 2]


def test_a_group_is_named_after_its_first_member() -> None:
    assert clustered(4, {(1, 3): 2.0}) == [0, 1, 2, 1]


def test_a_chain_does_not_join_its_ends() -> None:
    assert clustered(3, {(0, 1): 2.0, (1, 2): 1.0, (0, 2): -5.0}) == [0, 0, 2]


def test_what_was_never_compared_speaks_against() -> None:
    assert clustered(4, {(0, 1): 2.0, (1, 2): 1.0, (2, 3): 2.0}) == [0, 0, 2, 2]


def test_agreement_on_average_is_enough() -> None:
    assert clustered(3, {(0, 1): 4.0, (1, 2): 3.0, (0, 2): -1.0}) == [0, 0, 0]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_pairs_changes_nothing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    pairs = {(a, b): float(chance.normal()) for a in range(20) for b in range(a + 1, 20)}
    keys = list(pairs)
    chance.shuffle(keys)
    assert clustered(20, {(a, b): pairs[a, b] for a, b in keys}) == clustered(20, pairs)


def test_components_are_clustered_apart() -> None:
    pairs = {(2 * n, 2 * n + 1): 1.0 for n in range(500)}
    assert clustered(1000, pairs) == [n - n % 2 for n in range(1000)]


def test_what_is_known_to_be_apart_is_not_joined_by_a_third() -> None:
    pairs = {(0, 2): 5.0, (1, 2): 4.0}
    documents = np.array([[1], [1], [2]], dtype=np.int32)
    assert clustered(3, pairs) == [0, 0, 0]
    assert clustered(3, pairs, apart=Apart(documents, -8.0)) == [0, 1, 0]


def test_every_pair_that_is_known_to_be_apart_counts() -> None:
    pairs = {(0, 1): 9.0, (0, 2): 6.0, (0, 3): 6.0, (1, 2): 6.0, (1, 3): 6.0, (2, 3): 8.0}
    one = np.array([[1, -1], [2, -1], [1, 3], [4, -1]], dtype=np.int32)
    both = np.array([[1, -1], [2, -1], [1, 3], [2, -1]], dtype=np.int32)
    given = {pair: score for pair, score in pairs.items() if pair != (0, 2)}
    assert clustered(4, given, apart=Apart(one, -15.0)) == [0, 0, 0, 0]
    fewer = {pair: score for pair, score in given.items() if pair != (1, 3)}
    assert clustered(4, fewer, apart=Apart(both, -15.0)) == [0, 0, 2, 2]
