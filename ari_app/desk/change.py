"""One command on one ticket: the rows it works on, what it may add, and what is judged again when it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.config import DeskSettings
from ari_app.desk.actor import Actor
from ari_app.desk.costs import charge_again
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.planning import Terms, event_row, events_that_hold, replan
from ari_app.desk.refusal import Refused
from ari_app.store.statements import ask, columns_of
from ari_app.store.tables import EngineerRow, TicketEventRow, TicketRow
from ari_app.store.work_tables import DecisionRow
from sla.terms import Category, PauseReason, Scope
from sla.ticket import STATES, EventType, TicketEvent, TicketState

STATE_NL: Mapping[TicketState, str] = {
    TicketState.NEW: "nieuw",
    TicketState.WAITING: "in afwachting",
    TicketState.IN_PROGRESS: "in behandeling",
    TicketState.PLANNED: "gepland",
    TicketState.RESOLVED: "opgelost",
    TicketState.CLOSED: "gesloten",
}

_ENGINEER_NAMED = sa.select(columns_of(EngineerRow)).where(col(EngineerRow.name) == sa.bindparam("name"))

FINISHED = (TicketState.RESOLVED, TicketState.CLOSED)


@dataclass
class Change:
    """`events` are those that hold, in order of time; `decisions` all, in order of taking. `costs_changed` makes the cost
    lines anew at the end."""

    session: AsyncSession
    ticket: TicketRow
    events: list[TicketEventRow]
    decisions: list[DecisionRow]
    terms: Terms
    policy: DeskSettings
    by: Actor
    now: datetime
    costs_changed: bool = field(default=False)

    @property
    def ticket_id(self) -> int:
        assert self.ticket.id is not None
        return self.ticket.id

    @property
    def today(self) -> date:
        """By the line's own time."""
        return self.now.astimezone(self.terms.agreement.zone).date()

    def moment(self, at: datetime | None) -> datetime:
        """`at` in UTC, or now. Raises Refused for the future and for before the report."""
        if at is None:
            return max(self.now, self.ticket.reported_at)
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone: give an aware instant")
        if at > self.now:
            raise Refused("Kan niet in de toekomst: vul een tijdstip van nu of eerder in", "A-07")
        if at < self.ticket.reported_at:
            raise Refused("Kan niet voor het moment van melden: vul een later tijdstip in", "A-09")
        return at.astimezone(UTC)

    def happen(
        self,
        event: TicketEvent,
        rule: str,
        why: str = "",
        texts: Mapping[str, str] | None = None,
        moves_state: bool = True,
    ) -> TicketEventRow:
        """Adds the event. Raises Refused when the state of the ticket does not allow it."""
        if moves_state and (self.ticket.state, event.type) not in STATES:
            raise self._not_in_this_state(rule)
        row = event_row(self.ticket, event, self.by.name)
        row.detail = {**row.detail, **(texts or {})}
        row.why, row.moves_state = why, moves_state
        if moves_state:
            self.ticket.state = STATES[self.ticket.state, event.type]
        self.session.add_all([row, self.ticket])
        self.events.append(row)
        return row

    def must_be_open(self, rule: str) -> None:
        """For work that is still to be done. Raises Refused for a ticket that is resolved or closed."""
        if self.ticket.state in FINISHED:
            raise self._not_in_this_state(rule)

    def must_not_be_closed(self, rule: str) -> None:
        """For what follows when the work is done, such as hours and travel. Raises Refused."""
        if self.ticket.state is TicketState.CLOSED:
            raise self._not_in_this_state(rule)

    def _not_in_this_state(self, rule: str) -> Refused:
        first = "heropen de melding eerst" if self.ticket.state in FINISHED else "zij is nog open"
        return Refused(f"Kan niet bij een melding die {STATE_NL[self.ticket.state]} is: {first}", rule)

    def event(
        self,
        type_: EventType,
        at: datetime | None = None,
        reason: PauseReason | None = None,
        category: Category | None = None,
        level: str | None = None,
        scope: Scope | None = None,
    ) -> TicketEvent:
        """Now, or at a moment that `moment` allows; not added yet."""
        return TicketEvent(self.moment(at), self.now, type_, reason, category, level, scope)

    def decide(self, what: str, before: object, after: object, why: str) -> None:
        """Notes a decision that no clock looks at (R-085)."""
        decision = DecisionRow(
            ticket_id=self.ticket_id,
            at=self.now,
            actor=self.by.name,
            what=what,
            before=_text(before),
            after=_text(after),
            why=why,
        )
        self.session.add_all([decision, self.ticket])
        self.decisions.append(decision)

    def decided(self, *what: str) -> list[DecisionRow]:
        """Decisions about these, in order of taking."""
        return [one for one in self.decisions if one.what in what]

    def has(self, type_: EventType) -> bool:
        return any(event.type is type_ for event in self.events)

    async def own_engineer(self) -> EngineerRow | None:
        """Who of the rota gives this command: by the account, or by the full name; None when it tells of nobody."""
        if self.by.engineer_id is not None:
            return await self.engineer(self.by.engineer_id)
        if self.by.role is None:
            return None
        named: Sequence[EngineerRow] = await ask(self.session, _ENGINEER_NAMED, name=self.by.name)
        return next(iter(named), None)

    async def engineer(self, engineer_id: int) -> EngineerRow:
        """Raises Refused when there is no such engineer."""
        found = await self.session.get(EngineerRow, engineer_id)
        if found is None:
            raise Refused(f"Engineer {engineer_id} bestaat niet: kies er een uit de lijst", "R-142")
        return found

    async def engineer_at_work(self, engineer_id: int) -> EngineerRow:
        """The same, for what is still to be done: raises Refused for who left too."""
        found = await self.engineer(engineer_id)
        if found.left_at is not None:
            raise Refused(f"Kan alleen voor wie hier werkt: {found.name} is vertrokken", "R-142")
        return found

    async def judge_again(self) -> None:
        """After the command: clocks, next look and costs follow from the rows as they are now."""
        await self.session.flush()
        await replan(self.session, self.ticket, self.terms, self.now)
        if self.costs_changed:
            await charge_again(self.session, self.ticket, self.terms)


async def begin_change(
    session: AsyncSession,
    number: str,
    by: Actor,
    terms: Terms,
    policy: DeskSettings,
    now: datetime,
) -> Change:
    """Locks the ticket, so that two people at once come one after the other. Raises Refused for no such ticket."""
    row_id = ticket_row_id(number)
    ticket = None if row_id is None else await session.get(TicketRow, row_id, with_for_update=True)
    if ticket is None:
        raise Refused(f"Melding {number!r} bestaat niet", "R-111")
    events = (await session.exec(events_that_hold().where(TicketEventRow.ticket_id == row_id))).all()
    taken = select(DecisionRow).where(DecisionRow.ticket_id == row_id).order_by(col(DecisionRow.id))
    decisions = (await session.exec(taken)).all()
    return Change(session, ticket, list(events), list(decisions), terms, policy, by, now)


def _text(value: object) -> str:
    return "" if value is None else str(value)
