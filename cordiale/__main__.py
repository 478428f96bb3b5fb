"""`python -m cordiale`, and the command `cordiale`."""

import os
import sys

from pipeline.cli import exits
from pipeline.cli import main as cli


def main() -> int:
    """Run the command line. An interrupted one ends at once: threads of Beam may still be at work, and would crash."""
    code = cli.main()
    if code == exits.INTERRUPTED:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
