"""The exit codes, which are part of the command line's contract."""

from typing import Final

OK: Final = 0
FAILED: Final = 1
BAD_USAGE: Final = 2
DEAD_LETTERS: Final = 3
"""Finished, but not every input could be used; told apart only under `--strict`."""
INTERRUPTED: Final = 130
