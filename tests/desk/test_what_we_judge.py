"""Category, calamity, level and scope: only our people decide, with a reason, and nothing is lost (R-085)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ari_app.config import DeskSettings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.judgement import (
    became_a_calamity,
    change_kind,
    change_level,
    change_scope,
    confirm_category,
    name_service,
    not_a_calamity,
    set_alternative,
    set_impediment,
)
from ari_app.desk.commands.progress import begin_work, note
from ari_app.desk.commands.records import link_to_problem
from ari_app.desk.impact import category_for
from ari_app.desk.refusal import Refused
from ari_app.desk.views import TicketView
from ari_app.store.database import Store
from ari_app.store.tables import Impediment, Role
from sla.terms import Category, ClockKind, Kind, Scope

SUPERVISOR = Actor("sanne", Role.SUPERVISOR)
ENGINEER = Actor("fenna", Role.ENGINEER)
CUSTOMER = Actor("Planning De Testrit")

Open = Callable[..., Awaitable[str]]
Look = Callable[[str], Awaitable[TicketView]]


def due(view: TicketView, clock: ClockKind = ClockKind.FIRST_RESPONSE) -> datetime | None:
    return next(one.due_at for one in view.deadlines if one.clock is clock)


async def test_a_category_that_a_person_confirms_counts_from_the_report(
    desk: Desk, open_ticket: Open, look: Look, clock: Any
) -> None:
    """CAT III gives Premium 2 hours, also when it is judged an hour later (R-015, R-085)."""
    number = await open_ticket()
    clock.at += timedelta(hours=1)

    await desk.change(number, SUPERVISOR, confirm_category, Category.III, why="het hele bedrijf ligt plat")

    ticket = await look(number)
    assert (ticket.category, ticket.needs_review) == (Category.III, False)
    assert due(ticket) == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


async def test_every_earlier_category_stays_on_record_with_who_and_why(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-085."""
    number = await open_ticket()

    await desk.change(number, SUPERVISOR, confirm_category, Category.I, why="een toestel")
    await desk.change(number, SUPERVISOR, confirm_category, Category.II, why="de receptie")

    told = [
        (one.texts["before"], one.texts["category"], one.by, one.why) for one in (await look(number)).work.categories
    ]
    assert told == [("", "I", "sanne", "een toestel"), ("I", "II", "sanne", "de receptie")]


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (confirm_category, {"category": Category.III}),
        (change_level, {"level": "standard"}),
        (change_scope, {"scope": Scope.THIRD_PARTY}),
        (became_a_calamity, {}),
        (not_a_calamity, {}),
        (change_kind, {"kind": Kind.SERVICE_REQUEST}),
        (set_alternative, {"has_alternative": True}),
        (set_impediment, {"impediment": Impediment.COMPANY, "is_crucial_place": None}),
    ],
)
async def test_a_customer_judges_nothing(desk: Desk, open_ticket: Open, look: Look, command: Any, given: Any) -> None:
    """R-055, R-082, R-085."""
    number = await open_ticket()
    before = await look(number)

    with pytest.raises(Refused, match="alleen door een medewerker van CNE"):
        await desk.change(number, CUSTOMER, command, **given, why="wij vinden van wel")

    assert await look(number) == before


async def test_a_judgement_without_a_reason_is_refused_with_the_condition_and_the_rule(
    desk: Desk, open_ticket: Open
) -> None:
    """R-085."""
    number = await open_ticket()

    with pytest.raises(Refused, match=r"Kan nadat de reden is ingevuld \(R-085\)"):
        await desk.change(number, SUPERVISOR, confirm_category, Category.II, why="  ")


