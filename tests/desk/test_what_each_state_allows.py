"""Every command of the desk in every state of a ticket: what is over must be reopened first, what is on record stays open."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.command_list import desk_commands
from ari_app.desk.commands.told_facts import Fact
from ari_app.desk.equipment import Facts
from ari_app.desk.outcomes import Outcome
from ari_app.desk.refusal import Refused
from ari_app.store.database import Store
from ari_app.store.tables import Impediment, Role, TicketRow
from sla.billing import Activity
from sla.terms import Category, Kind, PauseReason, Scope
from sla.ticket import TicketState

ENGINEER = Actor("Bram Bedacht", Role.ENGINEER)
SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)

ALL = frozenset(TicketState)
OPEN = frozenset({TicketState.NEW, TicketState.WAITING, TicketState.IN_PROGRESS, TicketState.PLANNED})
FINISHED = ALL - OPEN
NOT_CLOSED = ALL - {TicketState.CLOSED}

Given = dict[str, Any]
Open = Callable[..., Awaitable[str]]
WHY: Given = {"why": "zo gezien"}
SPAN: Given = {"began_at": NINE, "ended_at": NINE + QUARTER}
BOOKED: Given = {"engineer_id": 1, "activity": Activity.REMOTE_SUPPORT, **SPAN}
ASKED: Given = {"question": "welk toestel?", "sent_to": "planning@example.com"}
HELD_UP: Given = {"reason": PauseReason.FORCE_MAJEURE}


class Row(NamedTuple):
    """`first` are the commands that come before it, on the ticket when it is new."""

    states: frozenset[TicketState]
    given: Given
    first: tuple[tuple[str, Given], ...] = ()


IMPOSSIBLE = ("remote-impossible", WHY)
INCOMPLETE = ("report-incomplete", {"missing": "welk toestel", **ASKED})
EXCUSE = ("excuse", {**HELD_UP, "evidence": "KNMI code rood", **WHY})
TABLE = {
    # Work that is still to be done.
    "assign": Row(OPEN, {"engineer_id": 1}),
    "take": Row(OPEN, {}),
    "escalate": Row(OPEN, {"to_line": 2, **WHY}),
    "begin-work": Row(OPEN, {}),
    "reply": Row(OPEN, {"text": "we passen het aan"}),
    "record-plan": Row(OPEN, {"plan": "vervangen", "told_to": "Planning"}),
    "plan-executed": Row(OPEN, {}, (("record-plan", {"plan": "vervangen", "told_to": "Planning"}),)),
    "resolve": Row(OPEN, {"solution": "vervangen"}),
    "remote-impossible": Row(OPEN, WHY),
    "arrive": Row(OPEN, {"engineer_id": 1}, (IMPOSSIBLE,)),
    # Waiting for somebody.
    "ask-customer": Row(OPEN, ASKED),
    "customer-answered": Row(OPEN, {"answer": "toestel 12"}, (("ask-customer", ASKED),)),
    "report-incomplete": Row(OPEN, INCOMPLETE[1]),
    "complete": Row(OPEN, {"answer": "toestel 12"}, (INCOMPLETE,)),
    "excuse": Row(OPEN, EXCUSE[1]),
    "end-excuse": Row(OPEN, {**HELD_UP, **WHY}, (EXCUSE,)),
    # What follows when the work is done, until it is closed.
    "book-time": Row(NOT_CLOSED, BOOKED),
    "leave": Row(NOT_CLOSED, {"engineer_id": 1, "travel": QUARTER}, (
        IMPOSSIBLE, ("arrive", {"engineer_id": 1}), ("override-approval", {"up_to": Decimal("500.00"), **WHY}))),
    "allow-hosted-hours": Row(NOT_CLOSED, WHY),
    "allow-outside-hours": Row(NOT_CLOSED, WHY),
    "add-task": Row(NOT_CLOSED, {"what": "back-up nakijken"}),
    "log-access": Row(NOT_CLOSED, {"path": "/share/plan.xls", "purpose": "read", **WHY}),
    "close": Row(NOT_CLOSED, WHY),
    "refuse-user-change": Row(NOT_CLOSED, {"asked": "add", **WHY}),
    "merge": Row(NOT_CLOSED, {"into": "the ticket before it", **WHY}),
    "name-customer": Row(NOT_CLOSED, {"customer": "Garage Nepstra", **WHY}),
    "reopen": Row(FINISHED, WHY),
    # What is on record, and what may be judged or put right in every state.
    "note": Row(ALL, {"text": "de klant belde"}),
    "finish-task": Row(ALL, {"task_id": 1}, (("add-task", {"what": "back-up nakijken"}),)),
    "customer-approves": Row(ALL, {"who": "Piet Proefrit", "how": "mail", "up_to": Decimal("50.00")}),
    "we-approve": Row(ALL, {"up_to": Decimal("50.00")}),
    "override-approval": Row(ALL, {"up_to": Decimal("50.00"), **WHY}),
    "correct-time": Row(ALL, {"entry_id": 1, **SPAN, **WHY}, (("book-time", BOOKED),)),
    "withdraw-time": Row(ALL, {"entry_id": 1, **WHY}, (("book-time", BOOKED),)),
    "correct-event": Row(ALL, {"event_id": 1, **WHY}, (IMPOSSIBLE,)),
    "confirm-category": Row(ALL, {"category": Category.II, **WHY}),
    "change-kind": Row(ALL, {"kind": Kind.PROBLEM, **WHY}),
    "became-a-calamity": Row(ALL, WHY),
    "not-a-calamity": Row(ALL, WHY),
    "customer-caused": Row(ALL, WHY, (("became-a-calamity", WHY),)),
    "change-level": Row(ALL, {"level": "standard", **WHY}),
    "change-scope": Row(ALL, {"scope": Scope.BEST_EFFORT, **WHY}),
    "set-impediment": Row(ALL, {"impediment": Impediment.COMPANY, "is_crucial_place": None, **WHY}),
    "set-alternative": Row(ALL, {"has_alternative": True, **WHY}),
    "link-to-problem": Row(ALL, {"problem": "", **WHY}),
    "name-service": Row(ALL, {"service": "hosted centrale"}),
    "name-equipment": Row(ALL, {"equipment": "Centrale"}),
    "review": Row(ALL, {"outcome": Outcome.CAT_II, **WHY}),
    "undo-review": Row(ALL, {}, (("review", {"outcome": Outcome.CAT_II, **WHY}),)),
    "correct-fact": Row(ALL, {"fact": Fact.PEOPLE, "value": "34"}),
    "correct-call-back-number": Row(ALL, {"phone_number": "020 1234567"}),
    "confirm-clarifying": Row(ALL, WHY, (INCOMPLETE,)),
    "confirm-excuse": Row(ALL, {**HELD_UP, **WHY}, (EXCUSE,)),
}  # fmt: skip


async def put(store: Store, number: str, state: TicketState) -> None:
    """As if the ticket had come there by its own way."""
    async with store.session() as session:
        (await session.get_one(TicketRow, int(number.removeprefix("T-")) - 1000)).state = state


def by(name: str) -> Actor:
    """Taking is an engineer's, and so needs one; what only supervisors may is theirs."""
    return ENGINEER if name == "take" else SUPERVISOR


