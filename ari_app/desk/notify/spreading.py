"""From one row of the outbox to its ladder: who is told, by what, and who comes next. Written once, whatever happens."""

from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.channel_settings import WebhookSettings
from ari_app.desk.notify.ladder import Rules, Step, ladder
from ari_app.desk.notify.people import CONTACT, Person, read_contacts, read_people, supervisors
from ari_app.desk.notify.subjects import subject_of
from ari_app.desk.notify.wording import event_type_of
from ari_app.desk.rota_reading import engineers_on_duty
from ari_app.desk.telling import EVENT, MAINTENANCE, SUPERVISOR, WEBHOOKS
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import TicketRow
from ari_app.store.telling_tables import TellingRow

WEBHOOK = "webhook:"
NOT_FOR_PROGRAMS = ("test", MAINTENANCE)


async def spread(
    session: AsyncSession, row: OutboxRow, rules: Rules, webhooks: Mapping[str, WebhookSettings], now: datetime
) -> int:
    """Gives how many steps there are; 0: nobody is told. Doing it twice adds nothing."""
    kind = event_type_of(row)
    hooks = [] if row.kind in NOT_FOR_PROGRAMS else [name for name, one in webhooks.items() if wants(one.kinds, kind)]
    steps = [Step(f"{WEBHOOK}{name}", name, 0, 0, now) for name in hooks]
    if row.payload.get("to") != WEBHOOKS:
        people = await read_people(session)
        first, later = await _whom(session, row, people, now)
        steps += ladder(subject_of(row.kind), first, later, rules, now)
    if steps:
        await _write(session, row, steps)
    return len(steps)


def wants(kinds: tuple[str, ...], kind: str) -> bool:
    """None named: all; `ticket.*`: all that begin so."""
    return not kinds or any(fnmatchcase(kind, one) for one in kinds)


async def _whom(
    session: AsyncSession, row: OutboxRow, people: list[Person], now: datetime
) -> tuple[list[Person], list[Person]]:
    """Those whom it concerns, and those who come after them in order."""
    ours, to = supervisors(people), str(row.payload.get("to", ""))
    if to.startswith(CONTACT):
        return [one for one in await read_contacts(session) if one.key == to], []
    on_duty = [one.id for one in await engineers_on_duty(session, now)]
    engineers = sorted((p for p in people if p.engineer_id in on_duty), key=lambda p: on_duty.index(p.engineer_id or 0))
    if to and to != SUPERVISOR:
        named = [p for p in people if to in (p.key, f"engineer:{p.engineer_id}")]
        return named, [*engineers, *ours]
    if to == SUPERVISOR:
        return ours, engineers
    ticket = None if row.ticket_id is None else await session.get(TicketRow, row.ticket_id)
    assignee = ticket.assignee_id if ticket else None
    whose = [p for p in people if assignee is not None and p.engineer_id == assignee and p not in ours]
    return [*ours, *whose], engineers


async def _write(session: AsyncSession, row: OutboxRow, steps: list[Step]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [_row(row, step).model_dump(exclude={"id"}) for step in steps]
    connection = await session.connection()
    await connection.execute(insert(TellingRow).values(rows).on_conflict_do_nothing())


def _row(row: OutboxRow, step: Step) -> TellingRow:
    return TellingRow(
        key=f"{row.id}>{step.person}>{step.channel}",
        outbox_id=row.id or 0,
        person=step.person,
        channel=step.channel,
        rank=step.rank,
        step=step.step,
        next_try_at=step.at,
        lane=row.ticket_id if row.kind == EVENT else None,
    )
