"""A customer is called back: one of us first, then the number on the ticket, and both see the service's number."""

import asyncio

import pytest

from ari_app.desk.actor import Actor
from ari_app.desk.call_backs import CallBack, Phone
from ari_app.desk.report import CallReport
from ari_app.store.tables import Role
from tests.calls.line import Line
from tests.calls.people import BUSY, NO_ANSWER, REJECTS, SILENT, VOICEMAIL_BOX
from tests.calls.scenario import VOICE, Person, PhoneCall

CUSTOMER, FENNA, DESK = "de klant", "Fenna Fictief", "desk-1"


def asked_by(phone: Phone) -> CallBack:
    return CallBack(1, "T-1001", phone, "+31201234567", "Transport De Testrit", FENNA)


BY_FENNA = asked_by(Phone(FENNA, "+31612345001", 1))
BY_DESK = asked_by(Phone(DESK))


async def PRESSES_1(call: PhoneCall) -> None:
    await call.handset.ring()
    await call.handset.answer()
    if await call.listen_for("engineer-call-back"):
        call.handset.speak()
        await call.press("1")
        await call.listen_on()


async def PICKS_UP_AND_LEAVES(call: PhoneCall) -> None:
    """The customer: picks up, hears who calls, and hangs up once both were heard."""
    await call.handset.ring()
    await call.handset.answer()
    call.handset.speak()
    if other := await call.listen_for(VOICE):
        await call.until(f"{other.removeprefix(VOICE)} hears {VOICE}{CUSTOMER}")
        await call.handset.hang_up()


async def test_an_engineer_and_the_customer_talk(line: Line) -> None:
    outcome, heard = await line.call_back(BY_FENNA, {FENNA: PRESSES_1, CUSTOMER: PICKS_UP_AND_LEAVES})

    assert heard.talked == sorted([(FENNA, CUSTOMER), (CUSTOMER, FENNA)])
    assert outcome.began_at is not None
    assert "Teruggebeld op 020 123 4567 door Fenna Fictief: gesproken" in outcome.why


async def test_a_desk_phone_can_call_back_as_well(fake_line: Line) -> None:
    outcome, heard = await fake_line.call_back(BY_DESK, {DESK: PRESSES_1, CUSTOMER: PICKS_UP_AND_LEAVES})

    assert (DESK, CUSTOMER) in heard.talked
    assert outcome.began_at is not None


async def test_the_customer_sees_the_number_of_the_service(fake_line: Line) -> None:
    await fake_line.call_back(BY_FENNA, {FENNA: PRESSES_1, CUSTOMER: PICKS_UP_AND_LEAVES})

    shown = {call.handset.caller_id for call in fake_line.phone_calls}  # type: ignore[attr-defined]
    assert shown == {fake_line.settings.service_number}


@pytest.mark.parametrize(
    ("person", "why"),
    [(BUSY, "Fenna Fictief: in gesprek (SIP 486)"), (NO_ANSWER, "Fenna Fictief: nam niet op"),
     (VOICEMAIL_BOX, "drukte niet op 1"), (SILENT, "drukte niet op 1")],
    ids=["busy", "no answer", "voicemail box", "silent"],
)  # fmt: skip
async def test_the_customer_is_not_rung_before_one_of_us_presses_1(fake_line: Line, person: Person, why: str) -> None:
    outcome, heard = await fake_line.call_back(BY_FENNA, {FENNA: person, CUSTOMER: PICKS_UP_AND_LEAVES})

    assert CUSTOMER not in heard.prompts
    assert why in outcome.why
    assert outcome.began_at is None


async def test_when_the_customer_does_not_answer_the_engineer_hears_so(line: Line) -> None:
    outcome, heard = await line.call_back(BY_FENNA, {FENNA: PRESSES_1, CUSTOMER: REJECTS})

    assert heard.prompts[FENNA][-1] == "engineer-customer-no-answer"
    assert "de klant: weigerde het gesprek (SIP 603)" in outcome.why


