"""The steps of all ladders as a queue. Who sends holds a lease; a killed sender's steps come back.

Theory of operation. A step is claimed by moving its next moment to the end of the lease, in a transaction that locks the
row and skips what others hold: of two services on a database one has it. What is sent is marked. A service that is killed
between sending and marking leaves a step that is sent again after the lease, under the same id: mail programs and
receivers of webhooks know a repetition by it. Events of a ticket go to each program one after the other: the next one is
not due as long as one before it is open.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.channel_settings import NotifySettings
from ari_app.clock import Clock
from ari_app.desk.notify.backing_off import FOR_PEOPLE, FOR_WEBHOOKS, wait_after
from ari_app.desk.notify.needed import why_not_needed
from ari_app.desk.notify.people import Person, read_contacts, read_people
from ari_app.desk.notify.spreading import WEBHOOK
from ari_app.desk.notify.subjects import NATURES, UNHURRIED, subject_of
from ari_app.desk.notify.ticket_event import EventNotMade, TicketEvent
from ari_app.desk.notify.wording import put_in_words
from ari_app.desk.telling import EVENT
from ari_app.notify.message import DeliveryFailed, Message
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.telling_tables import TellingRow

log = structlog.get_logger()

#: A channel that takes longer than this has lost its step to the next one who asks.
LEASE = timedelta(minutes=2)
MOST_TRIES_SHOWN = 20
NO_ADDRESS = "Voor dit kanaal is geen adres bekend."


@dataclass(frozen=True, slots=True)
class Telling:
    """A step that is ours until the lease ends. `attempt` counts from 1."""

    id: int
    channel: str
    attempt: int
    message: Message


@dataclass(frozen=True, slots=True)
class Some:
    """Which steps: those of the channel `only`, or those of no channel of `but_for`; neither: all."""

    only: str = ""
    but_for: tuple[str, ...] = ()


EVERYTHING = Some()


class Tellings:
    """`jitter` gives a number in [0, 1); `zone` is that of quiet hours."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: NotifySettings,
        jitter: Callable[[], float],
        ticket_event: TicketEvent,
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._ticket_event = ticket_event
        self._clock = clock
        self._settings = settings
        self._ways = settings.ways()
        self._jitter = jitter
        self._zone = zone

    async def claim(self, limit: int, some: Some = EVERYTHING) -> list[Telling]:
        """At most `limit` steps whose time has come; nobody else gets them before the lease ends. What is not needed any
        more ends here: an empty list means only that nothing is to be sent. What may wait and what goes to customers comes
        after all else."""
        now = self._clock.now()
        async with self._store.session() as session:
            rows = (await session.exec(_due(now, limit, some))).all()
            known = [*await read_people(session), *await read_contacts(session)] if rows else []
            people = {person.key: person for person in known}
            claimed = [await self._claimed(session, row, people, now) for row in rows]
        return [one for one in claimed if one is not None]

    async def sent(self, telling: Telling) -> None:
        async with self._store.session() as session:
            row = await session.get_one(TellingRow, telling.id)
            row.delivered_at, row.why = row.delivered_at or self._clock.now(), ""

    async def failed(self, telling: Telling, failure: DeliveryFailed) -> None:
        """Tried again later; given up when that does not help, and then the next channel comes at once."""
        now = self._clock.now()
        async with self._store.session() as session:
            row = await session.get_one(TellingRow, telling.id, with_for_update=True)
            if row.attempts != telling.attempt or row.delivered_at is not None:
                return  # our lease was over: another one tries
            await self._again(session, row, failure, now)

    async def _claimed(
        self, session: AsyncSession, row: TellingRow, people: dict[str, Person], now: datetime
    ) -> Telling | None:
        told = await session.get_one(OutboxRow, row.outbox_id)
        is_webhook = row.person.startswith(WEBHOOK)
        if not is_webhook and (why := await why_not_needed(session, row, told, now)):
            row.ended_at, row.why = now, why
            return None
        person = people.get(row.person)
        if person is not None and NATURES[subject_of(told.kind)].may_wait:
            row.next_try_at = person.wakes_at(now, self._zone)
            if row.next_try_at > now:  # a next channel, or a next try
                return None
        row.attempts += 1
        if row.attempts > 1 + len(FOR_WEBHOOKS if is_webhook else FOR_PEOPLE):  # its senders died over it
            await _give_up(session, row, now)
            return None
        to = "" if is_webhook else self._address(person, row.channel)
        if to is None:
            _note(row, NO_ADDRESS, now)
            await _give_up(session, row, now)
            return None
        row.next_try_at = now + LEASE
        try:
            return Telling(row.id or 0, row.channel, row.attempts, await self._message(session, row, told, to))
        except EventNotMade as why:
            await self._again(session, row, DeliveryFailed(str(why)), now)
            return None

    async def _again(self, session: AsyncSession, row: TellingRow, failure: DeliveryFailed, now: datetime) -> None:
        """Later, or given up when that does not help."""
        _note(row, str(failure), now)
        is_webhook, jitter = row.person.startswith(WEBHOOK), self._jitter()
        wait = wait_after(row.attempts, is_webhook=is_webhook, jitter=jitter, asked=failure.again_in)
        if failure.permanent or wait is None:
            await _give_up(session, row, now)
        else:
            row.next_try_at = now + wait

    def _address(self, person: Person | None, channel: str) -> str | None:
        kind = self._ways.get(channel)
        return None if person is None or kind is None else person.addresses.get(kind)

    async def _message(self, session: AsyncSession, row: TellingRow, told: OutboxRow, to: str) -> Message:
        words = await put_in_words(session, told, self._settings.pages)
        event = words.event
        if told.kind == EVENT:
            event = await self._ticket_event.of(session, told, self._settings.webhooks.get(row.channel))
        return Message(
            id=f"msg_{hashlib.sha256(f'{told.key}>{row.key}'.encode()).hexdigest()[:24]}",
            to=to,
            subject=words.subject,
            text=words.text,
            kind=told.kind,
            ticket=words.ticket,
            link=words.link,
            written_at=told.created_at,
            event_type=words.event_type,
            event=event,
        )


