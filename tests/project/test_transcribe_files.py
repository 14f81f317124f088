"""`meldlijn transcribe FILE...` and `meldlijn model`: words with times, and one clear message for what can't be heard."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from ari_app import cli
from ari_app.speech.synth import speak
from tests.project.conftest import write_settings
from transcription.audio import write_wav

MESSAGE = "de telefoon op de receptie doet het niet"
Run = Callable[..., Result]


@pytest.fixture
def run(terminal: CliRunner, home: Path) -> Run:
    return lambda *words: terminal.invoke(cli.app, [*words, "--home", str(home)])


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Spoken before the home of a test hides the voice."""
    file = tmp_path_factory.mktemp("spoken") / "message.wav"
    write_wav(file, np.concatenate([np.zeros(16000, np.int16), speak(MESSAGE)]))
    return str(file)


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    (tmp_path / "damaged.wav").write_bytes(b"this is no sound" * 100)
    return str(tmp_path / "damaged.wav")


@pytest.mark.speech
def test_words_come_with_times_and_confidence(run: Run, message: str) -> None:
    said = run("transcribe", message, "--language", "nl", "--json")

    heard = json.loads(said.stdout)
    assert (said.exit_code, heard["result"], heard["text"]) == (0, "transcribed", MESSAGE)
    assert (heard["model"], heard["language"], heard["is_demo_model"]) == ("vosk-tiny-nl", "nl", True)
    assert [word["text"] for word in heard["words"]] == MESSAGE.split()
    assert all(2 <= word["start"] < word["end"] <= heard["seconds"] for word in heard["words"])
    assert all(0 <= word["confidence"] <= 1 for word in heard["words"])


@pytest.mark.speech
def test_one_file_that_can_not_be_heard_holds_up_no_other(run: Run, message: str, damaged: str, tmp_path: Path) -> None:
    write_wav(tmp_path / "silence.wav", np.zeros(16000, np.int16))

    said = run("transcribe", damaged, message, str(tmp_path / "silence.wav"), str(tmp_path / "none.wav"), "--json")

    found = json.loads(said.stdout)
    assert [one["result"] for one in found] == ["not_sound", "transcribed", "no_speech", "missing"]
    assert (found[1]["text"], found[2]["text"]) == (MESSAGE, "")
    assert said.exit_code == 1
    assert "damaged.wav" in said.stderr
    assert "none.wav" in said.stderr
    assert Path(damaged).read_bytes() == b"this is no sound" * 100


@pytest.mark.speech
def test_each_text_stands_behind_its_file(run: Run, message: str, damaged: str) -> None:
    said = run("transcribe", message, damaged)

    assert said.stdout == f"{message}: {MESSAGE}\n"
    assert "has no header of a sound file" in said.stderr


@pytest.mark.speech
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--language", "en"), "meldlijn model fetch vosk-model-small-en-us-0.15"),
        (("--language", "fr"), "no speech model of language 'fr'"),
        (("--engine", "siri"), "there is no speech engine 'siri'; there are vosk:FOLDER, pocketsphinx, whisper:FOLDER"),
        (("--engine", "vosk:/nowhere"), "there is no model folder /nowhere"),
        (("--engine", "whisper:/nowhere"), "Put the files of a model such as Systran/faster-whisper-small there"),
        (("--engine", "pocketsphinx"), "pocketsphinx-en-us hears 'en', not 'nl'"),
    ],
)
def test_an_engine_that_can_not_listen_says_why_at_once(
    run: Run, message: str, options: tuple[str, ...], told: str
) -> None:
    said = run("transcribe", message, *options)

    assert (said.exit_code, said.stdout) == (1, "")
    assert told in said.stderr


def test_a_model_is_chosen_by_name(run: Run, home: Path) -> None:
    fetched = home / "models" / "vosk-model-nl-spraakherkenning-0.6" / "am"
    fetched.mkdir(parents=True)
    (fetched / "final.mdl").write_bytes(b"model")

    used = run("model", "use", "vosk-model-nl-spraakherkenning-0.6")
    models = json.loads(run("model", "list", "--json").stdout)

    assert "listens to 'nl' after a restart" in " ".join(used.stderr.split())  # folded at the width of a terminal
    assert [(model["name"], model["in_use"]) for model in models] == [("vosk-model-nl-spraakherkenning-0.6", True)]


