"""How far confidences can be taken at their word: reliability by bin, and the expected calibration error.

Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning (2015), with bins of equal width.
"""

import dataclasses
from collections.abc import Sequence

BINS = 10


@dataclasses.dataclass(frozen=True)
class Bin:
    """The predictions of one range of confidence: how many, their mean confidence, and the share that was right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(predictions: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Return the bins that hold predictions, each a confidence from 0 to 1 and whether it was right."""
    found = []
    for k in range(BINS):
        inside = [(c, r) for c, r in predictions if min(int(c * BINS), BINS - 1) == k]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            found.append(Bin(k / BINS, (k + 1) / BINS, len(inside), mean, sum(r for _, r in inside) / len(inside)))
    return found


def expected_error(predictions: Sequence[tuple[float, bool]]) -> float:
    """Return the mean distance of confidence and share of right ones over the bins, by their number of predictions."""
    return sum(b.count * abs(b.confidence - b.right) for b in reliability(predictions)) / max(1, len(predictions))


def table(predictions: Sequence[tuple[float, bool]]) -> str:
    """Return the bins as a table in Markdown."""
    lines = ["| confidence | mentions | mean confidence | right |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {b.low:.1f} to {b.high:.1f} | {b.count} | {b.confidence:.2f} | {b.right:.2f} |"
        for b in reliability(predictions)
    ]
    return "\n".join(lines) + "\n"
