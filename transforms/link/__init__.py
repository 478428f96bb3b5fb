"""Finds out which mentions, in all documents, report the same real-world event, and merges them into one record each."""
