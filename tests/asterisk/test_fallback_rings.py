"""Our service is away, and the dialplan rings people by itself, as the last plan says. What it did becomes tickets."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from ari_app.asterisk.server import AsteriskServer
from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.views import TicketView
from ari_app.fallback.plan import Manner, Period, calamity_periods, desk_periods, write_plan
from ari_app.sip_phone import IncomingCall, OutgoingCall, Phone
from ari_app.sip_phone.listening import level_of, tone
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from routing.rota import Duty, Engineer
from sla.terms import Kind

pytestmark = pytest.mark.asterisk

CUSTOMER = "0201234567"
SERVICE_NUMBER = "+31850004000"
FENNA = Engineer(1, "Fenna Fictief", ("+31612345001",))
BRAM = Engineer(2, "Bram Bedacht", ("+31612345002", "+31612345009"))
CALLER_HZ, ENGINEER_HZ, BEEP_HZ = 1700, 2200, 1000
NOW = SystemClock().now
DAY = timedelta(days=1)


def manner(good_for: timedelta = DAY) -> Manner:
    return Manner(NOW(), NOW() + good_for, SERVICE_NUMBER, ring_for=2, accept_within=1, desk_ring_for=2)


def on_duty_now(*engineers: Engineer) -> list[Period]:
    """Calamity hours from a minute ago on, and others around them that must not count."""
    start = NOW() - timedelta(minutes=1)
    duties = [Duty(engineer, start - DAY, start + DAY, place) for place, engineer in enumerate(engineers, 1)]
    windows = [(start - DAY / 2, start), (start, start + DAY / 2), (start + DAY / 2, start + DAY)]
    others = Duty(Engineer(9, "Niemand", ("+31600000000",)), start - DAY, start, 1, is_override=True)
    return calamity_periods([*duties, others], windows)


@dataclass
class People:
    """All phones around the line; who is called does what `does` says, by number, else lets it ring."""

    trunk: Phone
    desk: dict[str, Phone]
    does: dict[str, Callable[[IncomingCall], Awaitable[None]]] = field(default_factory=dict)
    rang: list[tuple[str, str]] = field(default_factory=list)

    async def take(self, call: IncomingCall) -> None:
        self.rang.append((call.called_number, call.from_number))
        await call.ring()
        if act := self.does.get(call.called_number):
            await act(call)


@pytest.fixture
async def people(asterisk: AsteriskServer) -> AsyncIterator[People]:
    proxy = (asterisk.sip_ip, asterisk.sip_port)

    def phone(contact: str) -> object:
        ip, port = contact.rsplit(":", 1)
        return Phone.open(ip, int(port), proxy=proxy)

    one, two = asterisk.desk_phones.values()
    async with phone(asterisk.trunk_contact) as trunk, phone(one) as first, phone(two) as second:  # type: ignore[attr-defined]
        people = People(trunk, dict(zip(asterisk.desk_phones, (first, second), strict=True)))
        for each in (trunk, first, second):
            each.on_call(people.take)
        yield people
    asterisk.plan.unlink(missing_ok=True)


@pytest.fixture
async def desk(asterisk: AsteriskServer, migrated_file: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Files what this test's calls left behind."""
    for old in (asterisk.recordings / "fallback").iterdir():
        old.unlink()
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'line.db')}"
    store = Store.open(url)
    await seed_demo(store, NOW())
    settings = Settings(home=tmp_path, database=url)
    desk = Desk(store, settings, SystemClock())
    desk._recordings = asterisk.recordings
    yield desk
    await store.close()


def follow(asterisk: AsteriskServer, periods: Iterable[Period], good_for: timedelta = DAY) -> None:
    asterisk.plan.write_text(write_plan(manner(good_for), periods))


@asynccontextmanager
async def customer(people: People) -> AsyncIterator[OutgoingCall]:
    call = await people.trunk.call("0850004000", from_number=CUSTOMER)
    await call.answered(within=10)
    yield call
    await call.hangup()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(25):
        while not true():
            await asyncio.sleep(0.02)


async def leave_message(call: OutgoingCall) -> None:
    await until(lambda: len(call.heard()) > 800 and level_of(call.heard()[-800:], BEEP_HZ) > 4000)
    await until(lambda: level_of(call.heard()[-800:], BEEP_HZ) < 100)
    await call.say(tone(CALLER_HZ, 1.0))


