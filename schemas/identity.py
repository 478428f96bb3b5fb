"""Identities: the same URI, text, ontology and model give the same ids on every run, runner and machine."""

import hashlib
import os
import pathlib
import re


def canonical_uri(path: str) -> str:
    """Return the absolute URI of a local path or URL (`file:///...` for local paths; URLs are returned as they are)."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path):
        return path
    return pathlib.Path(os.path.abspath(path)).as_uri()


def doc_id(canonical: str) -> str:
    """Return the id of a document from its canonical absolute URI."""
    return _digest("doc", canonical)


def content_id(text: str) -> str:
    """Return the id of a decoded text."""
    return _digest("content", text)


def mention_id(
    doc: str, content: str, event_class: str, event_type: str, trigger_start: int, trigger_end: int, ordinal: int
) -> str:
    """Return the id of a mention; `ordinal` tells apart mentions that agree in all else."""
    return _digest("mention", doc, content, event_class, event_type, str(trigger_start), str(trigger_end), str(ordinal))


def event_id(mention: str) -> str:
    """Return the id of an event from the id of the mention that it is named after."""
    return _digest("event", mention)


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:32]
