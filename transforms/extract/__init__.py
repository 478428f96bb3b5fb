"""Finds events: a document in, mentions with a reason for each out."""
