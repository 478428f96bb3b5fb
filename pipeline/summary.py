"""The closing summary of a run."""

import shlex
from collections.abc import Iterator, Mapping

from pipeline.execute import Outcome
from pipeline.link import Linked
from pipeline.stages import stage_lines
from schemas.codes import DEAD_LETTER_REASONS


def summarise(outcome: Outcome) -> str:
    """Return the closing summary as plain lines."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    if outcome.manifests:
        yield from _work(outcome)
    elif outcome.skipped:
        yield f"nothing to do: the dataset holds {_inputs(outcome.skipped)} as they are"
    if outcome.linked is not None:
        yield from linked_lines(outcome.linked)
    yield from (f"note: {note}" for note in outcome.notes)
    yield f"dataset: {outcome.root}"
    yield from _next_steps(outcome)


def _work(outcome: Outcome) -> Iterator[str]:
    counts = outcome.manifest.counts
    yield f"{counts['documents']:,} of {_inputs(counts['inputs'])} read, {counts['paragraphs']:,} paragraphs"
    rate = outcome.words / max(outcome.seconds, 1e-9)
    if outcome.skipped:
        yield f"{_inputs(outcome.skipped)} skipped: the dataset holds them as they are"
    if outcome.changed:
        same = f", but {counts['unchanged']:,} documents in them had not" if counts.get("unchanged") else ""
        yield f"{_inputs(outcome.changed)} had changed{same}: old rows are replaced"
    yield f"{outcome.words:,} words in {outcome.seconds:.1f} s, {rate:,.0f} words per second"
    yield from stage_lines(outcome.stages)
    yield "1 mention" if counts["mentions"] == 1 else f"{counts['mentions']:,} mentions"
    for name, count in below(counts, "mentions", depth=1):
        yield f"  {name:<14}{count:>7,}"
        for event_type, number in below(counts, f"mentions.{name}", depth=1):
            yield f"    {event_type:<12}{number:>7,}"
    if counts["dead_letters"]:
        yield "1 dead letter" if counts["dead_letters"] == 1 else f"{counts['dead_letters']:,} dead letters"
        for name, count in below(counts, "dead_letters", depth=2):
            reason = name.rsplit(".", 1)[1]
            yield f"  {reason:<20}{count:>5,}  {DEAD_LETTER_REASONS.get(reason, '')}"


def linked_lines(linked: Linked) -> Iterator[str]:
    """Yield what linking came to."""
    copies = f", {linked.duplicates:,} of {linked.documents:,} documents are duplicates" if linked.duplicates else ""
    events = "1 event" if linked.events == 1 else f"{linked.events:,} events"
    yield f"{events} from {linked.mentions:,} mentions{copies}, linked in {linked.seconds:.1f} s"


def below(counts: Mapping[str, int], prefix: str, *, depth: int) -> list[tuple[str, int]]:
    """Return the counts that lie `depth` levels below a dotted name, largest first, without the name."""
    names = (name[len(prefix) + 1 :] for name in counts if name.startswith(f"{prefix}."))
    found = [(name, counts[f"{prefix}.{name}"]) for name in names if name.count(".") == depth - 1]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _inputs(number: int) -> str:
    return "1 input" if number == 1 else f"{number:,} inputs"


def _next_steps(outcome: Outcome) -> Iterator[str]:
    root = shlex.quote(outcome.root)
    if not outcome.manifests:
        return
    if outcome.manifest.counts.get("mentions"):
        yield f"next:    cordiale show {root}"
    if outcome.manifest.counts["dead_letters"]:
        yield f"why not: cordiale dead-letters {root}"