async def only_ticket(asterisk: AsteriskServer, desk: Desk) -> TicketView:
    """Of the only call. Not filed before it is over."""
    await until(lambda: " 0 active channels" in " " + asterisk.cli("core show channels count"))
    numbers: list[str] = []
    async with asyncio.timeout(12):
        while not (numbers := await desk.file_fallback_messages()):
            await asyncio.sleep(0.2)
    [number] = numbers
    ticket = await desk.ticket(number)
    assert ticket
    return ticket


def accepts(hertz: int = ENGINEER_HZ) -> Callable[[IncomingCall], Awaitable[None]]:
    """Picks up, waits for the question, presses 1, and talks."""

    async def act(call: IncomingCall) -> None:
        await call.answer()
        await until(lambda: len(call.heard()) > 2000)
        await call.press("1")
        call.play_forever(tone(hertz, 1.0))

    return act


async def picks_up(call: IncomingCall) -> None:
    """As the voicemail box of a mobile: talks, and presses nothing."""
    await call.answer()
    call.play_forever(tone(ENGINEER_HZ, 1.0))


async def presses_2(call: IncomingCall) -> None:
    await call.answer()
    await until(lambda: len(call.heard()) > 2000)
    await call.press("2")


async def is_busy(call: IncomingCall) -> None:
    await call.reject(486)


