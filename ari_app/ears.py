"""Which engine listens here: Vosk with the model in use, or another one by name, to compare them."""

from __future__ import annotations

from dataclasses import dataclass

from ari_app.config import Settings
from ari_app.setting_up import model_of
from transcription.engines import open_engine
from transcription.recognizer import Recognizer

#: Vosk with the model that the line uses for the language.
IN_USE = "vosk"


@dataclass(frozen=True, slots=True)
class Ear:
    """`warning`: what the model is not for; None for one that is meant for people."""

    recognizer: Recognizer
    warning: str | None = None


def open_ear(settings: Settings, engine: str = IN_USE, language: str | None = None) -> Ear:
    """`language` as ISO 639-1 code; None: that of the line. Raises NoModel or RecognizerUnusable."""
    if engine != IN_USE:
        return Ear(open_engine(engine, language or settings.line.language))
    model = model_of(settings, language)
    return Ear(open_engine(f"vosk:{model.path}", model.language), model.warning)