async def test_a_grave_category_without_a_service_of_ours_is_shown_as_a_warning(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-084, default."""
    number = await open_ticket()

    await desk.change(number, SUPERVISOR, confirm_category, Category.II, why="de receptie")
    warned = (await look(number)).warnings
    await desk.change(number, SUPERVISOR, name_service, "VoIP-centrale")

    assert any("R-084" in line for line in warned)
    assert not any("R-084" in line for line in (await look(number)).warnings)


async def test_by_setting_a_grave_category_waits_for_the_service(
    store: Store, settings: Any, clock: Any, open_ticket: Open
) -> None:
    """R-084, setting `refuse`."""
    refusing = DeskSettings(category_needs_service="refuse")
    strict = Desk(store, settings.model_copy(update={"desk": refusing}), clock)
    number = await open_ticket()

    with pytest.raises(Refused, match="CAT III kan nadat de afgenomen dienst"):
        await strict.change(number, SUPERVISOR, confirm_category, Category.III, why="alles plat")
    await strict.change(number, SUPERVISOR, confirm_category, Category.I, why="een toestel")
    await strict.change(number, SUPERVISOR, name_service, "VoIP-centrale")
    await strict.change(number, SUPERVISOR, confirm_category, Category.III, why="alles plat")

    found = await strict.ticket(number)
    assert found is not None
    assert found.category is Category.III


async def test_no_calamity_makes_it_an_ordinary_ticket_and_back_again(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-053, R-054, R-055, R-056: the report is not lost."""
    number = await open_ticket(by=SUPERVISOR, kind=Kind.CALAMITY)

    await desk.change(number, SUPERVISOR, not_a_calamity, why="alleen een toestel")
    ordinary = await look(number)
    await desk.change(number, SUPERVISOR, became_a_calamity, why="toch een spoedgeval", is_exception=True)

    again = await look(number)
    assert (ordinary.kind, ordinary.is_exception) == (Kind.INCIDENT, False)
    assert (again.kind, again.is_exception) == (Kind.CALAMITY, True)


async def test_a_calamity_is_never_of_category_one(desk: Desk, open_ticket: Open) -> None:
    """A-11."""
    number = await open_ticket(by=SUPERVISOR, kind=Kind.CALAMITY)
    mild = await open_ticket()
    await desk.change(mild, SUPERVISOR, confirm_category, Category.I, why="een toestel")

    with pytest.raises(Refused, match="A-11"):
        await desk.change(number, SUPERVISOR, confirm_category, Category.I, why="een toestel")
    with pytest.raises(Refused, match="A-11"):
        await desk.change(mild, SUPERVISOR, became_a_calamity, why="plat")


async def test_what_turned_out_to_be_a_request_has_the_clock_of_a_request(
    desk: Desk, open_ticket: Open, look: Look
) -> None:
    """R-012, R-061: also after a ruling that it is no calamity."""
    number = await open_ticket(by=SUPERVISOR, kind=Kind.CALAMITY)
    await desk.change(number, SUPERVISOR, not_a_calamity, why="een doorschakeling")

    await desk.change(number, SUPERVISOR, change_kind, Kind.SERVICE_REQUEST, why="routering aanpassen")

    ticket = await look(number)
    assert [one.clock for one in ticket.deadlines] == [ClockKind.REQUEST_RESPONSE]
    assert due(ticket, ClockKind.REQUEST_RESPONSE) == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert ticket.work.decisions[-1].why == "routering aanpassen"


async def test_a_calamity_is_no_ordinary_change_of_kind(desk: Desk, open_ticket: Open) -> None:
    """R-055, R-076."""
    number = await open_ticket()

    with pytest.raises(Refused, match="R-055"):
        await desk.change(number, SUPERVISOR, change_kind, Kind.CALAMITY, why="plat")
    with pytest.raises(Refused, match="R-076"):
        await desk.change(number, SUPERVISOR, change_kind, Kind.USER_CHANGE, why="nieuwe collega")


async def test_a_third_party_has_no_promised_times_and_says_why(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-081, R-082, R-092, R-107."""
    number = await open_ticket()

    await desk.change(number, SUPERVISOR, change_scope, Scope.THIRD_PARTY, why="internetlijn van een ander")

    ticket = await look(number)
    assert ticket.scope is Scope.THIRD_PARTY
    assert {one.state for one in ticket.deadlines} == {"none"}
    assert ticket.next_deadline is None
    assert "R-081" in ticket.deadlines[0].why[0]
    assert any("niet verantwoordelijk" in warning and "R-107" in warning for warning in ticket.warnings)
    assert any("acute oplossing niet kan garanderen (R-092)" in warning for warning in ticket.warnings)
    assert {"R-092", "R-107"} <= {clause.rule for clause in ticket.clauses}


async def test_a_problem_record_links_disturbances_and_has_no_clock(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-033: each disturbance belongs to one record at most; what it belonged to before stays on record."""
    first, second = await open_ticket(), await open_ticket()
    problem, other = await open_ticket(kind=Kind.PROBLEM), await open_ticket(kind=Kind.PROBLEM)

    await desk.change(first, ENGINEER, link_to_problem, problem, why="zelfde switch")
    await desk.change(second, ENGINEER, link_to_problem, other, why="zelfde switch")
    await desk.change(second, ENGINEER, link_to_problem, problem, why="toch niet")

    record = await look(problem)
    assert record.work.disturbances == (first, second)
    assert {one.state for one in record.deadlines} == {"none"}
    assert (await look(first)).work.problem == problem
    assert (await look(other)).work.disturbances == ()
    decided = [one for one in (await look(second)).work.decisions if one.what == "problem"]
    assert [(one.before, one.after, one.why) for one in decided] == [
        ("", other, "zelfde switch"),
        (other, problem, "toch niet"),
    ]
    await desk.change(second, ENGINEER, link_to_problem, "", why="andere oorzaak")
    assert (await look(problem)).work.disturbances == (first,)


async def test_only_a_disturbance_belongs_to_a_problem_record(desk: Desk, open_ticket: Open) -> None:
    """R-033."""
    incident, request = await open_ticket(), await open_ticket(kind=Kind.SERVICE_REQUEST)
    problem = await open_ticket(kind=Kind.PROBLEM)

    with pytest.raises(Refused, match=r"soort probleem is \(R-033\)"):
        await desk.change(incident, ENGINEER, link_to_problem, request, why="-")
    with pytest.raises(Refused, match="'T-9999'"):
        await desk.change(incident, ENGINEER, link_to_problem, "T-9999", why="-")
    with pytest.raises(Refused, match=r"storing of calamiteit \(R-033\)"):
        await desk.change(request, ENGINEER, link_to_problem, problem, why="-")
    with pytest.raises(Refused, match="reden"):
        await desk.change(incident, ENGINEER, link_to_problem, problem, why=" ")


async def test_another_level_counts_from_the_start(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-071: Standard, CAT II, 8 hours from Monday 10:00."""
    number = await open_ticket()

    await desk.change(number, SUPERVISOR, change_level, "standard", why="contract was verkeerd ingevoerd")

    ticket = await look(number)
    assert ticket.level == "standard"
    assert due(ticket) == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="R-002"):
        await desk.change(number, SUPERVISOR, change_level, "goud", why="bestaat niet")


@pytest.mark.parametrize(
    ("impediment", "is_crucial", "category"),
    [
        (Impediment.COMPANY, False, Category.III),
        (Impediment.BUSINESS, False, Category.II),
        (Impediment.NONE, True, Category.I),
        (None, True, Category.II),
        (None, False, None),
        (None, None, None),
    ],
)
def test_the_impediment_decides_and_a_crucial_place_only_in_doubt(
    impediment: Impediment | None, is_crucial: bool | None, category: Category | None
) -> None:
    """R-083, A-19."""
    assert category_for(impediment, is_crucial) is category


async def test_impediment_and_alternative_propose_but_do_not_decide(desk: Desk, open_ticket: Open, look: Look) -> None:
    """R-080, R-083, R-147."""
    number = await open_ticket()

    await desk.change(number, SUPERVISOR, set_impediment, Impediment.COMPANY, None, why="niemand kan werken")
    await desk.change(number, SUPERVISOR, set_alternative, True, why="mobiel bellen kan")

    ticket = await look(number)
    assert (ticket.category_by_impediment, ticket.category) == (Category.III, None)
    assert ticket.has_alternative is True
    assert [one.what for one in ticket.work.decisions] == ["opened", "impediment", "alternative"]


async def test_a_refused_command_leaves_nothing_behind(desk: Desk, open_ticket: Open, look: Look) -> None:
    number = await open_ticket()
    await desk.change(number, SUPERVISOR, begin_work)
    before = await look(number)

    with pytest.raises(Refused, match="T-4711"):
        await desk.change("T-4711", SUPERVISOR, begin_work)
    with pytest.raises(Refused):
        await desk.change(number, SUPERVISOR, note, "  ")

    assert await look(number) == before
