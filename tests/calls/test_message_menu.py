"""Who ends a message with `#` can hear it, record it again, mark it urgent and say where to call back."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ari_app.flows.call_back_number import digits_of
from tests.calls.line import Line
from tests.calls.scenario import Caller
from tests.calls.sounds import OWN_MESSAGE

AT_NIGHT = Caller("0201234567", at="2026-11-21T21:00", after_message="#")


async def test_who_presses_nothing_after_the_message_has_sent_it(line: Line) -> None:
    outcome = await line.call(AT_NIGHT)

    assert outcome.heard[-2:] == ["message-menu", "voicemail-thanks"]
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_a_caller_hears_the_message_and_sends_it(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, presses={"message-menu": ("2", "1")}))

    assert OWN_MESSAGE in outcome.heard
    assert outcome.heard.index(OWN_MESSAGE) > outcome.heard.index("message-menu")
    assert outcome.heard[-1] == "voicemail-thanks"
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_a_message_that_is_recorded_again_takes_the_place_of_the_first(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, again="Alleen de fax doet het niet", presses={"message-menu": ("3",)}))

    assert outcome.has_recorded("Alleen de fax doet het niet")
    assert not outcome.has_recorded(AT_NIGHT.message)


async def test_the_first_message_stays_when_nothing_is_said_the_second_time(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, again="", presses={"message-menu": ("3", "1")}))

    assert outcome.has_recorded(AT_NIGHT.message)
    assert "nothing said, the first stays" in " ".join(step.detail for step in outcome.report.steps)


@pytest.mark.parametrize(
    "prompt", ["message-menu", "message-urgent", "message-again", "call-back-on", "call-back-agree"]
)
async def test_who_hangs_up_in_the_menu_has_sent_the_message(fake_line: Line, prompt: str) -> None:
    key = {"message-urgent": "5", "message-again": "3"}.get(prompt, "1")
    presses = {} if prompt == "message-menu" else {"message-menu": key}

    outcome = await fake_line.call(replace(AT_NIGHT, presses=presses, hangs_up_at=prompt))

    assert outcome.heard[-1] == prompt
    assert outcome.report.ended_by == "caller"
    assert outcome.has_recorded(AT_NIGHT.message)


async def test_a_caller_marks_the_message_as_urgent(line: Line) -> None:
    outcome = await line.call(replace(AT_NIGHT, presses={"message-menu": ("5", "1")}))

    assert "message-urgent" in outcome.heard
    assert outcome.report.is_urgent


async def test_a_caller_agrees_to_be_called_back_on_the_number_that_called(fake_line: Line) -> None:
    outcome = await fake_line.call(replace(AT_NIGHT, presses={"message-menu": "1", "call-back-agree": "1"}))

    assert outcome.heard[-2:] == ["call-back-agreed", "voicemail-thanks"]
    assert outcome.report.call_back_number == "+31201234567"


async def test_a_caller_types_another_number_and_agrees_to_it(line: Line) -> None:
    typed = replace(AT_NIGHT, presses={"message-menu": "1", "call-back-agree": ("0612345678#", "1")})

    outcome = await line.call(typed)

    assert outcome.report.call_back_number == "+31612345678"


async def test_what_is_typed_and_is_no_number_is_asked_again(fake_line: Line) -> None:
    typed = replace(AT_NIGHT, presses={"message-menu": "1", "call-back-agree": ("099#", "")})

    outcome = await fake_line.call(typed)

    assert "call-back-no-number" in outcome.heard
    assert outcome.report.call_back_number is None
    assert outcome.heard[-1] == "voicemail-thanks"


async def test_an_anonymous_caller_is_asked_for_a_number(fake_line: Line) -> None:
    nameless = replace(
        AT_NIGHT, number="", presses={"message-menu": "1", "call-back-type": "0201234568#", "call-back-agree": "1"}
    )

    outcome = await fake_line.call(nameless)

    assert outcome.report.call_back_number == "+31201234568"


async def test_the_digits_of_a_typed_number_stand_in_no_step_of_the_call(fake_line: Line) -> None:
    typed = replace(AT_NIGHT, presses={"message-menu": "1", "call-back-agree": ("0612345678#", "1")})

    outcome = await fake_line.call(typed)

    assert not [step for step in outcome.report.steps if "digit" in step.detail or "612" in step.detail]


async def test_a_line_without_the_menu_thanks_at_once(fake_line: Line) -> None:
    await fake_line.kill()
    fake_line.settings = fake_line.settings.model_copy(update={"message_menu": False})
    await fake_line.start()

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.heard[-2:] == ["beep", "voicemail-thanks"]


async def test_the_instructions_name_the_web_form_when_the_line_is_set_so(fake_line: Line) -> None:
    await fake_line.kill()
    fake_line.settings = fake_line.settings.model_copy(update={"mention_user_forms": True})
    await fake_line.start()

    outcome = await fake_line.call(AT_NIGHT)

    assert outcome.heard[2:5] == ["voicemail-instructions", "voicemail-user-forms", "beep"]


KEYS = st.text("0123456789*#", max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    menu=st.lists(KEYS, max_size=4),
    number=st.lists(KEYS, max_size=2),
    again=st.sampled_from(["", "Alleen de fax doet het niet"]),
    leaves_at=st.sampled_from(
        ["", "message-menu", "message-urgent", "message-again", "call-back-on", "call-back-agree"]
    ),
)
async def test_whatever_is_pressed_and_whenever_the_caller_leaves_there_is_one_message(
    fake_line: Line, menu: list[str], number: list[str], again: str, leaves_at: str
) -> None:
    presses = {"message-menu": tuple(menu), "call-back-agree": tuple(number)}

    outcome = await fake_line.call(replace(AT_NIGHT, again=again, presses=presses, hangs_up_at=leaves_at))

    said = [message for message in (AT_NIGHT.message, again) if message and outcome.has_recorded(message)]
    assert len(said) == 1
    assert outcome.report.error is None
    assert outcome.ticket


@pytest.mark.parametrize(("number", "read"), [("+31201234567", "0201234567"), ("+32470000000", "0032470000000")])
def test_a_number_is_read_as_it_is_dialled_from_here(number: str, read: str) -> None:
    assert "".join(prompt.removeprefix("digit-") for prompt in digits_of(number)) == read
