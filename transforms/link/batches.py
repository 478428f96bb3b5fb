"""What travels between the stages of linking: whole batches as bytes, as Beam is slow with many small elements."""

import io
from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from transforms.link.profiles import Array, Profiles

COLUMNS = (
    "mention_id",
    "event_type",
    "sector",
    "status",
    "realis",
    "doc_id",
    "uri",
    "title",
    "published",
    "paragraph",
    "sentence",
    "sentence_start",
    "trigger",
    "trigger_start",
    "participants",
    "items",
    "amounts",
    "event_date",
    "event_date_earliest",
    "event_date_latest",
    "location",
    "confidence",
)
"""The columns of files of `mentions/` that linking reads; the class is in the folder's name."""


def table_bytes(table: pa.Table) -> bytes:
    """Return a table as compressed bytes."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def bytes_table(batches: Iterable[bytes]) -> pa.Table:
    """Return the tables of all batches as one."""
    return pa.concat_tables(bytes_tables(batches))


def bytes_tables(batches: Iterable[bytes]) -> list[pa.Table]:
    """Return the table of each batch."""
    return [pa.ipc.open_stream(pa.py_buffer(batch)).read_all() for batch in batches]


def arrays_bytes(arrays: Mapping[str, Array]) -> bytes:
    """Return arrays as compressed bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    content = buffer.getvalue()
    return len(content).to_bytes(8, "big") + bytes(pa.compress(content, codec="zstd", asbytes=True))


def bytes_arrays(batch: bytes) -> dict[str, Array]:
    """Return what `arrays_bytes` was given."""
    content = pa.decompress(batch[8:], decompressed_size=int.from_bytes(batch[:8], "big"), codec="zstd", asbytes=True)
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def concatenated(batches: Iterable[bytes]) -> dict[str, Array]:
    """Return the arrays of all batches, one batch after the other."""
    parts = [bytes_arrays(batch) for batch in batches]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def profiles_of(arrays: Mapping[str, Array]) -> Profiles:
    """Return the profiles among arrays, which are all but those whose names begin with `_`."""
    return Profiles({name: values for name, values in arrays.items() if not name.startswith("_")})
