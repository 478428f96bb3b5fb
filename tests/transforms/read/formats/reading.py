"""Reads files in tests as workers do, but in the test's own process."""

import io
from typing import Any

from schemas.records import DeadLetter, Document, Source
from transforms.read.found import File
from transforms.read.limits import FieldNames, ReadLimits, ReadOptions
from transforms.read.streams import Budget, Stream
from transforms.read.unfold import Unfolder


def read(
    name: str, data: bytes, *, fields: FieldNames | None = None, part: dict[str, Any] | None = None, **limits: Any
) -> list[Document | DeadLetter]:
    """Return what a file of this name and content holds."""
    options = ReadOptions(ReadLimits(**limits), fields or FieldNames())
    stream = Stream(io.BytesIO(data), budget=Budget(len(data), options.limits.max_ratio), size=len(data))
    source = Source(uri=name, path=f"/in/{name}")
    found = Unfolder(source, f"file:///in/{name}", options).unfold(File(name, stream, **(part or {})))
    return [outcome for outcome in found if isinstance(outcome, (Document, DeadLetter))]


def read_one(name: str, data: bytes, **options: Any) -> Document:
    """Return the only document of a file."""
    (document,) = read(name, data, **options)
    assert isinstance(document, Document), document
    return document


def verdicts(name: str, data: bytes, **options: Any) -> list[tuple[str, str]]:
    """Return each URI with the format of its document, or with the reason why it gave none."""
    return [
        (found.uri, found.reason if isinstance(found, DeadLetter) else found.format)
        for found in read(name, data, **options)
    ]
