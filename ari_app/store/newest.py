"""The newest rows, a page at a time."""

from typing import TypeVar

from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

Row = TypeVar("Row")


def newest(
    wanted: SelectOfScalar[Row], row_id: int | None, limit: int, below: int | None = None
) -> SelectOfScalar[Row]:
    """Newest first, at most `limit`; from below the row with id `below` on, None: from the newest. `row_id`: the column."""
    from_there = wanted if below is None else wanted.where(col(row_id) < below)
    return from_there.order_by(col(row_id).desc()).limit(limit)
