"""Writes a trained network as the files that the reader runs: ONNX graphs, weights in 8 bits, tokenizer, card."""

import hashlib
import json
import pathlib
import shutil
import tempfile
from collections.abc import Mapping
from typing import Any

import torch
from onnx.utils import extract_model
from onnxruntime.quantization import QuantType, quantize_dynamic

from pipeline.training.network import WIDTH
from pipeline.training.trainer import Network
from transforms.extract.reader.model import CARD, ENCODER, HEADS, PARTS, VOCABULARY
from transforms.extract.reader.questions import ROLES, TYPES

_OPSET = 17
_SAMPLE = 32
_ANSWERS = ["event_type", "status", "realis", "sector"]


def export(
    network: Network, vocabulary: pathlib.Path, folder: pathlib.Path, card: Mapping[str, Any], *, quantized: bool = True
) -> None:
    """Write what `transforms.extract.reader.model.ReaderModel` loads.

    Args:
        network: The trained network.
        vocabulary: The tokenizer's file.
        folder: Where to write; files of the same names are replaced.
        card: What is to be known of the training.
        quantized: Whether to store the encoder's weights in 8 bits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network.eval()
    with tempfile.TemporaryDirectory() as temporary:
        full = pathlib.Path(temporary) / ENCODER
        _encoder(network, full)
        if quantized:
            quantize_dynamic(full, folder / ENCODER, weight_type=QuantType.QInt8, per_channel=True)
        else:
            shutil.copy(full, folder / ENCODER)
    _heads(network, folder)
    shutil.copy(vocabulary, folder / VOCABULARY)
    digests = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (ENCODER, HEADS, PARTS, VOCABULARY)
    }
    full_card = {**card, "types": TYPES, "roles": ROLES, "sha256": digests}
    (folder / CARD).write_text(json.dumps(full_card, indent=1) + "\n", "utf-8")


def _encoder(network: Network, path: pathlib.Path) -> None:
    ids = torch.zeros(1, _SAMPLE, dtype=torch.long)
    torch.onnx.export(
        network.encoder,
        (ids, ids.clone()),
        str(path),
        input_names=["ids", "segments"],
        output_names=["states", "triggers", "passages"],
        dynamic_axes={name: {1: "pieces"} for name in ("ids", "segments", "states", "triggers", "passages")},
        opset_version=_OPSET,
        dynamo=False,
    )


def _heads(network: Network, folder: pathlib.Path) -> None:
    """Write the heads in two graphs: what is asked of every candidate, and the roles, asked of events alone."""
    shares = torch.zeros(1, _SAMPLE)
    with tempfile.TemporaryDirectory() as temporary:
        full = pathlib.Path(temporary) / HEADS
        torch.onnx.export(
            network.heads,
            (torch.zeros(1, _SAMPLE, WIDTH), shares, shares.clone(), torch.zeros(1, _SAMPLE, dtype=torch.long)),
            str(full),
            input_names=["states", "weights", "body", "distances"],
            output_names=[*_ANSWERS, "roles"],
            dynamic_axes={name: {1: "pieces"} for name in ("states", "weights", "body", "distances", "roles")},
            opset_version=_OPSET,
            dynamo=False,
        )
        split_heads(full, folder)


def split_heads(full: pathlib.Path, folder: pathlib.Path) -> None:
    """Write the two graphs of heads that are in one file; so were the heads of readers of before."""
    event = ["states", "weights", "body"]
    extract_model(str(full), str(folder / HEADS), event, _ANSWERS)
    extract_model(str(full), str(folder / PARTS), [*event, "distances"], ["roles"])
