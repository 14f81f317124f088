"""A worker begins with a sound: what it is to hear, of whom, and how often that was begun. One transaction, few statements."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.numbers import ticket_number
from ari_app.store.contract_tables import CrucialPlaceRow
from ari_app.store.database import Transaction
from ari_app.store.in_call_tables import CallSoundRow
from ari_app.store.job_tables import JobState, SoundJobRow
from ari_app.store.message_tables import MessageChoiceRow
from ari_app.store.service_tables import ServiceRow
from ari_app.store.statements import ask, columns_of, defaults_of
from ari_app.store.tables import CallRow, Contract, PhoneNumber, Role, TicketRow, VoicemailRow, VoicemailState
from ari_app.store.tables import Customer as CustomerRow
from ari_app.store.work_queue import Sound, SoundJob
from transcription.hints import hint_words
from transcription.known_customer import Customer

_ROW_ID = sa.bindparam("row_id", type_=sa.Integer)
_MESSAGE = (
    sa.select(
        col(VoicemailRow.recording),
        col(VoicemailRow.ticket_id),
        (col(VoicemailRow.state) != VoicemailState.PENDING).label("is_heard"),
        sa.literal("").label("by"),
        col(MessageChoiceRow.language),
        col(TicketRow.customer_id),
        col(TicketRow.contract_id),
    )
    .join(TicketRow, col(TicketRow.id) == col(VoicemailRow.ticket_id))
    .outerjoin(MessageChoiceRow, col(MessageChoiceRow.ticket_id) == col(VoicemailRow.ticket_id))
    .where(col(VoicemailRow.id) == _ROW_ID)
)
_NOTE = (
    sa.select(
        col(CallSoundRow.recording),
        col(CallSoundRow.ticket_id),
        col(CallSoundRow.text).is_not(None).label("is_heard"),
        col(CallSoundRow.by),
        sa.literal("").label("language"),
        col(TicketRow.customer_id),
        col(TicketRow.contract_id),
    )
    .join(TicketRow, col(TicketRow.id) == col(CallSoundRow.ticket_id))
    .where(col(CallSoundRow.id) == _ROW_ID)
)
_CUSTOMER_ID = sa.bindparam("customer_id", type_=sa.Integer)
_NAMES = (
    sa.select(col(CustomerRow.name), col(PhoneNumber.contact_name))
    .outerjoin(PhoneNumber, col(PhoneNumber.customer_id) == col(CustomerRow.id))
    .where(col(CustomerRow.id) == _CUSTOMER_ID)
)
_CONTRACTS = sa.select(col(Contract.id), col(Contract.kind), col(Contract.users)).where(
    col(Contract.customer_id) == _CUSTOMER_ID
)
_SERVICES = sa.select(col(ServiceRow.name), col(ServiceRow.supplier)).where(col(ServiceRow.customer_id) == _CUSTOMER_ID)
_CRUCIAL = sa.select(col(CrucialPlaceRow.place), col(CrucialPlaceRow.number)).where(
    col(CrucialPlaceRow.customer_id) == _CUSTOMER_ID
)
_CALLED_FROM = sa.select(col(CallRow.caller_number)).where(
    col(CallRow.ticket_id) == sa.bindparam("ticket_id", type_=sa.Integer)
)


@dataclass(frozen=True, slots=True)
class ToHear:
    """`recording` is relative to the recordings folder, which each machine may see at a place of its own. `language`: chosen
    by the caller; "": that of the line. `by`: of a note, the engineer who speaks."""

    recording: str
    ticket: str
    language: str = ""
    by: Actor | None = None
    #: How often a worker began with this attempt and did not come back from it, this time included.
    starts: int = 1
    #: Of a caller whom we know.
    customer: Customer | None = None
    #: Words that such a caller is likely to say: names of the company, of its people and of what it has from us.
    hints: tuple[str, ...] = ()


async def begin_to_hear(session: Transaction, job: SoundJob, worker: str, clock: Clock) -> ToHear | None:
    """None when nothing is left to do: it is not there, it was heard, or a later attempt took its place."""
    found = await ask(session, _MESSAGE if job.kind is Sound.MESSAGE else _NOTE, row_id=job.row_id)
    if not found:
        return None
    (sound,) = found
    starts = await _count_start(session, job, worker, clock, sound)
    if starts is None:
        return None
    customer, hints = await _known(session, sound.customer_id, sound.contract_id, sound.ticket_id)
    by = Actor(sound.by, Role.ENGINEER) if job.kind is Sound.NOTE else None
    return ToHear(sound.recording, ticket_number(sound.ticket_id), sound.language or "", by, starts, customer, hints)


async def _count_start(session: Transaction, job: SoundJob, worker: str, clock: Clock, sound: Any) -> int | None:
    """How many there are now; None: this attempt counts no more."""
    row: dict[str, Any] = {"kind": job.kind.value, "row_id": job.row_id, "attempt": job.attempt, "worker": worker}
    counting = _COUNT_AGAIN
    if not sound.is_heard:  # one that was heard before there were rows of jobs gets none
        counting = _COUNT[session.dialect]
        row |= {"ticket_id": sound.ticket_id, "haste": job.haste.value, "starts": 1, "changed_at": clock.now()}
        row = {**defaults_of(SoundJobRow), **row}
    found = await ask(session, counting, **{f"job_{name}": value for name, value in row.items()})
    return found[0].starts if found else None


async def _known(
    session: Transaction, customer_id: int | None, contract_id: int | None, ticket_id: int
) -> tuple[Customer | None, tuple[str, ...]]:
    if customer_id is None:
        return None, ()
    names = await ask(session, _NAMES, customer_id=customer_id)
    contracts = await ask(session, _CONTRACTS, customer_id=customer_id)
    crucial = await ask(session, _CRUCIAL, customer_id=customer_id)
    numbers = {place.number for place in crucial} - {None}
    callers = await ask(session, _CALLED_FROM, ticket_id=ticket_id) if numbers else ()
    customer = Customer(
        crucial=frozenset(place.place for place in crucial),
        people=next((one.users for one in contracts if one.id == contract_id), 0) or None,
        calls_from_crucial=any(call.caller_number in numbers for call in callers),
    )
    services = await ask(session, _SERVICES, customer_id=customer_id)
    people = [row.contact_name for row in names if row.contact_name]
    bought = [*(one.name for one in services), *(one.supplier for one in services), *(one.kind for one in contracts)]
    likely = [*(row.name for row in names), *people, *customer.crucial, *bought]
    return customer, tuple(sorted(hint_words(likely)))


def _counting(insert: postgresql.Insert | sqlite.Insert) -> Any:
    """A first row for the sound, or one start more of the attempt that counts; gives nothing for another attempt."""
    table = columns_of(SoundJobRow)
    values = {column.name: sa.bindparam(f"job_{column.name}", type_=column.type) for column in table.columns}
    filled = insert.values(values)
    new = filled.excluded
    return filled.on_conflict_do_update(
        index_elements=[table.c.kind, table.c.row_id],
        set_={"starts": table.c.starts + 1, "worker": new.worker, "state": new.state},
        where=sa.and_(table.c.attempt == new.attempt, _IS_OPEN),
    ).returning(table.c.starts)


_IS_OPEN = sa.and_(col(SoundJobRow.state) != JobState.DONE, col(SoundJobRow.state) != JobState.PARKED)
_COUNT = {
    "sqlite": _counting(sqlite.insert(columns_of(SoundJobRow))),
    "postgresql": _counting(postgresql.insert(columns_of(SoundJobRow))),
}
_COUNT_AGAIN = (
    sa.update(columns_of(SoundJobRow))
    .where(
        col(SoundJobRow.kind) == sa.bindparam("job_kind"),
        col(SoundJobRow.row_id) == sa.bindparam("job_row_id"),
        col(SoundJobRow.attempt) == sa.bindparam("job_attempt"),
        _IS_OPEN,
    )
    .values(starts=col(SoundJobRow.starts) + 1, worker=sa.bindparam("job_worker"), state=JobState.WAITING)
    .returning(col(SoundJobRow.starts))
)
