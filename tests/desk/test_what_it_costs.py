"""Hours, units, approvals, travel and changes of the month: what is charged, why, and what must be agreed first."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.approvals import customer_approves, override_approval, we_approve
from ari_app.desk.commands.hours import allow_hosted_hours, book_time, correct_time, withdraw_time
from ari_app.desk.commands.judgement import change_level, change_scope, confirm_category, customer_caused
from ari_app.desk.commands.progress import close
from ari_app.desk.commands.records import add_task, finish_task, log_access
from ari_app.desk.commands.visits import arrive, leave, remote_impossible
from ari_app.desk.refusal import Refused
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.money import Euro
from ari_app.store.tables import Role
from sla.billing import Activity
from sla.terms import Category, ClockKind, Kind, Scope

SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
ENGINEER = Actor("fenna", Role.ENGINEER)
CUSTOMER = Actor("Planning De Testrit")
FENNA, BRAM = 1, 2
#: Monday 2 March 2026, 08:00 in Amsterdam: before anything was reported.
EIGHT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Open = Callable[..., Awaitable[str]]
Look = Callable[[str], Awaitable[TicketView]]


async def book(
    desk: Desk, number: str, minutes: float, activity: Activity = Activity.REMOTE_SUPPORT, after: int = 0
) -> None:
    begin = EIGHT + after * MINUTE
    await desk.change(number, ENGINEER, book_time, FENNA, activity, begin, begin + timedelta(minutes=minutes))


async def approve(desk: Desk, number: str, up_to: str) -> None:
    await desk.change(number, ENGINEER, customer_approves, "Piet Proefrit", "mail", Decimal(up_to))
    await desk.change(number, ENGINEER, we_approve, Decimal(up_to))


async def test_included_work_is_booked_without_approval_and_costs_nothing(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-010, R-087, A-21: raw times stay; 16 minutes are 2 units."""
    number = await open_ticket()

    await book(desk, number, 16)

    work = (await look(number)).work
    assert [(one.began_at, one.ended_at) for one in work.time_entries] == [(EIGHT, EIGHT + 16 * MINUTE)]
    assert [(one.units, one.charged_units, one.amount) for one in work.costs] == [(2, 0, Decimal("0.00"))]
    assert "R-010" in work.costs[0].why[0]


