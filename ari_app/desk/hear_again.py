"""Sounds that are asked for once more: by a person, after a change of model, or because they fell out of the queue."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.numbers import ticket_number, ticket_row_id
from ari_app.store.database import Store
from ari_app.store.in_call_tables import CallSoundRow, SoundKind
from ari_app.store.job_tables import Erased, ErasedRow, JobState, SoundJobRow
from ari_app.store.tables import TicketRow, VoicemailRow, VoicemailState
from ari_app.store.work_queue import Haste, Sound, SoundJob, WorkQueue

#: Sounds in a transaction: short enough for calls that want to write in between.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ParkedView:
    """A sound that only a person has tried again. `kind`: message or note; `why` is Dutch."""

    ticket: str
    kind: str
    since: datetime
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class Which:
    """Messages to hear again; all that is named must hold. `tickets` () and None: any."""

    tickets: tuple[str, ...] = ()
    #: Not heard by one of these models.
    other_than: frozenset[str] | None = None
    #: Reported at this moment or later.
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of some jobs are over, and how many of those failed for now."""

    over: int
    failed: int


class HearAgain:
    """What pages, the command line and the workers ask."""

    def __init__(self, store: Store, clock: Clock, queue: WorkQueue) -> None:
        self._store = store
        self._clock = clock
        self._queue = queue

    async def parked(self, limit: int) -> list[ParkedView]:
        """Longest parked first."""
        found = _parked().order_by(col(SoundJobRow.changed_at)).limit(limit)
        async with self._store.reading() as session:
            return [_parked_view(row) for row in await session.exec(found)]

    async def count_parked(self) -> int:
        async with self._store.reading() as session:
            counted = select(func.count()).select_from(SoundJobRow).where(SoundJobRow.state == JobState.PARKED)
            return (await session.exec(counted)).one()

    async def try_again(self, tickets: Collection[str] | None = None) -> list[str]:
        """What is parked is heard anew; gives the tickets. `tickets` None: all. Raises ValueError, and then changes nothing,
        for a ticket that has nothing parked."""
        ids = None if tickets is None else {ticket_row_id(number): number for number in tickets}
        found = _parked() if ids is None else _parked().where(col(SoundJobRow.ticket_id).in_(ids))
        async with self._store.session() as session:
            rows = (await session.exec(found.order_by(col(SoundJobRow.changed_at)).with_for_update())).all()
            if ids and (unknown := set(ids) - {row.ticket_id for row in rows}):
                names = ", ".join(sorted(ids[one] for one in unknown))
                raise ValueError(f"nothing is parked of {names}; `meldlijn work parked` shows what is")
            for row in rows:
                haste = Haste(row.haste) if row.kind == Sound.NOTE or row.haste < Haste.AGAIN else Haste.NONE
                await self._ask(session, row, haste)
            return [ticket_number(row.ticket_id) for row in rows]

    async def choose(self, which: Which) -> tuple[list[int], list[str]]:
        """Messages (rows of `voicemail`) that are meant, oldest first, and tickets among them whose recording is deleted.

        Raises ValueError for a ticket that has no message.
        """
        ids = {ticket_row_id(number): number for number in which.tickets}
        async with self._store.reading() as session:
            rows = (await session.exec(_messages(which, [one for one in ids if one is not None]))).all()
            gone = set(await session.exec(select(ErasedRow.ticket_id).where(ErasedRow.what == Erased.AUDIO)))
        if unknown := set(ids) - {row.ticket_id for row in rows}:
            raise ValueError(f"no message to hear again: {', '.join(sorted(ids[one] for one in unknown))}")
        there = [row.id or 0 for row in rows if row.ticket_id not in gone]
        return there, [ticket_number(row.ticket_id) for row in rows if row.ticket_id in gone]

    async def ask(self, voicemails: Iterable[int], haste: Haste = Haste.AGAIN) -> list[SoundJob]:
        """Puts messages in the queue for their next attempt: those that are chosen one by one before those of a long list."""
        asked = []
        async with self._store.session() as session:
            for voicemail_id in voicemails:
                row = await session.get(SoundJobRow, (Sound.MESSAGE.value, voicemail_id), with_for_update=True)
                row = row or await self._new_row(session, SoundJob(Sound.MESSAGE, voicemail_id))
                asked.append(await self._ask(session, row, haste))
        return asked

    async def progress(self, jobs: Collection[SoundJob]) -> Progress:
        """Of jobs that `ask` gave; one that waits for a next attempt counts as over and failed."""
        attempts = {job.row_id: job.attempt for job in jobs}
        over = failed = 0
        async with self._store.reading() as session:
            ids = list(attempts)
            for first in range(0, len(ids), 1000):
                some = ids[first : first + 1000]
                found = select(SoundJobRow).where(SoundJobRow.kind == Sound.MESSAGE, col(SoundJobRow.row_id).in_(some))
                for row in await session.exec(found):
                    over += row.state is not JobState.WAITING or row.attempt > attempts[row.row_id]
                    failed += row.state in (JobState.PARKED, JobState.RETRYING)
        return Progress(over, failed)

    async def unheard(self) -> list[SoundJob]:
        """Every sound that should be in the queue now, or in hand: by its attempt that counts."""
        async with self._store.reading() as session:
            messages = select(VoicemailRow.id).where(VoicemailRow.state == VoicemailState.PENDING)
            notes = select(CallSoundRow.id).where(CallSoundRow.kind == SoundKind.NOTE, col(CallSoundRow.text).is_(None))
            waiting = {
                (kind.value, row_id): SoundJob(kind, row_id)
                for kind, ids in (
                    (Sound.MESSAGE, await session.exec(messages)),
                    (Sound.NOTE, await session.exec(notes)),
                )
                for row_id in ids
                if row_id is not None
            }
            not_done = select(SoundJobRow).where(col(SoundJobRow.state) != JobState.DONE)
            for row in await session.exec(not_done):
                if row.state is JobState.PARKED:
                    waiting.pop((row.kind, row.row_id), None)
                else:
                    waiting[row.kind, row.row_id] = _job(row)
        return list(waiting.values())

    async def put_back(self, job: SoundJob, *, has_ended: bool) -> None:
        """A sound that is in no queue, though nothing became of it. `has_ended`: its attempt is over, so it gets a new one."""
        async with self._store.session() as session:
            row = await session.get(SoundJobRow, (job.kind.value, job.row_id), with_for_update=True)
            if row is not None and (row.attempt != job.attempt or row.state in (JobState.DONE, JobState.PARKED)):
                return
            if has_ended:
                await self._ask(session, row or await self._new_row(session, job), job.haste)
            else:
                await self._queue.enqueue(session, job)

    async def _new_row(self, session: AsyncSession, job: SoundJob) -> SoundJobRow:
        is_message = job.kind is Sound.MESSAGE
        ticket_id = col(VoicemailRow.ticket_id) if is_message else col(CallSoundRow.ticket_id)
        of_sound = VoicemailRow.id == job.row_id if is_message else CallSoundRow.id == job.row_id
        row = SoundJobRow(
            kind=job.kind.value,
            row_id=job.row_id,
            ticket_id=(await session.exec(select(ticket_id).where(of_sound))).one(),
            attempt=job.attempt,
            haste=job.haste.value,
            changed_at=self._clock.now(),
        )
        session.add(row)
        return row

    async def _ask(self, session: AsyncSession, row: SoundJobRow, haste: Haste) -> SoundJob:
        row.attempt, row.failures, row.starts, row.haste = row.attempt + 1, 0, 0, haste
        row.state, row.why, row.next_try_at, row.changed_at = JobState.WAITING, "", None, self._clock.now()
        if row.kind == Sound.MESSAGE:
            message = await session.get_one(VoicemailRow, row.row_id)
            if message.transcript is None:
                message.state, message.error = VoicemailState.PENDING, ""
        job = _job(row)
        await self._queue.enqueue(session, job)
        return job


def _job(row: SoundJobRow) -> SoundJob:
    return SoundJob(Sound(row.kind), row.row_id, row.attempt, Haste(row.haste))


def _parked() -> SelectOfScalar[SoundJobRow]:
    return select(SoundJobRow).where(SoundJobRow.state == JobState.PARKED)


def _messages(which: Which, ticket_ids: Collection[int]) -> SelectOfScalar[VoicemailRow]:
    found = select(VoicemailRow).order_by(col(VoicemailRow.id))
    if which.tickets:
        found = found.where(col(VoicemailRow.ticket_id).in_(ticket_ids))
    if which.other_than is not None:
        found = found.where(col(VoicemailRow.model).not_in(which.other_than))
    if which.since is not None:
        found = found.join(TicketRow, col(TicketRow.id) == col(VoicemailRow.ticket_id))
        found = found.where(col(TicketRow.reported_at) >= which.since)
    return found


def _parked_view(row: SoundJobRow) -> ParkedView:
    return ParkedView(ticket_number(row.ticket_id), row.kind, row.changed_at, row.failures, row.why)
