"""`meldlijn rota swap`: one engineer asks another to take a shift."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import (
    WHEN,
    ByOption,
    EndOption,
    PositionOption,
    StartOption,
    duty_json,
    instant,
    supervisor,
)
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk.rota_swaps import SwapView


def add_to(rota: typer.Typer) -> None:
    swap = typer.Typer(help="One engineer asks another to take a shift.", no_args_is_help=True)
    for command in (ask, accept, refuse, withdraw):
        swap.command(command.__name__)(command)
    swap.command("list")(list_swaps)
    rota.add_typer(swap, name="swap")


def ask(  # noqa: PLR0913 - each option of a command is an argument
    giver: Annotated[str, typer.Argument(help="Whose shift it is.")],
    taker: Annotated[str, typer.Argument(help="Who is asked to take it.")],
    start: StartOption,
    end: EndOption,
    by: ByOption,
    position: PositionOption = 1,
    return_from: Annotated[str | None, typer.Option(help="A period of the taker's in return.")] = None,
    return_until: Annotated[str | None, typer.Option(help=WHEN)] = None,
    return_position: PositionOption = 1,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for a swap; until it is accepted nothing changes."""
    from ari_app.desk.rota_swaps import Period

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        if (return_from is None) != (return_until is None):
            raise ValueError("a period in return has two ends: give --return-from and --return-until")
        given = Period(instant(settings, start), instant(settings, end), position)
        back = None
        if return_from and return_until:
            back = Period(instant(settings, return_from), instant(settings, return_until), return_position)
        _print_swap(ask_desk(settings, lambda desk: desk.swaps.ask(giver, taker, given, supervisor(by), back)), as_json)


def accept(number: int, by: ByOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Take the shift that was asked."""
    _answer(number, True, by, home, as_json)


def refuse(number: int, by: ByOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Leave the rota as it is."""
    _answer(number, False, by, home, as_json)


def withdraw(number: int, by: ByOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Take the question back."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        _print_swap(ask_desk(settings, lambda desk: desk.swaps.withdraw(number, supervisor(by))), as_json)


def list_swaps(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Newest first."""
    views = ask_desk(settings_of(home), lambda desk: desk.swaps.list())
    if as_json:
        return print_json([swap_json(view) for view in views])
    for view in views:
        _print_swap(view, False)
    return None


def swap_json(view: SwapView) -> dict[str, Any]:
    return {
        "number": view.number,
        "state": view.state.value,
        "given": duty_json(view.given),
        "taker": view.taker.name,
        "in_return": duty_json(view.in_return) if view.in_return else None,
        "asked_by": view.asked_by,
        "answered_by": view.answered_by,
    }


def _answer(number: int, is_accepted: bool, by: str, home: Path | None, as_json: bool) -> None:
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        _print_swap(ask_desk(settings, lambda desk: desk.swaps.answer(number, is_accepted, supervisor(by))), as_json)


def _print_swap(view: SwapView, as_json: bool) -> None:
    if as_json:
        return print_json(swap_json(view))
    given = view.given
    when = f"{local(given.starts_at)} to {local(given.ends_at)}"
    names = f"{escape(given.engineer.name)} -> {escape(view.taker.name)}"
    return results.print(f"swap {view.number}: {names}, position {given.position}, {when}: {view.state.value}")
