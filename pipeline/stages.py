"""What the stages of a run have counted of themselves: Beam's metrics, as the summary and Flink's page tell them.

Each stage counts in a namespace of its own, so that `extract.words` in the summary is `extract_words` in Flink's REST
interface (`runners.flink.rest.Rest.counters`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from apache_beam.metrics import MetricsFilter

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "read": ("documents", "bytes"),
    "split": ("documents", "paragraphs", "characters"),
    "extract": ("documents", "words", "sentences", "parsed", "mentions"),
    "write": ("files",),
}
"""The stages in the order in which a document meets them, and what they count of what they let through."""
SECONDS: Final = "milliseconds"
_ROWS = "rows_"
_DROPPED = "dead_letters_"


def stages_of(result: Any) -> dict[str, int]:
    """Return what the stages of a pipeline have counted, as `stage.name`; times are summed over all workers.

    Args:
        result: Beam's result of a pipeline that has ended.
    """
    found = result.metrics().query(MetricsFilter().with_namespaces(list(STAGES)))
    counted: dict[str, int] = {}
    for metric in [*found["counters"], *found["distributions"]]:
        name = f"{metric.key.metric.namespace}.{metric.key.metric.name}"
        value = getattr(metric.result, "sum", metric.result)
        counted[name] = counted.get(name, 0) + int(value)
    return counted


def stage_lines(counted: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for each stage: elements, time, and what it dropped for which reasons."""
    for stage, names in STAGES.items():
        own = {name.partition(".")[2]: count for name, count in counted.items() if name.startswith(f"{stage}.")}
        if not own:
            continue
        rows = sum(count for name, count in own.items() if name.startswith(_ROWS))
        parts = [f"{rows:,} rows"] if rows else []
        parts += [f"{own[name]:,} {name}" for name in names if name in own]
        time = f" in {own[SECONDS] / 1000:,.1f} s" if SECONDS in own else ""
        drops = [
            f"{count:,} {name.removeprefix(_DROPPED)}"
            for name, count in sorted(own.items())
            if name.startswith(_DROPPED)
        ]
        yield f"  {stage:<9}{', '.join(parts)}{time}{'; left out: ' + ', '.join(drops) if drops else ''}"
