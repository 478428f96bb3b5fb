"""Read: from the user's arguments to documents with their text, with a dead letter for everything that gives none.

Names are loaded when they are first asked for: the process that parses (`transforms.read.worker`) does without Beam.
"""

import importlib
from typing import TYPE_CHECKING, Any

from transforms.read.decode import Decoded, Rejected, decode

if TYPE_CHECKING:
    from transforms.read.limits import FieldNames, ReadLimits, ReadOptions
    from transforms.read.metadata import Metadata, MetadataRow, parse_date, read_metadata
    from transforms.read.ptransforms import ListInputs, Read, ReadDocuments, ReadListed, ReadParts, ReadSources
    from transforms.read.reader import read_document, read_part
    from transforms.read.walk import has_any_input, list_inputs, unused_metadata, why_no_input

_HOMES = {
    "FieldNames": "limits",
    "ListInputs": "ptransforms",
    "Metadata": "metadata",
    "MetadataRow": "metadata",
    "Read": "ptransforms",
    "ReadDocuments": "ptransforms",
    "ReadLimits": "limits",
    "ReadListed": "ptransforms",
    "ReadOptions": "limits",
    "ReadParts": "ptransforms",
    "ReadSources": "ptransforms",
    "has_any_input": "walk",
    "list_inputs": "walk",
    "parse_date": "metadata",
    "read_document": "reader",
    "read_part": "reader",
    "read_metadata": "metadata",
    "unused_metadata": "walk",
    "why_no_input": "walk",
}

__all__ = [
    "Decoded",
    "FieldNames",
    "ListInputs",
    "Metadata",
    "MetadataRow",
    "Read",
    "ReadDocuments",
    "ReadLimits",
    "ReadListed",
    "ReadOptions",
    "ReadParts",
    "ReadSources",
    "Rejected",
    "decode",
    "has_any_input",
    "list_inputs",
    "parse_date",
    "read_document",
    "read_metadata",
    "read_part",
    "unused_metadata",
    "why_no_input",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