async def test_billable_work_waits_for_the_word_of_both(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-090, A-21: work outside the agreement, Premium, € 110 an hour."""
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, change_scope, Scope.NOT_COVERED, why="eigen toestel van de klant")

    with pytest.raises(Refused, match=r"Kan nadat de klant en CNE akkoord zijn gegaan met de kosten \(R-090\)"):
        await book(desk, number, 31)
    await desk.change(number, ENGINEER, customer_approves, "Piet Proefrit", "mail", Decimal("100.00"))
    with pytest.raises(Refused, match="R-090"):
        await book(desk, number, 31)
    await desk.change(number, ENGINEER, we_approve, Decimal("100.00"))
    await book(desk, number, 31)

    work = (await look(number)).work
    assert (work.charged, work.approved_up_to) == (Decimal("82.50"), Decimal("100.00"))
    assert [(one.approver, one.who, one.how) for one in work.approvals] == [
        ("customer", "Piet Proefrit", "mail"),
        ("provider", "fenna", "meldlijn"),
    ]
    assert len(work.time_entries) == 1


async def test_above_the_amount_that_was_agreed_nothing_is_booked(desk: Desk, open_ticket: Open) -> None:
    """A-21: the lower of both words counts; 60 minutes are € 110."""
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, change_scope, Scope.NOT_COVERED, why="eigen toestel")
    await desk.change(number, ENGINEER, customer_approves, "Piet Proefrit", "mail", Decimal("60.00"))
    await desk.change(number, ENGINEER, we_approve, Decimal("500.00"))

    with pytest.raises(Refused, match=r"Kan nadat akkoord is gegeven tot € 110,00: nu tot € 60,00 \(A-21\)"):
        await book(desk, number, 60)


async def test_in_an_emergency_a_supervisor_lets_work_begin(desk: Desk, open_ticket: Open, look: Look) -> None:
    """A-21."""
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, change_scope, Scope.NOT_COVERED, why="eigen toestel")

    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.change(number, ENGINEER, override_approval, Decimal("200.00"), why="alles ligt plat")
    await desk.change(number, SUPERVISOR, override_approval, Decimal("200.00"), why="alles ligt plat")
    await book(desk, number, 60)

    assert (await look(number)).work.approvals[0].why == "alles ligt plat"


@pytest.mark.parametrize("up_to", ["0", "-5", "10.001", "NaN"])
async def test_an_approval_names_a_real_amount_and_a_person(desk: Desk, open_ticket: Open, up_to: str) -> None:
    """A-21."""
    number = await open_ticket()

    with pytest.raises(Refused, match="een bedrag boven nul"):
        await desk.change(number, ENGINEER, we_approve, Decimal(up_to))
    with pytest.raises(Refused, match="wie bij de klant akkoord gaf"):
        await desk.change(number, ENGINEER, customer_approves, "", "mail", Decimal("10.00"))
    with pytest.raises(Refused, match="hoe het akkoord is gegeven"):
        await desk.change(number, ENGINEER, customer_approves, "Piet Proefrit", "", Decimal("10.00"))
    with pytest.raises(Refused, match="medewerker van CNE"):
        await desk.change(number, CUSTOMER, we_approve, Decimal("10.00"))


async def test_without_a_known_rate_nobody_can_have_agreed(desk: Desk, open_ticket: Open, look: Look) -> None:
    """A-03, R-071: level 0 has no rate yet; never € 0."""
    number = await open_ticket(customer_id=None)
    await approve(desk, number, "500.00")

    with pytest.raises(Refused, match=r"Kan nadat het uurtarief is ingesteld.*A-03"):
        await book(desk, number, 10)

    assert (await look(number)).level == "level_0"


async def test_sessions_with_a_short_break_are_one_call(desk: Desk, open_ticket: Open, look: Look) -> None:
    """A-20: 6 and 6 minutes with a break of 4 are one unit more, not two sessions."""
    number = await open_ticket()

    await book(desk, number, 6)
    await book(desk, number, 6, after=10)
    await book(desk, number, 6, after=21)

    costs = (await look(number)).work.costs
    assert [(one.worked_seconds, one.units) for one in costs] == [(16 * 60, 2), (6 * 60, 1)]


async def test_a_calamity_that_the_customer_caused_is_charged_also_afterwards(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-058."""
    number = await open_ticket(by=SUPERVISOR, kind=Kind.CALAMITY)
    await book(desk, number, 30, Activity.CALAMITY_SERVICE)
    free = (await look(number)).work.charged

    await desk.change(number, ENGINEER, customer_caused, why="stekker uit de centrale getrokken")

    ticket = await look(number)
    assert (free, ticket.work.charged) == (Decimal("0.00"), Decimal("55.00"))
    assert ticket.work.costs[0].rule == "R-058"
    assert any("R-090" in line for line in ticket.warnings)
    with pytest.raises(Refused, match="calamiteit is"):
        await desk.change(await open_ticket(), ENGINEER, customer_caused, why="zelf gedaan")


async def test_management_of_hosted_services_is_not_logged(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-130, R-131, A-23."""
    number = await open_ticket()

    with pytest.raises(Refused, match="R-131"):
        await book(desk, number, 30, Activity.HOSTED_MANAGEMENT)
    with pytest.raises(Refused, match="Kan nadat een supervisor"):
        await desk.change(number, ENGINEER, allow_hosted_hours, why="configuratie gewist")
    await desk.change(number, SUPERVISOR, allow_hosted_hours, why="klant wiste de configuratie")
    await approve(desk, number, "100.00")
    await book(desk, number, 30, Activity.HOSTED_MANAGEMENT)

    assert (await look(number)).work.costs[0].rule == "R-131"


async def test_the_fifth_change_of_the_month_is_charged(desk: Desk, open_ticket: Open, look: Look) -> None:
    """G14, R-019, A-02: four units a month are included, over all tickets of the contract."""
    first, second = await open_ticket(kind=Kind.SERVICE_REQUEST), await open_ticket(kind=Kind.SERVICE_REQUEST)
    for i in range(4):
        await book(desk, first, 10, Activity.CONFIGURATION_CHANGE, after=i * 15)

    with pytest.raises(
        Refused, match=r"4 van 4 eenheden gebruikt, 0 inbegrepen. \(R-019\): € 27,50. Kan nadat .*R-090"
    ):
        await book(desk, second, 10, Activity.CONFIGURATION_CHANGE, after=60)
    await approve(desk, second, "50.00")
    await book(desk, second, 10, Activity.CONFIGURATION_CHANGE, after=60)

    meter = await desk.contracts.change_meter(1, 2026, 3)
    assert (await look(second)).work.charged == Decimal("27.50")
    assert (meter.used_units, meter.included_units, meter.charged_units, meter.left_units) == (4, 4, 1, 0)
    assert [clause.rule for clause in meter.clauses] == ["R-019", "R-062", "A-02"]
    assert (await desk.contracts.change_meter(1, 2026, 4)).used_units == 0


async def test_a_change_that_is_taken_back_makes_room_for_a_later_one(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """A-02, R-088: the cost of the fifth follows."""
    first, second = await open_ticket(kind=Kind.SERVICE_REQUEST), await open_ticket(kind=Kind.SERVICE_REQUEST)
    for i in range(4):
        await book(desk, first, 10, Activity.CONFIGURATION_CHANGE, after=i * 15)
    await approve(desk, second, "50.00")
    await book(desk, second, 10, Activity.CONFIGURATION_CHANGE, after=60)
    entry = (await look(first)).work.time_entries[0]

    await desk.change(first, ENGINEER, withdraw_time, entry.id, why="verkeerde melding")

    assert (await look(second)).work.charged == Decimal("0.00")
    assert (await look(first)).work.time_entries[0].corrected_why == "verkeerde melding"
    assert len((await look(first)).work.costs) == 3


@pytest.mark.parametrize(("minutes", "charged"), [(15, Decimal("0.00")), (15 + 1 / 60, Decimal("55.00"))])
async def test_a_change_of_more_than_fifteen_minutes_is_charged_whole(
    desk: Desk, open_ticket: Open, look: Look, minutes: float, charged: Decimal
) -> None:
    """G13, R-062."""
    number = await open_ticket(kind=Kind.SERVICE_REQUEST)
    await approve(desk, number, "100.00")

    await book(desk, number, minutes, Activity.CONFIGURATION_CHANGE)

    assert (await look(number)).work.charged == charged


async def test_a_corrected_entry_stays_on_record_and_the_cost_follows(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-088: no silent edits."""
    number = await open_ticket()
    await book(desk, number, 16)
    entry = (await look(number)).work.time_entries[0]

    await desk.change(number, ENGINEER, correct_time, entry.id, EIGHT, EIGHT + 15 * MINUTE, why="typefout")

    work = (await look(number)).work
    assert sorted(one.corrected_why for one in work.time_entries) == ["", "typefout"]
    assert [one.units for one in work.costs] == [1]
    with pytest.raises(Refused, match="al gecorrigeerd"):
        await desk.change(number, ENGINEER, withdraw_time, entry.id, why="nogmaals")


async def test_another_level_changes_what_the_work_costs(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-021: an hour outside the agreement is € 110 for Premium, € 100 for Standard."""
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, change_scope, Scope.NOT_COVERED, why="eigen toestel")
    await approve(desk, number, "200.00")
    await book(desk, number, 60)
    premium = (await look(number)).work.charged

    await desk.change(number, SUPERVISOR, change_level, "standard", why="contract verkeerd ingevoerd")

    assert (premium, (await look(number)).work.charged) == (Decimal("110.00"), Decimal("100.00"))


@pytest.mark.parametrize(
    ("began_at", "minutes", "refused"),
    [(EIGHT, 0, "een einde na het begin"), (EIGHT + timedelta(hours=1, minutes=55), 30, "niet in de toekomst")],
)
async def test_time_that_was_not_worked_is_not_booked(
    desk: Desk, open_ticket: Open, began_at: datetime, minutes: int, refused: str
) -> None:
    """R-088."""
    number = await open_ticket()

    with pytest.raises(Refused, match=refused):
        await desk.change(
            number, ENGINEER, book_time, FENNA, Activity.REMOTE_SUPPORT, began_at, began_at + minutes * MINUTE
        )


async def test_help_on_site_comes_after_help_from_afar_and_every_visit_has_its_travel(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-036, R-086, R-091, A-20: travel is one sum, always charged: 40 minutes are 3 units, € 82.50."""
    number = await open_ticket()
    with pytest.raises(Refused, match="waarom hulp op afstand niet kan"):
        await desk.change(number, ENGINEER, arrive, FENNA)
    await desk.change(number, ENGINEER, remote_impossible, why="de centrale is stroomloos")
    await desk.change(number, ENGINEER, arrive, FENNA)
    clock.at += timedelta(hours=1)

    with pytest.raises(Refused, match=r"Kan nadat de reistijd van elk bezoek is ingevuld \(R-086\)"):
        await desk.change(number, ENGINEER, close, why="klaar")
    with pytest.raises(Refused, match="R-090"):
        await desk.change(number, ENGINEER, leave, FENNA, 40 * MINUTE)
    await approve(desk, number, "100.00")
    await desk.change(number, ENGINEER, leave, FENNA, 40 * MINUTE)
    await desk.change(number, ENGINEER, close, why="klaar")

    work = (await look(number)).work
    assert [(one.activity, one.units, one.amount) for one in work.costs] == [("travel", 3, Decimal("82.50"))]
    assert [(one.engineer, one.travel_seconds) for one in work.visits] == [("Fenna Fictief", 2400)]


async def test_no_travel_only_with_a_reason(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-086."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, remote_impossible, why="stroomloos")
    await desk.change(number, ENGINEER, arrive, BRAM)

    with pytest.raises(Refused, match="vorige bezoek van Bram Bedacht"):
        await desk.change(number, ENGINEER, arrive, BRAM)
    with pytest.raises(Refused, match="de aankomst van deze engineer"):
        await desk.change(number, ENGINEER, leave, FENNA, timedelta())
    with pytest.raises(Refused, match="waarom er geen reistijd is"):
        await desk.change(number, ENGINEER, leave, BRAM, timedelta())
    with pytest.raises(Refused, match="nul of meer"):
        await desk.change(number, ENGINEER, leave, BRAM, -MINUTE)
    await desk.change(number, ENGINEER, leave, BRAM, timedelta(), "was al in het pand")

    assert (await look(number)).work.visits[0].why_no_travel == "was al in het pand"


async def test_the_time_on_site_runs_from_the_decision_to_the_arrival(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """R-018, R-059, A-13: Premium, CAT III, 2 hours."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, confirm_category, Category.III, why="alles plat")
    clock.at += timedelta(hours=1)
    await desk.change(number, ENGINEER, remote_impossible, why="stroomloos")
    running = next(one for one in (await look(number)).deadlines if one.clock is ClockKind.TIME_ON_SITE)
    clock.at += timedelta(hours=1)

    await desk.change(number, ENGINEER, arrive, FENNA)

    met = next(one for one in (await look(number)).deadlines if one.clock is ClockKind.TIME_ON_SITE)
    assert running.due_at == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert (met.state, met.stopped_at) == ("met", clock.at)


async def test_access_to_files_is_logged_with_its_task_and_ticket(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-113, R-114."""
    number = await open_ticket()

    with pytest.raises(Refused, match="waarvoor de toegang nodig is"):
        await desk.change(number, ENGINEER, log_access, "/klant/centrale.cfg", "opened", why="")
    await desk.change(number, ENGINEER, log_access, "/klant/centrale.cfg", "opened", why="routering nakijken")

    told = [(one.by, one.path, one.purpose, one.why) for one in (await look(number)).work.access]
    assert told == [("fenna", "/klant/centrale.cfg", "opened", "routering nakijken")]


async def test_others_finish_a_task_only_with_two_permissions(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-100, R-101, R-110, R-111."""
    number = await open_ticket()
    await desk.change(number, ENGINEER, add_task, "switch herstarten")

    with pytest.raises(Refused, match="R-101"):
        await desk.change(number, CUSTOMER, finish_task, 1, allowed_by_engineer="fenna")
    await desk.change(
        number, CUSTOMER, finish_task, 1, allowed_by_engineer="fenna", allowed_by_customer="Piet Proefrit"
    )

    assert (await look(number)).work.tasks[0].done_by == "Planning De Testrit"
    with pytest.raises(Refused, match="al gedaan"):
        await desk.change(number, ENGINEER, finish_task, 1)


@pytest.mark.parametrize(
    "row",
    [
        "time_entry (engineer_id, activity, began_at, ended_at, is_injudicious, is_intermediary_call, note, recorded_by,"
        " recorded_at) VALUES (1, 'other', '2026-03-02', '2026-03-03', false, false, '', '', '2026-03-02')",
        "task (what, made_by, made_at, done_by, allowed_by_engineer, allowed_by_customer)"
        " VALUES ('', '', '2026-03-02', '', '', '')",
        "access_entry (account, at, purpose, path, why) VALUES ('', '2026-03-02', '', '', '')",
        "decision (at, actor, what, before, after, why) VALUES ('2026-03-02', '', '', '', '', '')",
    ],
)
async def test_the_database_takes_no_task_hours_or_access_without_a_ticket(store: Store, row: str) -> None:
    """R-111."""
    with pytest.raises(IntegrityError):
        async with store.session() as session:
            await (await session.connection()).execute(text(f"INSERT INTO {row}"))


def test_a_part_of_a_cent_is_not_stored() -> None:
    with pytest.raises(ValueError, match="part of a cent"):
        Euro().process_bind_param(Decimal("0.005"), None)
