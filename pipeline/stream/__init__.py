"""The same job without an end: inputs as they come, committed window by window and pane by pane."""
