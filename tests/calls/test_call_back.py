"""A customer is called back: one of us first, then the number on the ticket, and both see the service's number."""

import pytest

from ari_app.desk.call_backs import CallBack, Phone
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

    with pytest.raises(ValueError, match=r"no number in E\.164"):
        await fake_line.call_back(forged, {FENNA: PRESSES_1})
