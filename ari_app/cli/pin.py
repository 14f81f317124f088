"""`meldlijn pin`: with which customer number and PIN somebody proves to call for a customer (A-25)."""

from __future__ import annotations

from typing import Annotated

import typer

from ari_app.cli.common import HomeOption, messages, refusals_end, results, settings_of
from ari_app.cli.tickets import ask_desk

CustomerOption = Annotated[int, typer.Option(help="The customer number, which callers type too.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does this; the name is kept.")]


def add_to(app: typer.Typer) -> None:
    pins = typer.Typer(help="PINs of customers, for the calamity line.", no_args_is_help=True)
    pins.command("set")(set_pin)
    pins.command("clear")(clear_pin)
    app.add_typer(pins, name="pin")


def set_pin(
    customer: CustomerOption,
    by: ByOption,
    ask: Annotated[bool, typer.Option("--ask", help="Type the PIN, unseen; else one is made by chance.")] = False,
    always: Annotated[
        bool, typer.Option("--always", help="Ask for it at every call to the calamity line, also from a known number.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Give a customer a PIN, in place of the one before. It is shown this once: only its hash is kept."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    settings = settings_of(home)
    typed = typer.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True) if ask else ""
    actor = Actor(by, Role.SUPERVISOR)
    with refusals_end(settings):
        pin = ask_desk(settings, lambda desk: desk.pins.set(customer, actor, typed, is_required=always))
    if typed:
        return messages.print(f"Customer {customer} has this PIN from now on.")
    return results.print(f"customer number [bold]{customer}[/], PIN [bold]{pin}[/] (shown this once)")


def clear_pin(customer: CustomerOption, by: ByOption, home: HomeOption = None) -> None:
    """Take the PIN of a customer away. Nobody can call for this customer from an unknown number until a new one is set."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.pins.clear(customer, Actor(by, Role.SUPERVISOR)))
    messages.print(f"Customer {customer} has no PIN any more.")
