"""Makes records the same thing in every process of a run.

Beam draws a random id for the schema of each record in each process. A worker process that meets such an id does not
know the record and decodes rows into a look-alike, which is not equal to the record and not an instance of it. So the
ids are set here, from the records' names. Worker processes import this module before all else, by `--beam_plugins`.
"""

from apache_beam.typehints.row_type import _BEAM_SCHEMA_ID
from apache_beam.typehints.schema_registry import SCHEMA_REGISTRY
from apache_beam.typehints.schemas import named_tuple_to_schema

import schemas.coders  # noqa: F401  (registers the records)
from schemas.codes import SCHEMA_VERSION
from schemas.records import RECORDS

PLUGIN = ("--beam_plugins=runners.rows",)
"""The option by which worker processes import this module when they start."""


def settle_ids() -> None:
    """Give each record a schema id that is the same everywhere, and make it known to this process."""
    for record in RECORDS:
        setattr(record, _BEAM_SCHEMA_ID, f"cordiale.{record.__name__}.{SCHEMA_VERSION}")
    for record in RECORDS:
        SCHEMA_REGISTRY.add(record, named_tuple_to_schema(record))


settle_ids()
