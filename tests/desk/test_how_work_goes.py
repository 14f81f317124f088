"""From the first response to closing: what meets a clock, what makes it wait, and what must be there first."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.corrections import correct_event
from ari_app.desk.commands.judgement import became_a_calamity, change_scope, confirm_category
from ari_app.desk.commands.people import assign, escalate
from ari_app.desk.commands.progress import begin_work, close, plan_executed, record_plan, reopen, reply, resolve
from ari_app.desk.commands.waiting import (
    ask_customer,
    complete,
    confirm_clarifying,
    confirm_excuse,
    customer_answered,
    end_excuse,
    excuse,
    report_incomplete,
)
from ari_app.desk.refusal import Refused
from ari_app.desk.views import DeadlineView, TicketView
from ari_app.store.tables import Role
from sla.terms import Category, ClockKind, Kind, PauseReason, Scope

SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
ENGINEER = Actor("fenna", Role.ENGINEER)
CUSTOMER = Actor("Planning De Testrit")
MONDAY_9 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

Open = Callable[..., Awaitable[str]]
Look = Callable[[str], Awaitable[TicketView]]


def clock_of(view: TicketView, kind: ClockKind) -> DeadlineView:
    return next(one for one in view.deadlines if one.clock is kind)


async def test_the_first_response_is_met_when_one_of_us_begins(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-040, A-04: assigning is no response, and a customer can't give one."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, assign, 1)
    assigned = clock_of(await look(number), ClockKind.FIRST_RESPONSE).state
    clock.at += timedelta(hours=1)

    with pytest.raises(Refused):
        await desk.change(number, CUSTOMER, begin_work)
    await desk.change(number, ENGINEER, begin_work)

    met = clock_of(await look(number), ClockKind.FIRST_RESPONSE)
    assert assigned == "running"
    assert (met.state, met.stopped_at) == ("met", clock.at)
    assert (await look(number)).state == "in_progress"


async def test_the_resolution_runs_from_the_plan_that_the_customer_was_told(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-043, A-06: CAT II, Premium, 4 hours from 11:00."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, confirm_category, Category.II, why="receptie")
    await desk.change(number, ENGINEER, begin_work)
    before = clock_of(await look(number), ClockKind.RESOLUTION).state
    clock.at += timedelta(hours=1)

    await desk.change(number, ENGINEER, record_plan, "toestel vervangen", told_to="Planning")

    ticket = await look(number)
    assert before == "not_started"
    assert clock_of(ticket, ClockKind.RESOLUTION).due_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert ticket.state == "planned"
    assert ticket.work.history[-1].texts["plan"] == "toestel vervangen"


async def test_a_plan_needs_its_text_and_its_hearer_and_is_carried_out_after_it_was_made(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """A-06."""
    number = await open_ticket()

    with pytest.raises(Refused, match="Kan nadat is ingevuld aan wie"):
        await desk.change(number, ENGINEER, record_plan, "vervangen", told_to="")
    with pytest.raises(Refused, match="Kan nadat het Resolution Plan is vastgelegd"):
        await desk.change(number, ENGINEER, plan_executed)
    await desk.change(number, ENGINEER, record_plan, "vervangen", told_to="Planning")
    await desk.change(number, ENGINEER, plan_executed)

    assert (await look(number)).work.history[-1].type == "plan_executed"


async def test_a_request_is_answered_by_a_person(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-012, R-037."""
    number = await open_ticket(kind=Kind.SERVICE_REQUEST)

    await desk.change(number, ENGINEER, reply, "we passen de routering vandaag aan")

    assert clock_of(await look(number), ClockKind.REQUEST_RESPONSE).state == "met"


