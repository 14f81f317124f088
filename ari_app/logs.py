"""One line per decision: a sentence for people, a stable `action` for machines. Numbers are masked, transcripts never logged."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

#: A number in E.164, also with spaces or hyphens, or nine digits or more as they are dialled. No date looks like that.
_NUMBER = re.compile(r"(?<!\d)(?:\+\d(?:[ -]?\d){7,13}|(?=(?:\d-?){9})\d{2,4}-?\d{5,12})(?!\d)")
#: Ids and instants of ours, which a person must be able to look up.
_KEPT = frozenset({"call", "timestamp"})

#: True where calls are simulated beside those of a line in service: their lines would pass for real ones.
IS_SIMULATED: ContextVar[bool] = ContextVar("is_simulated", default=False)


def set_up_logs(*, as_json: bool = False) -> None:
    """Logs to stderr; JSON for machines, coloured lines for people."""
    if as_json:
        rendering: list[Any] = [structlog.processors.dict_tracebacks, mask_numbers, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        rendering = [structlog.processors.format_exc_info, mask_numbers, plain]
    structlog.configure(
        processors=[
            drop_simulated,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *rendering,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def drop_simulated(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Nothing of a simulated call is logged."""
    if IS_SIMULATED.get():
        raise structlog.DropEvent
    return entry


def mask_numbers(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Phone numbers in any field, however deep, become `+31•••••567` or `02•••••567`; comes after the traceback is text."""
    for name, value in entry.items():
        if name not in _KEPT:
            entry[name] = _masked(value)
    return entry


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBER.sub(_mask, value)
    if isinstance(value, Mapping):
        return {_masked(name): _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    return value


def _mask(number: re.Match[str]) -> str:
    digits = number.group()
    return f"{digits[: 3 if digits[0] == '+' else 2]}•••••{digits[-3:]}"
