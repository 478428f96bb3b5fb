"""Fits the reader's network to examples."""

import dataclasses
import functools
import pathlib
import random
from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as fn
from torch import Tensor, nn

from pipeline.training.examples import MASKED, Example, Target
from pipeline.training.network import Encoder, EventHeads, pretrained
from transforms.extract.reader.distances import distance_classes
from transforms.extract.reader.questions import ROLES, TYPES


@dataclasses.dataclass(frozen=True)
class Settings:
    """How to train.

    Attributes:
        epochs: How often every window is seen.
        rate: Learning rate of the encoder; the heads learn `head_rate`.
        pieces: Word pieces of a batch.
        seed: Decides order and dropout.
        varied: Share of the windows that are shown with other names in each epoch.
    """

    epochs: int = 11
    rate: float = 6e-5
    head_rate: float = 5e-4
    pieces: int = 2048
    seed: int = 0
    warmup: float = 0.1
    decay: float = 0.01
    role_weight: float = 0.08
    varied: float = 0.3


class Network(nn.Module):
    """Encoder and heads together."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.heads = EventHeads()


def fresh_network(weights: pathlib.Path, seed: int) -> Network:
    """Return a network with a pretrained encoder and heads that know nothing."""
    torch.manual_seed(seed)
    network = Network()
    network.encoder.load_state_dict(pretrained(weights), strict=False)
    return network


def average(network: Network, former: Network, share: float) -> None:
    """Let a network that went on keep a share of what it was: on new texts, the average is better than either.

    Wortsman et al., Robust fine-tuning of zero-shot models (2022).
    """
    before = former.state_dict()
    network.load_state_dict({name: torch.lerp(now, before[name], share) for name, now in network.state_dict().items()})


def train(
    network: Network,
    examples: Sequence[Example],
    settings: Settings,
    log: Callable[[str], None],
    varied: Callable[[Example, random.Random], Example] | None = None,
) -> None:
    """Fit a network in place.

    Args:
        network: The network.
        examples: What it learns from.
        settings: How.
        log: Takes a line for each epoch.
        varied: Makes a variant of an example, as is done with `settings.varied` of them in each epoch.
    """
    torch.manual_seed(settings.seed)
    order = random.Random(settings.seed)  # noqa: S311 - not for secrets
    groups = [
        {"params": [p for n, p in network.named_parameters() if _of_encoder(n)], "lr": settings.rate},
        {"params": [p for n, p in network.named_parameters() if not _of_encoder(n)], "lr": settings.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=settings.decay, fused=True)
    batches = sum(1 for _ in _batches(examples, settings.pieces, order)) * settings.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, batches, settings.warmup))
    network.train()
    for epoch in range(settings.epochs):
        losses: dict[str, list[float]] = {}
        shown = [varied(e, order) if varied and order.random() < settings.varied else e for e in examples]
        for batch in _batches(shown, settings.pieces, order):
            parts = _losses(network, batch, order, settings)
            loss = sum(parts.values(), torch.zeros(()))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            for name, part in parts.items():
                losses.setdefault(name, []).append(float(part.detach()))
        log(f"epoch {epoch + 1}: " + "  ".join(f"{n} {sum(v) / len(v):.3f}" for n, v in losses.items()))
    network.eval()


def _of_encoder(name: str) -> bool:
    return name.startswith("encoder.") and not name.startswith(("encoder.trigger", "encoder.passage"))


def _rate(step: int, steps: int, warmup: float) -> float:
    first = max(1, int(warmup * steps))
    return (step + 1) / first if step < first else max(0.0, (steps - step) / max(1, steps - first))


def _batches(examples: Sequence[Example], pieces: int, order: random.Random) -> Iterator[list[Example]]:
    """Yield batches of windows of similar length, in random order."""
    lengths = sorted(examples, key=lambda e: len(e.window.ids) + order.random() * 40)
    batches: list[list[Example]] = [[]]
    for example in lengths:
        if (len(batches[-1]) + 1) * max(len(e.window.ids) for e in [*batches[-1], example]) > pieces and batches[-1]:
            batches.append([])
        batches[-1].append(example)
    order.shuffle(batches)
    yield from batches


def padded(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, segments and the mask of a batch, (windows, pieces) each."""
    length = max(len(e.window.ids) for e in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    segments, mask = torch.zeros_like(ids), torch.zeros(len(batch), length, dtype=torch.bool)
    for row, example in enumerate(batch):
        n = len(example.window.ids)
        ids[row, :n] = torch.tensor(example.window.ids)
        segments[row, :n] = torch.tensor(example.window.segments)
        mask[row, :n] = True
    return ids, segments, mask


@functools.cache
def _halves_are_fast() -> bool:
    """Whether this processor multiplies tiles of 16-bit numbers; by AVX512-BF16 alone they take longer than 32 bits."""
    supported: Callable[[], bool] = getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    return supported()


def _losses(network: Network, batch: Sequence[Example], order: random.Random, settings: Settings) -> dict[str, Tensor]:
    ids, segments, mask = padded(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_halves_are_fast()):
        states, triggers, passages = network.encoder(ids, segments, mask)
    states, triggers, passages = states.float(), triggers.float(), passages.float()
    wanted = torch.full(ids.shape, MASKED)
    stated = torch.full(ids.shape, MASKED)
    for row, example in enumerate(batch):
        wanted[row, : len(example.triggers)] = torch.tensor(example.triggers)
        stated[row, : len(example.passage)] = torch.tensor(example.passage)
    losses = {}
    if (wanted != MASKED).any():
        weight = torch.ones(len(TYPES))
        weight[0] = 0.5
        losses["trigger"] = 3 * fn.cross_entropy(
            triggers.flatten(0, 1), wanted.flatten(), weight=weight, ignore_index=MASKED
        )
    known = stated != MASKED
    if known.any():
        losses["passage"] = fn.binary_cross_entropy_with_logits(passages[known], stated[known].float())
    pairs = [(row, t) for row, e in enumerate(batch) for t in e.targets]
    if pairs:
        losses |= _event_losses(network.heads, states, batch, pairs, order, settings)
    return losses


def event_inputs(triggers: Sequence[range], body: range, length: int) -> tuple[list[float], list[float], list[int]]:
    """Return the weights of trigger and body and the classes of distance by piece, as `EventHeads` takes them."""
    pieces = {i for t in triggers for i in t}
    return (
        [1.0 / len(pieces) if i in pieces else 0.0 for i in range(length)],
        [1.0 / len(body) if i in body else 0.0 for i in range(length)],
        distance_classes(triggers, length).tolist(),
    )


def _event_losses(
    heads: EventHeads,
    states: Tensor,
    batch: Sequence[Example],
    pairs: Sequence[tuple[int, Target]],
    order: random.Random,
    settings: Settings,
) -> dict[str, Tensor]:
    length = states.shape[1]
    inputs = []
    for row, target in pairs:
        chosen = [t for t in target.triggers if order.random() < 0.6] or [order.choice(target.triggers)]
        body = batch[row].window
        inputs.append(event_inputs(chosen, body.pieces(*body.body), length))
    weights, bodies = (torch.tensor([i[k] for i in inputs]) for k in (0, 1))
    distances = torch.tensor([i[2] for i in inputs])
    scores = heads.of_windows(states, torch.tensor([row for row, _ in pairs]), weights, bodies, distances)
    losses = {}
    for name, score in zip(("event_type", "status", "realis", "sector"), scores[:4], strict=True):
        truth = torch.tensor([getattr(t, name) for _, t in pairs])
        if (truth != MASKED).any():
            losses[name] = 0.5 * fn.cross_entropy(score, truth, ignore_index=MASKED)
    if "event_type" in losses:
        losses["event_type"] = 2 * losses["event_type"]
    kinds = torch.tensor([t.kind for _, t in pairs])
    if (kinds != MASKED).any():
        known = kinds != MASKED
        losses["kind"] = 0.5 * fn.cross_entropy(scores[0][known][:, 1:], kinds[known] - 1)
    asked = [k for k, (_, t) in enumerate(pairs) if t.roles is not None]
    if asked:
        truth = torch.zeros(len(asked), length, len(ROLES))
        real = torch.zeros(len(asked), length, dtype=torch.bool)
        for k, a in enumerate(asked):
            row, target = pairs[a]
            real[k] = torch.tensor(
                [s[0] >= 0 for s in batch[row].window.spans] + [False] * (length - len(batch[row].window.spans))
            )
            for role, pieces in (target.roles or {}).items():
                for piece in pieces:
                    truth[k, piece, role] = 1.0
        loss = fn.binary_cross_entropy_with_logits(
            scores[4][asked][real], truth[real], pos_weight=torch.tensor(3.0), reduction="sum"
        )
        losses["role"] = settings.role_weight * loss / len(asked)
    return losses
