"""Where a graph runs: options, and checks of what must be there."""
