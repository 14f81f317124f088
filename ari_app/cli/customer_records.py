"""`meldlijn customer services`, `contacts` and `equipment`: what is on record at a customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, results
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.tickets import tell_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk

Answer = TypeVar("Answer")
CustomerArgument = Annotated[str, typer.Argument(help="By name.")]
NameArgument = Annotated[str, typer.Argument(help="As people call it.")]
NumberArgument = Annotated[int, typer.Argument(help="As the list shows it.")]


def add_to(customer: typer.Typer) -> None:
    services = typer.Typer(help="What a customer buys, who supplies it, and where it stands.", no_args_is_help=True)
    services.command("list")(list_services)
    services.command("add")(add_service)
    services.command("remove")(remove_service)
    customer.add_typer(services, name="services")
    contacts = typer.Typer(help="People at a customer, and who is mailed about maintenance.", no_args_is_help=True)
    contacts.command("list")(list_contacts)
    contacts.command("add")(add_contact)
    contacts.command("change")(change_contact)
    contacts.command("remove")(remove_contact)
    customer.add_typer(contacts, name="contacts")
    equipment = typer.Typer(help="Equipment at a customer, and whether it is ours.", no_args_is_help=True)
    equipment.command("list")(list_equipment)
    equipment.command("add")(add_equipment)
    equipment.command("remove")(remove_equipment)
    customer.add_typer(equipment, name="equipment")


def list_services(customer: CustomerArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """By name, with what it means for a disturbance."""
    found = about(home, customer, lambda desk, owner: desk.services.of(owner))
    places = {None: "", "customer": ", at the customer", "data_centre": ", in the data centre"}
    _print(found, as_json, lambda one: f"{one.name}{places[one.place]}: {one.what_holds}")


def add_service(
    customer: CustomerArgument,
    name: NameArgument,
    by: ByOption,
    supplier: Annotated[str, typer.Option(help="Without it we supply it (R-107).")] = "",
    place: Annotated[
        Literal["customer", "data_centre", ""], typer.Option(help="Where it stands (R-001); without it unknown.")
    ] = "",
    home: HomeOption = None,
) -> None:
    """Add a service, or write down another supplier or place of it."""
    about(home, customer, lambda desk, owner: desk.services.note(owner, name, actor(by, "engineer"), supplier, place))
    messages.print(f"{name} is a service of {customer}.", markup=False)


def remove_service(customer: CustomerArgument, number: NumberArgument, by: ByOption, home: HomeOption = None) -> None:
    """The customer does not have it any more."""
    about(home, customer, lambda desk, owner: desk.services.remove(owner, number, actor(by, "engineer")))
    messages.print(f"Service {number} is removed.")


def list_contacts(customer: CustomerArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Everybody with a record, and everybody who stands beside a number."""
    found = about(home, customer, lambda desk, owner: desk.contacts.of(owner))
    _print(found, as_json, lambda one: " ".join((one.name, *one.numbers, one.mail, "(notices)" * one.gets_notices)))


def add_contact(
    customer: CustomerArgument,
    name: NameArgument,
    by: ByOption,
    mail: Annotated[str, typer.Option(help="The mail address; without it none.")] = "",
    notices: Annotated[bool, typer.Option("--notices", help="Is mailed about planned maintenance (R-104).")] = False,
    home: HomeOption = None,
) -> None:
    """Add a contact, or write down another address of the same name."""
    about(
        home,
        customer,
        lambda desk, owner: desk.contacts.note(owner, name, actor(by, "engineer"), mail, gets_notices=notices),
    )
    messages.print(f"{name} is a contact of {customer}.", markup=False)


def change_contact(
    customer: CustomerArgument,
    name: NameArgument,
    by: ByOption,
    new_name: Annotated[str | None, typer.Option("--name", help="Goes along to the numbers and to exclusions.")] = None,
    mail: Annotated[str | None, typer.Option(help='The mail address; "" for none.')] = None,
    notices: Annotated[
        bool | None, typer.Option("--notices/--no-notices", help="Is mailed about planned maintenance (R-104).")
    ] = None,
    number: Annotated[
        list[str] | None, typer.Option(help="Once for each number that is theirs; a number of before is nobody's.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Another name, address or other numbers; what is not given stays as it is."""
    from ari_app.desk.contacts import Changed

    changed = Changed(new_name, mail, notices, number or None)
    now = about(home, customer, lambda desk, owner: desk.contacts.change(owner, name, changed, actor(by, "engineer")))
    messages.print(" ".join((f"{now.name}, {customer}:", *now.numbers, now.mail)).strip(), markup=False)


def remove_contact(customer: CustomerArgument, number: NumberArgument, by: ByOption, home: HomeOption = None) -> None:
    """The record and its address; a number keeps the name that stands beside it."""
    about(home, customer, lambda desk, owner: desk.contacts.remove(owner, number, actor(by, "engineer")))
    messages.print(f"Contact {number} is removed.")


def list_equipment(customer: CustomerArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """By name, with what a report about it falls under and why."""
    found = about(home, customer, lambda desk, owner: desk.equipment.of(owner))
    _print(found, as_json, lambda one: f"{one.name}: {one.proposal.value}, {one.what_holds}")


def add_equipment(
    customer: CustomerArgument,
    name: NameArgument,
    by: ByOption,
    ours: Annotated[bool, typer.Option("--ours/--not-ours", help="Supplied by us (R-102).")],
    server: Annotated[bool, typer.Option("--server", help="A server; then our agent counts (R-146).")] = False,
    agent: Annotated[bool, typer.Option("--agent", help="Has our agent.")] = False,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="Not part of the network that we look after (R-108).")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Add a device, or write down other facts of the same name."""
    from ari_app.desk.equipment import Facts

    facts = Facts(ours, server, agent, in_network=not elsewhere)
    about(home, customer, lambda desk, owner: desk.equipment.note(owner, name, facts, actor(by, "engineer")))
    messages.print(f"{name} is on the list of {customer}.", markup=False)


def remove_equipment(customer: CustomerArgument, number: NumberArgument, by: ByOption, home: HomeOption = None) -> None:
    """It is not there any more."""
    about(home, customer, lambda desk, owner: desk.equipment.remove(owner, number, actor(by, "engineer")))
    messages.print(f"Device {number} is removed.")


def about(home: Path | None, customer: str, ask: Callable[[Desk, int], Awaitable[Answer]]) -> Answer:
    """One question or command about the customer of that name."""

    async def asked(desk: Desk) -> Answer:
        return await ask(desk, await desk.contracts.customer(customer))

    return tell_desk(home, False, asked)


def _print(found: list[Any], as_json: bool, line: Callable[[Any], str]) -> None:
    from ari_app.desk.views import to_json

    if as_json:
        return print_json(to_json(found))
    for one in found:
        results.print(f"{one.id or '-'}  {line(one)}", markup=False)
    return None
