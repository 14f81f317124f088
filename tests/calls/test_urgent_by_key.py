"""An urgent message: the line rings who is on duty, one after another, until somebody takes it up with a key."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.report import CallReport
from ari_app.store.engineer_call_tables import EngineerCallRow
from ari_app.store.rota_tables import EngineerPhoneRow
from ari_app.store.tables import AccessEntryRow, EngineerRow, Role
from ari_app.store.work_tables import DecisionRow
from tests.calls.line import Line
from tests.calls.people import BUSY, NO_ANSWER, REJECTS, VOICEMAIL_BOX
from tests.calls.scenario import Person, PhoneCall
from tests.calls.test_call_back import PICKS_UP_AND_LEAVES
from tests.calls.test_duty import PRESSES

FENNA, BRAM, CUSTOMER = "Fenna Fictief", "Bram Bedacht", "de klant"
KEYS = "engineer-urgent-keys"


async def an_urgent_message(line: Line, **different: object) -> str:
    """Of Transport De Testrit on a Saturday in calamity hours; the line tells of it at once."""
    line.clock.set("2026-11-21T09:10")
    desk: Desk = line.desk.desk
    facts: dict[str, object] = {
        "call_id": "call-1", "line": "support", "caller_number": "+31201234567", "caller_id_raw": "0201234567",
        "received_at": line.clock.now(), "route": "voicemail", "recording": "call/one.wav", "is_urgent": True,
        "ended_at": line.clock.now(), "ended_by": "caller",
    }  # fmt: skip
    number = await desk.close_call(CallReport(**(facts | different)))  # type: ignore[arg-type]
    await desk.urgent.tell(20)
    return number


async def rung(line: Line) -> list[str]:
    """What the ticket says of calls to engineers."""
    async with line.desk.desk.store.reading() as session:
        rows = await session.exec(select(DecisionRow).where(DecisionRow.what.in_(("rung", "note"))))  # type: ignore[attr-defined]
        return [row.why for row in rows]


async def claimed_by(line: Line, number: str) -> str | None:
    found = await line.desk.desk.urgent.of_ticket(number)
    assert found is not None
    return found.claimed_by


async def test_who_is_on_duty_is_rung_and_takes_it_up_with_a_key(desk_line: Line) -> None:
    number = await an_urgent_message(desk_line)

    heard = await desk_line.calls_out({FENNA: PRESSES("1", at=KEYS)})

    assert heard.prompts[FENNA][:2] == ["spoken-name", KEYS]
    assert "engineer-urgent-yours" in heard.prompts[FENNA]
    assert await claimed_by(desk_line, number) == FENNA
    assert await rung(desk_line) == ["Fenna Fictief gebeld: 06 12345001 nam het op zich."]
    assert await desk_line.desk.desk.urgent.waiting() == []


async def test_after_the_claim_one_key_calls_the_customer_back(desk_line: Line) -> None:
    async def claims_and_calls(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for(KEYS)
        await call.press("1")
        await call.listen_for("engineer-press-1-call-back")
        call.handset.speak()
        await call.press("1")
        await call.listen_on()

    number = await an_urgent_message(desk_line)
    heard = await desk_line.calls_out({FENNA: claims_and_calls, CUSTOMER: PICKS_UP_AND_LEAVES})

    assert (CUSTOMER, FENNA) in heard.talked
    found = await desk_line.desk.desk.ticket(number)
    assert found is not None
    assert found.state == "in_progress"
    assert "Teruggebeld op 020 123 4567 door Fenna Fictief" in " ".join(await rung(desk_line))


@pytest.mark.parametrize(
    ("person", "why"),
    [(BUSY, "in gesprek (SIP 486)"), (NO_ANSWER, "nam niet op"), (REJECTS, "weigerde het gesprek (SIP 603)"),
     (VOICEMAIL_BOX, "drukte niet op 1"), (PRESSES("3", at=KEYS), "drukte op 3: nu niet")],
    ids=["busy", "no answer", "rejects", "voicemail box", "not now"],
)  # fmt: skip
async def test_who_does_not_take_it_up_is_on_the_ticket_and_the_next_is_rung_later(
    fake_line_with_desk: Line, person: Person, why: str
) -> None:
    line = fake_line_with_desk
    number = await an_urgent_message(line)
    await line.calls_out({FENNA: person})
    line.clock.at += timedelta(minutes=6)
    await line.desk.desk.urgent.tell(20)

    await line.calls_out({BRAM: PRESSES("1", at=KEYS)})

    assert why in (await rung(line))[0]
    assert await claimed_by(line, number) == BRAM


async def test_of_two_who_press_at_once_one_has_it_and_the_other_hears_who(fake_line_with_desk: Line) -> None:
    line = fake_line_with_desk
    number = await an_urgent_message(line)
    await line.calls_out({FENNA: BUSY})
    line.clock.at += timedelta(minutes=6)
    await line.desk.desk.urgent.tell(20)
    await line.calls_out({BRAM: BUSY})
    line.clock.at += timedelta(minutes=6)
    await line.desk.desk.urgent.tell(20)  # Sanne
    await line.calls_out()
    line.clock.at += timedelta(minutes=6)
    await line.desk.desk.urgent.tell(20)  # all of them

    heard = await line.calls_out({FENNA: PRESSES("1", at=KEYS), BRAM: PRESSES("1", at=KEYS)})

    winner = await claimed_by(line, number)
    loser = {FENNA: BRAM, BRAM: FENNA}[winner or ""]
    assert "engineer-urgent-yours" in heard.prompts[winner or ""]
    assert "engineer-urgent-yours" not in heard.prompts[loser]
    assert any(
        f"{loser} gebeld" in one and f"kwam te laat (Al opgepakt door {winner}" in one for one in await rung(line)
    )


async def test_who_picks_up_after_a_claim_on_the_page_hears_that_it_is_taken(fake_line_with_desk: Line) -> None:
    line = fake_line_with_desk
    number = await an_urgent_message(line)
    await line.desk.desk.urgent.claim(number, Actor("sanne", Role.SUPERVISOR), "page")

    heard = await line.calls_out({FENNA: PRESSES("1", at=KEYS)})

    assert KEYS not in heard.prompts[FENNA]
    assert "kwam te laat (Al opgepakt door sanne)" in (await rung(line))[0]


async def test_the_message_can_be_heard_first_and_that_is_noted(fake_line_with_desk: Line) -> None:
    """R-114"""
    line = fake_line_with_desk
    name = "call/one.wav"
    recording: Path = line.recordings / name
    recording.parent.mkdir(parents=True, exist_ok=True)
    recording.write_bytes(b"RIFF" + bytes(400))
    number = await an_urgent_message(line)

    heard = await line.calls_out({FENNA: PRESSES("2", "1", at=KEYS)})

    assert await claimed_by(line, number) == FENNA
    async with line.desk.desk.store.reading() as session:
        assert (await session.exec(select(AccessEntryRow.account))).all() == [FENNA]
    assert heard.prompts[FENNA].count(KEYS) >= 1


async def test_an_anonymous_caller_can_not_be_called_back_and_nobody_is_asked(fake_line_with_desk: Line) -> None:
    line = fake_line_with_desk
    number = await an_urgent_message(line, caller_number=None, caller_id_raw="")

    heard = await line.calls_out({FENNA: PRESSES("1", at=KEYS)})

    assert await claimed_by(line, number) == FENNA
    assert "engineer-press-1-call-back" not in heard.prompts[FENNA]


async def test_an_engineer_who_talks_with_a_caller_is_not_rung_for_a_message(fake_line_with_desk: Line) -> None:
    line = fake_line_with_desk
    line.engaged.add(1)
    await an_urgent_message(line)

    heard = await line.calls_out()

    assert heard.prompts == {}
    assert await rung(line) == ["Fenna Fictief is in een ander gesprek van de lijn: niet gebeld."]


async def test_a_call_to_an_engineer_that_breaks_off_in_a_restart_stands_on_the_ticket(
    fake_line_with_desk: Line,
) -> None:
    line = fake_line_with_desk
    await an_urgent_message(line)

    async def restarts(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for(KEYS)
        await line.kill()
        await line.start()
        await call.listen_on()

    heard = await line.calls_out({FENNA: restarts})

    assert heard.prompts[FENNA][-1] == "line-restarted"
    assert await rung(line) == ["De dienst werd herstart tijdens deze oproep."]
    async with line.desk.desk.store.reading() as session:
        assert (await session.exec(select(EngineerCallRow).where(col(EngineerCallRow.ended_at).is_(None)))).all() == []


@pytest.mark.parametrize(("first", "why"), [("", "is geen nummer"), ("+32470000000", "ligt in BE")])
async def test_a_phone_that_may_not_be_rung_is_passed_over_for_the_next_one(
    fake_line_with_desk: Line, first: str, why: str
) -> None:
    line = fake_line_with_desk
    async with line.desk.desk.store.session() as session:
        fenna = await session.get_one(EngineerRow, 1)
        fenna.number = first
        session.add(EngineerPhoneRow(engineer_id=1, place=1, e164="+31612345011"))
    number = await an_urgent_message(line)

    await line.calls_out({f"{FENNA}, thuis": PRESSES("1", at=KEYS)})

    assert await claimed_by(line, number) == FENNA
    assert why in (await rung(line))[0]
