"""Ticket numbers as people say them. They follow from the row, so two tickets never share one and no counter is kept."""

FIRST = 1000


def ticket_number(row_id: int | None) -> str:
    """Row 1 is `T-1001`. ValueError for a row that the database has not numbered yet."""
    if row_id is None:
        raise ValueError("This ticket has no number yet: add it to the database first.")
    return f"T-{FIRST + row_id}"


def ticket_row_id(number: str) -> int | None:
    """The row of `T-1001` (or `t-1001`, `1001`); None for what is no ticket number."""
    digits = number.strip().upper().removeprefix("T-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12 or int(digits) <= FIRST:
        return None
    return int(digits) - FIRST
