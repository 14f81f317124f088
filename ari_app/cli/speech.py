"""`meldlijn model` and `prompts`, and one file of `meldlijn transcribe`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of


def add_to(app: typer.Typer) -> None:
    models = typer.Typer(help="The speech model that messages are read with.", no_args_is_help=True)
    models.command("list")(list_models)
    models.command("fetch")(fetch_model)
    app.add_typer(models, name="model")
    prompts = typer.Typer(help="What callers and engineers hear.", no_args_is_help=True)
    prompts.command("build")(build_prompts)
    prompts.command("list")(list_prompts)
    app.add_typer(prompts, name="prompts")


def transcribe_file(file: Path, home: Path | None, as_json: bool) -> None:
    """Of `meldlijn transcribe FILE`."""
    from ari_app.setting_up import model_of
    from ari_app.speech.models import NoModel
    from transcription.audio import AudioError
    from transcription.vosk_engine import ModelUnusable, VoskEngine

    try:
        model = model_of(settings_of(home))
        transcript = VoskEngine(model.path).transcribe(file)
    except (NoModel, ModelUnusable, AudioError) as failure:
        fail(str(failure))
    if as_json:
        return print_json({"text": transcript.text, **transcript.to_dict(), "is_demo_model": model.is_demo_model})
    if model.warning:
        messages.print(model.warning)
    return results.print(transcript.text or "(no speech)")


def list_models(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The models that are there, and which one is in use."""
    from ari_app.setting_up import model_of
    from ari_app.speech.models import NoModel
    from ari_app.speech.models import list_models as models_in

    settings = settings_of(home)
    try:
        used = model_of(settings)
    except NoModel as nothing:
        fail(str(nothing))
    models = [*(model for model in models_in(settings.models) if model.path != used.path), used]
    if as_json:
        return print_json(
            [
                {
                    "name": model.name,
                    "language": model.language,
                    "licence": model.licence,
                    "is_demo_model": model.is_demo_model,
                    "in_use": model.path == used.path,
                }
                for model in models
            ]
        )
    for model in models:
        mark = "in use" if model.path == used.path else "      "
        results.print(f"{mark} {model.name} ({model.language}, {model.licence})")
    return messages.print(used.warning or "")


def fetch_model(
    name: Annotated[
        str, typer.Argument(help="As on the model page of Vosk.", show_default="the official Dutch one")
    ] = "",
    home: HomeOption = None,
) -> None:
    """Download an official model; goes on where a broken download stopped."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from ari_app.speech.models import OFFICIAL_NAME, FetchFailed, fetch

    settings, name = settings_of(home), name or OFFICIAL_NAME
    with Progress(*Progress.get_default_columns()[:1], BarColumn(), DownloadColumn(), TimeRemainingColumn()) as bars:
        task = bars.add_task(name, total=None)
        try:
            model = fetch(
                settings.models,
                name,
                base_url=settings.speech.models_url,
                progress=lambda there, total: bars.update(task, completed=there, total=total),
            )
        except FetchFailed as failure:
            bars.stop()
            fail(str(failure))
    messages.print(f"{model.name} is there ({model.licence}). Restart the line to use it.")


def build_prompts(home: HomeOption = None) -> None:
    """Speak the prompts that are new or changed; studio recordings are kept as they are."""
    from ari_app.setting_up import speak_prompts
    from ari_app.speech.prompts import PromptMistake
    from ari_app.speech.synth import SpeechFailed

    try:
        built = speak_prompts(settings_of(home))
    except (PromptMistake, SpeechFailed) as failure:
        fail(str(failure))
    messages.print(f"{len(built.spoken)} spoken, {len(built.kept)} kept, {len(built.studio)} from the studio.")


def list_prompts(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every spoken text, and whether its sound is there."""
    from ari_app.setting_up import PROMPT_TEXTS
    from ari_app.speech.prompts import missing, read_prompts

    settings = settings_of(home)
    rows = [
        {
            "name": name,
            "language": language.code,
            "text": text,
            "is_there": not missing([name], settings.sounds, [language.code]),
        }
        for language in read_prompts(PROMPT_TEXTS).languages
        for name, text in language.texts.items()
    ]
    if as_json:
        return print_json(rows)
    for row in rows:
        results.print(f"{'ok     ' if row['is_there'] else 'missing'} {row['language']}/{row['name']}: {row['text']}")
    return None
