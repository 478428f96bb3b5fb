"""Where a graph runs. A runner is one module here and one line in `runners.registry`."""