async def test_an_engineer_who_presses_1_talks_with_the_caller(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    follow(asterisk, on_duty_now(FENNA, BRAM))
    talks: list[IncomingCall] = []

    async def takes_it(call: IncomingCall) -> None:
        talks.append(call)
        await accepts()(call)

    people.does["31612345001"] = takes_it

    async with customer(people) as call:
        call.play_forever(tone(CALLER_HZ, 1.0))
        await until(lambda: level_of(call.heard()[-800:], ENGINEER_HZ) > 1000)
        await until(lambda: talks and level_of(talks[0].heard()[-800:], CALLER_HZ) > 1000)
        assert await desk.file_fallback_messages() == []  # it is not over

    ticket = await only_ticket(asterisk, desk)
    assert people.rang == [("31612345001", SERVICE_NUMBER)]
    assert [(leg.who, leg.number, leg.result) for leg in ticket.legs] == [("Fenna Fictief", "+31612345001", "accepted")]
    assert ticket.talked_with == "Fenna Fictief"
    assert ticket.talk_started_at
    assert ticket.kind is Kind.CALAMITY
    assert ticket.why[1] == "Of de beller een SLA heeft, kon niet worden nagegaan: beoordeel dat achteraf (R-051)."


async def test_an_engineer_who_hangs_up_ends_the_call(asterisk: AsteriskServer, people: People, desk: Desk) -> None:
    follow(asterisk, on_duty_now(FENNA))

    async def talks_and_leaves(call: IncomingCall) -> None:
        await accepts()(call)
        await until(lambda: level_of(call.heard()[-800:], CALLER_HZ) > 1000)
        await call.hangup()

    people.does["31612345001"] = talks_and_leaves

    async with customer(people) as call:
        call.play_forever(tone(CALLER_HZ, 1.0))
        await call.ended()

    assert (await only_ticket(asterisk, desk)).talked_with == "Fenna Fictief"


async def test_a_voicemail_box_gets_no_caller_and_the_next_one_is_rung(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    follow(asterisk, on_duty_now(FENNA, BRAM))
    people.does |= {"31612345001": picks_up, "31612345002": accepts(1350)}

    async with customer(people) as call:
        await until(lambda: level_of(call.heard()[-800:], 1350) > 1000)
        assert level_of(call.heard(), ENGINEER_HZ) < 100

    ticket = await only_ticket(asterisk, desk)
    assert [(leg.who, leg.result) for leg in ticket.legs] == [
        ("Fenna Fictief", "not_accepted"),
        ("Bram Bedacht", "accepted"),
    ]


async def test_when_nobody_takes_it_all_phones_were_rung_and_the_message_is_kept(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    follow(asterisk, on_duty_now(FENNA, BRAM))
    people.does |= {"31612345001": presses_2, "31612345002": is_busy}

    async with customer(people) as call:
        await leave_message(call)

    ticket = await only_ticket(asterisk, desk)
    assert [number for number, _ in people.rang] == ["31612345001", "31612345002", "31612345009"]
    assert [leg.result for leg in ticket.legs] == ["declined", "busy", "no_answer"]
    assert ticket.route == "voicemail"
    assert ticket.voicemail


async def test_a_caller_who_leaves_while_a_phone_rings_is_a_ticket(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    follow(asterisk, on_duty_now(FENNA, BRAM))

    async with customer(people):
        await until(lambda: people.rang)

    ticket = await only_ticket(asterisk, desk)
    assert [(leg.who, leg.result) for leg in ticket.legs] == [("Fenna Fictief", "caller_gone")]
    assert ticket.voicemail is None


async def test_a_redirect_to_another_number_is_not_followed(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    follow(asterisk, on_duty_now(FENNA))

    async def forwards(call: IncomingCall) -> None:
        await call.redirect("sip:31699999999@127.0.0.9")

    people.does["31612345001"] = forwards

    async with customer(people) as call:
        await leave_message(call)

    assert [number for number, _ in people.rang] == ["31612345001"]
    assert (await only_ticket(asterisk, desk)).voicemail


@pytest.mark.parametrize("together", [False, True])
async def test_in_phone_hours_the_desk_rings(
    asterisk: AsteriskServer, people: People, desk: Desk, together: bool
) -> None:
    window = (NOW() - timedelta(minutes=1), NOW() + DAY)
    follow(asterisk, desk_periods(["PJSIP/desk-1", "PJSIP/desk-2"], together, [window]))

    async def picks_up_at_desk_2(call: IncomingCall) -> None:
        if len(people.rang) == 2:
            await picks_up(call)

    for name in ("desk-1", "desk-2", asterisk.desk_phones["desk-1"], asterisk.desk_phones["desk-2"], ""):
        people.does[name] = picks_up_at_desk_2

    async with customer(people) as call:
        await until(lambda: level_of(call.heard()[-800:], ENGINEER_HZ) > 1000)

    ticket = await only_ticket(asterisk, desk)
    assert ticket.route == "desk"
    assert [(leg.who, leg.result) for leg in ticket.legs] == (
        [("desk-1&desk-2", "answered")] if together else [("desk-1", "no_answer"), ("desk-2", "answered")]
    )


async def test_a_plan_that_nobody_renewed_rings_nobody(asterisk: AsteriskServer, people: People, desk: Desk) -> None:
    follow(asterisk, on_duty_now(FENNA), good_for=-timedelta(seconds=1))

    async with customer(people) as call:
        await leave_message(call)

    assert people.rang == []
    assert (await only_ticket(asterisk, desk)).voicemail


async def test_outside_the_periods_of_the_plan_callers_leave_a_message(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    later = [(NOW() + timedelta(hours=1), NOW() + timedelta(hours=2))]
    follow(asterisk, calamity_periods([Duty(FENNA, NOW() - DAY, NOW() + DAY)], later))

    async with customer(people) as call:
        await leave_message(call)

    assert people.rang == []
    assert (await only_ticket(asterisk, desk)).legs == ()


@pytest.mark.parametrize("damaged", ["", "\n\n", "x|y|z", "1|9999999999||||\n0|9999999999|calamity|1:31612345001"])
async def test_a_damaged_plan_costs_no_message(
    asterisk: AsteriskServer, people: People, desk: Desk, damaged: str
) -> None:
    asterisk.plan.write_text(damaged)

    async with customer(people) as call:
        await leave_message(call)

    assert people.rang == []
    assert (await only_ticket(asterisk, desk)).voicemail


async def test_a_plan_can_not_dial_anything_but_digits_of_our_own_carrier(
    asterisk: AsteriskServer, people: People, desk: Desk
) -> None:
    window = (NOW() - timedelta(minutes=1), NOW() + DAY)
    evil = Period(*window, "calamity", ("1:31612345001@elsewhere&PJSIP/31699999999",))
    follow(asterisk, [evil])

    async with customer(people) as call:
        await leave_message(call)

    assert [number for number, _ in people.rang] == ["3161234500131699999999"]
    await only_ticket(asterisk, desk)
