"""The rota as people keep it: patterns, overrides and swaps with who and why, hand-shakes, warnings, and calendar files."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlmodel import col, delete, select, update

from ari_app.config import DutySettings, Settings
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.outbox import Outbox
from ari_app.desk.refusal import Refused
from ari_app.desk.rota_calendar import CalendarMistakes, from_calendar, to_calendar
from ari_app.desk.rota_import import import_calendar
from ari_app.desk.rota_swaps import Period
from ari_app.desk.rota_warnings import ONLY_SHOWN, RotaWarningKind, RotaWarnings
from ari_app.store.database import Store
from ari_app.store.rota_tables import LinkPurpose, SwapState
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import DutyRow, EngineerRow, Role
from routing.rota import Duty, Engineer
from tests.desk.conftest import CUSTOMER, ENGINEER, SUPERVISOR, SetClock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FENNA, BRAM, SANNE = "Fenna Fictief", "Bram Bedacht", "Sanne Schijn"
#: The clock of these tests stands on Monday 2 March 2026, 10:00.
SATURDAY = (datetime(2026, 3, 7, 7, 30, tzinfo=UTC), datetime(2026, 3, 7, 11, tzinfo=UTC))
IN_SATURDAY = SATURDAY[0] + timedelta(hours=1)


@pytest.fixture
async def by_pattern(desk: Desk, store: Store) -> None:
    """No single duties, but a pattern for each position: every week on Monday at 08:00."""
    async with store.session() as session:
        await session.exec(delete(DutyRow))
    turns = ((FENNA, BRAM, SANNE), (BRAM, SANNE, FENNA), (SANNE, FENNA, BRAM))
    for position, names in enumerate(turns, 1):
        await desk.rota.set_pattern(position, names, date(2026, 3, 2), time(8), SUPERVISOR)


async def names_at(desk: Desk, at: datetime) -> list[str]:
    return [engineer.name for engineer in await desk.on_duty(at)]


async def engineer(desk: Desk, name: str) -> Engineer:
    return next(one for one in await desk.rota.engineers() if one.name == name)


async def told(store: Store, clock: SetClock) -> list[tuple[str, str]]:
    """What waited to be told; it is delivered with that."""
    outbox = Outbox(store, clock)
    waiting = await outbox.claim(100)
    for delivery in waiting:
        await outbox.delivered(delivery)
    return [(delivery.kind, delivery.payload["to"]) for delivery in waiting]


@pytest.mark.usefixtures("by_pattern")
async def test_the_weekly_hand_over_is_at_eight_on_the_wall_before_and_after_the_clock_changes(desk: Desk) -> None:
    for monday, before, after in (
        ("2026-03-09", FENNA, BRAM),
        ("2026-03-30", FENNA, BRAM),
        ("2026-10-26", FENNA, BRAM),
    ):
        eight = datetime.fromisoformat(f"{monday}T08:00").replace(tzinfo=AMSTERDAM)

        assert (await names_at(desk, eight - timedelta(seconds=1)))[0] == before
        assert (await names_at(desk, eight))[0] == after


@pytest.mark.usefixtures("by_pattern")
async def test_a_pattern_that_comes_later_ends_the_one_before_it(desk: Desk) -> None:
    await desk.rota.set_pattern(1, [SANNE], date(2026, 3, 9), time(9), SUPERVISOR, weeks=2)

    assert (await names_at(desk, datetime(2026, 3, 9, 7, 59, tzinfo=UTC)))[0] == BRAM
    assert (await names_at(desk, datetime(2026, 3, 9, 8, tzinfo=UTC)))[0] == SANNE
    changes = await desk.rota.changes(1)
    assert [(one.what, one.actor, one.detail["engineers"]) for one in changes] == [("pattern", "sanne", [SANNE])]


async def test_a_pattern_takes_the_place_of_what_was_planned_one_by_one(desk: Desk, store: Store) -> None:
    await desk.rota.set_pattern(1, [BRAM], date(2026, 3, 4), time(8), SUPERVISOR)
    await seed_demo(store, SATURDAY[0])

    assert await names_at(desk, datetime(2026, 3, 4, 6, 59, tzinfo=UTC)) == [FENNA, BRAM, SANNE]
    assert await names_at(desk, datetime(2026, 3, 4, 7, tzinfo=UTC)) == [BRAM, SANNE]
    assert (await names_at(desk, IN_SATURDAY + timedelta(weeks=9)))[0] == BRAM


@pytest.mark.usefixtures("by_pattern")
async def test_an_override_wins_while_it_lasts_and_says_who_and_why(desk: Desk) -> None:
    duty = Duty(await engineer(desk, SANNE), *SATURDAY)

    assert await desk.rota.override([duty], "Fenna is met vakantie", SUPERVISOR) != []
    assert await desk.rota.override([duty], "nog eens", SUPERVISOR) == []

    assert await names_at(desk, IN_SATURDAY) == [SANNE, BRAM]
    assert await names_at(desk, SATURDAY[1]) == [FENNA, BRAM, SANNE]
    (change,) = (one for one in await desk.rota.changes(10) if one.what == "override")
    assert (change.actor, change.why, change.detail["engineer"]) == ("sanne", "Fenna is met vakantie", SANNE)


@pytest.mark.usefixtures("by_pattern")
async def test_an_override_that_is_taken_back_leaves_what_was(desk: Desk, clock: SetClock) -> None:
    await desk.rota.override([Duty(await engineer(desk, SANNE), *SATURDAY)], "vakantie", SUPERVISOR)
    (override,) = await desk.rota.overrides()
    clock.at = IN_SATURDAY

    await desk.rota.remove_override(override.number, "toch terug", SUPERVISOR)

    assert (await names_at(desk, SATURDAY[0]))[0] == SANNE
    assert (await names_at(desk, IN_SATURDAY))[0] == FENNA
    with pytest.raises(Refused, match="geen uitzondering met nummer"):
        await desk.rota.remove_override(override.number, "nog eens", SUPERVISOR)


async def test_only_a_supervisor_changes_the_rota(desk: Desk) -> None:
    duty = Duty(await engineer(desk, SANNE), *SATURDAY)

    with pytest.raises(Refused, match="supervisor"):
        await desk.rota.override([duty], "zomaar", ENGINEER)
    with pytest.raises(Refused, match="supervisor"):
        await desk.rota.set_pattern(1, [SANNE], date(2026, 3, 9), time(9), ENGINEER)


async def test_what_can_not_be_planned_is_refused_by_name(desk: Desk) -> None:
    someone = await engineer(desk, SANNE)
    with pytest.raises(Refused, match="'Niemand' niet, wel Fenna Fictief, Bram Bedacht, Sanne Schijn"):
        await desk.rota.set_pattern(1, ["Niemand"], date(2026, 3, 9), time(9), SUPERVISOR)
    with pytest.raises(Refused, match="plaats 1"):
        await desk.rota.set_pattern(0, [SANNE], date(2026, 3, 9), time(9), SUPERVISOR)
    with pytest.raises(Refused, match="einde na het begin"):
        await desk.rota.override([Duty(someone, SATURDAY[1], SATURDAY[0])], "omgekeerd", SUPERVISOR)
    past = datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="is voorbij"):
        await desk.rota.override([Duty(someone, past, past + timedelta(hours=1))], "te laat", SUPERVISOR)


@pytest.mark.usefixtures("by_pattern")
async def test_while_a_swap_is_only_asked_nobody_loses_a_shift(desk: Desk) -> None:
    swap = await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), SUPERVISOR)
    assert (await names_at(desk, IN_SATURDAY))[0] == FENNA

    refused = await desk.swaps.answer(swap.number, False, SUPERVISOR)

    assert refused.state is SwapState.REFUSED
    assert (await names_at(desk, IN_SATURDAY))[0] == FENNA
    with pytest.raises(Refused, match="al beantwoord"):
        await desk.swaps.answer(swap.number, True, SUPERVISOR)


@pytest.mark.usefixtures("by_pattern")
async def test_an_accepted_swap_changes_both_shifts_at_once(desk: Desk, store: Store, clock: SetClock) -> None:
    next_week = Period(SATURDAY[0] + timedelta(weeks=1), SATURDAY[1] + timedelta(weeks=1))
    swap = await desk.swaps.ask(FENNA, BRAM, Period(*SATURDAY), SUPERVISOR, in_return=next_week)

    await desk.swaps.answer(swap.number, True, SUPERVISOR)

    assert (await names_at(desk, IN_SATURDAY))[0] == BRAM
    assert (await names_at(desk, IN_SATURDAY + timedelta(weeks=1)))[0] == FENNA
    assert sorted(await told(store, clock)) == [("swap_accepted", "engineer:1"), ("swap_asked", "engineer:2")]


@pytest.mark.usefixtures("by_pattern")
async def test_a_swap_of_a_shift_that_became_another_s_is_refused(desk: Desk) -> None:
    swap = await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), SUPERVISOR)
    await desk.rota.override([Duty(await engineer(desk, BRAM), *SATURDAY)], "ruil met Bram", SUPERVISOR)

    with pytest.raises(Refused, match="Fenna Fictief heeft plaats 1 niet al die tijd"):
        await desk.swaps.answer(swap.number, True, SUPERVISOR)

    assert (await names_at(desk, IN_SATURDAY))[0] == BRAM
    assert [one.state for one in await desk.swaps.list()] == [SwapState.ASKED]


@pytest.mark.usefixtures("by_pattern")
async def test_who_asked_for_a_swap_takes_it_back_and_nobody_else_does(
    desk: Desk, store: Store, clock: SetClock
) -> None:
    swap = await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), Actor("fenna", Role.ENGINEER, 1))
    with pytest.raises(Refused, match="Fenna Fictief zelf of een supervisor dit intrekt"):
        await desk.swaps.withdraw(swap.number, Actor("sanne", Role.ENGINEER, 3))

    withdrawn = await desk.swaps.withdraw(swap.number, Actor("fenna", Role.ENGINEER, 1))

    assert withdrawn.state is SwapState.WITHDRAWN
    with pytest.raises(Refused, match="al ingetrokken door fenna"):
        await desk.swaps.answer(swap.number, True, SUPERVISOR)
    assert (await names_at(desk, IN_SATURDAY))[0] == FENNA
    assert sorted(await told(store, clock)) == [("swap_asked", "engineer:3"), ("swap_withdrawn", "engineer:3")]


@pytest.mark.usefixtures("by_pattern")
@pytest.mark.parametrize("answer", [True, False])
async def test_a_swap_that_nobody_answered_before_the_shift_was_over_can_not_be_answered(
    desk: Desk, clock: SetClock, answer: bool
) -> None:
    swap = await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), SUPERVISOR)
    clock.at = SATURDAY[1]

    assert (await desk.swaps.list())[0].state is SwapState.EXPIRED
    with pytest.raises(Refused, match="is voorbij"):
        await desk.swaps.answer(swap.number, answer, SUPERVISOR)


@pytest.mark.usefixtures("by_pattern")
async def test_the_same_swap_is_asked_once_and_somebody_else_may_be_asked_too(desk: Desk) -> None:
    first = await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), SUPERVISOR)
    with pytest.raises(Refused, match=f"al gevraagd aan Sanne Schijn: ruil {first.number}"):
        await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), SUPERVISOR)
    other = await desk.swaps.ask(FENNA, BRAM, Period(*SATURDAY), SUPERVISOR)

    await desk.swaps.answer(other.number, True, SUPERVISOR)

    with pytest.raises(Refused, match="niet al die tijd"):
        await desk.swaps.answer(first.number, True, SUPERVISOR)


@pytest.mark.usefixtures("by_pattern")
async def test_who_is_asked_to_swap_is_told_which_shift(desk: Desk, store: Store, clock: SetClock) -> None:
    await desk.swaps.ask(FENNA, SANNE, Period(*SATURDAY), SUPERVISOR)

    (delivery,) = await Outbox(store, clock).claim(100)

    assert "de dienst van 07-03-2026 08:30 tot 12:00" in delivery.payload["text"]


@pytest.mark.usefixtures("by_pattern")
async def test_nobody_swaps_with_oneself_or_what_one_does_not_have_and_no_customer_swaps(desk: Desk) -> None:
    with pytest.raises(Refused, match="andere engineer"):
        await desk.swaps.ask(FENNA, FENNA, Period(*SATURDAY), SUPERVISOR)
    with pytest.raises(Refused, match="Bram Bedacht heeft plaats 1 niet"):
        await desk.swaps.ask(BRAM, FENNA, Period(*SATURDAY), SUPERVISOR)
    begin = datetime(2026, 2, 28, 8, tzinfo=UTC)
    with pytest.raises(Refused, match="nog niet voorbij"):
        await desk.swaps.ask(FENNA, BRAM, Period(begin, begin + timedelta(hours=1)), SUPERVISOR)
    with pytest.raises(Refused, match="medewerker"):
        await desk.swaps.ask(FENNA, BRAM, Period(*SATURDAY), CUSTOMER)


@pytest.mark.usefixtures("by_pattern")
async def test_who_does_not_take_the_duty_in_time_is_rung_second_and_the_supervisor_is_told_once(
    desk: Desk, store: Store, clock: SetClock
) -> None:
    hand_over = datetime(2026, 3, 9, 7, tzinfo=UTC)
    clock.at = hand_over + timedelta(minutes=1)
    await desk.handshake.look()
    assert await told(store, clock) == [("duty_to_take", "engineer:2")]
    assert await names_at(desk, clock.at) == [BRAM, SANNE, FENNA]

    for minutes in (30, 31, 32):
        clock.at = hand_over + timedelta(minutes=minutes)
        await desk.handshake.look()

    assert await names_at(desk, clock.at) == [SANNE, BRAM, FENNA]
    assert await told(store, clock) == [("duty_not_taken", "supervisor")]
    assert await names_at(desk, hand_over + timedelta(weeks=1)) == [SANNE, FENNA, BRAM]


@pytest.mark.usefixtures("by_pattern")
async def test_who_takes_the_duty_late_is_first_again(desk: Desk, clock: SetClock) -> None:
    for minute in (0, 30):
        clock.at = datetime(2026, 3, 9, 7, minute, tzinfo=UTC)
        await desk.handshake.look()
    bram = await engineer(desk, BRAM)

    shift = await desk.handshake.take(bram.id, "keypad")

    assert (shift.starts_at, shift.ends_at) == (
        datetime(2026, 3, 9, 7, tzinfo=UTC),
        datetime(2026, 3, 16, 7, tzinfo=UTC),
    )
    assert (await names_at(desk, clock.at))[0] == BRAM


@pytest.mark.usefixtures("by_pattern")
async def test_a_duty_can_be_taken_twelve_hours_before_it_begins(desk: Desk, store: Store, clock: SetClock) -> None:
    bram = await engineer(desk, BRAM)
    clock.at = datetime(2026, 3, 8, 18, 59, tzinfo=UTC)
    assert await desk.handshake.offer(bram.id) is None
    with pytest.raises(Refused, match="12 uur voordat"):
        await desk.handshake.take(bram.id, "page")
    clock.at = datetime(2026, 3, 8, 19, 0, tzinfo=UTC)

    await desk.handshake.take(bram.id, "page")
    offer = await desk.handshake.offer(bram.id)
    for minute in (1, 31):
        clock.at = datetime(2026, 3, 9, 7, minute, tzinfo=UTC)
        await desk.handshake.look()

    assert offer is not None
    assert offer.is_taken
    assert (await names_at(desk, clock.at))[0] == BRAM
    assert await told(store, clock) == []


@pytest.mark.usefixtures("by_pattern")
async def test_an_engineer_is_known_by_each_of_the_phones_and_the_taken_duty_is_on_record(
    desk: Desk, clock: SetClock
) -> None:
    await desk.rota.set_phones(FENNA, ["+31612345001", "+31201234511"], SUPERVISOR)

    wanted_from = desk.for_engineers.wanted_from
    assert await wanted_from("+31612345001", clock.at) == await wanted_from("+31201234511", clock.at) is not None
    assert await wanted_from("+31612345002", clock.at) is None
    assert await wanted_from("+31850004120", clock.at) is None
    await desk.handshake.take(1, "keypad")
    await desk.handshake.take(1, "page")

    taken = [(one.actor, one.why) for one in await desk.rota.changes(20) if one.what == "duty_taken"]
    assert taken == [(FENNA, "keypad")]


@pytest.mark.usefixtures("by_pattern")
async def test_a_shift_whose_beginning_the_line_did_not_see_keeps_its_first(desk: Desk, clock: SetClock) -> None:
    clock.at = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    await desk.handshake.look()
    await desk.handshake.look()

    assert (await names_at(desk, clock.at))[0] == BRAM


@pytest.mark.usefixtures("by_pattern")
async def test_a_line_that_asks_for_no_hand_shake_keeps_the_order(
    store: Store, settings: Settings, clock: SetClock
) -> None:
    quiet = settings.model_copy(update={"duty": settings.duty.model_copy(update={"take_within_minutes": 0})})
    desk = Desk(store, quiet, clock)
    for minute in (0, 59):
        clock.at = datetime(2026, 3, 9, 7, minute, tzinfo=UTC)
        await desk.handshake.look()

    assert (await names_at(desk, clock.at))[0] == BRAM


async def test_with_nobody_in_the_rota_no_hand_shake_is_asked(desk: Desk, store: Store, clock: SetClock) -> None:
    async with store.session() as session:
        await session.exec(delete(DutyRow))

    await desk.handshake.look()

    assert await told(store, clock) == []


async def test_a_full_rota_has_no_holes(desk: Desk) -> None:
    kinds = {one.kind for one in await desk.rota_warnings.check()}

    assert kinds <= ONLY_SHOWN


async def test_calamity_hours_without_anybody_and_without_a_second_are_told_once(
    desk: Desk, store: Store, clock: SetClock
) -> None:
    async with store.session() as session:
        await session.exec(delete(DutyRow))
        session.add(DutyRow(engineer_id=2, starts_at=datetime(2026, 3, 2, tzinfo=UTC), ends_at=IN_SATURDAY))

    found = await desk.rota_warnings.check()
    first = await desk.rota_warnings.look()
    clock.at += timedelta(minutes=1)

    assert [(one.kind, one.starts_at) for one in found if one.starts_at.day == 7] == [
        (RotaWarningKind.NO_SECOND, SATURDAY[0]),
        (RotaWarningKind.NOBODY, IN_SATURDAY),
    ]
    assert "van 07-03-2026 09:30 tot 07-03-2026 12:00" in next(o.why for o in found if o.kind == RotaWarningKind.NOBODY)
    assert first == len(found) > 2
    assert await desk.rota_warnings.look() == 0


@pytest.mark.parametrize("number", ["0612", "+32470000001", "+31900123456"], ids=["no number", "abroad", "dear"])
async def test_an_engineer_on_duty_without_a_number_that_works_is_told(
    desk: Desk, store: Store, clock: SetClock, number: str
) -> None:
    """Also a number that the line does not dial: that engineer would never be rung, and nobody would know."""
    async with store.session() as session:
        await session.exec(update(EngineerRow).where(col(EngineerRow.name) == BRAM).values(number=number))

    await desk.rota_warnings.look()
    assert await told(store, clock) == [("rota_no_number", "supervisor")]

    await desk.rota.set_phones(BRAM, ["06 12345002", "0201234502"], SUPERVISOR)
    assert RotaWarningKind.NO_NUMBER not in {one.kind for one in await desk.rota_warnings.check()}


async def test_a_first_in_line_under_line_two_is_shown(desk: Desk, store: Store, clock: SetClock) -> None:
    found = [one for one in await desk.rota_warnings.check() if one.kind is RotaWarningKind.LOW_LINE]

    assert [(one.engineer, "R-145" in one.why) for one in found] == [(FENNA, True)]
    assert await desk.rota_warnings.look() == 0


@pytest.mark.parametrize(("longest", "is_warned"), [(14, False), (13, True), (0, False)])
async def test_who_is_first_for_too_many_days_in_a_row_is_shown_and_nobody_is_told(
    desk: Desk, store: Store, clock: SetClock, longest: int, is_warned: bool
) -> None:
    """Two weeks of Fenna, from the day before yesterday on; then Bram."""
    begin = datetime(2026, 2, 28, tzinfo=AMSTERDAM)
    async with store.session() as session:
        await session.exec(delete(DutyRow))
        for place, number, days in ((1, 0, 14), (2, 14, 30)):
            since = begin + timedelta(days=number)
            session.add(DutyRow(engineer_id=place, starts_at=since, ends_at=since + timedelta(days=days)))
    asked = DutySettings(most_days_in_a_row=longest)
    warnings = RotaWarnings(store, desk.days, clock, asked, frozenset({"NL"}))

    found = [one for one in await warnings.check() if one.kind is RotaWarningKind.LONG_RUN and one.engineer == FENNA]

    assert [f"{one.starts_at:%d-%m}" for one in found] == (["13-03"] if is_warned else [])
    assert not is_warned or "vanaf 28-02-2026" in found[0].why
    await warnings.look()
    assert "rota_long_run" not in {kind for kind, _ in await told(store, clock)}


async def test_the_phones_of_an_engineer_ring_in_order(desk: Desk, clock: SetClock) -> None:
    await desk.rota.set_phones(FENNA, ["06-12345011", "+31 20 123 4511"], SUPERVISOR)

    first = (await desk.on_duty(clock.at))[0]
    assert (first.numbers, first.number) == (("+31612345011", "+31201234511"), "+31612345011")
    with pytest.raises(Refused, match="elk nummer een telefoonnummer"):
        await desk.rota.set_phones(FENNA, ["112"], SUPERVISOR)


@pytest.mark.parametrize(("number", "why"), [("+32 470 00 00 00", "toegestaan: NL"), ("0900-123456", "betaald")])
async def test_a_phone_that_the_line_may_not_dial_is_refused_at_entry(desk: Desk, number: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        await desk.rota.set_phones(FENNA, ["06-12345011", number], SUPERVISOR)


@pytest.mark.usefixtures("by_pattern")
async def test_what_goes_out_as_a_calendar_comes_back_as_the_same_shifts(desk: Desk, clock: SetClock) -> None:
    shifts = await desk.rota.duties_between(clock.at, clock.at + timedelta(weeks=3))

    file = to_calendar(shifts, clock.at)

    read = from_calendar(file, AMSTERDAM)
    assert sorted((one.name, one.position, one.starts_at, one.ends_at) for one in read) == sorted(
        (one.engineer.name, one.position, one.starts_at, one.ends_at) for one in shifts
    )
    assert b"+316" not in file


def events(*bodies: str) -> bytes:
    lines = [f"BEGIN:VEVENT\r\nUID:{at}@x\r\n{body}\r\nEND:VEVENT" for at, body in enumerate(bodies)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""]).encode()


async def test_shifts_of_a_calendar_file_become_overrides(desk: Desk, clock: SetClock) -> None:
    file = events(
        "SUMMARY:sanne schijn\r\nDTSTART;TZID=Europe/Amsterdam:20260307T083000\r\nDURATION:PT3H30M\r\nDESCRIPTION:bel +31900123456",
        "SUMMARY:Dienst 2: Fenna Fictief\r\nDTSTART;VALUE=DATE:20260307\r\nDTEND;VALUE=DATE:20260308",
        "SUMMARY:Bram Bedacht\r\nDTSTART:20260227T083000Z\r\nDTEND:20260227T093000Z",
        "SUMMARY:Iemand Anders\r\nSTATUS:CANCELLED\r\nDTSTART:20260307T083000\r\nDTEND:20260307T093000",
    )

    assert len(await import_calendar(desk.rota, file, clock.at, "rooster van maart", SUPERVISOR)) == 2
    assert await import_calendar(desk.rota, file, clock.at, "rooster van maart", SUPERVISOR) == []

    present = await desk.on_duty(IN_SATURDAY)
    assert [(one.name, one.number) for one in present] == [(SANNE, "+31612345003"), (FENNA, "+31612345001")]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("SUMMARY:Onbekend\r\nDTSTART:20260307T083000Z\r\nDTEND:20260307T093000Z", "'Onbekend'"),
        ("SUMMARY:Sanne Schijn\r\nDTSTART:20260307T083000Z", "no end"),
        ("SUMMARY:Sanne Schijn\r\nDTSTART:20260307T083000Z\r\nDTEND:20260307T073000Z", "not after its beginning"),
        ("DTSTART:20260307T083000Z\r\nDTEND:20260307T093000Z", "no summary"),
        ("SUMMARY:Sanne Schijn\r\nDTSTART:20260307T083000Z\r\nDTEND:20260307T093000Z\r\nRRULE:FREQ=WEEKLY", "repeats"),
        ("SUMMARY:Sanne Schijn\r\nDTSTART;TZID=Mars/Base:20260307T083000\r\nDTEND:20260307T093000Z", "unknown"),
        ("SUMMARY:Sanne Schijn\r\nDTSTART:yesterday\r\nDTEND:20260307T093000Z", "event 2"),
        (
            "SUMMARY:Dienst 1: Sanne Schijn\r\nDTSTART:20260314T080000Z\r\nDTEND:20260314T090000Z",
            "both have position 1",
        ),
    ],
)
async def test_of_a_calendar_file_with_a_mistake_nothing_is_imported(
    desk: Desk, store: Store, clock: SetClock, broken: str, says: str
) -> None:
    good = "SUMMARY:Bram Bedacht\r\nDTSTART:20260314T073000Z\r\nDTEND:20260314T110000Z"

    with pytest.raises(ValueError, match=says):
        await import_calendar(desk.rota, events(good, broken), clock.at, "rooster", SUPERVISOR)

    async with store.reading() as session:
        assert (await session.exec(select(DutyRow).where(col(DutyRow.is_override)))).all() == []


@pytest.mark.parametrize("file", [b"", b"no calendar", b"\xff\xfe\x00", events(), b"x" * (1024 * 1024 + 1)])
def test_what_is_no_calendar_is_refused(file: bytes) -> None:
    with pytest.raises(CalendarMistakes):
        from_calendar(file, AMSTERDAM)


async def test_a_secret_address_opens_one_thing_until_a_newer_one_is_made(desk: Desk) -> None:
    old = await desk.rota_links.make(LinkPurpose.CALENDAR, BRAM, SUPERVISOR)
    assert await desk.rota_links.opened(old, LinkPurpose.CALENDAR) == (True, 2)
    assert await desk.rota_links.opened(old, LinkPurpose.DUTY) == (False, None)

    new = await desk.rota_links.make(LinkPurpose.CALENDAR, BRAM, SUPERVISOR)
    whole = await desk.rota_links.make(LinkPurpose.CALENDAR, None, SUPERVISOR)

    assert await desk.rota_links.opened(old, LinkPurpose.CALENDAR) == (False, None)
    assert await desk.rota_links.opened(new, LinkPurpose.CALENDAR) == (True, 2)
    assert await desk.rota_links.opened(whole, LinkPurpose.CALENDAR) == (True, None)
    with pytest.raises(Refused, match="een engineer is gekozen"):
        await desk.rota_links.make(LinkPurpose.DUTY, None, SUPERVISOR)


async def test_a_secret_address_that_is_taken_back_opens_nothing_and_no_other_takes_its_place(desk: Desk) -> None:
    lost = await desk.rota_links.make(LinkPurpose.DUTY, BRAM, SUPERVISOR)
    kept = await desk.rota_links.make(LinkPurpose.CALENDAR, None, SUPERVISOR)

    await desk.rota_links.revoke(LinkPurpose.DUTY, BRAM, SUPERVISOR)

    assert await desk.rota_links.opened(lost, LinkPurpose.DUTY) == (False, None)
    assert await desk.rota_links.opened(kept, LinkPurpose.CALENDAR) == (True, None)
    assert [(one.purpose, one.engineer) for one in await desk.rota_links.list()] == [(LinkPurpose.CALENDAR, "")]
    with pytest.raises(Refused, match="geen adres meer"):
        await desk.rota_links.revoke(LinkPurpose.DUTY, BRAM, SUPERVISOR)


async def test_of_a_shift_whose_beginning_the_line_did_not_see_nobody_is_asked_before_a_moment_that_is_past(
    desk: Desk,
) -> None:
    offer = await desk.handshake.offer(1)

    assert offer is not None
    assert (offer.due_at, offer.is_missed) == (None, False)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["summer begins", "summer ends"])
async def test_a_calendar_program_shows_the_hand_over_at_eight_on_the_wall_on_both_sides_of_the_change(
    desk: Desk, clock: SetClock, store: Store, day: date
) -> None:
    async with store.session() as session:
        await session.exec(delete(DutyRow))
    await desk.rota.set_pattern(1, (FENNA, BRAM), date(2026, 3, 2), time(8), SUPERVISOR)
    clock.at = datetime.combine(day - timedelta(days=8), time(12), UTC)

    file = await desk.rota.calendar(None, timedelta(days=30))

    events = [
        one
        for one in Calendar.from_ical(file).walk("VEVENT")
        if abs(one["DTSTART"].dt.date() - day) < timedelta(days=16)
    ]
    edges = [one[name].dt.astimezone(AMSTERDAM) for one in events for name in ("DTSTART", "DTEND")]
    assert {(f"{edge:%H:%M}", edge.weekday()) for edge in edges} == {("08:00", 0)}
    assert len({edge.utcoffset() for edge in edges}) == 2
