"""What all tests of the sink share."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let syncs be asked for but not waited for: no test pulls the plug, and half the time would go there."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
