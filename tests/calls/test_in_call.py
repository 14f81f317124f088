"""While an engineer and a caller talk: keys that only the engineer has, a colleague who comes in, and the end of it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ari_app.desk.recordings import LONGEST_ALONE
from ari_app.flows.open_call import LONGEST_RECORDED_TALK
from ari_app.simulator.simulator import LONGEST_CALL
from tests.calls.line import Line
from tests.calls.people import ACCEPTS, ACCEPTS_AND_KEYS, BUSY, REJECTS
from tests.calls.scenario import VOICE, Caller, Person, PhoneCall
from tests.calls.sounds import message_audio, was_recorded
from tests.calls.test_call_back import PICKS_UP_AND_LEAVES
from tests.calls.test_ringing import BRAM, CUSTOMER, FENNA, SANNE, with_settings

STAYS = replace(CUSTOMER, ends_talk=False)
NOTE = "De router is herstart"


def keyed(outcome: Any) -> list[tuple[str, str]]:
    return [(one.what, one.value) for one in outcome.report.keyed_in]


def leaves_when(moment: str) -> Caller:
    return replace(STAYS, hangs_up_when=moment)


async def test_no_calamity_tells_the_caller_and_frees_the_engineer_within_3_seconds(line: Line) -> None:
    """R-055, R-056"""
    outcome = await line.call(STAYS, phones={FENNA: ACCEPTS_AND_KEYS("*", "1")})

    assert keyed(outcome) == [("not_a_calamity", "")]
    assert outcome.heard[-1] == "not-a-calamity"
    (leg,) = outcome.report.legs
    assert leg.ended_at is not None
    assert (leg.ended_at - outcome.report.keyed_in[0].at).total_seconds() < 3
    assert outcome.report.ended_by == "engineer"


async def test_costs_category_and_a_call_back_are_keyed_in_during_the_talk(line: Line) -> None:
    """R-058, R-085"""
    caller = leaves_when(f"{FENNA} pressed 5")

    outcome = await line.call(caller, phones={FENNA: ACCEPTS_AND_KEYS("*", "2", "*", "3", "2", "*", "5")})

    assert keyed(outcome) == [("customer_caused", ""), ("category", "2"), ("call_back", "")]
    assert {one.by for one in outcome.report.keyed_in} == {FENNA}
    assert "engineer-keys-noted" in outcome.heard_by[FENNA]
    assert "engineer-keys-noted" not in outcome.heard


async def test_a_digit_without_a_star_does_nothing_and_an_unknown_one_is_named_so(fake_line: Line) -> None:
    caller = leaves_when(f"{FENNA} hears engineer-keys-unknown")

    outcome = await fake_line.call(caller, phones={FENNA: ACCEPTS_AND_KEYS("1", "9", "*", "8")})

    assert keyed(outcome) == []
    assert outcome.report.ended_by == "caller"


async def test_keys_that_are_pressed_to_accept_decide_nothing_in_the_talk(fake_line: Line) -> None:
    async def presses_a_lot(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for("engineer-press-1")
        call.handset.speak()
        for key in ("1", "*", "1"):
            await call.handset.press(key)
        await call.listen_on()

    outcome = await fake_line.call(CUSTOMER, phones={FENNA: presses_a_lot})

    assert ("0201234567", FENNA) in outcome.talked


async def test_a_colleague_of_the_second_line_comes_into_the_talk(line: Line) -> None:
    """R-142"""
    caller = leaves_when(f"{BRAM} hears {VOICE}0201234567")

    outcome = await line.call(caller, phones={FENNA: ACCEPTS_AND_KEYS("*", "4"), BRAM: ACCEPTS})

    assert keyed(outcome) == [("second_line", BRAM)]
    assert outcome.rang == [(FENNA, "accepted"), (BRAM, "accepted")]
    assert (BRAM, "0201234567") in outcome.talked
    assert outcome.heard_by[BRAM][-1] == "engineer-caller-left"


async def test_who_says_goodbye_to_a_colleague_first_takes_the_colleague_out_of_the_talk(fake_line: Line) -> None:
    """A prompt into a bridge that somebody leaves at that moment is now and then never played."""
    caller = leaves_when(f"{BRAM} hears {VOICE}0201234567")

    await fake_line.call(caller, phones={FENNA: ACCEPTS_AND_KEYS("*", "4"), BRAM: ACCEPTS})

    steps = [
        (path.split("/")[2] if "/play/" in path else query.get("channel"), "/play/" in path)
        for _, path, query, body in fake_line.requests
        if path.endswith("/removeChannel") or "engineer-caller-left" in str(body)
    ]
    for goodbye in (step for step in steps if step[1]):
        assert (goodbye[0], False) in steps[: steps.index(goodbye)]
    assert len([step for step in steps if step[1]]) == 2


async def test_when_nobody_of_the_second_line_comes_the_engineer_hears_so(fake_line: Line) -> None:
    caller = leaves_when(f"{FENNA} hears engineer-second-line-nobody")

    outcome = await fake_line.call(caller, phones={FENNA: ACCEPTS_AND_KEYS("*", "4"), BRAM: BUSY, SANNE: REJECTS})

    assert keyed(outcome) == []
    assert outcome.rang == [(FENNA, "accepted"), (BRAM, "busy"), (SANNE, "refused")]


async def test_a_caller_who_leaves_while_the_second_line_rings_stops_that(fake_line: Line) -> None:
    outcome = await fake_line.call(leaves_when(f"{BRAM} rings"), phones={FENNA: ACCEPTS_AND_KEYS("*", "4")})

    assert outcome.rang == [(FENNA, "accepted"), (BRAM, "caller_gone")]


# --- after the call


async def wraps_up(call: PhoneCall) -> None:
    """Category II, 15 minutes, and a spoken note."""
    await call.handset.ring()
    await call.handset.answer()
    await call.listen_for("engineer-press-1")
    call.handset.speak()
    await call.press("1")
    await call.listen_for("engineer-wrap-up-category")
    await call.press("2")
    await call.listen_for("engineer-wrap-up-minutes")
    for key in "15#":
        await call.press(key)
    await call.listen_for("beep")
    await call.handset.pause(0.8)
    await call.handset.say(message_audio(NOTE))
    await call.press("#")
    await call.listen_on()


async def test_after_the_call_the_engineer_keys_in_category_and_minutes_and_speaks_a_note(line: Line) -> None:
    await with_settings(line, wrap_up=True)

    outcome = await line.call(CUSTOMER, phones={FENNA: wraps_up})

    assert keyed(outcome) == [("category", "2"), ("minutes", "15")]
    assert outcome.report.spoken_note is not None
    assert was_recorded(outcome.recordings / outcome.report.spoken_note, NOTE)
    assert outcome.heard_by[FENNA][-1] == "engineer-wrap-up-thanks"
    assert outcome.report.ended_by == "caller"
    assert outcome.report.ended_at == outcome.report.talk_ended_at


async def test_who_hangs_up_after_the_call_leaves_the_rest_to_the_page(fake_line: Line) -> None:
    await with_settings(fake_line, wrap_up=True)

    async def hangs_up(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for("engineer-press-1")
        call.handset.speak()
        await call.press("1")
        await call.listen_for("engineer-wrap-up-category")
        await call.handset.hang_up()

    outcome = await fake_line.call(CUSTOMER, phones={FENNA: hangs_up})

    assert keyed(outcome) == []
    assert outcome.report.error is None


async def test_a_category_that_was_keyed_in_during_the_talk_is_not_asked_again(fake_line: Line) -> None:
    await with_settings(fake_line, wrap_up=True)
    caller = leaves_when(f"{FENNA} hears engineer-keys-noted")

    outcome = await fake_line.call(caller, phones={FENNA: ACCEPTS_AND_KEYS("*", "3", "3")})

    assert "engineer-wrap-up-category" not in outcome.heard_by[FENNA]
    assert "engineer-wrap-up-minutes" in outcome.heard_by[FENNA]


async def test_a_recorded_talk_is_announced_to_both_and_kept(line: Line) -> None:
    await with_settings(line, record_talks=True)

    outcome = await line.call(CUSTOMER, phones={FENNA: ACCEPTS})

    assert "talk-is-recorded" in outcome.heard
    assert "talk-is-recorded" in outcome.heard_by[FENNA]
    assert outcome.report.talk_recording is not None
    assert (outcome.recordings / outcome.report.talk_recording).is_file()


async def test_no_talk_is_recorded_unless_the_line_is_set_so(fake_line: Line) -> None:
    outcome = await fake_line.call(CUSTOMER, phones={FENNA: ACCEPTS})

    assert outcome.report.talk_recording is None
    assert not [path for _, path, *_ in fake_line.requests if path.endswith("/record")]


def calls_back(then: str = "1") -> Person:
    """Notes with *5 that the caller wants to be called back, and presses a key when they hung up."""

    async def person(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for("engineer-press-1")
        call.handset.speak()
        await call.press("1")
        await call.listen_for(VOICE)
        for key in "*5":
            await call.press(key)
        await call.listen_for("engineer-press-1-call-back")
        await call.press(then)
        await call.listen_on()

    return person


async def test_one_key_calls_back_the_caller_who_asked_for_it_and_hung_up(line: Line) -> None:
    caller = leaves_when(f"{FENNA} hears engineer-keys-noted")

    outcome = await line.call(caller, phones={FENNA: calls_back(), "de klant": PICKS_UP_AND_LEAVES})

    ((what, why),) = keyed(outcome)
    assert what == "called_back"
    assert "Teruggebeld op 020 123 4567 door Fenna Fictief: gesproken" in why
    assert ("de klant", FENNA) in outcome.talked


async def test_a_caller_who_is_not_reached_stays_a_task(fake_line: Line) -> None:
    caller = leaves_when(f"{FENNA} hears engineer-keys-noted")

    outcome = await fake_line.call(caller, phones={FENNA: calls_back(), "de klant": BUSY})

    assert [what for what, _ in keyed(outcome)] == ["call_back", "called_back"]
    assert "de klant: in gesprek (SIP 486)" in keyed(outcome)[1][1]


async def test_another_key_calls_nobody_back(fake_line: Line) -> None:
    caller = leaves_when(f"{FENNA} hears engineer-keys-noted")

    outcome = await fake_line.call(caller, phones={FENNA: calls_back("9"), "de klant": PICKS_UP_AND_LEAVES})

    assert keyed(outcome) == [("call_back", "")]
    assert outcome.phones_that_rang == [FENNA]


def test_no_timer_ends_a_talk_that_takes_half_a_morning() -> None:
    """A-26: the dialplan's timers, of a call that the service has and of one that Asterisk took by itself."""
    dialplan = (Path(__file__).parents[2] / "dialplan/extensions.conf").read_text(encoding="utf-8")
    section = dict(re.findall(r"^\[([\w-]+)\]\n(.*?)(?=^\[|\Z)", dialplan, re.MULTILINE | re.DOTALL))
    seconds = {name: re.findall(r"TIMEOUT\(absolute\)=(\d+)", lines) for name, lines in section.items()}

    assert seconds["line-in"] == [str(LONGEST_RECORDED_TALK)] == [f"{LONGEST_CALL:.0f}"]
    assert LONGEST_RECORDED_TALK >= 4 * 3600
    assert seconds["line-fallback"] == [f"{LONGEST_ALONE.total_seconds():.0f}"]
