import datetime
import io
import json

import fastavro
import pyarrow as pa
import pytest

from schemas.arrow import DATASETS, PUBLIC, arrow_schema
from schemas.avro import AVSC, avro_schema, render
from schemas.records import DeadLetter, Mention

AVRO_OF_ARROW = {
    pa.string(): "string",
    pa.int32(): "int",
    pa.int64(): "long",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): {"type": "int", "logicalType": "date"},
    pa.timestamp("us", tz="UTC"): {"type": "long", "logicalType": "timestamp-micros"},
}


def as_avro(field):
    """The Avro type that says the same as an Arrow field."""
    avro = kind_as_avro(field.type)
    return ["null", avro] if field.nullable else avro


def kind_as_avro(kind):
    if pa.types.is_list(kind):
        return {"type": "array", "items": as_avro(kind.value_field)}
    if pa.types.is_struct(kind):
        return {"fields": [{"name": f.name, "type": as_avro(f)} for f in kind]}
    return AVRO_OF_ARROW[kind]


def plain(avro, named):
    """An Avro type without names of records and defaults, named references spelled out."""
    if isinstance(avro, list):
        return [plain(a, named) for a in avro]
    if isinstance(avro, str):
        return named.get(avro, avro)
    if avro["type"] == "record":
        shape = {"fields": [{"name": f["name"], "type": plain(f["type"], named)} for f in avro["fields"]]}
        named[avro["name"]] = shape
        return shape
    if avro["type"] == "array":
        return {"type": "array", "items": plain(avro["items"], named)}
    return avro


@pytest.mark.parametrize("dataset", sorted(PUBLIC))
def test_avro_and_arrow_agree_field_by_field(dataset):
    arrow = [{"name": f.name, "type": as_avro(f)} for f in arrow_schema(DATASETS[dataset])]
    avro = plain(avro_schema(DATASETS[dataset]), {})
    assert avro["fields"] == arrow


@pytest.mark.parametrize("dataset", sorted(PUBLIC))
def test_shipped_avsc_is_what_the_records_say(dataset):
    assert (AVSC / f"{dataset}.avsc").read_text("utf-8") == render(DATASETS[dataset]), "run `make schemas`"


@pytest.mark.parametrize("dataset", sorted(PUBLIC))
def test_shipped_avsc_is_valid_avro(dataset):
    fastavro.parse_schema(json.loads((AVSC / f"{dataset}.avsc").read_text("utf-8")))


def test_schema_version_travels_in_both():
    assert arrow_schema(Mention).metadata[b"schema_version"] == b"1"
    assert avro_schema(Mention)["schema_version"] == 1


def test_a_row_survives_avro():
    row = {
        "uri": "a.txt",
        "part": None,
        "stage": "read",
        "reason": "empty",
        "detail": "no bytes",
        "bytes": 0,
        "commit_id": "c",
        "seen": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
    }
    schema = fastavro.parse_schema(avro_schema(DeadLetter))
    buffer = io.BytesIO()
    fastavro.writer(buffer, schema, [row])
    buffer.seek(0)
    assert list(fastavro.reader(buffer)) == [row]