async def test_waiting_for_the_customer_moves_the_deadline_and_not_the_gross_one(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-048, A-07: one hour of waiting; CAT II, 4 hours from Monday 10:00."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, confirm_category, Category.II, why="receptie")
    await desk.change(number, ENGINEER, ask_customer, "welk toestel?", sent_to="planning@example.com")
    waiting = await look(number)
    clock.at += timedelta(hours=1)

    await desk.change(number, CUSTOMER, customer_answered, "toestel 12")

    ticket = await look(number)
    first = clock_of(ticket, ClockKind.FIRST_RESPONSE)
    assert (waiting.state, clock_of(waiting, ClockKind.FIRST_RESPONSE).state) == ("waiting", "paused")
    assert first.due_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert first.gross_due_at == datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert [(one.reason, one.until, one.texts[0][1]) for one in ticket.work.waits] == [
        (PauseReason.WAITING_CUSTOMER, clock.at, "welk toestel?")
    ]


async def test_nobody_waits_for_a_customer_who_was_asked_nothing(desk: Desk, open_ticket: Open) -> None:
    """R-048."""
    number = await open_ticket()

    with pytest.raises(Refused, match="Kan nadat de vraag is ingevuld"):
        await desk.change(number, ENGINEER, ask_customer, "", sent_to="planning@example.com")
    with pytest.raises(Refused, match="Kan nadat wachten op de klant is begonnen"):
        await desk.change(number, CUSTOMER, customer_answered, "toestel 12")


async def test_an_incomplete_report_starts_its_clock_when_it_is_clear(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """G8, R-049: mail Monday 09:00, incomplete; complete Tuesday 11:00; Premium CAT II ends Tuesday 15:00."""
    clock.at = MONDAY_9
    number = await open_ticket()
    await desk.change(number, ENGINEER, confirm_category, Category.II, why="receptie")
    await desk.change(
        number, ENGINEER, report_incomplete, "welk toestel", "om welk toestel gaat het?", "planning@example.com"
    )
    clock.at = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)

    await desk.change(number, ENGINEER, complete, "toestel 12")

    first = clock_of(await look(number), ClockKind.FIRST_RESPONSE)
    assert first.due_at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
    assert first.gross_due_at == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def test_incompleteness_is_no_excuse_afterwards(desk: Desk, open_ticket: Open) -> None:
    """A-09; only a supervisor says that the time before went to clarifying (R-048)."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, begin_work)

    with pytest.raises(Refused, match="achteraf telt onvolledigheid niet"):
        await desk.change(number, ENGINEER, report_incomplete, "alles", "wat is er?", "planning@example.com")
    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.change(number, ENGINEER, confirm_clarifying, why="veel gebeld")
    with pytest.raises(Refused, match="als onvolledig is aangemerkt"):
        await desk.change(number, SUPERVISOR, confirm_clarifying, why="veel gebeld")


async def test_time_spent_on_clarifying_is_added_by_a_supervisor(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-048, A-09: all time since the report."""
    number = await open_ticket()
    clock.at += timedelta(hours=1)
    await desk.change(number, ENGINEER, report_incomplete, "welk toestel", "welk toestel?", "planning@example.com")

    await desk.change(number, SUPERVISOR, confirm_clarifying, why="een uur gebeld om het te begrijpen")

    assert clock_of(await look(number), ClockKind.FIRST_RESPONSE).elapsed_seconds == 0


async def test_an_excuse_counts_only_once_a_supervisor_confirms_it(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-047, A-07: backdated, with evidence; gross time goes on."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, confirm_category, Category.II, why="receptie")
    clock.at += timedelta(hours=3)
    begin = clock.at - timedelta(hours=2)
    await desk.change(
        number,
        ENGINEER,
        excuse,
        PauseReason.FORCE_MAJEURE,
        "KNMI code rood",
        "storm",
        begin,
        begin + timedelta(hours=1),
    )
    claimed = await look(number)

    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.change(number, ENGINEER, confirm_excuse, PauseReason.FORCE_MAJEURE, why="klopt")
    await desk.change(number, SUPERVISOR, confirm_excuse, PauseReason.FORCE_MAJEURE, why="klopt")

    ticket = await look(number)
    first = clock_of(ticket, ClockKind.FIRST_RESPONSE)
    assert clock_of(claimed, ClockKind.FIRST_RESPONSE).elapsed_seconds == 3 * 3600
    assert (first.elapsed_seconds, first.gross_elapsed_seconds) == (2 * 3600, 3 * 3600)
    assert (claimed.work.waits[0].is_confirmed, ticket.work.waits[0].is_confirmed) == (False, True)
    assert ticket.state == "new"


async def test_an_excuse_of_the_past_may_be_told_after_the_solution(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """A-07."""
    number = await open_ticket()
    clock.at += timedelta(hours=5)
    await desk.change(number, ENGINEER, resolve, "voeding vervangen")
    late = clock_of(await look(number), ClockKind.FIRST_RESPONSE).state

    at = clock.at - timedelta(hours=4)
    await desk.change(
        number, ENGINEER, excuse, PauseReason.COMPONENT_UNAVAILABLE, "pakbon", "voeding", at, at + timedelta(hours=2)
    )
    await desk.change(number, SUPERVISOR, confirm_excuse, PauseReason.COMPONENT_UNAVAILABLE, why="pakbon gezien")

    ticket = await look(number)
    assert late == "breached"
    assert clock_of(ticket, ClockKind.FIRST_RESPONSE).state == "met"
    assert ticket.state == "resolved"


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"evidence": " "}, "het bewijs is ingevuld"),
        ({"why": ""}, "de reden is ingevuld"),
        ({"reason": PauseReason.WAITING_CUSTOMER}, "niet als overmacht"),
        ({"begins_at": MONDAY_9 + timedelta(days=3)}, "niet in de toekomst"),
        ({"begins_at": MONDAY_9 - timedelta(days=3)}, "voor het moment van melden"),
        ({"ends_at": MONDAY_9 + timedelta(hours=1)}, "een einde na het begin"),
    ],
)
async def test_an_excuse_without_its_facts_is_refused(desk: Desk, open_ticket: Open, given: Any, refused: str) -> None:
    """A-07."""
    number = await open_ticket()
    facts = {"reason": PauseReason.THIRD_PARTY, "evidence": "mail", "why": "storing bij de provider"}

    with pytest.raises(Refused, match=refused):
        await desk.change(number, ENGINEER, excuse, **(facts | given))


