"""How much may be read, and how records are to be understood: what the user says about all inputs of a run."""

import dataclasses

MEGABYTE = 1_000_000


@dataclasses.dataclass(frozen=True)
class ReadLimits:
    """Limits of reading. What exceeds one is a dead letter with a reason of its own, never a cut document.

    Attributes:
        max_bytes: Of a document, unpacked.
        max_depth: How deep archives may lie within archives; a `.tar.gz` is two deep.
        max_ratio: How many times its size an archive may unpack to.
        max_records: Of a container; those beyond are not read.
        max_seconds: Of reading one document.
        max_nesting: Of elements of HTML within each other.
    """

    max_bytes: int = 20 * MEGABYTE
    max_depth: int = 4
    max_ratio: int = 100
    max_records: int = 10_000_000
    max_seconds: float = 30.0
    max_nesting: int = 200


@dataclasses.dataclass(frozen=True)
class FieldNames:
    """Names of the fields of records (JSON, CSV, Avro, Parquet); None is to be guessed. Dots lead into records."""

    text: str | None = None
    title: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None


@dataclasses.dataclass(frozen=True)
class ReadOptions:
    """All that readers are told.

    Attributes:
        limits: How much may be read.
        fields: Where records keep what.
        any_language: Whether documents in other languages than English are passed on.
    """

    limits: ReadLimits = ReadLimits()
    fields: FieldNames = FieldNames()
    any_language: bool = False
