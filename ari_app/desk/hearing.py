"""The desk's side of the pipeline: which sound to hear, what was heard of it, and what failed.

Theory of operation. A job names a sound and an attempt. Its row says which attempt counts and how far it is. Who files or
gives up locks that row first and finds out whether it still speaks for the sound; so a worker that was thought dead and
comes back, or a step that runs again after a kill, changes nothing a second time.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Update, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.numbers import ticket_number
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.desk.to_hear import ToHear, begin_to_hear
from ari_app.desk.transcripts import Heard, Unheard, store_failure, store_transcript
from ari_app.desk.urgent import mark_urgent
from ari_app.store.database import Store
from ari_app.store.job_tables import JobState, SoundJobRow
from ari_app.store.statements import Asks, ask, change
from ari_app.store.tables import TicketRow, VoicemailState
from ari_app.store.work_queue import Sound, SoundJob, WorkQueue

log = structlog.get_logger()

PARKED = "message_parked"
PROPOSED = "cat_iii_proposed"
#: Proposals of which somebody may have to know at once.
WORTH_TELLING = frozenset({"cat3"})


class Hearing:
    """`cat_iii_is_urgent`: people are told one after another of a message that the machine proposes CAT III for."""

    def __init__(
        self,
        store: Store,
        days: DaysInForce,
        clock: Clock,
        recordings: Path,
        queue: WorkQueue,
        *,
        cat_iii_is_urgent: bool,
    ) -> None:
        self._store = store
        self._days = days
        self._clock = clock
        self.recordings = recordings
        self._queue = queue
        self._cat_iii_is_urgent = cat_iii_is_urgent

    async def begin(self, job: SoundJob, worker: str = "") -> ToHear | None:
        """What this attempt is to hear; None when nothing is left to do: heard, or a later attempt took its place. That
        `worker` began is counted."""
        async with self._store.transaction() as session:
            return await begin_to_hear(session, job, worker, self._clock)

    async def uncount_start(self, job: SoundJob) -> None:
        """Listening failed, and the worker lives: only what kills workers is counted."""
        async with self._store.session() as session:
            await session.exec(_update(job).values(starts=SoundJobRow.starts - 1))

    async def file(self, job: SoundJob, found: Heard | Unheard) -> bool:
        """Stores what became of a message, and whoever must know of it at once is told. False: this attempt counts no more,
        and nothing was changed."""
        async with self._store.transaction() as session:
            rows = await ask(session, _HELD, kind=job.kind.value, row_id=job.row_id)
            if rows and not _counts(rows[0], job):
                return False
            if isinstance(found, Unheard):
                await store_failure(session, job.row_id, found)
            else:
                terms = await self._days.read(session)
                ticket = await store_transcript(session, job.row_id, found, terms, self._clock.now(), job.attempt)
                if found.assessment.category in WORTH_TELLING:
                    await self._tell(session, ticket)
            if rows:
                done = {"state": JobState.DONE, "why": "", "changed_at": self._clock.now()}
                await change(session, SoundJobRow, {"kind": job.kind.value, "row_id": job.row_id}, done)
        return True

    async def fail(self, job: SoundJob, why: str, again_in: timedelta | None) -> JobState | None:
        """This attempt failed. The next one begins `again_in` from now; None: it is parked, and people are told.

        Gives None when this attempt counts no more. `why` is Dutch.
        """
        async with self._store.session() as session:
            row = await _row(session, job)
            if row is None or not _counts(row, job):
                return None
            row.failures, row.why, row.changed_at = row.failures + 1, why, self._clock.now()
            if again_in is None:
                await self._park(session, job, row)
            else:
                row.state, row.attempt, row.starts = JobState.RETRYING, row.attempt + 1, 0
                row.next_try_at = self._clock.now() + again_in
                await self._queue.enqueue(session, SoundJob(job.kind, job.row_id, row.attempt, job.haste), again_in)
            return row.state

    async def failures(self, job: SoundJob) -> int:
        """Attempts that failed before this one since somebody asked for it last."""
        async with self._store.reading() as session:
            row = await session.get(SoundJobRow, (job.kind.value, job.row_id))
            return row.failures if row else 0

    async def done(self, job: SoundJob) -> None:
        """Of a note, which the desk's command filed."""
        async with self._store.session() as session:
            row = await _row(session, job)
            if row is not None and _counts(row, job):
                row.state, row.changed_at = JobState.DONE, self._clock.now()

    async def _tell(self, session: Asks, ticket: TicketRow) -> None:
        """Of a proposal that nobody judged yet, once."""
        if ticket.category is not None or ticket.proposal not in WORTH_TELLING:
            return
        now = self._clock.now()
        if self._cat_iii_is_urgent:
            await mark_urgent(session, ticket.id or 0, "De machine stelt CAT III voor.", now)
            return
        number = ticket_number(ticket.id)
        text = f"De machine stelt CAT III voor bij {number}: luister en beslis."
        await tell_once(session, f"{number}:{PROPOSED}", PROPOSED, SUPERVISOR, text, now)

    async def _park(self, session: AsyncSession, job: SoundJob, row: SoundJobRow) -> None:
        row.state, row.next_try_at = JobState.PARKED, None
        if job.kind is Sound.MESSAGE:
            await store_failure(session, job.row_id, Unheard(VoicemailState.FAILED, row.why))
        number = ticket_number(row.ticket_id)
        text = f"Een opname van {number} kon niet worden verwerkt: luister zelf. {row.why}"
        await tell_once(session, f"{job.name}:{PARKED}", PARKED, SUPERVISOR, text, row.changed_at)
        log.error("A sound is parked", action="sound_parked", sound=job.name, ticket=number)


def _counts(row: Any, job: SoundJob) -> bool:
    """`row`: of the table, or its attempt and state."""
    return row.attempt == job.attempt and row.state not in (JobState.DONE, JobState.PARKED)


_HELD = (
    sa.select(col(SoundJobRow.attempt), col(SoundJobRow.state))
    .where(
        col(SoundJobRow.kind) == sa.bindparam("kind", type_=sa.String),
        col(SoundJobRow.row_id) == sa.bindparam("row_id", type_=sa.Integer),
    )
    .with_for_update()
)


async def _row(session: AsyncSession, job: SoundJob) -> SoundJobRow | None:
    return await session.get(SoundJobRow, (job.kind.value, job.row_id), with_for_update=True)


def _update(job: SoundJob) -> Update:
    return update(SoundJobRow).where(
        col(SoundJobRow.kind) == job.kind.value,
        col(SoundJobRow.row_id) == job.row_id,
        col(SoundJobRow.attempt) == job.attempt,
    )
