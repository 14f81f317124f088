"""Saturday morning, calamity hours: the engineers on duty are rung one after another, until one presses 1."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.calls.line import Line
from tests.calls.people import (
    ACCEPTS,
    ACCEPTS_AND_ENDS_THE_TALK,
    BUSY,
    DEAD,
    DECLINES,
    NO_ANSWER,
    PICKS_UP_AND_HANGS_UP,
    REDIRECTS,
    REJECTS,
    SILENT,
    UNAVAILABLE,
    UNREACHABLE,
    VOICEMAIL_BOX,
    WRONG_KEY_THEN_ACCEPTS,
)
from tests.calls.scenario import Caller, Outcome, Person

CUSTOMER = Caller("0201234567", at="2026-11-21T09:10")
INTO_VOICEMAIL = ["welcome", "calamity-connecting", "calamity-nobody-free", "voicemail-instructions", "beep"]

WHISPER = ["engineer-announce", "spoken-name", "engineer-press-1"]


def both_hear(one: str, other: str) -> list[tuple[str, str]]:
    return sorted([(one, other), (other, one)])


def until_the_next_rings(outcome: Outcome) -> float:
    """Seconds that the first engineer's phone cost the caller."""
    first, second = outcome.report.legs
    return (second.rang_at - first.rang_at).total_seconds()


async def test_an_engineer_who_presses_1_gets_the_caller(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.heard == ["welcome", "calamity-connecting"]
    assert outcome.heard_by["Fenna Fictief"] == [*WHISPER, "engineer-caller-left"]
    assert outcome.talked == both_hear("0201234567", "Fenna Fictief")
    assert outcome.report.route == "on_duty"
    assert outcome.report.talked_with == "Fenna Fictief"
    assert outcome.report.ended_by == "caller"
    assert outcome.report.recording is None


async def test_an_engineer_who_hangs_up_first_ends_the_call(line: Line) -> None:
    caller = replace(CUSTOMER, ends_talk=False)

    outcome = await line.call(caller, phones={"Fenna Fictief": ACCEPTS_AND_ENDS_THE_TALK})

    assert outcome.talked == both_hear("0201234567", "Fenna Fictief")
    assert outcome.heard[-1] == "talk-other-left"
    assert outcome.report.ended_by == "engineer"
    assert outcome.report.talk_ended_at is not None


async def test_the_second_engineer_is_rung_when_the_first_does_not_answer(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": NO_ANSWER, "Bram Bedacht": ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "no_answer"), ("Bram Bedacht", "accepted")]
    assert outcome.talked == both_hear("0201234567", "Bram Bedacht")


async def test_the_voicemail_box_of_a_mobile_never_accepts(line: Line, recovered: Callable[[float], None]) -> None:
    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": VOICEMAIL_BOX, "Bram Bedacht": ACCEPTS})

    recovered(until_the_next_rings(outcome))
    assert outcome.rang == [("Fenna Fictief", "not_accepted"), ("Bram Bedacht", "accepted")]
    assert outcome.talked == both_hear("0201234567", "Bram Bedacht")


@pytest.mark.parametrize(
    ("person", "result", "sip_code"),
    [
        (BUSY, "busy", 486),
        (REJECTS, "refused", 603),
        (UNREACHABLE, "unreachable", 404),
        (UNAVAILABLE, "no_answer", 480),
        (REDIRECTS, "unreachable", 302),
        (DECLINES, "declined", None),
        (SILENT, "not_accepted", None),
        (PICKS_UP_AND_HANGS_UP, "not_accepted", None),
        (DEAD, "no_answer", None),
    ],
    ids=["busy", "rejects", "unreachable", "switched off", "redirects", "declines", "silent", "hangs up", "dead"],
)
async def test_an_engineer_who_does_not_accept_is_passed_over(
    line: Line, person: Person, result: str, sip_code: int | None, recovered: Callable[[float], None]
) -> None:
    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": person, "Bram Bedacht": ACCEPTS})

    recovered(until_the_next_rings(outcome))
    assert outcome.rang == [("Fenna Fictief", result), ("Bram Bedacht", "accepted")]
    assert sip_code is None or outcome.report.legs[0].sip_code == sip_code
    assert outcome.talked == both_hear("0201234567", "Bram Bedacht")


async def test_a_forwarded_phone_is_not_followed_to_another_number(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": REDIRECTS, "Bram Bedacht": ACCEPTS})

    assert outcome.phones_that_rang == ["Fenna Fictief", "Bram Bedacht"]


async def test_a_wrong_key_gives_the_question_once_more(line: Line) -> None:
    outcome = await line.call(CUSTOMER, phones={"Fenna Fictief": WRONG_KEY_THEN_ACCEPTS})

    assert outcome.rang == [("Fenna Fictief", "accepted")]
    assert outcome.heard_by["Fenna Fictief"].count("engineer-announce") == 2
    assert outcome.talked == both_hear("0201234567", "Fenna Fictief")


async def test_when_no_engineer_accepts_the_caller_leaves_a_message(line: Line) -> None:
    outcome = await line.call(
        CUSTOMER, phones={"Fenna Fictief": BUSY, "Bram Bedacht": DECLINES, "Sanne Schijn": REJECTS}
    )

    assert outcome.rang == [("Fenna Fictief", "busy"), ("Bram Bedacht", "declined"), ("Sanne Schijn", "refused")]
    assert outcome.heard == INTO_VOICEMAIL
    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(CUSTOMER.message)


async def test_engineers_are_rung_one_after_another_and_nobody_after_the_one_who_accepts(line: Line) -> None:
    outcome = await line.call(
        CUSTOMER, phones={"Fenna Fictief": BUSY, "Bram Bedacht": ACCEPTS, "Sanne Schijn": ACCEPTS}
    )

    assert outcome.phones_that_rang == ["Fenna Fictief", "Bram Bedacht"]


async def test_a_customer_without_an_sla_is_told_so_and_leaves_a_message(line: Line) -> None:
    """R-051, A-10"""
    without_sla = replace(CUSTOMER, number="0850004140")

    outcome = await line.call(without_sla, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.phones_that_rang == []
    asked = ["welcome", "calamity-checking", "pin-customer-number"]
    assert outcome.heard == [*asked, "calamity-no-sla", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(CUSTOMER.message)


async def test_an_anonymous_caller_leaves_a_message(line: Line) -> None:
    anonymous = replace(CUSTOMER, number="")

    outcome = await line.call(anonymous, phones={"Fenna Fictief": ACCEPTS})

    assert outcome.phones_that_rang == []
    assert outcome.report.caller_number is None
    assert outcome.report.route == "voicemail"
    assert outcome.has_recorded(CUSTOMER.message)


async def test_with_nobody_in_the_rota_the_caller_leaves_a_message(fake_line: Line) -> None:
    fake_line.desk.desk.rota = ()

    outcome = await fake_line.call(CUSTOMER)

    assert outcome.rang == []
    assert outcome.heard == ["welcome", "calamity-nobody-free", "voicemail-instructions", "beep"]
    assert outcome.has_recorded(CUSTOMER.message)
    assert outcome.report.found_nobody_on_duty


async def test_engineers_see_our_number_and_not_that_of_the_customer(fake_line: Line) -> None:
    await fake_line.call(CUSTOMER, phones={"Fenna Fictief": ACCEPTS})

    (fenna,) = fake_line.phone_calls
    assert fenna.handset.caller_id == fake_line.settings.service_number  # type: ignore[attr-defined]
