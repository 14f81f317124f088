"""JSON of the database to plain values, in half the time of Python's own reader: a list holds the words of forty messages."""

import json
from typing import Any

from pydantic import TypeAdapter

_ANYTHING = TypeAdapter[Any](Any)


def read_json(text: str | bytes) -> Any:
    """As `json.loads`, of what our own rows hold. Raises ValueError."""
    try:
        return _ANYTHING.validate_json(text)
    except ValueError:
        # Half a character (a lone surrogate) is no text for pydantic; Python takes it.
        return json.loads(text)
