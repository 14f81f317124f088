"""`meldlijn outbox`: what must be told to people and is not told yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.outbox import Delivery


def add_to(app: typer.Typer) -> None:
    outbox = typer.Typer(help="What must be told to people.", no_args_is_help=True)
    outbox.command("list")(list_outbox)
    outbox.command("retry")(retry)
    app.add_typer(outbox, name="outbox")


def list_outbox(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="What is still tried, in place of what was given up.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was given up after all tries, newest first: people must tell it themselves, or have it tried again."""
    from rich.table import Table

    from ari_app.desk.outbox import Outbox
    from ari_app.desk.views import to_json
    from ari_app.setting_up import clock_of

    settings = settings_of(home)

    async def look(desk: Desk) -> list[Delivery]:
        outbox = Outbox(desk.store, clock_of(settings))
        return await (outbox.waiting(limit) if waiting else outbox.dead(limit))

    found = ask_desk(settings, look)
    if as_json:
        return print_json(to_json(found))
    table = Table("number", "since", "ticket", "kind", "tries", "what went wrong")
    for one in found:
        cells = (str(one.id), local(one.created_at), one.ticket or "-", one.kind, str(one.attempt), one.error or "-")
        table.add_row(*map(escape, cells))
    return results.print(table)


def retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="As `outbox list` shows them.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="All that was given up.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try again what was given up; a running line does so within seconds."""
    from ari_app.desk.outbox import Outbox
    from ari_app.desk.views import to_json
    from ari_app.setting_up import clock_of

    if is_all == bool(numbers):
        fail("Name what to try again, or give --all.")
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        found = ask_desk(settings, lambda desk: Outbox(desk.store, clock_of(settings)).try_again(numbers or None))
    if as_json:
        return print_json(to_json(found))
    return messages.print(f"{len(found)} tried again.")
