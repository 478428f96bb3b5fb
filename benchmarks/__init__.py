"""Measurements of what the tests only show to work: large inputs, and the memory that they take."""
