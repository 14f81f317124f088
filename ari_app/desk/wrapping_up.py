"""What an engineer writes down after a talk on the calamity line: a judgement, a plan or a solution, and time. One transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.change import FINISHED, Change
from ari_app.desk.commands.hours import book_time
from ari_app.desk.commands.judgement import became_a_calamity, confirm_category, not_a_calamity
from ari_app.desk.commands.progress import record_plan, resolve
from ari_app.desk.numbers import ticket_number
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from ari_app.store.tables import CallLegRow, CallRow, Customer, Role, TicketRow
from ari_app.store.work_tables import DecisionRow
from routing.rota import Engineer
from sla.billing import Activity
from sla.terms import Category, Kind

WRAPPED_UP = "wrapped_up"
#: A talk of longer ago is work for the desk.
WITHIN = timedelta(hours=12)
MOST_MINUTES = 240
_WHY = "Geoordeeld na het gesprek, op de dienstpagina."
_JUDGED = {"cat3": Category.III, "cat2": Category.II}

Changing = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class TalkToWrapUp:
    """The talk was from `began_at` to before `ended_at`; `who` is the customer, or "" for somebody whom we don't know."""

    ticket: str
    who: str
    began_at: datetime
    ended_at: datetime
    category: Category | None


class WrappingUp:
    """`change` is `Desk.change`: a command on a ticket, after which its clocks follow."""

    def __init__(self, store: Store, clock: Clock, change: Changing) -> None:
        self._store = store
        self._clock = clock
        self._change = change

    async def waiting(self, engineer: Engineer) -> TalkToWrapUp | None:
        """The last talk of this engineer that nobody wrote anything down of; None: all is done."""
        talks = (
            select(CallRow, TicketRow, Customer.name)
            .join(CallLegRow, col(CallLegRow.call_row_id) == col(CallRow.id))
            .join(TicketRow, col(TicketRow.id) == col(CallRow.ticket_id))
            .join(Customer, col(Customer.id) == col(TicketRow.customer_id), isouter=True)
            .where(CallLegRow.engineer_id == engineer.id, CallLegRow.result == "accepted")
            .where(col(CallRow.talk_ended_at) > self._clock.now() - WITHIN)
            .where(col(TicketRow.state).not_in(FINISHED))
            .where(col(TicketRow.id).not_in(select(DecisionRow.ticket_id).where(DecisionRow.what == WRAPPED_UP)))
            .order_by(col(CallRow.id).desc())
            .limit(1)
        )
        async with self._store.reading() as session:
            found = (await session.exec(talks)).first()
        if found is None:
            return None
        call, ticket, customer = found
        began_at, ended_at = call.talk_started_at or call.received_at, call.talk_ended_at or call.received_at
        return TalkToWrapUp(ticket_number(ticket.id), customer or "", began_at, ended_at, ticket.category)

    async def save(self, engineer: Engineer, form: Mapping[str, str]) -> None:
        """`form`: judged (cat3, cat2, no), work (resolved, planned, later), text, told_to, minutes. Raises Refused."""
        talk = await self.waiting(engineer)
        if talk is None:
            raise Refused("Er staat geen gesprek meer open om af te ronden", "R-043")
        await self._change(talk.ticket, Actor(engineer.name, Role.ENGINEER, engineer.id), _wrap_up, engineer.id, form)


async def _wrap_up(change: Change, engineer_id: int, form: Mapping[str, str]) -> None:
    await _judge(change, form.get("judged", ""))
    text = form.get("text", "")
    match form.get("work"):
        case "planned":
            await record_plan(change, text, form.get("told_to", ""))
        case "resolved":
            await resolve(change, text)
    minutes = _minutes(form.get("minutes") or "0")
    if minutes:
        began_at = change.now - timedelta(minutes=minutes)
        await book_time(change, engineer_id, Activity.CALAMITY_SERVICE, began_at, change.now, "Na het gesprek.")
    change.decide(WRAPPED_UP, "", form.get("work", ""), "Afgerond op de dienstpagina.")


async def _judge(change: Change, judged: str) -> None:
    if judged == "no":
        return await not_a_calamity(change, _WHY)
    if judged not in _JUDGED:
        raise Refused("Kan nadat is gekozen of het een calamiteit was", "R-055")
    if change.ticket.category is not _JUDGED[judged]:
        await confirm_category(change, _JUDGED[judged], _WHY)
    if change.ticket.kind is not Kind.CALAMITY:
        await became_a_calamity(change, _WHY)
    return None


def _minutes(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_MINUTES:
        raise Refused(f"Kan met 0 tot {MOST_MINUTES} minuten, niet met {text!r}", "R-088")
    return int(text)