def _due(now: datetime, limit: int, some: Some) -> SelectOfScalar[TellingRow]:
    waits = (
        col(TellingRow.delivered_at).is_(None),
        col(TellingRow.dead_at).is_(None),
        col(TellingRow.ended_at).is_(None),
        col(TellingRow.next_try_at) <= now,
    )
    due = select(TellingRow).join(OutboxRow).where(*waits, _is_first_in_lane())
    due = due.where(col(TellingRow.channel).not_in(some.but_for))
    due = due.where(TellingRow.channel == some.only) if some.only else due
    may_wait = col(OutboxRow.kind).in_(UNHURRIED)
    first = due.order_by(may_wait, col(TellingRow.next_try_at), col(TellingRow.id)).limit(limit)
    return first.with_for_update(skip_locked=True, of=TellingRow)


def _is_first_in_lane() -> ColumnElement[bool]:
    """An event of a ticket goes to a program after those before it, be they sent or given up."""
    lane = col(TellingRow.lane)
    is_open = (
        lane.is_not(None),
        col(TellingRow.delivered_at).is_(None),
        col(TellingRow.dead_at).is_(None),
        col(TellingRow.ended_at).is_(None),
    )
    firsts = select(func.min(TellingRow.id)).where(*is_open).group_by(col(TellingRow.person), lane)
    return or_(lane.is_(None), col(TellingRow.id).in_(firsts))


def _note(row: TellingRow, why: str, now: datetime) -> None:
    row.why = why
    row.tries = [*row.tries, {"at": now.isoformat(), "why": why}][-MOST_TRIES_SHOWN:]


async def _give_up(session: AsyncSession, row: TellingRow, now: datetime) -> None:
    row.dead_at = now
    log.error("Somebody could not be told", action="telling_dead", telling=row.id, channel=row.channel, why=row.why)
    follows = (col(TellingRow.outbox_id) == row.outbox_id) & (col(TellingRow.person) == row.person)
    waits = (
        (col(TellingRow.step) == row.step + 1) & (col(TellingRow.attempts) == 0) & (col(TellingRow.next_try_at) > now)
    )
    sooner = update(TellingRow).where(follows, waits).values(next_try_at=now)
    await session.exec(sooner.execution_options(synchronize_session=False))
