"""What goes wrong by the user's hand, told in one line and never as a traceback."""


class UsageError(Exception):
    """The request cannot be carried out as it stands; the message is one line that says what to do."""
