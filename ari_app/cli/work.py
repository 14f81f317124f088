"""`meldlijn work`: the workers, what waits for them, and what they could not do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.workers import WorkerView


def add_to(app: typer.Typer) -> None:
    work = typer.Typer(help="Messages on their way to text, and who works on them.", no_args_is_help=True)
    work.command("show")(show)
    work.command("parked")(parked)
    work.command("retry")(retry)
    app.add_typer(work, name="work")


def show(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The workers on all machines, how much waits for them, and how much is parked."""
    from rich.table import Table

    from ari_app.clock import SystemClock
    from ari_app.desk.views import to_json
    from ari_app.desk.workers import Workers

    async def look(desk: Desk) -> tuple[list[WorkerView], int, int]:
        workers = await Workers(desk.store, SystemClock()).all()
        return workers, len(await desk.hear_again.unheard()), await desk.hear_again.count_parked()

    workers, unheard, parked = ask_desk(settings_of(home), look)
    if as_json:
        return print_json({"workers": to_json(workers), "waiting": unheard, "parked": parked})
    table = Table("worker", "machine", "process", "model", "since", "last seen")
    for one in workers:
        table.add_row(one.name, one.host, str(one.pid), one.model, local(one.started_at), local(one.seen_at))
    results.print(table)
    return results.print(f"{unheard} wait or are in hand, {parked} are parked.")


def parked(
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What failed at every attempt, longest first: a person listens, or has it tried again."""
    from rich.table import Table

    from ari_app.desk.views import to_json

    found = ask_desk(settings_of(home), lambda desk: desk.hear_again.parked(limit))
    if as_json:
        return print_json(to_json(found))
    table = Table("ticket", "what", "since", "attempts", "why")
    for one in found:
        table.add_row(one.ticket, one.kind, local(one.since), str(one.attempts), escape(one.why))
    return results.print(table)


def retry(
    tickets: Annotated[list[str] | None, typer.Argument(help="For example T-1001.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="All that is parked.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try again what is parked; a worker does so within seconds."""
    if is_all == bool(tickets):
        fail("Name tickets, or give --all.")
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        asked = ask_desk(settings, lambda desk: desk.hear_again.try_again(tickets or None))
    if as_json:
        return print_json(asked)
    return messages.print(f"{len(asked)} tried again.")
