"""Whatever happens to a ticket, in whatever order: what must always be true of it, of its clocks and of its rows."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ari_app.clock import Clock
from ari_app.config import Settings, read_agreement
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.corrections import correct_event
from ari_app.desk.commands.hours import book_time
from ari_app.desk.commands.judgement import became_a_calamity, change_scope, confirm_category, not_a_calamity
from ari_app.desk.commands.progress import begin_work, close, record_plan, reopen, resolve
from ari_app.desk.commands.waiting import ask_customer, confirm_excuse, customer_answered, end_excuse, excuse
from ari_app.desk.opening import NewTicket
from ari_app.desk.refusal import Refused
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.tables import Role, TicketSource
from sla.agreed_hours import agreed_hours
from sla.billing import Activity
from sla.plan import plan
from sla.terms import Category, ClockKind, Kind, PauseReason, Scope
from sla.ticket import PAYLOADS, STATES, EventType, TicketEvent, TicketFacts, TicketState, next_state

MONDAY_10 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGREEMENT = read_agreement("voip-4.10-2023-11")
HOURS = agreed_hours(AGREEMENT)
SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
EXCUSES = sorted(reason for reason in PauseReason if reason.is_excuse)
VALUES: dict[str, Any] = {
    "reason": st.sampled_from(PauseReason),
    "category": st.sampled_from(Category),
    "level": st.sampled_from(sorted(AGREEMENT.levels)),
    "scope": st.sampled_from(Scope),
}


class TicketOnPaper(RuleBasedStateMachine):
    """The pure core alone: events in the order that the table of states allows."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.events = TicketState.NEW, MONDAY_10, list[TicketEvent]()

    @rule(minutes=st.integers(1, 3 * 24 * 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(type_=st.sampled_from(EventType), data=st.data())
    def something_happens(self, type_: EventType, data: st.DataObject) -> None:
        if (self.state, type_) not in STATES:
            with pytest.raises(ValueError, match="possible are"):
                next_state(self.state, type_)
            return
        needs = PAYLOADS.get(type_)
        given = {needs: data.draw(VALUES[needs])} if needs else {}
        self.events.append(TicketEvent(self.now, self.now, type_, **given))
        self.state = next_state(self.state, type_)

    @invariant()
    def every_promise_adds_up(self) -> None:
        facts = TicketFacts(
            Kind.INCIDENT, "premium", None, Scope.IN_SCOPE, MONDAY_10, AGREEMENT.version, tuple(self.events)
        )
        judged = plan(facts, AGREEMENT, HOURS, self.now)

        for one in judged.deadlines:
            assert one.why, f"{one.clock} explains nothing"
            assert one.elapsed <= one.gross_elapsed
            if one.left is not None and one.target is not None:
                assert one.left == one.target - one.elapsed
            if one.due_at is not None and one.gross_due_at is not None:
                assert one.gross_due_at <= one.due_at
        assert judged.next_look_at is None or judged.next_look_at > self.now


class SetByHand:
    def __init__(self) -> None:
        self.at = MONDAY_10

    def now(self) -> datetime:
        return self.at

    def pinned(self) -> Clock:
        return self


class TicketOnTheDesk(RuleBasedStateMachine):
    """One ticket on a desk with a real SQLite: commands in any order, each done or refused, never half done."""

    seeded: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.seeded, self.folder / "line.db")
        self.clock = SetByHand()
        self.runner = asyncio.Runner()
        url = f"sqlite+aiosqlite:///{self.folder / 'line.db'}"
        self.store = Store.open(url)
        self.desk = Desk(self.store, Settings(home=self.folder, database=url), self.clock)
        new = NewTicket(Kind.INCIDENT, TicketSource.MAIL, "de telefoons doen het niet", customer_id=1)
        self.number = self.runner.run(self.desk.open_ticket(new, SUPERVISOR))
        self.told = 0

    def teardown(self) -> None:
        self.runner.run(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def view(self) -> TicketView:
        found = self.runner.run(self.desk.ticket(self.number))
        assert found is not None
        return found

    def give(self, command: Callable[..., Awaitable[object]], *args: object, **kwargs: object) -> None:
        before = self.view()
        try:
            self.runner.run(self.desk.change(self.number, SUPERVISOR, command, *args, **kwargs))
        except Refused:
            after = self.view()
        else:
            return
        assert after == before, "a refused command left something behind"

    @rule(minutes=st.integers(1, 1500))
    def time_passes(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

    @rule(
        step=st.sampled_from(
            [
                (begin_work,),
                (record_plan, "vervangen", "Planning"),
                (resolve, "vervangen"),
                (close, "klaar"),
                (reopen, "weer stuk"),
                (ask_customer, "welk toestel?", "planning@example.com"),
                (customer_answered, "toestel 12"),
                (became_a_calamity, "plat"),
                (not_a_calamity, "een toestel"),
            ]
        )
    )
    def a_step(self, step: tuple[Any, ...]) -> None:
        self.give(*step)

    @rule(category=st.sampled_from(Category))
    def a_category(self, category: Category) -> None:
        self.give(confirm_category, category, "beoordeeld")

    @rule(scope=st.sampled_from(Scope))
    def a_scope(self, scope: Scope) -> None:
        self.give(change_scope, scope, "beoordeeld")

    @rule(reason=st.sampled_from(EXCUSES), begin=st.integers(0, 600), length=st.none() | st.integers(1, 600))
    def an_excuse(self, reason: PauseReason, begin: int, length: int | None) -> None:
        begins_at = self.clock.at - timedelta(minutes=begin)
        ends_at = None if length is None else begins_at + timedelta(minutes=length)
        self.give(excuse, reason, "bewijs", "reden", begins_at, ends_at)

    @rule(reason=st.sampled_from(EXCUSES))
    def the_excuse_ends(self, reason: PauseReason) -> None:
        self.give(end_excuse, reason, "voorbij")

    @rule(reason=st.sampled_from(EXCUSES))
    def the_excuse_is_confirmed(self, reason: PauseReason) -> None:
        self.give(confirm_excuse, reason, "gezien")

    @rule(minutes=st.integers(1, 90))
    def hours(self, minutes: int) -> None:
        begin = self.clock.at - timedelta(minutes=minutes)
        self.give(book_time, 1, Activity.REMOTE_SUPPORT, begin, self.clock.at)

    @precondition(lambda self: self.view().work.history)
    @rule(which=st.integers(0, 50), earlier=st.none() | st.integers(0, 600))
    def a_correction(self, which: int, earlier: int | None) -> None:
        history = self.view().work.history
        event = history[which % len(history)]
        at = None if earlier is None else event.at - timedelta(minutes=earlier)
        self.give(correct_event, event.id, "vergissing", at)

    @invariant()
    def the_ticket_is_whole(self) -> None:
        ticket = self.view()
        held = [event for event in ticket.work.history if not event.corrected_why]

        assert len(ticket.work.history) >= self.told, "an event was lost"
        self.told = len(ticket.work.history)
        categories = [event.texts["category"] for event in held if event.type == "category_confirmed"]
        assert ticket.category == (categories[-1] if categories else None)
        assert TicketState(ticket.state) in set(TicketState)
        assert all(one.elapsed_seconds <= one.gross_elapsed_seconds for one in ticket.deadlines)
        assert sum(line.units for line in ticket.work.costs) >= len(ticket.work.costs)
        is_solved = ticket.state in ("resolved", "closed")
        assert not (is_solved and any(one.state == "running" for one in ticket.deadlines if one.clock is not None))
        assert {one.clock for one in ticket.deadlines} <= set(ClockKind)


def test_a_ticket_on_paper_adds_up_whatever_happens() -> None:
    run_state_machine_as_test(TicketOnPaper, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))


def test_a_ticket_on_the_desk_stays_whole_whatever_is_commanded(seeded_file: Path) -> None:
    TicketOnTheDesk.seeded = seeded_file
    run_state_machine_as_test(
        TicketOnTheDesk,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
