"""`--log-format json`: what happens to documents on stderr, a line of JSON each, for whoever collects logs."""

import datetime
import json
import logging
import sys
from typing import Final

FORMATS: Final = ("text", "json")
_OURS: Final = ("transforms", "pipeline", "runners")


class JsonLines(logging.Formatter):
    """Makes a line of JSON of a record: time, level, logger, and what it tells."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        line = {"time": moment.isoformat(), "level": record.levelname, "logger": record.name}
        told = getattr(record, "told", None) or {"message": record.getMessage()}
        return json.dumps({**line, **told}, ensure_ascii=False, default=str)


def log_as_json() -> None:
    """Send what the project's own modules log to stderr as JSON, single documents included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.handlers = [handler]