async def test_while_one_wait_goes_on_the_ticket_keeps_waiting(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """Overlapping reasons (A-07)."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, ask_customer, "welk toestel?", "planning@example.com")
    await desk.change(number, ENGINEER, excuse, PauseReason.THIRD_PARTY, "mail", "storing bij de provider")
    clock.at += timedelta(hours=1)

    await desk.change(number, CUSTOMER, customer_answered, "toestel 12")
    first = (await look(number)).state
    await desk.change(number, ENGINEER, end_excuse, PauseReason.THIRD_PARTY, why="provider meldt hersteld")

    assert (first, (await look(number)).state) == ("waiting", "in_progress")
    with pytest.raises(Refused, match="is begonnen"):
        await desk.change(number, ENGINEER, end_excuse, PauseReason.THIRD_PARTY, why="nogmaals")


async def test_the_same_wait_does_not_begin_twice(desk: Desk, open_ticket: Open) -> None:
    number = await open_ticket()
    await desk.change(number, ENGINEER, ask_customer, "welk toestel?", "planning@example.com")

    with pytest.raises(Refused, match="vorige periode"):
        await desk.change(number, ENGINEER, ask_customer, "en sinds wanneer?", "planning@example.com")


async def test_solved_closed_and_opened_again(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-043."""
    number = await open_ticket()
    with pytest.raises(Refused, match="nieuw"):
        await desk.change(number, ENGINEER, reopen, why="te vroeg")

    await desk.change(number, ENGINEER, resolve, "kabel vervangen")
    await desk.change(number, ENGINEER, close, why="klant is tevreden")
    with pytest.raises(Refused, match="gesloten"):
        await desk.change(number, ENGINEER, begin_work)
    await desk.change(number, ENGINEER, reopen, why="het doet zich weer voor")

    ticket = await look(number)
    assert ticket.state == "in_progress"
    assert [one.type for one in ticket.work.history] == ["resolved", "closed", "reopened"]


async def test_a_higher_line_takes_lower_work_and_not_the_reverse(desk: Desk, open_ticket: Open, look: Look) -> None:
    """G18, R-142: Fenna is line 1, Bram line 2, Sanne line 3."""
    number = await open_ticket()

    await desk.change(number, SUPERVISOR, assign, 3)
    high = (await look(number)).assignee
    await desk.change(number, SUPERVISOR, assign, 1)
    await desk.change(number, SUPERVISOR, escalate, 2, why="server")

    assert high == "Sanne Schijn"
    assert ((await look(number)).assignee, (await look(number)).engineer_line) == ("", 2)
    with pytest.raises(Refused, match="Fenna Fictief is engineer van lijn 1"):
        await desk.change(number, SUPERVISOR, assign, 1)
    with pytest.raises(Refused, match="van lijn 2 naar een hogere"):
        await desk.change(number, SUPERVISOR, escalate, 1, why="terug")
    with pytest.raises(Refused, match="Engineer 99"):
        await desk.change(number, SUPERVISOR, assign, 99)


async def test_a_corrected_event_stays_on_record_and_another_stands_in_its_place(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """Nothing is deleted: work began at 11:00, not at 15:00."""
    number = await open_ticket()
    clock.at += timedelta(hours=5)
    await desk.change(number, ENGINEER, begin_work)
    late = await look(number)
    event = late.work.history[0]

    await desk.change(number, ENGINEER, correct_event, event.id, "vergeten te melden", clock.at - timedelta(hours=4))

    ticket = await look(number)
    assert clock_of(late, ClockKind.FIRST_RESPONSE).state == "breached"
    assert clock_of(ticket, ClockKind.FIRST_RESPONSE).state == "met"
    assert ticket.state == "in_progress"
    assert {(one.corrected_why, one.replaced_by is None) for one in ticket.work.history} == {
        ("vergeten te melden", False),
        ("", True),
    }


async def test_what_did_not_happen_is_taken_back_with_its_state(desk: Desk, open_ticket: Open, look: Look) -> None:
    number = await open_ticket()
    await desk.change(number, ENGINEER, begin_work)
    await desk.change(number, ENGINEER, resolve, "verkeerde melding")
    solved = (await look(number)).work.history[-1]

    await desk.change(number, ENGINEER, correct_event, solved.id, "andere melding bedoeld")

    ticket = await look(number)
    assert ticket.state == "in_progress"
    with pytest.raises(Refused, match="al gecorrigeerd"):
        await desk.change(number, ENGINEER, correct_event, solved.id, "nogmaals")


async def test_judgements_that_are_taken_back_give_back_what_stood_there(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    number = await open_ticket()
    before = await look(number)
    await desk.change(number, SUPERVISOR, confirm_category, Category.III, why="alles plat")
    await desk.change(number, SUPERVISOR, change_scope, Scope.BEST_EFFORT, why="niet van ons")
    await desk.change(number, SUPERVISOR, became_a_calamity, why="alles plat")

    for event in (await look(number)).work.history:
        await desk.change(number, SUPERVISOR, correct_event, event.id, "verkeerde melding")

    ticket = await look(number)
    assert (ticket.category, ticket.scope, ticket.kind) == (None, before.scope, before.kind)
    assert ticket.deadlines == before.deadlines
    assert ticket.needs_review


async def test_a_step_that_later_steps_rest_on_is_not_taken_back(desk: Desk, open_ticket: Open, look: Look) -> None:
    number = await open_ticket()
    await desk.change(number, ENGINEER, resolve, "klaar")
    await desk.change(number, ENGINEER, reopen, why="toch niet")
    before = await look(number)

    with pytest.raises(Refused, match="Kan nadat een latere stap is gecorrigeerd"):
        await desk.change(number, ENGINEER, correct_event, before.work.history[0].id, "vergissing")

    assert await look(number) == before


async def test_only_a_supervisor_takes_back_a_supervisors_word(desk: Desk, open_ticket: Open, look: Look) -> None:
    """A-07."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, excuse, PauseReason.THIRD_PARTY, "mail", "storing bij de provider")
    await desk.change(number, SUPERVISOR, confirm_excuse, PauseReason.THIRD_PARTY, why="gezien")
    word = (await look(number)).work.history[-1]

    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.change(number, ENGINEER, correct_event, word.id, "toch niet")
    await desk.change(number, SUPERVISOR, correct_event, word.id, "toch niet")

    assert not (await look(number)).work.waits[0].is_confirmed
