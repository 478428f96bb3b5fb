"""`python -m cordiale`, and the command `cordiale`."""

import atexit
import gc
import os
import sys

from pipeline.cli import exits
from pipeline.cli import main as cli

_COLLECT_AFTER = (50_000, 25, 10)
"""Python looks for garbage after so many new objects, not after 700: what is imported and loaded at the start is none,
and each look goes through much of it."""


class _Leaving:
    """Ends the process once all else is done: nobody needs Python to take a million objects apart one by one.

    Registered first, it is called last: threads have ended by then, and files and processes of others are closed.
    """

    code = exits.FAILED

    def __call__(self) -> None:
        """End with the exit code of the command; as Python does, with a code of its own if output was lost."""
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            self.code = self.code or exits.OUTPUT_LOST
        os._exit(self.code)


def main() -> int:
    """Run the command line. An interrupted one ends at once: threads of Beam may still be at work, and would crash."""
    gc.set_threshold(*_COLLECT_AFTER)
    leaving = _Leaving()
    atexit.register(leaving)
    try:
        leaving.code = cli.main()
    except SystemExit as stopped:  # argparse's, which knows numbers alone
        leaving.code = int(stopped.code or exits.OK)
        raise
    if leaving.code == exits.INTERRUPTED:
        leaving()
    return leaving.code


if __name__ == "__main__":
    sys.exit(main())
