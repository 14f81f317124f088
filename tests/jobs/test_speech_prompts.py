"""What callers hear: every prompt has a sound file, and a studio recording is never lost."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ari_app.speech.prompts import PromptMistake, build, missing, read_prompts
from ari_app.speech.synth import SpeechFailed, speak, speak_to_file, tone
from transcription.audio import audio_facts, write_wav

BUNDLED = Path(__file__).parents[2] / "dialplan" / "sounds" / "prompts.toml"
SMALL = '[nl.texts]\nwelcome = "Welkom."\nthanks = "Dank u wel."\n'

pytestmark = pytest.mark.speech


def prompts_file(folder: Path, text: str = SMALL) -> Path:
    path = folder / "prompts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_prompt_of_the_line_is_spoken_in_both_languages(tmp_path: Path) -> None:
    prompts = read_prompts(BUNDLED)

    build(prompts, tmp_path)

    assert prompts.names >= {"welcome", "beep", "voicemail-instructions", "engineer-press-1"}
    assert missing(prompts.names, tmp_path, ["nl", "en"]) == []
    for sound in tmp_path.glob("*/*.wav"):
        facts = audio_facts(sound)
        assert (facts.rate, facts.channels, facts.coding) == (8000, 1, "PCM_16")


def test_callers_are_spoken_to_calmly() -> None:
    for language in read_prompts(BUNDLED).languages:
        for text in language.texts.values():
            assert "!" not in text
            assert len(text.split()) <= 40


def test_only_a_changed_prompt_is_spoken_again(tmp_path: Path) -> None:
    build(read_prompts(prompts_file(tmp_path)), tmp_path / "out")

    again = build(read_prompts(prompts_file(tmp_path)), tmp_path / "out")
    changed = build(read_prompts(prompts_file(tmp_path, SMALL.replace("Welkom", "Hallo"))), tmp_path / "out")

    assert again.spoken == ()
    assert changed.spoken == ("nl/welcome",)


def test_a_prompt_that_was_deleted_is_spoken_again(tmp_path: Path) -> None:
    prompts = read_prompts(prompts_file(tmp_path))
    build(prompts, tmp_path / "out")
    (tmp_path / "out" / "nl" / "thanks.wav").unlink()

    assert build(prompts, tmp_path / "out").spoken == ("nl/thanks",)


def test_a_studio_recording_replaces_the_spoken_prompt_and_is_left_alone(tmp_path: Path) -> None:
    prompts = read_prompts(prompts_file(tmp_path))
    build(prompts, tmp_path / "out")
    studio = tmp_path / "out" / "studio" / "nl" / "welcome.wav"
    write_wav(studio, tone(440, 0.5))
    recorded = studio.read_bytes()

    built = build(prompts, tmp_path / "out")

    assert built.studio == ("nl/welcome",)
    assert (tmp_path / "out" / "nl" / "welcome.wav").read_bytes() == recorded
    assert studio.read_bytes() == recorded


def test_a_studio_recording_that_asterisk_can_not_play_is_refused(tmp_path: Path) -> None:
    studio = tmp_path / "out" / "studio" / "nl" / "welcome.wav"
    studio.parent.mkdir(parents=True)
    soundfile.write(studio, np.zeros(4410, np.int16), 44100)

    with pytest.raises(PromptMistake, match="44100 Hz"):
        build(read_prompts(prompts_file(tmp_path)), tmp_path / "out")


def test_a_prompt_without_text_or_translation_is_named(tmp_path: Path) -> None:
    text = '[nl.texts]\nwelcome = " "\nthanks = "Dank u."\n[en.texts]\nwelcome = "Welcome."\n'

    with pytest.raises(PromptMistake, match=r"nl/welcome has no text; en/thanks is missing"):
        read_prompts(prompts_file(tmp_path, text))


def test_prompts_that_a_script_needs_and_nobody_wrote_are_named(tmp_path: Path) -> None:
    prompts = read_prompts(prompts_file(tmp_path))

    assert prompts.missing(["welcome", "beep", "goodbye"]) == ["nl/goodbye"]
    assert missing(["welcome"], tmp_path / "out") == ["nl/welcome"]


def test_the_beep_is_a_tone_of_a_quarter_second_at_1_khz(tmp_path: Path) -> None:
    build(read_prompts(prompts_file(tmp_path)), tmp_path / "out")

    samples, rate = soundfile.read(tmp_path / "out" / "nl" / "beep.wav")
    loudest = np.argmax(np.abs(np.fft.rfft(samples))) * rate / len(samples)

    assert len(samples) / rate == 0.25
    assert loudest == pytest.approx(1000, abs=5)


def test_the_name_of_a_customer_can_be_announced(tmp_path: Path) -> None:
    speak_to_file("Transport De Testrit, Premium", tmp_path / "who.wav")

    assert 1 < audio_facts(tmp_path / "who.wav").seconds < 5


def test_a_name_that_does_not_fit_on_the_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a file would be played to every engineer from then on."""

    def full(path: Path, *_: object) -> None:
        path.write_bytes(b"RIFF")
        raise soundfile.LibsndfileError(2)

    monkeypatch.setattr("ari_app.speech.synth.write_wav", full)

    with pytest.raises(SpeechFailed, match="disk is full"):
        speak_to_file("Transport De Testrit", tmp_path / "who.wav")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "voice"), [("", "nl"), ("hallo", "mb-nl2"), ("hallo", "no-such-voice")])
def test_what_can_not_be_spoken_is_told(text: str, voice: str) -> None:
    with pytest.raises(SpeechFailed):
        speak(text, voice)
