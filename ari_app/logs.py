"""One line per decision: a sentence for people, a stable `action` for machines. Numbers are masked, transcripts never logged."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NUMBER = re.compile(r"(\+?\d{2})\d{4,9}(\d{3})(?!\d)")


def set_up_logs(*, as_json: bool = False) -> None:
    """Logs to stderr; JSON for machines, coloured lines for people."""
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask_numbers,
            structlog.processors.dict_tracebacks if as_json else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def mask_numbers(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Phone numbers in any field become `+3•••••567`."""
    for name, value in entry.items():
        if isinstance(value, str) and name not in {"call", "timestamp"}:
            entry[name] = _NUMBER.sub(r"\1•••••\2", value)
    return entry
