"""`meldlijn demo` and `meldlijn call`: real SIP calls into the line."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, settings_of
from ari_app.cli.ticket_words import print_ticket


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
    app.command()(call)


def demo(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Start a line with fictitious customers, place the demo calls, and show what became of them.

    Leaves the line and its page running until Ctrl-C; with --json prints the outcome, stops everything and exits 0 only
    if every call went as described.
    """
    from ari_app.demo.show import show_demo

    began = time.monotonic()

    def progress(what: str) -> None:
        messages.print(f"[dim]{time.monotonic() - began:5.1f} s[/]  {what}")

    base = home or Path(".meldlijn")
    raise typer.Exit(asyncio.run(show_demo(base / "demo", progress, as_json=as_json)))


def call(
    to: Annotated[str, typer.Option("--to", help="The number or name that is dialled.")] = "support",
    from_number: Annotated[
        str, typer.Option("--from", help="The caller's number; 'anonymous' for none.")
    ] = "0201234567",
    at: Annotated[
        str | None, typer.Option("--at", help="Set the clock of a line in demo mode, e.g. 2026-11-21T09:10.")
    ] = None,
    say: Annotated[str | None, typer.Option("--say", help="A Dutch text to speak after the beep.")] = None,
    wav: Annotated[Path | None, typer.Option("--wav", help="A sound file to play after the beep.", exists=True)] = None,
    dtmf: Annotated[str, typer.Option("--dtmf", help="Keys to press once the line has answered.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Place one real SIP call into the running line, wait for its ticket and print it."""
    from ari_app.demo.one_call import CallPlan, NotPlaced, place_call

    settings = settings_of(running_home(home))
    plan = CallPlan(
        to=to, from_number="" if from_number == "anonymous" else from_number, at=at, say=say, wav=wav, dtmf=dtmf
    )
    try:
        ticket = asyncio.run(place_call(settings, plan))
    except NotPlaced as why:
        fail(str(why))
    if as_json:
        from ari_app.desk.views import to_json

        return print_json(to_json(ticket))
    return print_ticket(ticket)


def running_home(home: Path | None) -> Path:
    """The home that was asked for; else that of the demo line while it runs, else the usual one."""
    if home:
        return home
    from ari_app.setting_up import is_line_running

    demo_home = Path(".meldlijn/demo")
    return demo_home if demo_home.exists() and is_line_running(demo_home) else Path(".meldlijn")
