"""`meldlijn person`: what is held on somebody who called, by number or by the name of a contact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_options import administrator
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.people import Gone
    from ari_app.desk.person_reading import Held

NumberOption = Annotated[str, typer.Option(help="Such as +31612345678 or 0612345678.")]
ContactOption = Annotated[str, typer.Option(help="In place of a number: the contact that has exactly one.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does this; the name is kept.")]

_FATES = {
    "erased": "would be erased",
    "open": "is not finished, and would be kept",
    "on_hold": "is on hold, and would be kept",
}


def add_to(app: typer.Typer) -> None:
    people = typer.Typer(help="What is held on a person.", no_args_is_help=True)
    people.command("find")(find)
    people.command("show")(show)
    people.command("export")(export)
    people.command("erase")(erase)
    app.add_typer(people, name="person")


def find(
    who: Annotated[str, typer.Argument(help="A number in any way of writing, or a part of a name.")],
    by: ByOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who may be meant: contacts of that name, callers who said it in a message, or the owner of the number."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        found = ask_desk(settings, lambda desk: desk.people.find(who, administrator(by)))
    if as_json:
        return print_json(to_json(found))
    for one in found:
        results.print(
            f"{one.number or 'no number'}  {one.name or '-'}, {one.customer or 'no customer'}: {one.tickets} tickets",
            markup=False,
        )
    if not found:
        messages.print("Nobody. A name needs three letters at least.")
    return None


def show(
    by: ByOption,
    number: NumberOption = "",
    contact: ContactOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is held on a number, ticket by ticket, and what `person erase` would do to it. Changes nothing."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)

    async def ask(desk: Desk) -> Held | None:
        return await desk.people.held(await _number(desk, number, contact), administrator(by))

    with refusals_end(settings, as_json):
        held = ask_desk(settings, ask)
    if held is None:
        fail("Nothing is held on this number.")
    if as_json:
        return print_json(to_json(held))
    results.print(f"{held.number}  {held.name or '-'}, {held.customer or 'no customer'}", markup=False)
    for one in held.tickets:
        has = f"{one.sounds} sounds, {'a text' if one.has_text else 'no text'}, {one.attachments} attachments"
        results.print(f"{one.number}  {one.state}: {has}; {_FATES[one.fate.value]}", markup=False)
    for hold in held.holds:
        results.print(f"on hold by {hold}", markup=False)
    return None


def export(
    to: Annotated[Path, typer.Option(help="The zip to write; must not exist yet.")],
    by: ByOption,
    number: NumberOption = "",
    contact: ContactOption = "",
    home: HomeOption = None,
) -> None:
    """Write everything that is held on a number into a zip: tickets as JSON, the recordings and the attachments."""
    settings = settings_of(home)
    if to.exists():
        fail(f"{to} exists already. Name another file.")

    async def ask(desk: Desk) -> bytes:
        return await desk.people.export(await _number(desk, number, contact), administrator(by))

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
    """Erase sound, text, number and attachments from every finished ticket of a number.

    Open tickets and those on hold stay whole, and are named. `person show` tells beforehand what would happen.
    """
    settings = settings_of(home)

    async def ask(desk: Desk) -> Gone:
        return await desk.people.erase(await _number(desk, number, contact), administrator(by), why)

    with refusals_end(settings, as_json):
        gone = ask_desk(settings, ask)
    if as_json:
        return print_json({"erased": gone.erased, "kept": gone.kept, "on_hold": gone.on_hold})
    messages.print(f"Erased from: {', '.join(gone.erased) or 'no ticket'}.")
    if gone.kept:
        messages.print(f"Not finished, so kept: {', '.join(gone.kept)}. Do this again when they are.")
    if gone.on_hold:
        messages.print(f"On hold, so kept: {', '.join(gone.on_hold)}. `meldlijn hold list` says why.")
    return None


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
