"""Log records -> lines on standard error, for people or for machines.

Mail text and addresses never reach a line: our own records carry ids only, addresses are blotted
out wherever they come from, and of an exception only its type and place are told, because the text
of a foreign error may quote a mail.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

LogFormat = Literal["text", "json"]

OURS: Final = ("pipeline", "models", "training", "flows")
"""Loggers that follow the asked level; all others speak from WARNING on, for their debug lines
quote what goes over the wire."""

ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:=]+")

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class KeyValueFormatter(logging.Formatter):
    """One line a record: `2025-03-03T08:07:00Z level=info logger=flows.ingest event="…" key=value`.

    What a record gets by `extra=` becomes its further keys.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Tell one record as one line."""
        fields = _fields(record)
        moment = fields.pop("at")
        return " ".join([moment, *(f"{key}={_value(value)}" for key, value in fields.items())])


class JsonFormatter(logging.Formatter):
    """One JSON object a line, with the same keys."""

    def format(self, record: logging.LogRecord) -> str:
        """Tell one record as one line."""
        return json.dumps(_fields(record), ensure_ascii=False, default=str)


def set_up_logs(
    level: str = "warning", *, log_format: LogFormat = "text", stream: TextIO | None = None
) -> None:
    """Send all log records to one stream; may be called again.

    Args:
        level: Lowest level of our own records: `debug`, `info`, `warning` or `error`.
        log_format: `text` for key=value lines, `json` for JSON lines.
        stream: Where to write; standard error unless given.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else KeyValueFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    fields: dict[str, Any] = {
        "at": at.replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": _without_addresses(record.getMessage()),
    }
    for key, value in vars(record).items():
        if key not in _STANDARD:
            fields[key] = _without_addresses(value) if isinstance(value, str) else value
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = " < ".join(_places(record.exc_info[1]))
    return fields


def _places(error: BaseException) -> Iterator[str]:
    """Type and place of an error and of those that caused it; our own errors with their text."""
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)
        place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        told = f": {_without_addresses(str(current))}" if isinstance(current, TriageError) else ""
        yield f"{type(current).__name__}{told}{place}"
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )


def _without_addresses(text: str) -> str:
    return ADDRESS.sub("<address>", text)


def _value(value: object) -> str:
    """Bare where it is one plain word, else quoted as JSON does, so that a line stays a line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    plain = isinstance(value, str) and re.fullmatch(r"[\w.:/+-]+", text)
    if plain or not isinstance(value, str):
        return text
    return json.dumps(text, ensure_ascii=False)
