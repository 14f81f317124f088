"""Files with a ticket: kept under a random name outside everything that is served, each look at one an access entry."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.attachment_types import NotTaken, file_type
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.refusal import Refused
from ari_app.desk.rows_of import RowsOf
from ari_app.store.attachment_tables import AttachmentRow
from ari_app.store.database import Store
from ari_app.store.tables import AccessEntryRow, TicketRow

MOST_PER_TICKET = 50
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """`size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    added_by: str
    added_at: datetime


class Attachments:
    """`folder` is made when the first file comes."""

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder

    async def add(self, number: str, name: str, content: bytes, by: Actor) -> int:
        """The id of the attachment. Raises NotTaken for the file, Refused for the ticket or the person."""
        by.must_be_ours("R-113")
        shown = plain_name(name)
        kind = file_type(shown, content)
        stored = secrets.token_hex(16)
        file = self._folder / stored
        await asyncio.to_thread(_write, file, content)
        try:
            return await self._note(number, shown, kind.media_type, len(content), stored, by)
        except BaseException:
            file.unlink(missing_ok=True)
            raise

    async def of_ticket(self, number: str) -> tuple[AttachmentView, ...]:
        """In order of adding."""
        async with self._store.reading() as session:
            return await read_attachments(await RowsOf.ticket(session, ticket_row_id(number) or 0))

    async def open(self, number: str, attachment_id: int, by: Actor) -> tuple[AttachmentView, Path] | None:
        """What it is and where its bytes lie; written down as access before anything is read (R-113, R-114). None: there
        is no such attachment. Raises Refused."""
        by.must_be_ours("R-113")
        async with self._store.session() as session:
            row = await session.get(AttachmentRow, attachment_id)
            if row is None or row.ticket_id != ticket_row_id(number):
                return None
            session.add(
                AccessEntryRow(
                    ticket_id=row.ticket_id,
                    account=by.name,
                    at=self._clock.now(),
                    purpose="downloaded",
                    path=row.name,
                    why="bijlage bij de melding",
                )
            )
            return _view(row), self._folder / row.stored

    async def _note(self, number: str, name: str, media_type: str, size: int, stored: str, by: Actor) -> int:
        async with self._store.session() as session:
            ticket = await _ticket(session, number)
            there = (await session.exec(select(AttachmentRow.id).where(AttachmentRow.ticket_id == ticket.id))).all()
            if len(there) >= MOST_PER_TICKET:
                raise NotTaken(f"{name} past er niet bij: een melding heeft hoogstens {MOST_PER_TICKET} bijlagen.")
            row = AttachmentRow(
                ticket_id=ticket.id or 0,
                name=name,
                media_type=media_type,
                size=size,
                stored=stored,
                added_by=by.name,
                added_at=self._clock.now(),
            )
            session.add(row)
            await session.flush()
            return row.id or 0


async def read_attachments(rows: RowsOf) -> tuple[AttachmentView, ...]:
    """In order of adding."""
    return tuple(_view(one) for one in await rows.all(AttachmentRow))


def plain_name(name: str) -> str:
    """Without folders and without what does not print; never empty, at most 120 characters with its ending kept."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    printed = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    if not printed:
        return "bestand"
    ending = PurePosixPath(printed).suffix[:10]
    return printed if len(printed) <= _LONGEST_NAME else printed[: _LONGEST_NAME - len(ending)] + ending


async def _ticket(session: AsyncSession, number: str) -> TicketRow:
    row_id = ticket_row_id(number)
    found = None if row_id is None else await session.get(TicketRow, row_id, with_for_update=True)
    if found is None:
        raise Refused(f"Melding {number!r} bestaat niet", "R-111")
    return found


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_bytes(content)
    file.chmod(0o600)


def _view(row: AttachmentRow) -> AttachmentView:
    return AttachmentView(row.id or 0, row.name, row.media_type, row.size, row.added_by, row.added_at)
