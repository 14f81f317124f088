"""Who acts now, for as long as a request or a command lasts. What it changes is written down with it: see audit_trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Act:
    """One request or command of a person. `what`: the name of a route or command; a desk command gives its own."""

    who: str
    role: str
    what: str
    at: datetime
    #: From where: a network such as "192.0.2.0/24", or "terminal (root)".
    origin: str
    ticket_id: int | None = None
    detail: str = ""
    customer_id: int | None = None
    #: It was said what this is about; else the rows that it writes tell.
    is_told: bool = False


_ACT: ContextVar[Act | None] = ContextVar("act", default=None)


def current_act() -> Act | None:
    """None: the line itself is at work."""
    return _ACT.get()


@contextmanager
def acting(act: Act) -> Iterator[Act]:
    """Everything that is written inside is done by this person."""
    before = _ACT.set(act)
    try:
        yield act
    finally:
        _ACT.reset(before)


def name_act(what: str, by: str, role: str, ticket_id: int | None) -> None:
    """A desk command tells what it is; and at a terminal, where nobody logs in, who gives it."""
    act = _ACT.get()
    if act is not None:
        act.what, act.ticket_id = what, ticket_id
        act.who, act.role = act.who or by, act.role or role


def tell(detail: str, customer_id: int | None = None) -> None:
    """What cannot be seen from the rows: about whom or what it is, behind what stands there already. Never a number, a
    password or what a caller said."""
    act = _ACT.get()
    if act is not None:
        act.is_told, act.customer_id = True, customer_id or act.customer_id
        act.detail = f"{act.detail}; {detail}" if act.detail else detail
