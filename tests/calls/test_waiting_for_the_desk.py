"""Phone hours, and all desk phones engaged: callers wait in line, hear how it goes, and may leave a message instead."""

import asyncio
from datetime import timedelta

import pytest

from tests.calls.line import Line
from tests.calls.people import BUSY, PICKS_UP
from tests.calls.scenario import Caller, Outcome, PhoneCall

MONDAY = "2026-11-23T10:00"
TOLD = ["desk-all-busy", "spoken-name", "desk-press-for-message"]


def talks_until(moment: str) -> Caller:
    """The caller who has the only desk phone."""
    return Caller("0201234567", at=MONDAY, ends_talk=False, hangs_up_when=moment)


@pytest.fixture
async def one_phone(line: Line) -> Line:
    """A desk with one phone, where callers wait ten seconds."""
    await with_settings(line, desk_wait_seconds=10)
    return line


async def with_settings(line: Line, **settings: object) -> None:
    await line.kill()
    line.settings = line.settings.model_copy(update={"desk_endpoints": ("PJSIP/desk-1",), **settings})
    await line.start()


async def both(line: Line, first: Caller, second: Caller) -> tuple[Outcome, Outcome]:
    """The second calls while the first talks with the desk."""

    async def then() -> Outcome:
        await line.moment(f"desk-1 hears voice of {first.number}")
        return await line.call(second)

    outcomes = await asyncio.gather(line.call(first, phones={"desk-1": PICKS_UP}), then())
    return outcomes[0], outcomes[1]


async def test_who_finds_the_desk_engaged_waits_and_is_served_next(one_phone: Line) -> None:
    second = Caller("0850004150", at=MONDAY)

    _, waited = await both(one_phone, talks_until("0850004150 hears desk-press-for-message"), second)

    assert waited.heard == ["welcome", "desk-connecting", *TOLD]
    assert waited.rang == [("desk-1", "answered")]
    assert waited.report.talked_with == "desk-1"


async def test_a_key_leaves_a_message_in_place_of_waiting(one_phone: Line) -> None:
    second = Caller("0850004150", at=MONDAY, presses={"desk-press-for-message": "1"})

    _, waited = await both(one_phone, talks_until("0850004150 hears beep"), second)

    assert waited.heard[-3:] == ["desk-message", "voicemail-instructions", "beep"]
    assert waited.has_recorded(second.message)
    assert waited.rang == []


async def test_a_key_stops_the_ringing_as_well(fake_line: Line) -> None:
    await with_settings(fake_line)

    outcome = await fake_line.call(Caller("0850004150", at=MONDAY, presses_when=("desk-1 rings", "1")), phones={})

    assert outcome.heard[-3:] == ["desk-message", "voicemail-instructions", "beep"]
    assert outcome.rang == [("desk-1", "no_answer")]


async def test_waiting_ends_in_the_voicemail(fake_line: Line) -> None:
    await with_settings(fake_line, desk_wait_seconds=8)

    _, waited = await both(fake_line, talks_until("0850004150 hears beep"), Caller("0850004150", at=MONDAY))

    assert waited.heard == [
        "welcome", "desk-connecting", *TOLD, *TOLD[1:], "desk-no-answer", "voicemail-instructions", "beep",
    ]  # fmt: skip
    assert "De langste wachttijd voor de servicedesk is voorbij: inspreken." in waited.report.why


async def test_without_waiting_an_engaged_desk_means_voicemail_at_once(fake_line: Line) -> None:
    await with_settings(fake_line, desk_wait_seconds=0)

    _, waited = await both(fake_line, talks_until("0850004150 hears beep"), Caller("0850004150", at=MONDAY))

    assert waited.heard[:3] == ["welcome", "desk-connecting", "desk-no-answer"]


async def test_a_desk_phone_rests_after_a_call(fake_line: Line) -> None:
    await with_settings(fake_line, desk_wait_seconds=15, desk_wrap_up_seconds=4)

    first, waited = await both(
        fake_line, talks_until("0850004150 hears desk-press-for-message"), Caller("0850004150", at=MONDAY)
    )

    assert first.report.talk_ended_at is not None
    assert waited.report.legs[0].rang_at - first.report.talk_ended_at >= timedelta(seconds=4)
    assert waited.report.talked_with == "desk-1"


async def test_a_phone_that_is_engaged_elsewhere_is_tried_again(fake_line: Line) -> None:
    await with_settings(fake_line, desk_wait_seconds=17)
    times = iter((BUSY, PICKS_UP))

    async def first_engaged(call: PhoneCall) -> None:
        await next(times)(call)

    outcome = await fake_line.call(Caller("0850004150", at=MONDAY), phones={"desk-1": first_engaged})

    assert outcome.rang == [("desk-1", "busy"), ("desk-1", "answered")]
    assert outcome.report.legs[1].rang_at - outcome.report.legs[0].rang_at >= timedelta(seconds=15)


async def test_callers_are_served_in_order_of_coming(fake_line: Line) -> None:
    await with_settings(fake_line, desk_wait_seconds=19)

    async def second() -> Outcome:
        await fake_line.moment("desk-1 hears voice of 0201234567")
        return await fake_line.call(Caller("0850004150", at=MONDAY))

    async def third() -> Outcome:
        await fake_line.moment("0850004150 hears desk-all-busy")
        return await fake_line.call(Caller("0850004130", at=MONDAY))

    first = talks_until("0850004130 hears desk-press-for-message")
    _, one, other = await asyncio.gather(fake_line.call(first, phones={"desk-1": PICKS_UP}), second(), third())

    assert one.report.legs[0].rang_at < other.report.legs[0].rang_at
    assert next(step.detail.split(",")[0] for step in one.report.steps if step.what == "queue") == "0 ahead"
    assert next(step.detail.split(",")[0] for step in other.report.steps if step.what == "queue") == "1 ahead"


async def test_who_leaves_the_line_makes_room_for_the_next(fake_line: Line) -> None:
    await with_settings(fake_line, desk_wait_seconds=10)
    impatient = Caller("0850004150", at=MONDAY, hangs_up_at="desk-press-for-message")

    _, left = await both(fake_line, talks_until("0850004150 hears desk-press-for-message"), impatient)
    after = await fake_line.call(Caller("0850004130", at=MONDAY), phones={"desk-1": PICKS_UP})

    assert left.report.ended_by == "caller"
    assert after.heard == ["welcome", "desk-connecting"]
