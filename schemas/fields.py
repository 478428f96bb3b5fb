"""Reads the fields of a record into a neutral description, from which the Arrow and the Avro schemas are made."""

import dataclasses
import datetime
import types
import typing
from collections.abc import Sequence
from typing import Any

SCALARS = {
    str: "string",
    int: "int32",
    float: "double",
    bool: "bool",
    datetime.date: "date32",
    datetime.datetime: "timestamp",
}


@dataclasses.dataclass(frozen=True)
class Field:
    """A field of a record: `storage` is a scalar's stored type, or `record` for a nested one; `repeated` for lists."""

    name: str
    storage: str
    nullable: bool
    repeated: bool
    record: type | None


def describe(record: type) -> list[Field]:
    """Return the fields of a record class, in order.

    Raises:
        TypeError: If a field has a type that cannot be stored.
    """
    hints = typing.get_type_hints(record)
    widths = getattr(record, "STORAGE", {})
    return [_field(f.name, hints[f.name], widths.get(f.name)) for f in dataclasses.fields(record)]


def _field(name: str, hint: Any, storage: str | None) -> Field:
    nullable = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (hint,) = (a for a in typing.get_args(hint) if a is not type(None))
        nullable = True
    repeated = typing.get_origin(hint) is Sequence
    if repeated:
        (hint,) = typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        return Field(name, "record", nullable, repeated, typing.cast(type, hint))
    if hint not in SCALARS:
        raise TypeError(f"{name}: {hint} cannot be stored")
    return Field(name, storage or SCALARS[hint], nullable, repeated, None)
