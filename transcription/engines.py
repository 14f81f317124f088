"""The engines by name: what `--engine` takes."""

from __future__ import annotations

from pathlib import Path

from transcription.recognizer import Recognizer, RecognizerUnusable
from transcription.vosk_engine import VoskEngine

#: How each is named, with what stands behind a colon.
ENGINES = ("vosk:FOLDER", "pocketsphinx", "whisper:FOLDER")


def open_engine(named: str, language: str) -> Recognizer:
    """ "vosk:FOLDER", "pocketsphinx" or "whisper:FOLDER", for speech in `language` ("nl").

    Raises RecognizerUnusable for another name, a model or package that is not there, and an engine of another language.
    """
    kind, _, folder = named.partition(":")
    match kind:
        case "vosk" if folder:
            engine = VoskEngine(Path(folder))
            _must_be(language, engine.language, engine.name)
            return engine
        case "pocketsphinx" if not folder:
            from transcription.sphinx_engine import SphinxEngine

            _must_be(language, SphinxEngine.language, SphinxEngine.name)
            return SphinxEngine()
        case "whisper" if folder:
            from transcription.whisper_engine import WhisperEngine

            return WhisperEngine(Path(folder), language)
        case _:
            raise RecognizerUnusable(f"there is no speech engine {named!r}; there are {', '.join(ENGINES)}")


def _must_be(language: str, heard: str, name: str) -> None:
    """The wrong model would invent words."""
    if heard != language:
        raise RecognizerUnusable(f"{name} hears {heard!r}, not {language!r}; give --language, or take another model")
