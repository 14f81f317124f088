"""What the desk would say to a command now, asked of the command itself and without doing it.

Theory of operation. A command reads rows, refuses, and only then writes. It gets a ticket of its own and a session that
reads for real and takes nothing: what comes to a write was not refused. So no page knows a second time what is allowed.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.change import Change
from ari_app.desk.refusal import Refused
from ari_app.store.tables import TicketRow


@dataclass(frozen=True, slots=True)
class Trial:
    """One accepted set of values is enough; `givens` has at least one, and is gone through once."""

    command: Callable[..., Awaitable[object]]
    givens: Iterable[Mapping[str, object]]


async def refusals_of(change: Change, trials: Mapping[str, Trial]) -> dict[str, Refused | None]:
    """Of each, by its name, why none of its values is accepted now (the answer to the first ones); None: it is possible."""
    ticket = change.ticket.model_dump()
    trying = replace(change, session=cast(AsyncSession, _OnlyReads(change.session)))
    return {name: await _refusal_of(trying, ticket, trial) for name, trial in trials.items()}


async def _refusal_of(change: Change, ticket: Mapping[str, object], trial: Trial) -> Refused | None:
    first: Refused | None = None
    for given in trial.givens:
        refused = await _answer(_apart(change, ticket), trial.command, given)
        if refused is None:
            return None
        first = first or refused
    return first


async def _answer(
    change: Change, command: Callable[..., Awaitable[object]], given: Mapping[str, object]
) -> Refused | None:
    try:
        await command(change, **given)
    except Refused as refused:
        return refused
    except _ComesToWriting:
        return None
    return None


def _apart(change: Change, ticket: Mapping[str, object]) -> Change:
    """A change whose ticket, events and decisions are its own."""
    # No row: making one takes longer than most commands.
    own = cast(TicketRow, SimpleNamespace(**ticket))
    return replace(change, ticket=own, events=[*change.events], decisions=[*change.decisions])


class _ComesToWriting(Exception):
    """The command passed all that it checks."""


class _OnlyReads:
    """The part of a session that commands use; a row that several of them get by its key is read once. Give it one that does
    not flush by itself."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._got: dict[tuple[type[SQLModel], object], Any] = {}
        self.exec = session.exec
        self.get_one = session.get_one
        self.connection = session.connection

    async def get(self, table: type[SQLModel], key: object) -> Any:
        """None: there is no such row."""
        if (table, key) not in self._got:
            self._got[table, key] = await self._session.get(table, key)
        return self._got[table, key]

    def add(self, row: Any) -> None:
        """Goes nowhere."""

    def add_all(self, rows: Any) -> None:
        """Goes nowhere."""

    async def delete(self, row: Any) -> None:
        raise _ComesToWriting

    async def flush(self) -> None:
        raise _ComesToWriting
