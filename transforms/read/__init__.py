"""Read: from the user's arguments to documents with their text, with a dead letter for everything that gives none."""

from transforms.read.decode import Decoded, Rejected, decode
from transforms.read.metadata import Metadata, MetadataRow, parse_date, read_metadata
from transforms.read.ptransforms import ListInputs, Read, ReadDocuments, ReadSources
from transforms.read.reader import ReadLimits, read_document
from transforms.read.walk import has_any_input, list_inputs, unused_metadata, why_no_input

__all__ = [
    "Decoded",
    "ListInputs",
    "Metadata",
    "MetadataRow",
    "Read",
    "ReadDocuments",
    "ReadLimits",
    "ReadSources",
    "Rejected",
    "decode",
    "has_any_input",
    "list_inputs",
    "parse_date",
    "read_document",
    "read_metadata",
    "unused_metadata",
    "why_no_input",
]
