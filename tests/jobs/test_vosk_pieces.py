"""Vosk reads long pieces of a message at a time; the folder of the model stays as it is."""

from pathlib import Path

import pytest

from ari_app.speech.synth import speak
from transcription.audio import write_wav
from transcription.vosk_engine import ModelUnusable, VoskEngine
from transcription.vosk_pieces import FRAMES_AT_ONCE, SETTINGS, read_in_long_pieces

MODEL = Path(__file__).parents[1] / "speech_model" / "vosk-tiny-nl"
#: Of Vosk itself: the words before and after are alike when its pieces fill ours.
VOSKS_OWN_FRAMES = 21


def model_with(settings: str | None, folder: Path) -> Path:
    """A folder as that of a model, with these settings (None: none, as in the flat layout)."""
    for name in ("am/final.mdl", "conf/mfcc.conf", "graph/phones/word_boundary.int", "README"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    if settings is not None:
        (folder / SETTINGS).write_text(settings)
    return folder


def files_of(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_our_setting_stands_behind_those_of_the_model_and_all_else_is_the_model(tmp_path: Path) -> None:
    model = model_with("--beam=12.0", tmp_path / "vosk-tiny-nl")
    before = files_of(model)

    with read_in_long_pieces(model) as folder:
        names = {path.name for path in folder.iterdir()}
        settings = (folder / SETTINGS).read_text().split()
        others = [(folder / name).read_text() for name in ("am/final.mdl", "conf/mfcc.conf", "README")]
        deep = (folder / "graph" / "phones" / "word_boundary.int").read_text()

    assert names == {"am", "conf", "graph", "README"}
    assert settings == ["--beam=12.0", f"--frames-per-chunk={FRAMES_AT_ONCE}"]
    assert others == ["am/final.mdl", "conf/mfcc.conf", "README"]
    assert deep == "graph/phones/word_boundary.int"
    assert not folder.exists()
    assert files_of(model) == before


@pytest.mark.parametrize("settings", [None, "--beam=12.0\n--frames-per-chunk=30\n"])
def test_a_model_that_has_no_settings_or_says_it_itself_is_read_as_it_is(tmp_path: Path, settings: str | None) -> None:
    model = model_with(settings, tmp_path / "vosk-tiny-nl")

    with read_in_long_pieces(model) as folder:
        assert folder == model


def test_a_relative_path_leads_to_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model_with("--beam=12.0", tmp_path / "vosk-tiny-nl")
    monkeypatch.chdir(tmp_path)

    with read_in_long_pieces(Path("vosk-tiny-nl")) as folder:
        assert (folder / "am" / "final.mdl").read_text() == "am/final.mdl"


def test_without_room_for_the_folder_the_model_is_refused_and_it_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "full"))

    with pytest.raises(ModelUnusable, match=r"make room in .*full"):
        VoskEngine(MODEL)


@pytest.mark.speech
def test_the_words_are_those_of_vosk_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = (
        "Goedemorgen, u spreekt met Anja van de bakkerij. De telefoon op de receptie doet het niet.",
        "Niemand in het hele bedrijf kan bellen. Mijn nummer is nul zes een twee drie vier vijf zes zeven acht.",
        "Het doet het weer, u hoeft niet terug te bellen.",
    )
    for number, text in enumerate(texts):
        write_wav(tmp_path / f"{number}.wav", speak(text))
    ours = VoskEngine(MODEL)
    monkeypatch.setattr("transcription.vosk_pieces.FRAMES_AT_ONCE", VOSKS_OWN_FRAMES)
    vosks_own = VoskEngine(MODEL)

    for number in range(len(texts)):
        heard, wanted = (engine.transcribe(tmp_path / f"{number}.wav") for engine in (ours, vosks_own))
        assert [(word.text, word.start, word.end) for word in heard.words] == [
            (word.text, word.start, word.end) for word in wanted.words
        ]