def test_the_table_has_every_command() -> None:
    assert sorted(TABLE) == sorted(desk_commands())


@pytest.mark.parametrize("name", sorted(TABLE))
async def test_a_command_is_possible_in_its_states_and_says_in_others_what_to_do(
    desk: Desk, store: Store, open_ticket: Open, name: str
) -> None:
    commands, row = desk_commands(), TABLE[name]
    await desk.equipment.note(1, "Centrale", Facts(is_ours=True), SUPERVISOR)
    for state in TicketState:
        number = await open_ticket(source="mail")
        given = dict(row.given)
        if "into" in given:
            given["into"], number = number, await open_ticket(source="mail")
        for before, its in row.first:
            await desk.change(number, by(before), commands[before].function, **its)
        ticket = await desk.ticket(number)
        assert ticket is not None
        if "task_id" in given:
            given["task_id"] = ticket.work.tasks[0].id
        if "entry_id" in given:
            given["entry_id"] = ticket.work.time_entries[0].id
        if "event_id" in given:
            given["event_id"] = ticket.work.history[0].id
        await put(store, number, state)

        if state in row.states:
            await desk.change(number, by(name), commands[name].function, **given)
            continue
        what_to_do = "heropen de melding eerst" if state in FINISHED else "zij is nog open"
        with pytest.raises(Refused, match=rf"^Kan niet bij een melding die .+ is: {what_to_do} \([RA]-"):
            await desk.change(number, by(name), commands[name].function, **given)


async def test_access_before_the_closing_is_logged_afterwards(desk: Desk, open_ticket: Open, clock: Any) -> None:
    """R-113, R-114: every access is logged; none is taken when the ticket is closed."""
    commands = desk_commands()
    number, seen_at = await open_ticket(), clock.at
    clock.at += QUARTER
    await desk.change(number, ENGINEER, commands["close"].function, **WHY)
    access = TABLE["log-access"].given

    await desk.change(number, ENGINEER, commands["log-access"].function, **access, at=seen_at)

    with pytest.raises(Refused, match="R-113"):
        await desk.change(number, ENGINEER, commands["log-access"].function, **access)


async def test_a_user_change_is_not_closed_over_a_visit_without_travel(desk: Desk, open_ticket: Open) -> None:
    """R-086."""
    commands, number = desk_commands(), await open_ticket()
    await desk.change(number, ENGINEER, commands["remote-impossible"].function, **WHY)
    await desk.change(number, ENGINEER, commands["arrive"].function, engineer_id=2)

    with pytest.raises(Refused, match="R-086"):
        await desk.change(
            number, ENGINEER, commands["refuse-user-change"].function, **TABLE["refuse-user-change"].given
        )
