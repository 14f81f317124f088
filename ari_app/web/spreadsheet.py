"""Files for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """A cell that stays text, whatever somebody typed."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_dutch_csv(rows: Iterable[Sequence[object]]) -> str:
    """As a Dutch spreadsheet opens it: semicolons, commas in numbers, a mark for the coding, and no formula. None is empty."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(map(_cell, row) for row in rows)
    return "\ufeff" + written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return plain(value) if isinstance(value, str) else value
