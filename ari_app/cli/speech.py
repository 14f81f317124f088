"""`meldlijn prompts`."""

from __future__ import annotations

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, results, settings_of


def add_to(app: typer.Typer) -> None:
    prompts = typer.Typer(help="What callers and engineers hear.", no_args_is_help=True)
    prompts.command("build")(build_prompts)
    prompts.command("list")(list_prompts)
    app.add_typer(prompts, name="prompts")


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
    from ari_app.speech.prompts import PROMPT_TEXTS, missing, read_prompts

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
