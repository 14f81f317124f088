"""`meldlijn person export` and `erase`: what is held on somebody who called, by number or by the name of a contact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, settings_of
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.actor import Actor

NumberOption = Annotated[str, typer.Option(help="Such as +31612345678 or 0612345678.")]
ContactOption = Annotated[str, typer.Option(help="In place of a number: the contact that has exactly one.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does this; the name is kept.")]


def add_to(app: typer.Typer) -> None:
    people = typer.Typer(help="What is held on a person.", no_args_is_help=True)
    people.command("export")(export)
    people.command("erase")(erase)
    app.add_typer(people, name="person")


def export(
    to: Annotated[Path, typer.Option(help="The zip to write; must not exist yet.")],
    by: ByOption,
    number: NumberOption = "",
    contact: ContactOption = "",
    home: HomeOption = None,
) -> None:
    """Write everything that is held on a number into a zip: tickets as JSON, and the recordings."""
    settings = settings_of(home)
    if to.exists():
        fail(f"{to} exists already. Name another file.")

    async def ask(desk: Desk) -> bytes:
        return await desk.people.export(await _number(desk, number, contact), _administrator(by))

    with refusals_end(settings):
        made = ask_desk(settings, ask)
    to.write_bytes(made)
    messages.print(f"Written to {to}. It holds personal data: pass it on encrypted, and delete it.", markup=False)


def erase(
    why: Annotated[str, typer.Option(help="The request, such as its date and by which way.")],
    by: ByOption,
    number: NumberOption = "",
    contact: ContactOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase sound, text and number from every finished ticket of a number. Open tickets stay whole, and are named."""
    settings = settings_of(home)

    async def ask(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
        gone = await desk.people.erase(await _number(desk, number, contact), _administrator(by), why)
        return gone.erased, gone.kept

    with refusals_end(settings, as_json):
        erased, kept = ask_desk(settings, ask)
    if as_json:
        return print_json({"erased": erased, "kept": kept})
    messages.print(f"Erased from: {', '.join(erased) or 'no ticket'}.")
    if kept:
        messages.print(f"Not finished, so kept: {', '.join(kept)}. Do this again when they are.")
    return None


def _administrator(by: str) -> Actor:
    """Who may use this command has the database of the line in hand: no role is asked."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    return Actor(by, Role.ADMINISTRATOR)


async def _number(desk: Desk, number: str, contact: str) -> str:
    """In E.164. Raises ValueError unless exactly one is meant."""
    from routing.caller import normal_form

    if bool(number) == bool(contact):
        raise ValueError("give either --number or --contact")
    if number:
        found = normal_form(number)
        if found is None:
            raise ValueError(f"--number is {number!r}: write it as +31612345678 or 0612345678")
        return found
    numbers = await desk.people.numbers_of(contact)
    if len(numbers) != 1:
        raise ValueError(
            f"--contact {contact!r} has {len(numbers)} numbers ({', '.join(numbers) or 'none'}): give --number"
        )
    return numbers[0]
