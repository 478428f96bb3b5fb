"""Names of countries for their codes. Acronyms of international bodies stand for themselves."""

import csv
import functools
from collections.abc import Mapping

from schemas.lexicon import DATA


@functools.cache
def country_names() -> Mapping[str, str]:
    """Return the English name of each ISO 3166 alpha-3 code."""
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["alpha3"]: row["name"] for row in csv.DictReader(file)}
