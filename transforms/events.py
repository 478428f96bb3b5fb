"""What happens to documents, told as log lines that machines can read: JSON, wherever the lines end up.

A worker's lines go where its engine keeps logs (on Flink into those of task managers), so what is told is in the line
itself, and not only in fields that an engine may drop.
"""

import json
import logging
from typing import Any


def tell(logger: logging.Logger, level: int, event: str, **fields: Any) -> None:
    """Log an event as one line of JSON.

    Args:
        logger: Of the module in which it happens.
        level: As in `logging`: single documents are `DEBUG`, what is left out is `INFO`.
        event: What happened: `document`, `dead_letter`, `extracted` ...
        fields: What it happened to, `doc_id` and `uri` first of all.
    """
    if logger.isEnabledFor(level):
        told = {"event": event, **fields}
        logger.log(level, "%s", json.dumps(told, ensure_ascii=False, default=str), extra={"told": told})
