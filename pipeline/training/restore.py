"""Reads a reader's files back into a network, so that training can go on from it; 8-bit weights come back rounded."""

import pathlib
import re
from collections.abc import Mapping

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from pipeline.training.trainer import Network
from transforms.extract.reader.model import ENCODER, HEADS, PARTS

_EMBEDDINGS = ("pieces", "places", "segments")


def restored(folder: pathlib.Path) -> Network:
    """Return the network of which `export` wrote a reader's files.

    Raises:
        ValueError: If weights are missing in the files.
    """
    network = Network()
    encoder = _weights(onnx.load(str(folder / ENCODER)))
    heads = _weights(onnx.load(str(folder / HEADS))) | _weights(onnx.load(str(folder / PARTS)))
    for module, found in ((network.encoder, encoder), (network.heads, heads)):
        missing = {*module.state_dict()} - {*found}
        if missing:
            raise ValueError(f"{folder}: no weights for {sorted(missing)}")
        module.load_state_dict({name: torch.tensor(found[name]) for name in module.state_dict()})
    return network


def _weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Return a graph's weights under the names of the network's modules."""
    given = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    found = {name: value for name, value in given.items() if re.search(r"\.(?:weight|bias)$", name)}
    for name in _EMBEDDINGS:
        if f"{name}.weight_quantized" in given:
            found[f"{name}.weight"] = _plain(given, f"{name}.weight")
    for node in model.graph.node:
        if node.op_type not in ("MatMul", "MatMulInteger"):
            continue
        module = node.name.strip("/").rpartition("/")[0].replace("/", ".")
        base = node.input[1].removesuffix("_quantized")
        if node.input[1] in given:
            found[f"{module}.weight"] = np.ascontiguousarray(_plain(given, base).T)
    return found


def _plain(given: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """Return a weight as plain numbers, from its 8 bits where it is stored so."""
    if name in given:
        return given[name]
    whole = given[f"{name}_quantized"].astype(np.float32) - given[f"{name}_zero_point"].astype(np.float32)
    return (whole * given[f"{name}_scale"]).astype(np.float32)
