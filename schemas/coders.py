"""Registers the records as Beam rows; modules that build PTransforms import it for that effect."""

from apache_beam import coders

from schemas.records import RECORDS


def register_records() -> None:
    """Register every record with Beam's row coder, so that none is pickled between stages."""
    for record in RECORDS:
        coders.registry.register_row(record)


register_records()
