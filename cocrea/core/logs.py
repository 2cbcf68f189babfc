"""Logs: one JSON line per event on standard error, with the request's id and never a person's words or name."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

from flask import g, has_request_context

FIELDS = ("id", "method", "rule", "status", "error", "trail", "event", "job", "effect")


class JSONFormatter(logging.Formatter):
    """Writes only a fixed set of fields, so that a careless `extra` cannot leak; of an exception, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "source": record.name,
            "message": record.getMessage(),
        }
        entry.update({field: getattr(record, field) for field in FIELDS if hasattr(record, field)})
        return json.dumps(entry, ensure_ascii=False)


def init_logging(level: int = logging.INFO) -> None:
    """Send Cocrea's own logs to standard error as JSON lines; libraries from warnings up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("cocrea").setLevel(level)


def failure(log: logging.Logger, message: str, error: BaseException, **fields: str) -> None:
    """Log an error by its kind and place, with the id of the request under way, if there is one."""
    request_id = g.get("request_id") if has_request_context() else None
    extra = {"id": request_id, "error": type(error).__name__, "trail": trail(error), **fields}
    log.error(message, extra=extra)


def trail(error: BaseException) -> str:
    """Where an error passed, file and line, without its message: that may hold people's words."""
    places = []
    frame = error.__traceback__
    while frame is not None:
        places.append(f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}")
        frame = frame.tb_next
    return " > ".join(places[-12:])
