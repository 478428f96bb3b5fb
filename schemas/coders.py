"""Registers a coder for each record; modules that build PTransforms import it for that effect.

It is Beam's row coder, but sent to runners as one of Python's own: runners written in Java would otherwise decode rows
themselves, and between versions of Beam they do not agree about every field (dates end in garbage).
"""

from typing import Any

from apache_beam import coders
from apache_beam.coders.coders import FastCoder
from apache_beam.typehints.schemas import named_tuple_to_schema

from schemas.records import RECORDS


class RecordCoder(FastCoder):
    """Codes one kind of record by its fields.

    Args:
        record: The record's class.
    """

    def __init__(self, record: type) -> None:
        self._record = record
        self._rows = _ROWS[record]

    def _create_impl(self) -> Any:
        return self._rows.get_impl()

    def is_deterministic(self) -> bool:
        """Tell whether equal records give equal bytes."""
        return bool(self._rows.is_deterministic())

    def to_type_hint(self) -> type:
        """Return the record's class."""
        return self._record

    @classmethod
    def from_type_hint(cls, record: type, registry: Any) -> "RecordCoder":
        """Return the coder of a record."""
        del registry
        return cls(record)

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the class alone: each process makes the schema itself."""
        return RecordCoder, (self._record,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordCoder) and other._record is self._record

    def __hash__(self) -> int:
        return hash(self._record)


_ROWS: dict[type, Any] = {}


def register_records() -> None:
    """Register every record, so that none is pickled between stages."""
    for record in RECORDS:
        coders.registry.register_row(record)
    _ROWS.update((record, coders.RowCoder(named_tuple_to_schema(record))) for record in RECORDS)
    for record in RECORDS:
        coders.registry.register_coder(record, RecordCoder)


register_records()
