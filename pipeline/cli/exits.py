"""The exit codes, which are part of the command line's contract."""

from typing import Final

OK: Final = 0
FAILED: Final = 1
BAD_USAGE: Final = 2
DEAD_LETTERS: Final = 3
"""Finished, but not every input could be used; told apart only under `--strict`."""
OUTPUT_LOST: Final = 120
"""What was printed last could not be written; Python's own code for it."""
INTERRUPTED: Final = 130
