"""The network that is fitted is the network that runs."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch: pip install 'cordiale[train]'")


def test_what_is_written_gives_the_scores_that_were_fitted() -> None:
    from pipeline.training.likeness import (
        Examples,
        fit_network,
        hidden_arrays,
        plain_weights,
        projection_arrays,
        scores_of,
    )
    from schemas.codes import VECTOR_SCALE
    from transforms.extract.reader.vectors import Projection
    from transforms.link.likeness import Likeness
    from transforms.link.profiles import Profiles

    made = np.random.default_rng(4)
    states = made.normal(size=(60, 10)).astype(np.float32)
    left, right = np.triu_indices(60, 1)
    features = made.random((len(left), 2)).astype(np.float32)
    truth = (states[left, 0] * states[right, 0] > 0).astype(float)
    spoken = made.integers(0, 4, 60)
    examples = Examples(features, 3, states, spoken, left, right, truth, np.ones(len(left)))
    network = fit_network(examples, epochs=150)
    fitted = scores_of(network, examples)
    assert ((fitted > 0) == (truth > 0)).mean() > 0.7, "it tells what only states tell"
    projection = Projection(**projection_arrays(network), digest="")
    vectors = np.array([projection.short(state) for state in states], dtype=np.int8)
    assert abs(vectors).max() <= VECTOR_SCALE
    weights, first, later, bias = plain_weights(network)
    arrays = hidden_arrays(network, ["a", "b"])
    seen = Likeness(["a", "b"], *(arrays[name].astype(float) for name in ("hidden", "bias", "out")))
    told = seen.score({"a": features[:, 0], "b": features[:, 1]}, Profiles({"vector": vectors}), left, right)
    rare = [0.0]
    spoke = np.array([*rare, *first])[spoken[left]] + np.array([*rare, *later])[spoken[right]]
    assert abs(spoke).max() > 0.1, "triggers have weights"
    assert features @ weights + spoke + bias + told == pytest.approx(fitted, abs=0.1)
