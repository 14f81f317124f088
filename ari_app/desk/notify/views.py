"""What people see of the telling: what waits, what was told, what was given up, and what was tried."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import case, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.desk.notify.people import read_contacts, read_people
from ari_app.desk.notify.spreading import WEBHOOK
from ari_app.desk.notify.subjects import NATURES, subject_of
from ari_app.desk.notify.wording import put_in_words
from ari_app.desk.telling import WEBHOOKS
from ari_app.store.newest import newest
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.telling_tables import TellingRow


class Standing(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    DEAD = "dead"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class StepView:
    """`who` is a name for people; `at` is when it was delivered, given up or ended, or when it is tried next."""

    id: int
    person: str
    who: str
    channel: str
    standing: Standing
    at: datetime
    attempts: int
    why: str
    tries: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class NoticeOutView:
    """One thing that was told, with its steps in order. `may_take`: somebody can still take it up."""

    id: int
    kind: str
    name: str
    text: str
    ticket: str
    written_at: datetime
    taken_by: str
    may_take: bool
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """`delivered_at`: the last time; None: never."""

    delivered_at: datetime | None
    given_up: int
    waiting: int


async def read_given_up(session: AsyncSession, limit: int, below: int | None = None) -> list[NoticeOutView]:
    """With a step that was given up, newest first, from below this row on."""
    dead = select(TellingRow.outbox_id).where(col(TellingRow.dead_at).is_not(None))
    return await _read(session, select(OutboxRow).where(col(OutboxRow.id).in_(dead)), limit, below)


async def read_of_person(session: AsyncSession, person: str, limit: int) -> list[NoticeOutView]:
    """What this person was told or should have been, newest first."""
    theirs = select(TellingRow.outbox_id).where(TellingRow.person == person)
    return await _read(session, select(OutboxRow).where(col(OutboxRow.id).in_(theirs)), limit)


async def read_facts(session: AsyncSession) -> dict[str, ChannelFacts]:
    """By channel; one that never sent anything is not there."""
    delivered, dead = col(TellingRow.delivered_at), col(TellingRow.dead_at)
    open_ones = func.sum(case((delivered.is_(None) & dead.is_(None) & col(TellingRow.ended_at).is_(None), 1), else_=0))
    asked = select(TellingRow.channel, func.max(delivered), func.count(dead), open_ones).group_by(TellingRow.channel)
    found = await session.exec(asked)
    return {name: ChannelFacts(last, given_up, int(waits)) for name, last, given_up, waits in found}


async def read_newest(session: AsyncSession, limit: int, below: int | None = None) -> list[NoticeOutView]:
    """Whatever came of them, from below this row on; events for programs only are left out."""
    told = select(TellingRow.outbox_id).where(col(TellingRow.person).not_like(f"{WEBHOOK}%"))
    untold = col(OutboxRow.delivered_at).is_(None)
    return await _read(session, select(OutboxRow).where(col(OutboxRow.id).in_(told) | untold), limit, below)


async def _read(
    session: AsyncSession, wanted: SelectOfScalar[OutboxRow], limit: int, below: int | None = None
) -> list[NoticeOutView]:
    rows = (await session.exec(newest(wanted, OutboxRow.id, limit, below))).all()
    ids = [row.id for row in rows]
    order = (col(TellingRow.rank), col(TellingRow.person), col(TellingRow.step))
    steps = (await session.exec(select(TellingRow).where(col(TellingRow.outbox_id).in_(ids)).order_by(*order))).all()
    people = [*await read_people(session, with_left=True), *await read_contacts(session)]
    names = {person.key: person.name for person in people}
    return [await _view(session, row, [one for one in steps if one.outbox_id == row.id], names) for row in rows]


async def _view(session: AsyncSession, row: OutboxRow, steps: list[TellingRow], names: dict[str, str]) -> NoticeOutView:
    words, nature = await put_in_words(session, row, ""), NATURES[subject_of(row.kind)]
    is_for_people = row.payload.get("to") != WEBHOOKS
    return NoticeOutView(
        id=row.id or 0,
        kind=row.kind,
        name=nature.name if is_for_people else "Voor andere programma's",
        text=words.text if is_for_people else f"Gebeurtenis {words.event_type}.",
        ticket=words.ticket,
        written_at=row.created_at,
        taken_by=row.taken_by,
        may_take=is_for_people and nature.asks and row.taken_at is None,
        steps=tuple(_step(one, names) for one in steps),
    )


def _step(row: TellingRow, names: dict[str, str]) -> StepView:
    is_program = row.person.startswith(WEBHOOK)
    standing, at = standing_of(row)
    return StepView(
        id=row.id or 0,
        person=row.person,
        who=row.person.removeprefix(WEBHOOK) if is_program else names.get(row.person, "iemand zonder account"),
        channel="webhook" if is_program else row.channel,
        standing=standing,
        at=at,
        attempts=row.attempts,
        why=row.why,
        tries=tuple((datetime.fromisoformat(one["at"]), one["why"]) for one in row.tries),
    )


def standing_of(row: TellingRow) -> tuple[Standing, datetime]:
    """How far it is, and since when, or when it is tried next."""
    ends = (
        (Standing.DELIVERED, row.delivered_at),
        (Standing.DEAD, row.dead_at),
        (Standing.ENDED, row.ended_at),
    )
    over = next(((standing, at) for standing, at in ends if at is not None), None)
    return over or (Standing.RETRYING if row.attempts else Standing.WAITING, row.next_try_at)
