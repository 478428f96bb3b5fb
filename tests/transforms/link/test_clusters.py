import numpy as np
import pytest

from transforms.link.clusters import cluster


def clustered(count: int, pairs: dict[tuple[int, int], float], *, absent: float = -3.0) -> list[int]:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    scores = np.array(list(pairs.values()), dtype=float)
    return list(cluster(count, left, right, scores, threshold=0.0, absent=absent))


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
