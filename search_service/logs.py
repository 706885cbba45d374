"""Log lines: one event a line, fields named, nothing a client sends can forge a line."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from typing import Any, TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PLAIN = re.compile(r"[\w./:@+,\-]+", re.ASCII)


class Formatter(logging.Formatter):
    """Writes a record as ``key=value`` pairs or as one JSON object.

    What comes from outside is quoted and escaped, and the admin key never appears.
    """

    def __init__(self, style: str, secret: str = "") -> None:
        super().__init__()
        self.style = style
        self.secret = secret

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        fields: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        fields.update((k, v) for k, v in vars(record).items() if k not in _STANDARD)
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        if self.secret:
            fields = {name: self._masked(value) for name, value in fields.items()}
        if self.style == "json":
            return json.dumps(fields, default=str)
        return " ".join(f"{name}={_shown(value)}" for name, value in fields.items())

    def _masked(self, value: Any) -> Any:
        return value if isinstance(value, int | float) else str(value).replace(self.secret, "***")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=True)


def configure(level: str, style: str, secret: str = "", stream: TextIO | None = None) -> None:
    """Send the package's log to ``stream`` (standard error) in the given style."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Formatter(style, secret))
    for name in ("search_service", "gunicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
