"""The network that compares two mentions: its arithmetic, and that it is asked of every pair of a document."""

import dataclasses

import numpy as np
import pytest

from schemas.codes import VECTOR_SCALE, VECTOR_WIDTH
from tests.transforms.link.telling import mention
from transforms.link import likeness
from transforms.link.likeness import Likeness, shipped_likeness
from transforms.link.profiles import Profiles, profile_mentions
from transforms.link.stories import tell_stories
from transforms.link.weights import load

SEEN = ("parties shared", "type same")


def network(units: int = 5) -> Likeness:
    """Return a network of made-up weights."""
    made = np.random.default_rng(1)
    width = 4 * VECTOR_WIDTH + len(SEEN)
    return Likeness(SEEN, made.normal(size=(width, units)), made.normal(size=units), made.normal(size=units))


def seen_by(count: int) -> Profiles:
    """Return what of profiles the network looks at."""
    made = np.random.default_rng(2)
    return Profiles({"vector": made.integers(-VECTOR_SCALE, VECTOR_SCALE + 1, (count, VECTOR_WIDTH), dtype=np.int8)})


def test_a_score_is_that_of_a_network_with_one_hidden_layer() -> None:
    profiles, asked = seen_by(2), network()
    a, b = profiles["vector"] / VECTOR_SCALE
    given = np.concatenate([a, b, a * b, abs(a - b), [0.5, 1.0]])
    expected = sum(o * max(0.0, given @ h + c) for h, c, o in zip(asked.hidden.T, asked.bias, asked.out, strict=True))
    features = {"parties shared": np.array([0.5]), "type same": np.array([True]), "other": np.array([9.0])}
    (score,) = asked.score(features, profiles, np.array([0]), np.array([1]))
    assert score == pytest.approx(expected)


def test_scores_do_not_depend_on_how_many_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles, asked = seen_by(40), network()
    left, right = np.triu_indices(40, 1)
    features = {name: np.random.default_rng(3).random(len(left)) for name in SEEN}
    at_once = asked.score(features, profiles, left, right)
    monkeypatch.setattr(likeness, "_AT_ONCE", 7)
    assert asked.score(features, profiles, left, right) == pytest.approx(at_once, abs=1e-12)


def test_mentions_that_no_reader_saw_have_vectors_of_zeros() -> None:
    one, other = (dataclasses.asdict(mention(start=start)) for start in (0, 100))
    vectors = {one["mention_id"]: list(range(VECTOR_WIDTH))}
    assert profile_mentions([one, other], vectors)["vector"].tolist() == [list(range(VECTOR_WIDTH)), [0] * VECTOR_WIDTH]


def test_the_shipped_network_fits_the_vectors_and_the_features() -> None:
    shipped = shipped_likeness()
    assert shipped.hidden.shape == (4 * VECTOR_WIDTH + len(shipped.features), len(shipped.out))
    assert np.isfinite(shipped.hidden).all()


@pytest.mark.parametrize(("sign", "stories"), [(1.0, 1), (-1.0, 2)])
def test_what_the_network_says_decides_a_story(sign: float, stories: int) -> None:
    rows = [dataclasses.asdict(mention(start=start)) for start in (0, 100)]
    asked = dataclasses.replace(network(1), hidden=np.zeros((4 * VECTOR_WIDTH + 2, 1)), bias=np.ones(1))
    asked = dataclasses.replace(asked, out=np.array([sign * 50.0]))
    told = tell_stories(profile_mentions(rows), np.zeros(2, np.int64), load()[0], asked)
    assert len(set(told.tolist())) == stories
