"""Cuts the inputs of a run into slices, so that memory and what a kill may cost do not grow with the archive."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from pipeline.known import Known, State
from schemas.records import DeadLetter, Part, Source
from transforms.read.listed import Entry
from transforms.read.reader import cut_part

BYTES = 32_000_000
"""Bytes of a slice for each worker, about."""
PART_BYTES = 8_000_000
"""Bytes of a part of a large input, about; several go into a slice, so that several workers have something to do."""

Choose = Callable[[Source | DeadLetter], bool]


@dataclasses.dataclass
class Skipped:
    """Counts of inputs on the way through `wanted`.

    Attributes:
        done: Left out because the dataset holds them as they are.
        changed: Taken because they are not what the dataset holds of them.
    """

    done: int = 0
    changed: int = 0


@dataclasses.dataclass(frozen=True)
class Wanted:
    """An input to be read.

    Attributes:
        found: The input.
        after: Where to go on, in an input that is begun.
        old_uri, told_anew: As in `Entry`.
    """

    found: Source | DeadLetter
    after: int = 0
    old_uri: str | None = None
    told_anew: bool = False


def wanted(
    found: Iterable[Source | DeadLetter], known: Known, *, again: Choose | None = None, skipped: Skipped | None = None
) -> Iterator[Wanted]:
    """Yield the inputs that are to be read: the new, the changed, and those that are not read to their end.

    Args:
        found: What was listed.
        known: What the dataset is done with.
        again: If given, only inputs that the dataset is done with and that this chooses are read, again.
        skipped: Counts what is left out.
    """
    skipped = skipped if skipped is not None else Skipped()
    for item in found:
        standing = known.standing(item)
        if again is not None:
            if standing.state is State.NEW or not again(item):
                skipped.done += 1
            else:
                yield Wanted(item, old_uri=standing.old_uri, told_anew=standing.told_anew)
        elif standing.state is State.DONE:
            skipped.done += 1
        elif standing.state is State.BEGUN:
            yield Wanted(item, after=standing.end, old_uri=standing.old_uri)
        else:
            skipped.changed += standing.state is State.CHANGED
            yield Wanted(item, old_uri=standing.old_uri, told_anew=standing.told_anew)


def cut_slices(inputs: Iterable[Wanted], *, most: int, workers: int = 1) -> Iterator[list[Entry]]:
    """Yield slices of at most `most` inputs and about `BYTES` bytes for each worker, each as the lines of its list.

    Parts of a large new input may come in several slices, those of a changed one come in the same: its old rows go
    when it is read, and what is no longer in it is known only when all of it has been read.
    """
    held: list[Entry] = []
    weight = 0
    for item in inputs:
        for entries, size in _units(item):
            if held and (len(held) + len(entries) > most * workers or weight + size > BYTES * workers):
                yield held
                held, weight = [], 0
            held.extend(entries)
            weight += size
    if held:
        yield held


def uncut(inputs: Iterable[Wanted]) -> list[Entry]:
    """Return all inputs as one slice, large ones whole: workers cut them, where there are many."""
    return [Entry(_whole(item), item.old_uri, item.told_anew) for item in inputs]


def _whole(item: Wanted) -> Part | DeadLetter:
    return item.found if isinstance(item.found, DeadLetter) else Part(item.found)


def _units(item: Wanted) -> Iterator[tuple[list[Entry], int]]:
    """Yield what cannot be divided, each with its size in bytes."""
    if isinstance(item.found, DeadLetter):
        yield [Entry(item.found, item.old_uri, item.told_anew)], 0
        return
    parts = cut_part(Part(item.found), PART_BYTES)
    size = item.found.size or 0
    rest = parts if not item.after else [part for part in parts if part.start >= item.after]
    is_begun = bool(item.after) and bool(rest) and rest[0].start == item.after
    if item.old_uri is None or is_begun:
        for part in rest:
            yield [Entry(part)], size // len(parts)
    else:
        yield [Entry(part, item.old_uri, item.told_anew) for part in parts], size
