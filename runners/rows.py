"""Makes records the same thing in every process of a run.

A worker process that is sent a row of a record that it does not know decodes a look-alike, which is not equal to the
record and not an instance of it. Worker processes import this module before all else, by `--beam_plugins`.
"""

import schemas.coders  # noqa: F401  (registers the records)

PLUGIN = ("--beam_plugins=runners.rows",)
"""The option by which worker processes import this module when they start."""
