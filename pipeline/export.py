"""Exports a dataset in other formats. `docs/exports.md` describes each of them field by field."""

import contextlib
import dataclasses
import pathlib
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.export_plover import write_plover
from pipeline.export_sipri import write_sipri
from pipeline.export_tables import write_avro, write_csv, write_jsonl
from pipeline.export_view import View
from schemas.arrow import PUBLIC

Write = Callable[[View, str, IO[bytes]], int]
"""Writes rows of a dataset to an open file and returns how many."""


@dataclasses.dataclass(frozen=True)
class Format:
    """A format of export.

    Attributes:
        write: Writes it.
        datasets: The folders of a dataset that it can hold, the usual one first.
        text: Whether it is text.
    """

    write: Write
    datasets: Sequence[str]
    text: bool = True


_ANY = ("events", *(name for name in PUBLIC if name != "events"))
FORMATS: Mapping[str, Format] = {
    "csv": Format(write_csv, _ANY),
    "jsonl": Format(write_jsonl, _ANY),
    "avro": Format(write_avro, _ANY, text=False),
    "sipri-csv": Format(write_sipri, ("events",)),
    "plover-jsonl": Format(write_plover, ("mentions",)),
}


def export(view: View, name: str, dataset: str | None, output: str) -> int:
    """Write a dataset, or what a format takes of it, to a file; return the number of rows.

    The file appears under its name when it is whole; one that is there is replaced.

    Args:
        view: The dataset.
        name: One of `FORMATS`.
        dataset: The folder to export; the usual one of the format, if not given.
        output: A local path, or `-` for standard output.

    Raises:
        UsageError: If the format does not hold that dataset, or the file cannot be written.
    """
    form = FORMATS[name]
    chosen = dataset or form.datasets[0]
    if chosen not in form.datasets:
        raise UsageError(f"--format {name} holds {form.datasets[0]} only, not {chosen}")
    try:
        with opened(output) as handle:
            return form.write(view, chosen, handle)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{output} cannot be written: {error}") from error


@contextlib.contextmanager
def opened(output: str) -> Iterator[IO[bytes]]:
    """Give a file to write, which gets its name at the end; standard output for `-`."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = pathlib.Path(output)
    if path.is_dir():
        raise UsageError(f"--output {output} is a folder; name a file")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--output {output}: there is no folder {path.parent}")
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with temporary.open("wb") as handle:
            yield handle
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
