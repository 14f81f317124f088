"""Holidays and phone hours of single dates: a person approves them, and every call and clock follows without a restart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.commands.progress import begin_work, record_plan, resolve
from ari_app.desk.commands.waiting import ask_customer
from ari_app.desk.opening_days import Holiday
from ari_app.desk.refusal import Refused
from ari_app.store.calendar_tables import HolidayRow, PhoneHoursRow, ServiceHoursRow
from ari_app.store.database import Store
from ari_app.store.tables import Role, SlaClockRow, TicketRow
from routing.caller import Caller
from routing.decision import ToDesk, ToVoicemail, decide
from sla.terms import ClockKind
from tests.desk.conftest import SetClock

FENNA = Actor("Fenna Fictief", Role.SUPERVISOR)
BRAM = Actor("Bram Bedacht", Role.SUPERVISOR)
#: A Monday, in 2026.
KINGS_DAY = Holiday(date(2026, 4, 27), "Koningsdag", "holidays 0.109, public")
CHRISTMAS_EVE = date(2026, 12, 24)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def stopping_desk(store: Store, database_url: str, tmp_path: Path, desk: Desk) -> Desk:
    """A second desk on the same rows, of a provider whose contract clock stands still on holidays."""
    readings = {"holiday_stops_contract_clock": True}
    return Desk(store, Settings(home=tmp_path, database=database_url, agreement_settings=readings), desk._clock)


async def route(desk: Desk, at: str) -> object:
    """What a call at this moment gets; the desk is asked who it is, as every call does."""
    await desk.who_is("+31850004120", local(at))
    return decide(local(at), Caller("+31850004120", why="-"), desk.days, ())


async def test_a_desk_closed_on_kings_day_goes_to_voicemail(desk: Desk) -> None:
    """A-08"""
    before = await route(desk, "2026-04-27T10:00")

    await desk.opening_days.approve([KINGS_DAY], FENNA)

    assert isinstance(before, ToDesk)
    assert isinstance(await route(desk, "2026-04-27T10:00"), ToVoicemail)
    assert isinstance(await route(desk, "2026-04-28T10:00"), ToDesk)


async def test_a_desk_that_runs_beside_the_one_that_approves_follows_with_its_next_call(
    desk: Desk, stopping_desk: Desk
) -> None:
    await stopping_desk.opening_days.approve([KINGS_DAY], FENNA)

    assert isinstance(await route(desk, "2026-04-27T10:00"), ToVoicemail)


async def test_calamity_hours_stay_open_on_a_holiday(desk: Desk) -> None:
    """R-050"""
    await desk.opening_days.approve([KINGS_DAY], FENNA)

    (day,) = await desk.opening_days.show(KINGS_DAY.day, 1)

    assert day.calamity == (("07:30", "08:30"),)
    assert desk.days.is_calamity_time(local("2026-04-27T08:00"))


async def test_the_clock_does_not_stop_on_a_holiday_that_only_closes_the_desk(
    desk: Desk, clock: SetClock, report: Callable[..., object]
) -> None:
    """A-08"""
    await desk.opening_days.approve([Holiday(date(2026, 3, 3), "Proefdag")], FENNA)

    due = await due_of_a_report_at(desk, report, "2026-03-02T16:30")

    assert due == local("2026-03-03T11:30")


async def test_the_clock_stops_when_the_second_switch_is_on(stopping_desk: Desk, report: Callable[..., object]) -> None:
    """A-08"""
    await stopping_desk.opening_days.approve([Holiday(date(2026, 3, 3), "Proefdag")], FENNA)

    due = await due_of_a_report_at(stopping_desk, report, "2026-03-02T16:30")

    assert due == local("2026-03-04T11:30")


async def test_an_open_ticket_is_planned_again_when_a_day_before_its_deadline_becomes_a_holiday(
    stopping_desk: Desk, store: Store, report: Callable[..., object]
) -> None:
    await due_of_a_report_at(stopping_desk, report, "2026-03-02T16:30")

    await stopping_desk.opening_days.approve([Holiday(date(2026, 3, 3), "Proefdag")], FENNA)
    looked = await stopping_desk.look_again(20)

    assert looked == 1
    assert await written_due(store) == local("2026-03-04T11:30")


async def test_a_ticket_that_is_due_before_the_holiday_is_left_alone(
    stopping_desk: Desk, store: Store, report: Callable[..., object]
) -> None:
    await due_of_a_report_at(stopping_desk, report, "2026-03-02T16:30")
    await stopping_desk.look_again(20)
    before = await next_look(store)

    await stopping_desk.opening_days.approve([Holiday(date(2026, 3, 4), "Proefdag")], FENNA)

    assert await next_look(store) == before


async def test_a_resolved_ticket_keeps_its_clocks(
    stopping_desk: Desk, clock: SetClock, report: Callable[..., object]
) -> None:
    await due_of_a_report_at(stopping_desk, report, "2026-03-02T16:30")
    clock.at = local("2026-03-02T16:40").astimezone(UTC)
    await stopping_desk.change("T-1001", FENNA, begin_work)
    await stopping_desk.change("T-1001", FENNA, record_plan, "Toestel vervangen", "de receptie")
    await stopping_desk.change("T-1001", FENNA, resolve, "Toestel vervangen")
    before = await stopping_desk.ticket("T-1001")

    await stopping_desk.opening_days.approve([Holiday(date(2026, 3, 3), "Proefdag")], FENNA)

    after = await stopping_desk.ticket("T-1001")
    assert before is not None
    assert after is not None
    assert after.deadlines == before.deadlines
    assert await stopping_desk.look_again(20) == 0


async def test_a_revoked_day_is_an_ordinary_day_again_and_the_decision_is_kept(desk: Desk, store: Store) -> None:
    await desk.opening_days.approve([KINGS_DAY], FENNA)
    await route(desk, "2026-04-27T10:00")

    revoked = await desk.opening_days.revoke(KINGS_DAY.day, BRAM)

    assert revoked == ["feestdag Koningsdag"]
    assert isinstance(await route(desk, "2026-04-27T10:00"), ToDesk)
    async with store.reading() as session:
        row = (await session.exec(select(HolidayRow))).one()
    assert (row.approved_by, row.revoked_by) == ("Fenna Fictief", "Bram Bedacht")
    assert row.revoked_at == desk._clock.now()


async def test_a_revoked_day_can_be_approved_again(desk: Desk) -> None:
    await desk.opening_days.approve([KINGS_DAY], FENNA)
    await desk.opening_days.revoke(KINGS_DAY.day, FENNA)

    assert await desk.opening_days.approve([KINGS_DAY], FENNA) == [KINGS_DAY.day]
    assert isinstance(await route(desk, "2026-04-27T10:00"), ToVoicemail)


async def test_approving_a_day_twice_changes_nothing(desk: Desk, store: Store) -> None:
    await desk.opening_days.approve([KINGS_DAY], FENNA)

    assert await desk.opening_days.approve([replace(KINGS_DAY, name="Anders")], BRAM) == []

    async with store.reading() as session:
        assert (await session.exec(select(HolidayRow.name))).all() == ["Koningsdag"]


async def test_the_same_day_named_twice_is_approved_once(desk: Desk) -> None:
    assert await desk.opening_days.approve([KINGS_DAY, KINGS_DAY], FENNA) == [KINGS_DAY.day]


async def test_kings_day_on_a_sunday_is_proposed_for_saturday_26_april(desk: Desk) -> None:
    proposed = {one.name: one.day for one in await desk.opening_days.proposal(2031)}

    assert proposed["Koningsdag"] == date(2031, 4, 26)


async def test_a_proposal_counts_for_nothing_until_a_person_approves_it(desk: Desk) -> None:
    proposal = await desk.opening_days.proposal(2026)

    assert all(one.approved_by is None for one in proposal)
    assert isinstance(await route(desk, "2026-04-27T10:00"), ToDesk)


async def test_the_proposal_says_what_is_approved_by_whom(desk: Desk) -> None:
    await desk.opening_days.approve([KINGS_DAY], FENNA)

    approved = {one.day: one.approved_by for one in await desk.opening_days.proposal(2026) if one.approved_by}

    assert approved == {KINGS_DAY.day: "Fenna Fictief"}


async def test_bevrijdingsdag_is_an_optional_day(desk: Desk) -> None:
    (day,) = [one for one in await desk.opening_days.proposal(2027) if one.name == "Bevrijdingsdag"]

    assert (day.day, day.kind) == (date(2027, 5, 5), "optional")


async def test_on_24_december_the_desk_closes_at_noon(desk: Desk) -> None:
    """A-17"""
    await desk.opening_days.override(CHRISTMAS_EVE, [("08:30", "12:00")], "Kerstavond", FENNA)

    assert isinstance(await route(desk, "2026-12-24T11:59"), ToDesk)
    assert isinstance(await route(desk, "2026-12-24T12:00"), ToVoicemail)
    (day,) = await desk.opening_days.show(CHRISTMAS_EVE, 1)
    assert day.phone == (("08:30", "12:00"),)
    assert day.service == (("08:30", "17:30"),)
    assert day.why == ("Eigen telefoontijden: Kerstavond; goedgekeurd door Fenna Fictief op 02-03-2026 (A-17).",)


async def test_own_phone_hours_open_the_desk_on_a_holiday(desk: Desk) -> None:
    await desk.opening_days.approve([KINGS_DAY], FENNA)
    await desk.opening_days.override(KINGS_DAY.day, [("10:00", "12:00")], "Halve bezetting", FENNA)

    assert isinstance(await route(desk, "2026-04-27T10:00"), ToDesk)
    await desk.opening_days.revoke(KINGS_DAY.day, FENNA, only="phone_hours")
    assert isinstance(await route(desk, "2026-04-27T10:00"), ToVoicemail)


async def test_new_phone_hours_of_a_date_replace_the_old_ones_which_are_kept(desk: Desk, store: Store) -> None:
    await desk.opening_days.override(CHRISTMAS_EVE, [("08:30", "12:00")], "Kerstavond", FENNA)

    await desk.opening_days.override(CHRISTMAS_EVE, [], "Toch dicht", BRAM)

    assert isinstance(await route(desk, "2026-12-24T10:00"), ToVoicemail)
    async with store.reading() as session:
        rows = (await session.exec(select(PhoneHoursRow).order_by(col(PhoneHoursRow.id)))).all()
    assert [(row.windows, row.revoked_by) for row in rows] == [([["08:30", "12:00"]], "Bram Bedacht"), ([], "")]


async def test_phone_hours_outside_the_service_hours_are_shown_with_a_warning(desk: Desk) -> None:
    """A-17, R-075b"""
    saturday = date(2026, 12, 19)

    await desk.opening_days.override(saturday, [("10:00", "12:00")], "Kerstdrukte", FENNA)

    (day,) = await desk.opening_days.show(saturday, 1)
    assert day.why[-1] == "Let op: telefoontijden vallen buiten de servicetijden (A-17)."


async def test_the_desk_of_today_can_still_be_closed(desk: Desk) -> None:
    await desk.opening_days.override(date(2026, 3, 2), [], "Stroomstoring", FENNA)

    assert isinstance(await route(desk, "2026-03-02T10:01"), ToVoicemail)


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 1)])
async def test_a_day_that_has_begun_does_not_become_a_holiday(desk: Desk, day: date) -> None:
    with pytest.raises(Refused, match="nog moet beginnen"):
        await desk.opening_days.approve([KINGS_DAY, Holiday(day, "Te laat")], FENNA)

    assert {one.approved_by for one in await desk.opening_days.proposal(2026)} == {None}


async def test_a_holiday_that_has_begun_stays_one(desk: Desk, clock: SetClock) -> None:
    await desk.opening_days.approve([KINGS_DAY], FENNA)
    clock.at = local("2026-04-27T00:00").astimezone(UTC)

    with pytest.raises(Refused, match="nog moet beginnen"):
        await desk.opening_days.revoke(KINGS_DAY.day, FENNA)


async def test_only_a_supervisor_with_a_name_decides(desk: Desk) -> None:
    with pytest.raises(Refused, match="supervisor"):
        await desk.opening_days.approve([KINGS_DAY], Actor("Bram Bedacht", Role.ENGINEER))
    with pytest.raises(Refused, match="wie dit beslist"):
        await desk.opening_days.approve([KINGS_DAY], Actor(" ", Role.SUPERVISOR))


async def test_own_phone_hours_need_a_reason_and_a_day_that_is_not_over(desk: Desk) -> None:
    with pytest.raises(Refused, match="reden"):
        await desk.opening_days.override(CHRISTMAS_EVE, [], " ", FENNA)
    with pytest.raises(Refused, match="01-03-2026 is voorbij"):
        await desk.opening_days.override(date(2026, 3, 1), [], "Te laat", FENNA)


async def test_a_day_without_a_decision_cannot_be_revoked(desk: Desk) -> None:
    with pytest.raises(Refused, match="niets goedgekeurd"):
        await desk.opening_days.revoke(CHRISTMAS_EVE, FENNA)


async def test_a_holiday_of_the_settings_counts_beside_the_approved_ones_and_is_taken_away_there(
    store: Store, settings: Settings, desk: Desk
) -> None:
    configured = Desk(store, settings.model_copy(update={"holidays": (date(2026, 12, 25),)}), desk._clock)
    await configured.opening_days.approve([KINGS_DAY], FENNA)

    assert isinstance(await route(configured, "2026-12-25T10:00"), ToVoicemail)
    assert isinstance(await route(configured, "2026-04-27T10:00"), ToVoicemail)
    with pytest.raises(Refused, match=r"meldlijn\.toml"):
        await configured.opening_days.revoke(date(2026, 12, 25), FENNA)


async def test_a_clock_runs_in_the_service_hours_of_its_date(desk: Desk, report: Callable[..., object]) -> None:
    """R-044"""
    await desk.opening_days.override_service(date(2026, 3, 3), [("08:30", "10:00")], "Inventarisatie", FENNA)

    due = await due_of_a_report_at(desk, report, "2026-03-02T16:30")

    assert due == local("2026-03-04T10:00")


async def test_service_hours_of_a_date_win_from_a_holiday_that_stops_the_clock(
    stopping_desk: Desk, report: Callable[..., object]
) -> None:
    """R-044, A-08"""
    await stopping_desk.opening_days.approve([Holiday(date(2026, 3, 3), "Proefdag")], FENNA)
    await stopping_desk.opening_days.override_service(date(2026, 3, 3), [("09:00", "12:00")], "Halve bezetting", FENNA)

    due = await due_of_a_report_at(stopping_desk, report, "2026-03-02T16:30")

    assert due == local("2026-03-03T12:00")


async def test_an_open_ticket_is_planned_again_and_its_clock_names_who_changed_the_hours_and_why(
    desk: Desk, report: Callable[..., object]
) -> None:
    """R-044"""
    await due_of_a_report_at(desk, report, "2026-03-02T16:30")

    await desk.opening_days.override_service(date(2026, 3, 3), [("08:30", "10:00")], "Inventarisatie", FENNA)
    looked = await desk.look_again(20)

    ticket = await desk.ticket("T-1001")
    assert ticket is not None
    assert looked == 1
    assert ticket.deadlines[0].due_at == local("2026-03-04T10:00")
    said = "Andere servicetijden op di 03-03-2026: 08:30-10:00, Inventarisatie; goedgekeurd door Fenna Fictief (R-044)."
    assert said in ticket.deadlines[0].why
    assert "R-044" in {clause.rule for clause in ticket.deadlines[0].clauses}


async def test_a_ticket_that_may_still_be_met_after_the_weekend_is_planned_again_for_an_open_saturday(
    desk: Desk, store: Store, report: Callable[..., object]
) -> None:
    """R-045: due on Friday at closing time, it may be met until the next opening."""
    await due_of_a_report_at(desk, report, "2026-03-06T13:30")

    await desk.opening_days.override_service(date(2026, 3, 7), [("10:00", "12:00")], "Verhuizing", FENNA)
    await desk.look_again(20)

    async with store.reading() as session:
        row = await session.get_one(SlaClockRow, (1, ClockKind.FIRST_RESPONSE))
    assert (row.due_at, row.met_until) == (local("2026-03-06T17:30"), local("2026-03-07T10:00"))


async def test_a_paused_clock_is_planned_again_because_its_gross_deadline_moves(
    desk: Desk, report: Callable[..., object]
) -> None:
    """A-07"""
    await due_of_a_report_at(desk, report, "2026-03-02T16:30")
    desk._clock.at = local("2026-03-02T16:40").astimezone(UTC)
    await desk.change("T-1001", FENNA, ask_customer, "Welk toestel is het?", "planning@testrit.example")

    await desk.opening_days.override_service(date(2026, 3, 3), [], "Inventarisatie", FENNA)
    await desk.look_again(20)

    ticket = await desk.ticket("T-1001")
    assert ticket is not None
    assert any("Bruto" in line and "wo 04-03-2026 11:30" in line for line in ticket.deadlines[0].why)


async def test_service_hours_of_a_date_leave_the_phones_alone_and_the_desk_is_warned(desk: Desk) -> None:
    """A-17, R-075b"""
    await desk.opening_days.override_service(CHRISTMAS_EVE, [("08:30", "12:00")], "Kerstavond", FENNA)

    assert isinstance(await route(desk, "2026-12-24T14:00"), ToDesk)
    (day,) = await desk.opening_days.show(CHRISTMAS_EVE, 1)
    assert (day.service, day.phone) == ((("08:30", "12:00"),), (("08:30", "17:30"),))
    assert day.why == (
        "Eigen servicetijden: Kerstavond; goedgekeurd door Fenna Fictief op 02-03-2026 (R-044).",
        "Let op: telefoontijden vallen buiten de servicetijden (A-17).",
    )
    assert any("buiten de servicetijden op 24-12-2026" in warning for warning in day.warnings)


async def test_new_service_hours_of_a_date_replace_the_old_ones_which_are_kept(desk: Desk, store: Store) -> None:
    await desk.opening_days.override_service(CHRISTMAS_EVE, [("08:30", "12:00")], "Kerstavond", FENNA)
    await desk.opening_days.override_service(CHRISTMAS_EVE, [], "Toch dicht", BRAM)

    revoked = await desk.opening_days.revoke(CHRISTMAS_EVE, BRAM, only="service_hours")

    assert revoked == ["servicetijden (Toch dicht)"]
    (day,) = await desk.opening_days.show(CHRISTMAS_EVE, 1)
    assert (day.service, day.why) == ((("08:30", "17:30"),), ())
    async with store.reading() as session:
        rows = (await session.exec(select(ServiceHoursRow).order_by(col(ServiceHoursRow.id)))).all()
    assert [(row.windows, row.approved_by, row.revoked_by) for row in rows] == [
        ([["08:30", "12:00"]], "Fenna Fictief", "Bram Bedacht"),
        ([], "Bram Bedacht", "Bram Bedacht"),
    ]


async def test_revoked_service_hours_give_the_clock_its_old_deadline(
    desk: Desk, store: Store, report: Callable[..., object]
) -> None:
    """R-044"""
    await desk.opening_days.override_service(date(2026, 3, 3), [], "Inventarisatie", FENNA)
    await due_of_a_report_at(desk, report, "2026-03-02T16:30")

    await desk.opening_days.revoke(date(2026, 3, 3), FENNA)
    await desk.look_again(20)

    assert await written_due(store) == local("2026-03-03T11:30")


async def test_service_hours_of_a_day_that_has_begun_stay_as_they_are(desk: Desk, clock: SetClock) -> None:
    """R-044: clocks have run on it."""
    await desk.opening_days.override_service(date(2026, 3, 3), [], "Inventarisatie", FENNA)
    clock.at = local("2026-03-03T00:00").astimezone(UTC)

    with pytest.raises(Refused, match=r"nog moet beginnen.*\(R-044\)"):
        await desk.opening_days.override_service(date(2026, 3, 3), [], "Te laat", FENNA)
    with pytest.raises(Refused, match=r"nog moet beginnen.*\(R-044\)"):
        await desk.opening_days.revoke(date(2026, 3, 3), FENNA)


async def test_own_service_hours_need_a_supervisor_and_a_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match="supervisor"):
        await desk.opening_days.override_service(CHRISTMAS_EVE, [], "-", Actor("Bram Bedacht", Role.ENGINEER))
    with pytest.raises(Refused, match=r"reden.*\(R-044\)"):
        await desk.opening_days.override_service(CHRISTMAS_EVE, [], " ", FENNA)


async def due_of_a_report_at(desk: Desk, report: Callable[..., object], at: str) -> datetime:
    """First response of a message from a customer with Premium, nobody judged it yet: four hours (category II)."""
    desk._clock.at = local(at).astimezone(UTC)
    await desk.close_call(report(received_at=local(at).astimezone(UTC)))  # type: ignore[arg-type]
    due = await written_due(desk.store)
    assert due is not None
    return due


async def written_due(store: Store) -> datetime | None:
    async with store.reading() as session:
        row = await session.get_one(SlaClockRow, (1, ClockKind.FIRST_RESPONSE))
    return row.due_at


async def next_look(store: Store) -> datetime | None:
    async with store.reading() as session:
        return (await session.exec(select(TicketRow.next_look_at))).one()
