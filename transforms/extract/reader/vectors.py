"""How the reader sees a mention, in a few numbers that are stored, so that linking can tell events apart by them.

The states of a mention's trigger and of the words around it are projected to a short vector. The projection is fitted
together with what compares two vectors (`transforms.link.likeness`) by `pipeline.refit_links`.
"""

import dataclasses
import functools
import hashlib
import pathlib
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.codes import VECTOR_SCALE
from schemas.lexicon import DATA

Numbers = npt.NDArray[Any]
VECTORS = DATA.parent / "linking" / "vectors.npz"


@dataclasses.dataclass(frozen=True)
class Projection:
    """A linear map from a mention's state to its vector, whose numbers are squeezed between -1 and 1.

    Attributes:
        weights: (state, vector).
        bias: (vector).
        digest: SHA-256 of the file, by which vectors made alike are known.
    """

    weights: Numbers
    bias: Numbers
    digest: str

    def short(self, state: Numbers) -> tuple[int, ...]:
        """Return the vector of a mention as it is stored."""
        squeezed = np.tanh(state.astype(np.float64) @ self.weights + self.bias)
        return tuple(np.rint(VECTOR_SCALE * squeezed).astype(int).tolist())


def load_projection(path: pathlib.Path) -> Projection:
    """Return the projection in a file."""
    arrays = np.load(path, allow_pickle=False)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Projection(arrays["weights"].astype(np.float64), arrays["bias"].astype(np.float64), digest)


@functools.cache
def shipped_projection() -> Projection:
    """Return the projection that comes with the package."""
    return load_projection(VECTORS)
