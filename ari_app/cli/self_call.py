"""`meldlijn self-call`: the line calls its own number, as it does every night."""

import asyncio
from typing import TYPE_CHECKING

import typer

from ari_app.cli.common import HomeOption, JsonOption, print_json, results, settings_of

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk.self_calls import SelfCallView


def add_to(app: typer.Typer) -> None:
    app.command("self-call")(self_call)


def self_call(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Call our own number through the carrier: answer, prompt, message, text, and the phone of who is on duty.

    Takes about a minute, beside a line that runs. The ticket is marked as a test. Exit code 1 when something failed; the
    supervisor is told then. In phone hours the desk rings first.
    """
    found = asyncio.run(_place(settings_of(home)))
    if as_json:
        print_json(found.to_json())
    else:
        for step in found.steps:
            results.print(
                f"{'[green]ok[/]   ' if step.is_well else '[red]fault[/]'} {step.what}: {step.detail or 'ja'}"
            )
        results.print(f"ticket {found.ticket or 'geen'}")
    raise typer.Exit(0 if found.is_well else 1)


async def _place(settings: "Settings") -> "SelfCallView":
    from ari_app.selfcall.place import SelfCall
    from ari_app.setting_up import clock_of, open_desk

    async with open_desk(settings) as desk:
        return await SelfCall(settings, desk, clock_of(settings)).place()
