"""How the engineers on duty are looked for: their phones, rounds, the longest search, side by side, and what the caller hears."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ari_app.desk.customer_now import CustomerNow
from routing.rota import Engineer
from tests.calls.line import Line
from tests.calls.people import (
    ACCEPTS,
    ACCEPTS_AND_ENDS_THE_TALK,
    BUSY,
    DECLINES,
    NO_ANSWER,
    PICKS_UP_AND_HANGS_UP,
    REJECTS,
    SAYS_NOT_NOW,
    SILENT,
    UNAVAILABLE,
    UNREACHABLE,
    VOICEMAIL_BOX,
)
from tests.calls.scenario import Caller, Person, PhoneCall
from tests.fakes.desk import ENGINEERS

CUSTOMER = Caller("0201234567", at="2026-11-21T09:10")
OTHER_CUSTOMER = Caller("0850004150", at="2026-11-21T09:10")
FENNA, BRAM, SANNE, HOME = "Fenna Fictief", "Bram Bedacht", "Sanne Schijn", "Fenna Fictief, thuis"


async def with_settings(line: Line, **settings: Any) -> Line:
    await line.kill()
    line.settings = line.settings.model_copy(update=settings)
    await line.start()
    return line


async def with_two_phones(line: Line) -> Line:
    line.desk.desk.rota = (Engineer(1, FENNA, ("+31612345001", "+31612345011")), *ENGINEERS[1:])
    return line


@pytest.mark.parametrize(
    ("person", "result"),
    [(NO_ANSWER, "no_answer"), (UNREACHABLE, "unreachable"), (VOICEMAIL_BOX, "not_accepted")],
    ids=["no answer", "unreachable", "voicemail box"],
)
async def test_the_second_phone_of_an_engineer_rings_when_nobody_is_at_the_first(
    fake_line: Line, person: Person, result: str
) -> None:
    line = await with_two_phones(fake_line)

    outcome = await line.call(CUSTOMER, phones={FENNA: person, HOME: ACCEPTS})

    assert outcome.phones_that_rang == [FENNA, HOME]
    assert outcome.rang == [(FENNA, result), (FENNA, "accepted")]
    assert [leg.number for leg in outcome.report.legs] == ["+31612345001", "+31612345011"]


@pytest.mark.parametrize("person", [BUSY, REJECTS, DECLINES], ids=["busy", "rejects", "declines"])
async def test_who_is_busy_or_says_no_is_not_rung_on_the_second_phone(fake_line: Line, person: Person) -> None:
    line = await with_two_phones(fake_line)

    outcome = await line.call(CUSTOMER, phones={FENNA: person, HOME: ACCEPTS, BRAM: ACCEPTS})

    assert outcome.phones_that_rang == [FENNA, BRAM]


async def test_engineers_are_gone_through_again_in_the_next_round(fake_line: Line) -> None:
    line = await with_settings(fake_line, ring_rounds=2)
    tries = iter((BUSY, ACCEPTS))

    async def busy_at_first(call: PhoneCall) -> None:
        await next(tries)(call)

    outcome = await line.call(CUSTOMER, phones={FENNA: busy_at_first, BRAM: DECLINES, SANNE: REJECTS})

    assert [who for who, _ in outcome.rang] == [FENNA, BRAM, SANNE, FENNA]
    assert outcome.report.talked_with == FENNA


async def test_who_is_busy_gets_the_time_of_one_ringing_before_the_next_round(fake_line: Line) -> None:
    line = await with_settings(fake_line, ring_rounds=2)

    outcome = await line.call(CUSTOMER, phones={FENNA: BUSY, BRAM: BUSY, SANNE: BUSY})

    first, again = (leg.rang_at for leg in outcome.report.legs if leg.who == FENNA)
    assert (again - first).total_seconds() > line.settings.ring_for_seconds - 0.1
    assert [who for who, _ in outcome.rang] == [FENNA, BRAM, SANNE] * 2


async def test_who_presses_3_is_not_rung_again_in_this_call(fake_line: Line) -> None:
    line = await with_settings(fake_line, ring_rounds=2)

    outcome = await line.call(CUSTOMER, phones={FENNA: SAYS_NOT_NOW, BRAM: DECLINES, SANNE: DECLINES})

    assert [who for who, _ in outcome.rang] == [FENNA, BRAM, SANNE, BRAM, SANNE]
    assert outcome.rang[0] == (FENNA, "not_now")


async def test_when_everybody_presses_3_no_caller_waits_for_another_round(fake_line: Line) -> None:
    line = await with_settings(fake_line, ring_rounds=5, ring_for_seconds=30)
    nobody_now = dict.fromkeys((FENNA, BRAM, SANNE), SAYS_NOT_NOW)

    outcome = await line.call(CUSTOMER, phones=nobody_now)

    assert outcome.rang == [(FENNA, "not_now"), (BRAM, "not_now"), (SANNE, "not_now")]
    instructions = next(step.at for step in outcome.report.steps if step.detail == "voicemail-instructions")
    assert (instructions - outcome.report.legs[-1].rang_at).total_seconds() < 10


async def test_the_search_ends_after_its_longest_time(fake_line: Line) -> None:
    line = await with_settings(fake_line, ring_rounds=5, search_at_most_seconds=5)

    outcome = await line.call(CUSTOMER)

    assert len(outcome.rang) == 3
    assert (outcome.report.legs[-1].ended_at - outcome.report.legs[0].rang_at).total_seconds() < 6  # type: ignore[operator]
    assert "langste tijd" in " ".join(outcome.report.why)
    assert outcome.has_recorded(CUSTOMER.message)


async def test_when_nobody_takes_the_call_the_report_names_whom_to_alert(fake_line: Line) -> None:
    outcome = await fake_line.call(CUSTOMER, phones={FENNA: BUSY, BRAM: DECLINES, SANNE: REJECTS})

    assert outcome.report.not_taken_by == [1, 2, 3]


@pytest.mark.parametrize("moment", [f"{FENNA} rings", f"{BRAM} rings", f"{BRAM} hears engineer-announce"])
async def test_a_caller_who_gives_up_while_an_engineer_is_looked_for_is_told_to_everyone_on_duty(
    fake_line: Line, moment: str
) -> None:
    caller = replace(CUSTOMER, hangs_up_when=moment)

    outcome = await fake_line.call(caller, phones={FENNA: NO_ANSWER, BRAM: SILENT})

    assert outcome.report.not_taken_by == [1, 2, 3]
    assert "De beller hing op voordat een engineer het gesprek aannam." in outcome.report.why


async def test_when_somebody_takes_the_call_nobody_is_alerted(fake_line: Line) -> None:
    outcome = await fake_line.call(CUSTOMER, phones={FENNA: ACCEPTS})

    assert outcome.report.not_taken_by == []


async def test_an_engineer_who_talks_with_a_caller_is_not_rung_for_another(fake_line: Line) -> None:
    first = replace(CUSTOMER, ends_talk=False, hangs_up_when=f"{BRAM} hears voice of 0850004150")

    async def second_call() -> Any:
        await fake_line.moment(f"{FENNA} hears voice of 0201234567")
        return await fake_line.call(OTHER_CUSTOMER, phones={BRAM: ACCEPTS})

    one, other = await asyncio.gather(fake_line.call(first, phones={FENNA: ACCEPTS}), second_call())

    assert one.report.talked_with == FENNA
    assert other.rang == [(BRAM, "accepted")]
    assert f"{FENNA} is in een ander gesprek" in " ".join(other.report.why)


async def test_an_engineer_is_rung_again_after_the_talk(fake_line: Line) -> None:
    for _ in range(2):
        outcome = await fake_line.call(CUSTOMER, phones={FENNA: ACCEPTS})

        assert outcome.rang == [(FENNA, "accepted")]


async def test_the_question_is_said_three_times_and_no_more(fake_line: Line) -> None:
    line = await with_settings(fake_line, accept_within_seconds=60)

    outcome = await line.call(CUSTOMER, phones={FENNA: SILENT, BRAM: ACCEPTS})

    assert outcome.heard_by[FENNA].count("engineer-announce") == 3
    assert outcome.rang == [(FENNA, "not_accepted"), (BRAM, "accepted")]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Transport De Testrit, Premium. 2 open meldingen. Er is onderhoud bij deze klant."),
        ("en", "Transport De Testrit, Premium. 2 open tickets. This customer has maintenance."),
    ],
)
async def test_the_engineer_hears_who_calls_their_level_open_tickets_and_maintenance(
    fake_line: Line, language: str, sentence: str
) -> None:
    spoken: list[str] = []

    async def spoken_name(text: str, language: str = "") -> str:
        spoken.append(text)
        return f"sound:{fake_line.world.sounds}/spoken-name"

    fake_line._spoken_name = spoken_name  # type: ignore[method-assign]
    fake_line.desk.desk.customers_now = {1: CustomerNow(open_tickets=2, has_maintenance=True)}
    await with_settings(fake_line, language=language)

    await fake_line.call(CUSTOMER, phones={FENNA: ACCEPTS})

    assert spoken == [sentence]


async def test_the_caller_hears_how_the_search_goes_and_then_music_again(fake_line: Line) -> None:
    line = await with_settings(fake_line, progress_every_seconds=5, ring_for_seconds=7)

    outcome = await line.call(CUSTOMER, phones={FENNA: NO_ANSWER, BRAM: NO_ANSWER, SANNE: ACCEPTS})

    waiting = [prompt for prompt in outcome.heard if prompt.startswith("calamity-")]
    assert waiting == ["calamity-connecting", "calamity-still-trying", "calamity-trying-next"]
    music = [method for method, path, *_ in line.requests if path.endswith("/moh")]
    assert music == ["POST", "POST", "POST", "DELETE"]
    assert outcome.report.talked_with == SANNE


# --- side by side


@pytest.fixture
async def side_by_side(line: Line) -> Line:
    return await with_settings(line, engineer_strategy="together")


def presses_1_when_all(*hear: str) -> Person:
    """Presses 1 at the moment at which all of these have heard the question."""

    async def person(call: PhoneCall) -> None:
        await call.handset.ring()
        await call.handset.answer()
        await call.listen_for("engineer-press-1")
        for name in hear:
            await call.until(f"{name} hears engineer-press-1")
        call.handset.speak()
        await call.press("1")
        await call.listen_on()

    return person


async def test_of_two_who_press_1_at_once_exactly_one_gets_the_caller(
    side_by_side: Line, recovered: Callable[[float], None]
) -> None:
    both = presses_1_when_all(FENNA, BRAM)

    outcome = await side_by_side.call(CUSTOMER, phones={FENNA: both, BRAM: both, SANNE: NO_ANSWER})

    winner = outcome.report.talked_with
    recovered(side_by_side.seconds(f"{winner} presses 1", f"{winner} hears voice of 0201234567"))
    loser = {FENNA: BRAM, BRAM: FENNA}[winner or ""]
    assert sorted(outcome.talked) == sorted([("0201234567", winner), (winner, "0201234567")])
    assert outcome.heard_by[loser][-1] == "engineer-already-taken"
    results = dict(outcome.rang)
    assert (results[winner or ""], results[loser], results[SANNE]) == ("accepted", "elsewhere", "elsewhere")


async def test_engineers_who_ring_together_ring_at_the_same_time(side_by_side: Line) -> None:
    outcome = await side_by_side.call(CUSTOMER, phones={FENNA: NO_ANSWER, BRAM: NO_ANSWER, SANNE: ACCEPTS})

    assert sorted(outcome.phones_that_rang) == sorted([FENNA, BRAM, SANNE])
    assert outcome.report.talked_with == SANNE
    rang_at = [leg.rang_at for leg in outcome.report.legs]
    assert (max(rang_at) - min(rang_at)).total_seconds() < 0.5


async def test_when_all_who_ring_together_refuse_the_caller_leaves_a_message(side_by_side: Line) -> None:
    outcome = await side_by_side.call(CUSTOMER, phones={FENNA: BUSY, BRAM: REJECTS, SANNE: PICKS_UP_AND_HANGS_UP})

    assert sorted(result for _, result in outcome.rang) == ["busy", "not_accepted", "refused"]
    assert outcome.has_recorded(CUSTOMER.message)


async def test_a_caller_who_leaves_while_all_ring_together_stops_all_of_them(side_by_side: Line) -> None:
    caller = replace(CUSTOMER, hangs_up_when=f"{BRAM} rings")

    outcome = await side_by_side.call(caller, phones={FENNA: NO_ANSWER, BRAM: NO_ANSWER, SANNE: NO_ANSWER})

    assert {result for _, result in outcome.rang} == {"caller_gone"}
    assert outcome.report.ended_by == "caller"


async def test_the_calamity_line_does_not_end_while_it_is_searched_or_talked_beyond_its_hours(fake_line: Line) -> None:
    """A-26: Monday, a second before 08:30."""
    caller = replace(CUSTOMER, at="2026-11-23T08:29:59", ends_talk=False)

    outcome = await fake_line.call(caller, phones={FENNA: NO_ANSWER, BRAM: ACCEPTS_AND_ENDS_THE_TALK})

    assert outcome.report.talk_ended_at is not None
    assert outcome.report.talk_ended_at.isoformat() > "2026-11-23T07:30:01"
    assert outcome.report.legs[1].rang_at.isoformat() > "2026-11-23T07:30:00"
    assert outcome.report.ended_by == "engineer"
    assert outcome.report.route == "on_duty"


async def test_neither_at_noon_on_a_saturday(fake_line: Line) -> None:
    """A-26"""
    caller = replace(CUSTOMER, at="2026-11-21T11:59:59", ends_talk=False)

    outcome = await fake_line.call(caller, phones={FENNA: ACCEPTS_AND_ENDS_THE_TALK})

    assert outcome.report.talk_ended_at is not None
    assert outcome.report.talk_ended_at.isoformat() > "2026-11-21T11:00:00"
    assert outcome.report.ended_by == "engineer"


@pytest.mark.parametrize(
    ("person", "why"),
    [(NO_ANSWER, "Niet binnen 2 seconden opgenomen."), (UNAVAILABLE, "Toestel niet bereikbaar (480).")],
    ids=["rings on", "switched off"],
)
async def test_a_phone_that_nobody_picks_up_is_not_told_as_one_that_can_not_be_reached(
    fake_line: Line, person: Person, why: str
) -> None:
    """Asterisk ends our own ringing with the code of a phone that is switched off."""
    outcome = await fake_line.call(CUSTOMER, phones={FENNA: person, BRAM: ACCEPTS})

    assert outcome.report.legs[0].why == why
