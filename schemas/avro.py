"""Avro schemas of the datasets, made from the same records as the Arrow ones and shipped as `schemas/avsc/*.avsc`."""

import json
import pathlib
from typing import Any

from schemas.arrow import DATASETS, PUBLIC
from schemas.codes import SCHEMA_VERSION
from schemas.fields import Field, describe

AVSC = pathlib.Path(__file__).with_name("avsc")
NAMESPACE = "cordiale"

_SCALARS: dict[str, Any] = {
    "string": "string",
    "int32": "int",
    "int64": "long",
    "float32": "float",
    "double": "double",
    "bool": "boolean",
    "date32": {"type": "int", "logicalType": "date"},
    "timestamp": {"type": "long", "logicalType": "timestamp-micros"},
}


def avro_schema(record: type) -> dict[str, Any]:
    """Return the Avro schema of a record class."""
    return {**_record(record, set()), "namespace": NAMESPACE, "schema_version": SCHEMA_VERSION}


def render(record: type) -> str:
    """Return the text of a record's `.avsc` file."""
    return json.dumps(avro_schema(record), indent=2) + "\n"


def write_all(folder: pathlib.Path = AVSC) -> None:
    """Write the `.avsc` file of every dataset (`make schemas`)."""
    folder.mkdir(exist_ok=True)
    for dataset in PUBLIC:
        (folder / f"{dataset}.avsc").write_text(render(DATASETS[dataset]), "utf-8")


def _record(record: type, seen: set[type]) -> dict[str, Any]:
    seen.add(record)
    return {"type": "record", "name": record.__name__, "fields": [_avro_field(f, seen) for f in describe(record)]}


def _avro_field(field: Field, seen: set[type]) -> dict[str, Any]:
    kind: Any
    if field.record is None:
        kind = _SCALARS[field.storage]
    else:
        kind = field.record.__name__ if field.record in seen else _record(field.record, seen)
    if field.repeated:
        kind = {"type": "array", "items": kind}
    if field.nullable:
        return {"name": field.name, "type": ["null", kind], "default": None}
    return {"name": field.name, "type": kind}


if __name__ == "__main__":
    write_all()
