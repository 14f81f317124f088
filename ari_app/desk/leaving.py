"""An engineer leaves: what must have gone to somebody else first, so that there is never a hole and no ticket is lost."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.desk.change import FINISHED
from ari_app.desk.numbers import ticket_number
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_reading import read_engineers, read_rotations
from ari_app.store.rota_tables import RotaLinkRow
from ari_app.store.tables import DutyRow, TicketRow
from routing.rota import Engineer
from routing.rotation import Rotation

MOST_NAMED = 5


async def refuse_while_needed(session: AsyncSession, engineer: Engineer, now: datetime, zone: ZoneInfo) -> None:
    """Raises Refused with each pattern and duty that is not over and each open ticket. A duty counts although another has it
    for now: when that override is taken away, it is there again."""
    duties, tickets = await _duties(session, engineer, now, zone), await _tickets(session, engineer)
    if duties:
        raise Refused(f"Kan nadat een ander {_listed(duties)} heeft: {engineer.name} staat nog in het rooster", "R-142")
    if tickets:
        raise Refused(f"Kan nadat een ander {_listed(tickets)} heeft: dat is nog van {engineer.name}", "R-142")


async def revoke_links(session: AsyncSession, engineer_id: int, now: datetime) -> None:
    """Calendar and page of the duty of this one open nothing any more."""
    theirs = select(RotaLinkRow).where(RotaLinkRow.engineer_id == engineer_id, col(RotaLinkRow.revoked_at).is_(None))
    for one in await session.exec(theirs):
        one.revoked_at = now


async def _duties(session: AsyncSession, engineer: Engineer, now: datetime, zone: ZoneInfo) -> list[str]:
    patterns = [
        one for one in await read_rotations(session, await read_engineers(session)) if _turns(one, engineer, now)
    ]
    single = select(DutyRow).where(DutyRow.engineer_id == engineer.id, col(DutyRow.ends_at) > now)
    return [f"het patroon van plaats {one.position}" for one in patterns] + [
        f"de dienst van {row.starts_at.astimezone(zone):%d-%m-%Y %H:%M}, plaats {row.position}"
        for row in await session.exec(single.order_by(col(DutyRow.starts_at), col(DutyRow.id)))
    ]


def _turns(pattern: Rotation, engineer: Engineer, now: datetime) -> bool:
    """Whether a turn of this engineer is still to come, or not over yet."""
    if engineer.id not in {one.id for one in pattern.engineers}:
        return False
    if pattern.ends_at is None:
        return True
    return any(duty.engineer.id == engineer.id for duty in pattern.duties(now, pattern.ends_at))


async def _tickets(session: AsyncSession, engineer: Engineer) -> list[str]:
    theirs = select(TicketRow.id).where(TicketRow.assignee_id == engineer.id, col(TicketRow.state).not_in(FINISHED))
    return [f"ticket {ticket_number(one or 0)}" for one in await session.exec(theirs.order_by(col(TicketRow.id)))]


def _listed(things: list[str]) -> str:
    more = len(things) - MOST_NAMED
    return ", ".join(things[:MOST_NAMED]) + (f" en nog {more}" if more > 0 else "")
