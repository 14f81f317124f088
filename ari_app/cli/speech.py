"""`meldlijn prompts`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.acting import at_the_terminal
from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    fail,
    messages,
    print_json,
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.rota_words import supervisor
from ari_app.cli.ticket_options import ByOption

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk.actor import Actor
    from ari_app.desk.prompt_takes import KeptTake, PromptTakes

PromptArgument = Annotated[str, typer.Argument(help="Language and name, as `prompts list` shows it: nl/welcome.")]


def add_to(app: typer.Typer) -> None:
    prompts = typer.Typer(help="What callers and engineers hear.", no_args_is_help=True)
    prompts.command("build")(build_prompts)
    prompts.command("list")(list_prompts)
    prompts.command("take")(keep_take)
    prompts.command("remove-take")(remove_take)
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


def keep_take(
    prompt: PromptArgument,
    file: Annotated[
        Path, typer.Argument(help="A wav, flac, ogg or mp3 of at most a minute.", exists=True, dir_okay=False)
    ],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Keep a studio recording in the place of what is spoken: checked first, heard from the next call on."""
    import asyncio

    settings = settings_of(home)
    language, _, name = prompt.partition("/")
    with refusals_end(settings), at_the_terminal(settings):
        kept = asyncio.run(_keep(settings, language, name, file.read_bytes(), supervisor(by)))
    messages.print(f"{prompt}: {kept.facts()}", markup=False)


def remove_take(prompt: PromptArgument, by: ByOption, home: HomeOption = None) -> None:
    """The text is spoken again from the next call on."""
    import asyncio

    settings = settings_of(home)
    language, _, name = prompt.partition("/")
    with refusals_end(settings), at_the_terminal(settings):
        asyncio.run(_remove(settings, language, name, supervisor(by)))
    messages.print(f"{prompt} is spoken again.", markup=False)


async def _keep(settings: Settings, language: str, name: str, file: bytes, by: Actor) -> KeptTake:
    async with _takes(settings) as takes:
        return await takes.keep(language, name, file, by)


async def _remove(settings: Settings, language: str, name: str, by: Actor) -> None:
    async with _takes(settings) as takes:
        await takes.remove(language, name, by)


@asynccontextmanager
async def _takes(settings: Settings) -> AsyncIterator[PromptTakes]:
    from ari_app.desk.prompt_takes import PromptTakes
    from ari_app.setting_up import clock_of, open_desk

    async with open_desk(settings) as desk:
        yield PromptTakes(settings.sounds, desk.audit, clock_of(settings))
