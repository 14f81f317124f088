"""The speech models on disk: which there are, and which one listens to a language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from transcription.vosk_engine import language_of

OFFICIAL_BASE_URL = "https://alphacephei.com/vosk/models"
#: Which model listens to which language, by name.
_CHOICES = "chosen.json"
#: By language.
OFFICIAL = {"nl": "vosk-model-small-nl-0.22", "en": "vosk-model-small-en-us-0.15"}
OFFICIAL_NAME = OFFICIAL["nl"]
#: From the model page of Vosk.
LICENCES = dict.fromkeys(OFFICIAL.values(), "Apache-2.0")
DEMO_LICENCE = "made by us; see PROVENANCE.md beside the model"
DEMO_WARNING = "This model has heard a speech synthesiser only and is not fit for real callers; fetch the official one."


class NoModel(Exception):
    """There is no model of a language; the message says where one belongs."""


class NotChosen(Exception):
    """The model can't be taken into use; the message says what to do."""


@dataclass(frozen=True, slots=True)
class SpeechModel:
    name: str
    path: Path
    #: ISO 639-1 code.
    language: str
    licence: str
    is_demo_model: bool

    @property
    def warning(self) -> str | None:
        """What the model is not for, in Dutch for the pages; None for an official one."""
        return DEMO_WARNING if self.is_demo_model else None


def list_models(models_dir: Path) -> list[SpeechModel]:
    """Official models in `models_dir`, by name. Folders without acoustic model and half-unpacked ones are left out."""
    if not models_dir.is_dir():
        return []
    return [official(path) for path in sorted(models_dir.iterdir()) if is_model(path)]


def in_use(models_dir: Path, bundled: Path, *, name: str | None = None, language: str = "nl") -> SpeechModel:
    """The model that listens: `name`, else the one that was chosen for the language, else the official one, else any of
    that language, else the bundled demo model when it speaks it. Raises `NoModel`.

    A `name` decides on the language.
    """
    language = language_of(name) if name else language
    wanted = (name, choices(models_dir).get(language), OFFICIAL.get(language))
    there = [model for model in list_models(models_dir) if model.language == language]
    for one in wanted:
        for model in there:
            if model.name == one:
                return model
    if there:
        return there[0]
    if is_model(bundled) and language_of(bundled.name) == language:
        return SpeechModel(bundled.name, bundled, language, DEMO_LICENCE, is_demo_model=True)
    missing = name or OFFICIAL.get(language, f"vosk-model-small-{language}-...")
    raise NoModel(
        f"there is no speech model of language {language!r} in {models_dir}, and {bundled} has none: "
        f"`meldlijn model fetch {missing}`, or {by_hand(missing, models_dir)}"
    )


def other_languages(models_dir: Path, own: str) -> list[str]:
    """Languages with a model of their own, beside `own`."""
    return sorted({model.language for model in list_models(models_dir)} - {own})


def choices(models_dir: Path) -> dict[str, str]:
    """Names that `choose` was given, by language."""
    file = models_dir / _CHOICES
    if not file.is_file():
        return {}
    try:
        chosen: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as damage:
        raise NoModel(f"{file} can't be read ({damage}); remove it, and choose again: `meldlijn model use`") from damage
    return chosen


def choose(models_dir: Path, name: str) -> SpeechModel:
    """From now on this model listens to its language, in workers that start after this. Raises `NotChosen`."""
    model = next((model for model in list_models(models_dir) if model.name == name), None)
    if model is None:
        raise NotChosen(f"there is no model {name} in {models_dir}; `meldlijn model fetch {name}` brings it")
    unfinished = models_dir / f".{_CHOICES}"
    unfinished.write_text(json.dumps(choices(models_dir) | {model.language: name}, indent=1), encoding="utf-8")
    unfinished.replace(models_dir / _CHOICES)
    return model


def official(path: Path) -> SpeechModel:
    """The model in this folder of fetched models."""
    licence = LICENCES.get(path.name, "see the model page of Vosk")
    return SpeechModel(path.name, path, language_of(path.name), licence, is_demo_model=False)


def is_model(path: Path) -> bool:
    """Whether the folder holds a whole model: one that is being unpacked has a name with a dot in front."""
    if path.name.startswith("."):
        return False
    return (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file()


def by_hand(name: str, models_dir: Path) -> str:
    return f"download {OFFICIAL_BASE_URL}/{name}.zip by hand and unpack it, so that {models_dir / name}/am is there"
