"""The real Vosk with the bundled model, on sound that espeak-ng speaks."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ari_app.speech.synth import speak
from transcription.assessment import assess
from transcription.audio import write_wav
from transcription.hints import hint_words
from transcription.reading import ears
from transcription.vosk_engine import ModelUnusable, VoskEngine, language_of

MODEL = Path(__file__).parents[1] / "speech_model" / "vosk-tiny-nl"
DEMO = (
    "Goedemorgen, u spreekt met Fenna Fictief van Transport De Testrit. "
    "Niemand in het hele bedrijf kan bellen, de hele telefonie ligt plat."
)

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def engine() -> VoskEngine:
    return VoskEngine(MODEL)


@pytest.mark.parametrize("coding", ["PCM_16", "ALAW"])
@pytest.mark.parametrize("voice", ["nl", "nl+m1", "nl+f2"])
def test_a_caller_whose_company_stands_still_is_heard_as_cat3(
    engine: VoskEngine, tmp_path: Path, voice: str, coding: str
) -> None:
    soundfile.write(tmp_path / "call.wav", speak(DEMO, voice), 8000, subtype=coding, format="WAV")

    transcript = engine.transcribe(tmp_path / "call.wav")
    assessment = assess(transcript, ears("nl"))

    assert "het hele bedrijf" in transcript.text
    assert (assessment.category, assessment.calamity, assessment.needs_review) == ("cat3", True, False)


def test_words_come_with_their_times_in_order_of_speaking(engine: VoskEngine, tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", speak(DEMO))

    transcript = engine.transcribe(tmp_path / "call.wav")

    starts = [word.start for word in transcript.words]
    assert starts == sorted(starts)
    assert transcript.words[-1].end <= transcript.seconds
    assert (transcript.model, transcript.language) == ("vosk-tiny-nl", "nl")


@pytest.mark.parametrize("loudness", [0, 3])
def test_silence_gives_no_words(engine: VoskEngine, tmp_path: Path, loudness: int) -> None:
    hiss = np.random.default_rng(1).normal(0, 1, 8000 * 6) * loudness
    write_wav(tmp_path / "call.wav", hiss.astype(np.int16))

    assert engine.transcribe(tmp_path / "call.wav").words == ()


def test_one_engine_reads_one_message_after_another_alike(engine: VoskEngine, tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", speak("de telefoon op de receptie doet het niet"))

    first = engine.transcribe(tmp_path / "call.wav")
    second = engine.transcribe(tmp_path / "call.wav")

    assert first == second


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="no model folder"):
        VoskEngine(tmp_path / "vosk-model-small-nl-0.22")
    with pytest.raises(ModelUnusable, match="is no Vosk model"):
        VoskEngine(tmp_path)


@pytest.mark.parametrize(
    ("name", "language"),
    [("vosk-model-small-nl-0.22", "nl"), ("vosk-tiny-nl", "nl"), ("vosk-model-en-us-0.22", "en")],
)
def test_the_name_of_a_model_tells_its_language(name: str, language: str) -> None:
    assert language_of(name) == language


def test_a_model_without_a_language_in_its_name_is_refused() -> None:
    with pytest.raises(ValueError, match="does not name its language"):
        language_of("mymodel")


def test_several_messages_at_once_share_one_model(engine: VoskEngine, tmp_path: Path) -> None:
    texts = ("de telefoon op de receptie doet het niet", "niemand kan bellen", "alles ligt plat", "er is een storing")
    files = [tmp_path / f"{number}.wav" for number in range(12)]
    for number, file in enumerate(files):
        write_wav(file, speak(texts[number % 4]))

    with ThreadPoolExecutor(4) as threads:
        heard = list(threads.map(engine.transcribe, files))

    assert heard == [engine.transcribe(file) for file in files]
    assert [transcript.text for transcript in heard] == list(texts) * 3


def test_what_it_might_have_been_is_kept_beside_what_was_heard(engine: VoskEngine, tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", speak("u spreekt met Jan van de firma Bosch"))

    transcript = engine.transcribe(tmp_path / "call.wav")

    *sure, name = transcript.words
    assert (transcript.text, transcript.alternatives[0]) == (
        "u spreekt met jan van de firma bosch",
        "u spreekt met jan van de firma bos",
    )
    assert min(word.confidence for word in sure) > 0.99
    assert 0.5 < name.confidence < 0.9


def test_a_name_that_a_caller_may_say_decides_between_two_readings(engine: VoskEngine, tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", speak("met Kees van garage Bosch in Den Bosch"))

    alone = engine.transcribe(tmp_path / "call.wav")
    hinted = engine.transcribe(tmp_path / "call.wav", hint_words(["Garage Bosch B.V."]))

    assert alone.text == "met kees van garage bos in den bosch"
    assert hinted.text == "met kees van garage bosch in den bosch"


def test_no_name_is_put_in_a_mouth_that_did_not_say_it(engine: VoskEngine, tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", speak(DEMO))

    names = hint_words(["Garage Bosch", "Bakkerij De Vries", "Transport Willems", "Hoekstra Bouw"])

    assert engine.transcribe(tmp_path / "call.wav", names).text == engine.transcribe(tmp_path / "call.wav").text


def test_it_says_which_words_it_can_hear_at_all(engine: VoskEngine) -> None:
    assert engine.knows("telefoon")
    assert not engine.knows("nepstra")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Garage Nepstra B.V.", {"garage", "nepstra"}),
        ("'t Hoekje & Zn.", {"hoekje"}),
        ("Café Ruiter's Rust", {"café", "ruiter's", "rust"}),
    ],
)
def test_the_telling_words_of_a_name_are_those_that_an_engine_could_write(name: str, words: set[str]) -> None:
    assert hint_words([name]) == words