def test_what_the_settings_say_goes_before_a_choice(run: Run, home: Path) -> None:
    write_settings(home, 8088, tables='[speech]\nmodel = "vosk-model-nl-9.99"')

    said = run("model", "use", "vosk-model-small-nl-0.22")

    assert said.exit_code == 1
    assert "speech.model in meldlijn.toml says vosk-model-nl-9.99" in said.stderr


def test_a_model_that_is_not_there_can_not_be_used(run: Run) -> None:
    said = run("model", "use", "vosk-model-small-nl-0.22")

    assert said.exit_code == 1
    assert "`meldlijn model fetch vosk-model-small-nl-0.22` brings it" in said.stderr


def test_models_are_compared_with_what_they_were(run: Run, home: Path) -> None:
    whole = run("model", "verify")
    by_hand = home / "models" / "vosk-model-small-nl-0.22" / "am"
    by_hand.mkdir(parents=True)
    (by_hand / "final.mdl").write_bytes(b"model")
    (by_hand.parent / "SHA256SUMS").write_text(f"{'0' * 64}  am/final.mdl\n")

    rotten = run("model", "verify", "--json")

    assert (whole.exit_code, whole.stdout) == (0, "vosk-tiny-nl: whole\n")
    assert rotten.exit_code == 1
    assert {"name": "vosk-model-small-nl-0.22", "is_whole": False, "damaged": ["am/final.mdl"]} in json.loads(
        rotten.stdout
    )


def test_a_model_that_nobody_has_can_not_be_compared(run: Run) -> None:
    said = run("model", "verify", "vosk-model-nl-9.99")

    assert said.exit_code == 1
    assert "There is no model vosk-model-nl-9.99" in said.stderr


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two messages with what was said, one of them written down wrongly, and one that is no sound."""
    folder = tmp_path_factory.mktemp("labelled")
    for name, text in (("one", MESSAGE), ("two", "niemand kan bellen")):
        write_wav(folder / f"{name}.wav", speak(text))
        (folder / f"{name}.txt").write_text(text.replace("kan", "mag"))
    (folder / "three.wav").write_bytes(b"no sound")
    (folder / "three.txt").write_text("iets")
    lines = [{"audio": f"{name}.wav", "text": (folder / f"{name}.txt").read_text()} for name in ("one", "two")]
    (folder / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


@pytest.mark.speech
def test_engines_are_compared_on_the_same_recordings(run: Run, labelled: Path) -> None:
    model = Path(__file__).parents[1] / "speech_model" / "vosk-tiny-nl"

    said = run("evaluate-sound", str(labelled), "--engine", "vosk", "--engine", f"vosk:{model}", "--json")

    first, second = json.loads(said.stdout)
    assert (first["messages"], first["words"], first["wrong"]) == (2, 11, 1)
    assert first["word_error_rate"] == pytest.approx(1 / 11, abs=0.001)
    assert first["same_category"] in (0.5, 1.0)
    assert list(first["failed"]) == ["three.wav"]
    assert {**second, "cpu_per_second": 0} == {**first, "cpu_per_second": 0}


@pytest.mark.speech
def test_recordings_may_be_named_in_json_lines(run: Run, labelled: Path) -> None:
    said = run("evaluate-sound", str(labelled / "lines.jsonl"))

    assert "vosk-tiny-nl" in said.stdout
    assert "9.1%" in said.stdout


def test_recordings_without_a_text_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text('{"audio": "one.wav"}\n{')

    nothing = run("evaluate-sound", str(tmp_path / "line"))
    wrong = run("evaluate-sound", str(tmp_path / "lines.jsonl"))

    assert "names no recording with its text" in nothing.stderr
    assert "line 1 needs audio and text" in wrong.stderr
    assert "line 2" in wrong.stderr
