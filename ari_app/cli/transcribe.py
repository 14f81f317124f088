"""`meldlijn transcribe`: sound files here and now, or messages of tickets once more by the workers."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, settings_of
from ari_app.cli.sound_files import transcribe_files
from ari_app.cli.ticket_words import AMSTERDAM
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk import Desk
    from ari_app.desk.hear_again import Progress, Which
    from ari_app.store.work_queue import SoundJob

#: How often the bar asks how far the workers are, in seconds.
LOOK_EVERY = 1.0


def add_to(app: typer.Typer) -> None:
    app.command()(transcribe)


def transcribe(  # noqa: PLR0913 - each option of a command is an argument
    what: Annotated[
        list[str] | None, typer.Argument(help="Sound files; with --again tickets, such as T-1001.", metavar="[FILE]...")
    ] = None,
    language: Annotated[str | None, typer.Option(help="nl or en.", show_default="the language of the line")] = None,
    engine: Annotated[str, typer.Option(help="vosk, vosk:FOLDER, pocketsphinx or whisper:FOLDER.")] = "vosk",
    names: Annotated[
        list[str] | None, typer.Option("--name", help="A name that the caller may say; may be repeated.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Have messages of tickets transcribed once more.")] = False,
    is_all: Annotated[bool, typer.Option("--all", help="With --again: every message.")] = False,
    model_changed: Annotated[
        bool, typer.Option("--model-changed", help="With --again: those that another model heard.")
    ] = False,
    since: Annotated[
        datetime | None, typer.Option(help="With --again: reported on this day or later.", formats=["%Y-%m-%d"])
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="With --again: show how far it is.")] = True,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn sound files into text, offline, with the model in use; or have messages of tickets heard --again.

    What a person confirmed stays; the text that was there is kept as an older version. Everything that nobody heard yet
    goes first.
    """
    if not again:
        if is_all or model_changed or since or not what:
            fail("Name a sound file; or give --again with tickets, --all, --model-changed or --since.")
        files = [Path(one) for one in what]
        return transcribe_files(files, home, language=language, engine=engine, names=names or (), as_json=as_json)
    if bool(what) + is_all > 1 or not (what or is_all or model_changed or since):
        fail("Name tickets, or give --all, --model-changed or --since.")
    settings = settings_of(home)
    chosen = _which(settings, tuple(what or ()), since, model_changed=model_changed)
    with refusals_end(settings, as_json):
        report = ask_desk(settings, lambda desk: _again(desk, chosen, show=wait))
    if as_json:
        return print_json(report)
    without = f", {len(report['without_recording'])} have no recording any more" if report["without_recording"] else ""
    return messages.print(f"{report['asked']} asked, {report['done']} done, {report['failed']} failed{without}.")


def _which(settings: Settings, tickets: tuple[str, ...], since: datetime | None, *, model_changed: bool) -> Which:
    from ari_app.desk.hear_again import Which
    from ari_app.setting_up import model_of
    from ari_app.speech.models import NoModel, list_models

    used = None
    if model_changed:
        try:
            model = model_of(settings)
        except NoModel as nothing:
            fail(str(nothing))
        others = {one.name for one in list_models(settings.models) if one.language != model.language}
        used = frozenset({model.name, *others})
    return Which(tickets, used, since.replace(tzinfo=AMSTERDAM) if since else None)


async def _again(desk: Desk, which: Which, *, show: bool) -> dict[str, Any]:
    voicemails, gone = await desk.hear_again.choose(which)
    jobs = await _ask(desk, voicemails)
    progress = await _watch(desk, jobs) if show and jobs else await desk.hear_again.progress(jobs)
    done = progress.over - progress.failed
    return {"asked": len(jobs), "done": done, "failed": progress.failed, "without_recording": gone}


async def _ask(desk: Desk, voicemails: list[int]) -> list[SoundJob]:
    from ari_app.desk.hear_again import AT_ONCE

    jobs: list[SoundJob] = []
    for first in range(0, len(voicemails), AT_ONCE):
        jobs += await desk.hear_again.ask(voicemails[first : first + AT_ONCE])
    return jobs


async def _watch(desk: Desk, jobs: list[SoundJob]) -> Progress:
    """Until the workers did all of it. Ctrl-C ends the watching, not the work."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ari_app.clock import SystemClock
    from ari_app.desk.workers import Workers

    if not await Workers(desk.store, SystemClock()).all():
        messages.print("No worker runs: start the line, or `meldlijn worker`. What was asked stays in the queue.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=messages) as bars:
        task = bars.add_task("heard again", total=len(jobs))
        while True:
            progress = await desk.hear_again.progress(jobs)
            bars.update(task, completed=progress.over)
            if progress.over == len(jobs):
                return progress
            await asyncio.sleep(LOOK_EVERY)
