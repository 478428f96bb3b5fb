"""Fits what tells whether two mentions of a document are of one event: readable weights, and a small network.

The network sees the pair's features and, by a projection that is fitted with it, how the trained reader sees both
mentions. It is several small ones, fitted side by side, each with a part of the vector and with dropout of its own
(Srivastava et al., 2014): their mean is steadier than one.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as fn
from torch import Tensor, nn

from pipeline.training.dropout import Dropout
from schemas.codes import VECTOR_WIDTH
from transforms.link.profiles import Array

_UNITS, _SIDE_BY_SIDE = 96, 3
_BATCH = 512
_RATE, _DECAY = 1e-3, 0.03
_STATE_DROPPED, _SEEN_DROPPED, _UNITS_DROPPED = 0.3, 0.2, 0.4
_VECTORS_DROPPED = 0.1
"""Share of the pairs that are shown without vectors, as mentions by rules alone have none."""


@dataclasses.dataclass(frozen=True)
class Examples:
    """Pairs of mentions.

    Attributes:
        features: Of each pair, (pairs, features).
        triggers: How many triggers have weights of their own.
        states: How the reader sees each mention, (mentions, states); zeros where it does not.
        spoken: The trigger of each mention, from 1 on, or 0 if it has no weight of its own.
        left, right: The mentions of each pair.
        truth: 1 where they are of one event, else 0.
        weight: What each pair counts.
    """

    features: Array
    triggers: int
    states: Array
    spoken: Array
    left: Array
    right: Array
    truth: Array
    weight: Array

    def some(self, chosen: Array) -> "Examples":
        """Return some of the pairs."""
        of_pairs = ("features", "left", "right", "truth", "weight")
        return dataclasses.replace(self, **{name: getattr(self, name)[chosen] for name in of_pairs})


def joined(parts: Sequence[Examples]) -> Examples:
    """Return all pairs of several collections."""
    offsets = np.cumsum([0, *(len(part.states) for part in parts)])
    moved = [dataclasses.replace(p, left=p.left + o, right=p.right + o) for p, o in zip(parts, offsets, strict=False)]
    names = ("features", "states", "spoken", "left", "right", "truth", "weight")
    return Examples(triggers=parts[0].triggers, **{n: np.concatenate([getattr(p, n) for p in moved]) for n in names})


class Network(nn.Module):
    """Weights of features and triggers, a projection of states, and hidden layers over features and states."""

    def __init__(self, states: int, features: int, triggers: int) -> None:
        super().__init__()
        self.plain = nn.Linear(features, 1)
        self.first, self.later = (nn.Embedding(1 + triggers, 1, padding_idx=0) for _ in range(2))
        nn.init.zeros_(self.first.weight)
        nn.init.zeros_(self.later.weight)
        self.projection = nn.Linear(states, VECTOR_WIDTH)
        self.of_states, self.of_seen, self.of_units = map(Dropout, (_STATE_DROPPED, _SEEN_DROPPED, _UNITS_DROPPED))
        width = 4 * (VECTOR_WIDTH // _SIDE_BY_SIDE) + features
        self.hidden = nn.ModuleList(nn.Linear(width, _UNITS) for _ in range(_SIDE_BY_SIDE))
        self.out = nn.ModuleList(nn.Linear(_UNITS, 1) for _ in range(_SIDE_BY_SIDE))

    def forward(self, features: Tensor, states: tuple[Tensor, Tensor], spoken: tuple[Tensor, Tensor]) -> Tensor:
        """Return the scores of pairs by each of the hidden layers, (layers, pairs).

        Args:
            features: Of the pairs.
            states: Those of the first mentions and of the later ones, (pairs, states).
            spoken: The triggers of the first mentions and of the later ones, (pairs,).
        """
        a, b = map(self._vector, states)
        if self.training:
            told = (torch.rand(len(a), 1) >= _VECTORS_DROPPED).float()
            a, b = a * told, b * told
        scores = []
        for one, other, hidden, out in zip(
            a.chunk(_SIDE_BY_SIDE, -1), b.chunk(_SIDE_BY_SIDE, -1), self.hidden, self.out, strict=True
        ):
            both = torch.cat([one, other, one * other, (one - other).abs(), features], -1)
            units = fn.relu(hidden(self.of_seen(both)))
            scores.append(out(self.of_units(units)))
        plain = self.plain(features) + self.first(spoken[0]) + self.later(spoken[1])
        return (plain + torch.stack(scores)).squeeze(-1)

    def _vector(self, states: Tensor) -> Tensor:
        known = (states != 0).any(-1, keepdim=True).float()
        return torch.tanh(self.projection(self.of_states(states))) * known


def fit_network(examples: Examples, epochs: int, seed: int = 0) -> Network:
    """Return a network fitted to pairs, those without weight left out."""
    torch.manual_seed(seed)
    used = examples.some(examples.weight > 0)
    features, states = _plain(used.features), _plain(used.states)
    truth, weight = _plain(used.truth), _plain(used.weight / max(used.weight.mean(), 1e-9))
    left, right, spoken = torch.tensor(used.left), torch.tensor(used.right), torch.tensor(used.spoken)
    network = Network(states.shape[1], features.shape[1], used.triggers)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    batches = max(1, len(truth) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=_RATE, total_steps=epochs * batches + 1)
    network.train()
    for _ in range(epochs):
        for chosen in torch.randperm(len(truth)).split(_BATCH)[:batches]:
            a, b = left[chosen], right[chosen]
            scores = network(features[chosen], (states[a], states[b]), (spoken[a], spoken[b]))
            wanted = truth[chosen].expand_as(scores)
            losses = fn.binary_cross_entropy_with_logits(scores, wanted, reduction="none")
            optimizer.zero_grad(set_to_none=True)
            (losses.mean(0) * weight[chosen]).mean().backward()
            optimizer.step()
            schedule.step()
    network.eval()
    return network


def scores_of(network: Network, examples: Examples) -> Array:
    """Return the scores of pairs."""
    states, spoken = _plain(examples.states), torch.tensor(examples.spoken)
    found = [np.zeros(0)]
    with torch.no_grad():
        for start in range(0, len(examples.truth), 1 << 14):
            at = slice(start, start + (1 << 14))
            a, b = examples.left[at], examples.right[at]
            scores = network(_plain(examples.features[at]), (states[a], states[b]), (spoken[a], spoken[b]))
            found.append(scores.mean(0).numpy().astype(np.float64))
    return np.concatenate(found)


def projection_arrays(network: Network) -> dict[str, Array]:
    """Return the projection as `transforms.extract.reader.vectors` reads it."""
    return {"weights": _half(network.projection.weight.T), "bias": _half(network.projection.bias)}


def hidden_arrays(network: Network, features: Sequence[str]) -> dict[str, Array]:
    """Return the hidden layers as the one that `transforms.link.likeness` reads."""
    return {
        "features": np.array(features),
        "hidden": _half(torch.cat([_widened(hidden.weight, at) for at, hidden in enumerate(network.hidden)]).T),
        "bias": _half(torch.cat([hidden.bias for hidden in network.hidden])),
        "out": _half(torch.cat([out.weight[0] for out in network.out]) / _SIDE_BY_SIDE),
    }


def _widened(weight: Tensor, at: int) -> Tensor:
    """Return a hidden layer's weights, (units, seen), for whole vectors, of which it sees a part."""
    width = VECTOR_WIDTH // _SIDE_BY_SIDE
    wide = torch.zeros(len(weight), 4, VECTOR_WIDTH)
    wide[:, :, at * width : (at + 1) * width] = weight[:, : 4 * width].reshape(len(weight), 4, width)
    return torch.cat([wide.flatten(1), weight[:, 4 * width :]], -1)


def plain_weights(network: Network) -> tuple[Array, Array, Array, float]:
    """Return the weights of the features, of the first and of the later mention's triggers, and what all scores get."""
    bias = float(network.plain.bias) + sum(float(out.bias) for out in network.out) / _SIDE_BY_SIDE
    features, first, later = (
        weights.detach().numpy().ravel().astype(np.float64)
        for weights in (network.plain.weight, network.first.weight[1:], network.later.weight[1:])
    )
    return features, first, later, bias


def _plain(values: Array) -> Tensor:
    return torch.tensor(np.asarray(values, dtype=np.float32))


def _half(values: Tensor) -> Array:
    halves: Array = values.detach().numpy().astype(np.float16)
    return halves
