"""The ear of the people in the real world hears what `listening.contains` hears, many times faster."""

import numpy as np
import pytest

from ari_app.sip_phone.alaw import decode, encode
from ari_app.sip_phone.listening import contains
from tests.calls.known_sounds import KnownSounds
from tests.calls.real_handset import HEAD
from tests.calls.sounds import PROMPTS, SAME, prompt_audio

EAR = KnownSounds({name: prompt_audio(name)[:HEAD] for name in PROMPTS})


def on_the_phone(*sounds: np.ndarray) -> np.ndarray:
    return decode(encode(np.concatenate(sounds)))


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_is_heard_as_itself_and_where_it_begins(name: str) -> None:
    heard = on_the_phone(np.zeros(700, np.int16), prompt_audio(name))

    found = EAR.first(heard, SAME)

    assert found
    assert (found.name, found.at) == (name, 700)
    assert found.score == pytest.approx(contains(heard, prompt_audio(name)[:HEAD]).score, abs=1e-4)


def test_of_two_prompts_the_first_is_heard_first() -> None:
    found = EAR.first(on_the_phone(prompt_audio("welcome"), prompt_audio("beep")), SAME)

    assert found
    assert found.name == "welcome"


def test_a_prompt_whose_first_third_was_missed_is_still_heard() -> None:
    found = EAR.first(on_the_phone(prompt_audio("beep")[HEAD // 3 : HEAD]), SAME)

    assert found
    assert found.name == "beep"
    assert found.at == -(HEAD // 3)


@pytest.mark.parametrize("heard", [np.zeros(3000, np.int16), np.zeros(0, np.int16), np.full(4000, 8, np.int16)])
def test_in_silence_nothing_is_heard(heard: np.ndarray) -> None:
    assert EAR.first(heard, SAME) is None


def test_a_strange_sound_is_nothing_that_is_known() -> None:
    strange = np.random.default_rng(1).integers(-9000, 9000, 6000).astype(np.int16)

    assert EAR.first(strange, SAME) is None
