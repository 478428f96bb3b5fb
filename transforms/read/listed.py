"""Lists of inputs as Parquet: who plans a commit writes one, workers read it, and the commit keeps it.

Kept lists are how a later run knows what a dataset holds without reading any input again: each input with the size and
the time of change that it had, and what the user had said of it.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.identity import canonical_uri
from schemas.records import DeadLetter, Part, Source

_ROWS: Final = 10_000
_SOURCE: Final = arrow_schema(Source)
_STRETCH: Final = ("start", "end", "first")
_LETTER: Final = ("reason", "detail", "bytes")
_OLD: Final = ("old_uri", "told_anew")
_TOLD: Final = ("title", "source", "url", "language", "published", "published_origin")
HASHES: Final = ("key", "stamp", "told")

SCHEMA: Final = pa.schema(
    [
        *(pa.field(field.name, field.type) for field in _SOURCE),
        *(pa.field(name, pa.int64()) for name in _STRETCH),
        *(pa.field(name, pa.int64() if name == "bytes" else pa.string()) for name in _LETTER),
        pa.field("old_uri", pa.string()),
        pa.field("told_anew", pa.bool_()),
        *(pa.field(name, pa.uint64()) for name in HASHES),
    ]
)
"""Of the lists: the columns of `Source` and `Part`, and those of a dead letter where listing came to one."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One line of a list.

    Attributes:
        found: A part of an input, or the dead letter of what is none.
        old_uri: If the dataset has rows of an earlier state of the input: what the input was called then.
        told_anew: Whether what the user says of the input has changed since, so that equal text does not mean equal
            rows.
    """

    found: Part | DeadLetter
    old_uri: str | None = None
    told_anew: bool = False

    @property
    def listed(self) -> Source | DeadLetter:
        """The input as it was listed."""
        return self.found if isinstance(self.found, DeadLetter) else self.found.source

    @property
    def canonical(self) -> str:
        """The canonical URI of the input."""
        return canonical_of(self.listed)


def canonical_of(found: Source | DeadLetter) -> str:
    """Return the canonical URI of what was found: the same each time that it is listed, however it is named."""
    return canonical_uri(found.uri if isinstance(found, DeadLetter) else found.path)


def hashes_of(found: Source | DeadLetter) -> tuple[int, int, int]:
    """Return what an input is known by again: 64 bits each of its place, of its state, and of what the user says of it.

    The state is its size and the time of its last change; of a dead letter, why it is one.
    """
    if isinstance(found, DeadLetter):
        return _hash(canonical_of(found)), _hash(found.reason, found.detail), _hash()
    told = (str(getattr(found, name)) for name in _TOLD)
    return _hash(canonical_of(found)), _hash(str(found.size), str(found.modified)), _hash(*told)


def write_list(handle: IO[bytes], entries: Iterable[Entry]) -> None:
    """Write a list to an open file."""
    rows: list[dict[str, Any]] = []
    with pq.ParquetWriter(handle, SCHEMA, compression="zstd") as writer:
        for entry in entries:
            rows.append(_row(entry))
            if len(rows) >= _ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))


def read_list(path: str) -> Iterator[Entry]:
    """Yield the lines of a list, wherever it is."""
    for batch in read_batches(path):
        yield from map(_entry, batch.to_pylist())


def read_batches(path: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the lines of a list as they are stored, with some columns or all."""
    from apache_beam.io.filesystem import CompressionTypes  # noqa: PLC0415  (parsing processes do without Beam)
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415

    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as handle:
        content = pa.BufferReader(handle.read())
    with pq.ParquetFile(content) as file:
        yield from file.iter_batches(batch_size=_ROWS, columns=columns)


def last_lines(keys: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the positions of the last line of each key, in the order of keys."""
    order = np.lexsort((np.arange(len(keys)), keys))
    ordered = keys[order]
    return order[np.append(ordered[1:] != ordered[:-1], [True])] if len(keys) else order


def _row(entry: Entry) -> dict[str, Any]:
    found = entry.found
    old: dict[str, Any] = {"old_uri": entry.old_uri, "told_anew": entry.told_anew}
    old |= zip(HASHES, hashes_of(entry.listed), strict=True)
    if isinstance(found, DeadLetter):
        letter = {name: getattr(found, name) for name in _LETTER}
        return {"uri": found.uri, "path": canonical_of(found), **letter, **old}
    source = {name: getattr(found.source, name) for name in _SOURCE.names}
    return {**source, **{name: getattr(found, name) for name in _STRETCH}, **old}


def _hash(*texts: str) -> int:
    joined = "\x1f".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "big")


def _entry(row: dict[str, Any]) -> Entry:
    old = {name: row[name] for name in _OLD}
    if row["reason"] is not None:
        letter = {name: row[name] for name in _LETTER}
        return Entry(DeadLetter(uri=row["uri"], part=None, stage="read", commit_id=None, seen=None, **letter), **old)
    source = Source(**{name: row[name] for name in _SOURCE.names})
    return Entry(Part(source, **{name: row[name] for name in _STRETCH}), **old)
