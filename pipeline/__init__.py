"""The graph put together, the command line, and what people see."""
