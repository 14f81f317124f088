"""A message: it is kept however the caller ends it, and every call has one report."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ari_app.setting_up import PROMPTS as SHIPPED_PROMPTS
from tests.calls.line import Line
from tests.calls.people import BUSY, NO_ANSWER
from tests.calls.scenario import Caller
from tests.calls.sounds import MESSAGE_SECONDS, RATE, read_wav

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00")
#: Each prompt that a caller can hear, and when and who hears it.
WHO_HEARS = {
    "welcome": Caller("0201234567", at="2026-11-21T21:00"),
    "closed-hours": Caller("0201234567", at="2026-11-21T21:00"),
    "voicemail-instructions": Caller("0201234567", at="2026-11-21T21:00"),
    "beep": Caller("0201234567", at="2026-11-21T21:00"),
    "calamity-connecting": Caller("0201234567", at="2026-11-21T09:10"),
    "calamity-nobody-free": Caller("0201234567", at="2026-11-21T09:10"),
    "calamity-checking": Caller("0850004140", at="2026-11-21T09:10"),
    "pin-customer-number": Caller("0850004140", at="2026-11-21T09:10"),
    "calamity-no-sla": Caller("0850004140", at="2026-11-21T09:10"),
    "desk-connecting": Caller("0201234567", at="2026-11-23T10:00"),
    "desk-no-answer": Caller("0201234567", at="2026-11-23T10:00"),
}
#: By callers who wait for an engineer, or talk: tests of calamity hours.
IN_A_TALK = {"calamity-still-trying", "calamity-trying-next", "talk-is-recorded", "talk-other-left", "not-a-calamity"}
#: These have tests of their own: after a message, after a crash, and on a full disk.
HEARD_ELSEWHERE = {"voicemail-thanks", "sorry-error", "voicemail-not-saved", "voicemail-too-short", "voicemail-empty"}
#: By their first words: tests/calls/test_{message_menu,first_words,waiting_for_the_desk,duty,urgent_by_key}.py.
OF_OTHER_TESTS = ("message-", "call-back-", "digit-", "announcement-", "language-choice", "voicemail-user-forms",
                  "desk-all-busy", "desk-press-for-message", "desk-message", "duty-", "urgent-",
                  "we-call-you-now", "line-restarted")  # fmt: skip
#: test_who_calls_in_calamity_hours.py
BEFORE_AN_ENGINEER = {
    "pin-code",
    "pin-wrong",
    "calamity-no-sla-costs",
    "calamity-excluded",
    "calamity-what",
    "calamity-question",
    "closed-mail",
}
NOBODY_IS_FREE = {name: BUSY for name in ("Fenna Fictief", "Bram Bedacht", "Sanne Schijn", "desk-1", "desk-2")}


async def test_a_message_that_ends_with_hanging_up_is_kept(line: Line) -> None:
    outcome = await line.call(AT_NIGHT)

    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.ended_by == "caller"
    assert outcome.report.steps[-1].detail == "ended by caller"


async def test_a_message_that_ends_with_the_hash_key_is_kept_and_the_caller_thanked(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, after_message="#"))

    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.heard[-1] == "voicemail-thanks"
    assert "ended by key" in [step.detail for step in outcome.report.steps]
    assert outcome.report.ended_by == "line"


async def test_a_message_that_ends_in_silence_is_kept_and_the_caller_thanked(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, after_message="silence"))

    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.heard[-1] == "voicemail-thanks"
    assert "ended by silence" in [step.detail for step in outcome.report.steps]


async def test_an_empty_message_is_a_call_with_a_report_all_the_same(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, message=""))

    assert outcome.report.route == "voicemail"
    assert not outcome.has_recorded(AT_NIGHT.message)


@pytest.mark.parametrize(
    ("ends", "then"),
    [("silence", ["voicemail-thanks"]), ("#", ["message-menu", "voicemail-thanks"])],
    ids=["silence", "hash key"],
)
async def test_who_says_nothing_is_asked_once_more_and_then_has_left_a_message(
    line: Line, ends: Any, then: list[str]
) -> None:
    outcome = await line.call(replace(AT_NIGHT, message="", again=AT_NIGHT.message, after_message=ends))

    assert outcome.heard[4:] == ["voicemail-too-short", "beep", *then]
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_who_says_nothing_twice_never_hears_that_it_was_saved(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, message="", after_message="silence"))

    assert outcome.heard[-3:] == ["voicemail-too-short", "beep", "voicemail-empty"]
    assert outcome.report.recording is not None, "what was too soft for us is still there to be heard"


@pytest.mark.parametrize("prompt", ["voicemail-too-short", "voicemail-empty"])
async def test_who_says_nothing_and_hangs_up_has_called_all_the_same(fake_line: Line, prompt: str) -> None:
    outcome = await fake_line.call(replace(AT_NIGHT, message="", after_message="silence", hangs_up_at=prompt))

    assert outcome.heard[-1] == prompt
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None


async def test_the_message_begins_after_the_beep(line: Line) -> None:
    outcome = await line.call(AT_NIGHT)

    assert outcome.message_file is not None
    recorded = read_wav(outcome.message_file)
    assert MESSAGE_SECONDS * RATE <= len(recorded) < 4 * RATE


@pytest.mark.parametrize("prompt", WHO_HEARS)
async def test_who_hangs_up_at_a_prompt_has_called_all_the_same(
    line: Line, prompt: str, recovered: Callable[[float], None]
) -> None:
    caller = replace(WHO_HEARS[prompt], hangs_up_at=prompt)

    outcome = await line.call(caller, phones=NOBODY_IS_FREE)

    recovered(outcome.settled_after)
    assert outcome.heard[-1] == prompt
    assert outcome.report.ended_by == "caller"
    assert outcome.report.error is None
    assert outcome.report.ended_at is not None


def test_every_prompt_for_callers_has_somebody_who_hangs_up_at_it() -> None:
    for_callers = {prompt for prompt in SHIPPED_PROMPTS if not prompt.startswith(("engineer-", *OF_OTHER_TESTS))}

    assert WHO_HEARS.keys() | HEARD_ELSEWHERE | IN_A_TALK | BEFORE_AN_ENGINEER == for_callers


async def test_who_hangs_up_at_the_thanks_has_left_a_message(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, after_message="#", hangs_up_at="voicemail-thanks"))

    assert outcome.has_recorded(AT_NIGHT.message)
    assert outcome.report.ended_by == "caller"


async def test_a_key_skips_a_prompt_that_the_caller_knows(line: Line) -> None:
    impatient = replace(AT_NIGHT, presses={"welcome": "5", "voicemail-instructions": "#"})

    outcome = await line.call(impatient)

    assert outcome.heard == ["welcome", "closed-hours", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_two_callers_at_once_each_leave_their_own_message(line: Line) -> None:
    monday = "2026-11-23T10:00"
    one = Caller("0201234567", at=monday, message="De telefoons zijn stil")
    other = Caller("0850004150", at=monday, message="De oven belt niet meer")

    first, second = await asyncio.gather(
        line.call(one, phones={"desk-1": BUSY, "desk-2": BUSY}), line.call(other, phones={"desk-1": NO_ANSWER})
    )

    assert first.ticket != second.ticket
    assert first.has_recorded(one.message)
    assert not first.has_recorded(other.message)
    assert second.has_recorded(other.message)
    assert not second.has_recorded(one.message)