async def test_an_engineer_who_hangs_up_while_the_customer_rings_stops_that(fake_line: Line) -> None:
    async def gives_up(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for("engineer-call-back")
        await call.press("1")
        await call.until("de klant rings")
        await call.handset.hang_up()

    outcome, _heard = await fake_line.call_back(BY_FENNA, {FENNA: gives_up, CUSTOMER: NO_ANSWER})

    assert "hing op voordat de klant opnam" in outcome.why


async def test_a_customer_whose_engineer_hangs_up_is_told_so(fake_line: Line) -> None:
    async def talks_and_leaves(call: PhoneCall) -> None:
        await PRESSES_1_until(call, f"{CUSTOMER} hears {VOICE}{FENNA}")

    async def customer(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        call.handset.speak()
        await call.listen_on()

    _outcome, heard = await fake_line.call_back(BY_FENNA, {FENNA: talks_and_leaves, CUSTOMER: customer})

    assert heard.prompts[CUSTOMER] == ["talk-other-left"]


async def PRESSES_1_until(call: PhoneCall, moment: str) -> None:
    await call.handset.ring()
    await call.handset.answer()
    await call.listen_for("engineer-call-back")
    call.handset.speak()
    await call.press("1")
    await call.until(moment)
    await call.handset.hang_up()


async def test_a_number_with_anything_but_digits_is_never_dialled(fake_line: Line) -> None:
    forged = CallBack(1, "T-1001", Phone(FENNA, "+31612345001", 1), "+31201234567@trunk;x", "", FENNA)

    outcome, heard = await fake_line.call_back(forged, {FENNA: PRESSES_1})

    assert "is geen nummer in de vorm" in outcome.why
    assert heard.prompts[FENNA][-1] == "engineer-customer-no-answer"
    assert list(heard.prompts) == [FENNA]


# --- asked for on a ticket, and a service that dies meanwhile


async def asked_for(line: Line) -> str:
    """A call back of an engineer, asked for on the page; gives the ticket."""
    line.clock.set("2026-11-21T09:10")
    desk, now = line.desk.desk, line.clock.now()
    call = CallReport("call-1", "support", "+31201234567", "0201234567", now, route="voicemail", ended_at=now)
    number: str = await desk.close_call(call)
    await desk.call_backs.ask(number, FENNA, Actor("sanne", Role.SUPERVISOR))
    return number


async def test_what_was_asked_on_a_page_is_made_by_the_line_and_stands_on_the_ticket(desk_line: Line) -> None:
    number = await asked_for(desk_line)

    heard = await desk_line.calls_out({FENNA: PRESSES_1, CUSTOMER: PICKS_UP_AND_LEAVES})

    assert (CUSTOMER, FENNA) in heard.talked
    (made,) = await desk_line.desk.desk.call_backs.of_ticket(number)
    assert made.state == "talked"
    assert "Teruggebeld op 020 123 4567 door Fenna Fictief: gesproken" in made.why


class Restarts:
    """Kills the service at a moment, and starts a new one."""

    def __init__(self, line: Line, moment: str) -> None:
        self.line, self.moment = line, moment

    async def __call__(self) -> None:
        await self.line.moment(self.moment)
        await self.line.kill()
        await self.line.start()


async def test_a_restart_while_they_talk_leaves_both_alone_and_is_on_the_ticket(desk_line: Line) -> None:
    async def leaves_after_the_restart(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        call.handset.speak()
        await call.until("the new service runs")
        await call.handset.pause(3.0)  # until the new service has found the two of them
        await call.handset.hang_up()

    number = await asked_for(desk_line)
    restarts = asyncio.create_task(Restarts(desk_line, f"{FENNA} hears {VOICE}{CUSTOMER}")())
    heard = await desk_line.calls_out({FENNA: PRESSES_1, CUSTOMER: leaves_after_the_restart})
    await restarts

    assert (FENNA, CUSTOMER) in heard.talked
    assert heard.prompts[FENNA][-1] == "talk-other-left"
    (made,) = await desk_line.desk.desk.call_backs.of_ticket(number)
    assert (made.state, "gesproken; de dienst werd tijdens het gesprek herstart" in made.why) == ("talked", True)


@pytest.mark.parametrize("moment", [f"{CUSTOMER} rings", f"{FENNA} hears engineer-call-back"])
async def test_a_restart_before_they_talk_frees_both_tells_so_and_is_on_the_ticket(
    desk_line: Line, moment: str
) -> None:
    number = await asked_for(desk_line)
    restarts = asyncio.create_task(Restarts(desk_line, moment)())
    heard = await desk_line.calls_out({FENNA: PRESSES_1, CUSTOMER: NO_ANSWER})
    await restarts

    assert heard.prompts[FENNA][-1] == "line-restarted"
    (made,) = await desk_line.desk.desk.call_backs.of_ticket(number)
    assert (made.state, "brak af: de dienst werd herstart" in made.why) == ("not_reached", True)


@pytest.mark.parametrize("number", ["+31900123456", "+3190912345", "+882991234567", "+32470000000", "112", ""])
async def test_a_dear_or_foreign_number_on_a_ticket_is_never_called_back(fake_line: Line, number: str) -> None:
    """Whoever calls chooses what number is shown."""
    dear = CallBack(1, "T-1001", Phone(FENNA, "+31612345001", 1), number, "", FENNA)

    outcome, heard = await fake_line.call_back(dear, {FENNA: PRESSES_1})

    assert "niet gebeld" in outcome.why.lower()
    assert list(heard.prompts) == [FENNA]
