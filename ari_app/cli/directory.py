"""`meldlijn customer` and `meldlijn engineer`: who may call, and who works for us."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from rich.markup import escape

from ari_app.cli import customer_records
from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.customer_records import CustomerArgument, about
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.tickets import ask_desk

NumberArgument = Annotated[str, typer.Argument(help="In any way of writing.")]
LineOption = Annotated[int, typer.Option(help="1, 2 or 3; a higher line may take lower work (R-142).")]


def add_to(app: typer.Typer) -> None:
    customer = typer.Typer(help="Customers, and the numbers that they call from.", no_args_is_help=True)
    customer.command("list")(list_customers)
    customer.command("add")(add_customer)
    customer.command("rename")(rename_customer)
    customer.command("number")(add_number)
    customer.command("remove-number")(remove_number)
    customer.command("language")(set_language)
    customer.command("crucial")(add_crucial)
    customer.command("not-crucial")(remove_crucial)
    customer_records.add_to(customer)
    app.add_typer(customer, name="customer")
    engineer = typer.Typer(help="Engineers and their line.", no_args_is_help=True)
    engineer.command("list")(list_engineers)
    engineer.command("add")(add_engineer)
    engineer.command("line")(set_line)
    engineer.command("leave")(engineer_leaves)
    engineer.command("return")(engineer_returns)
    app.add_typer(engineer, name="engineer")


def list_customers(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """All customers with their numbers and the places that they call crucial."""
    from ari_app.desk.views import to_json

    found = ask_desk(settings_of(home), lambda desk: desk.directory.customers())
    if as_json:
        return print_json(to_json(found))
    for one in found:
        numbers = ", ".join(f"{number} {contact}".strip() for number, contact in one.numbers)
        crucial = f"; crucial: {', '.join(one.crucial)}" if one.crucial else ""
        results.print(f"[bold]{one.id}[/] {escape(one.name)}: {escape(numbers) or 'no number'}{escape(crucial)}")
    return None


def add_customer(
    name: Annotated[str, typer.Argument(help="As in the contract.")], by: ByOption, home: HomeOption = None
) -> None:
    """Add a customer and print the customer number. Its contract is entered with `contract add`."""
    settings = settings_of(home)
    with refusals_end(settings):
        number = ask_desk(settings, lambda desk: desk.directory.add_customer(name, actor(by, "engineer")))
    results.print(f"customer number [bold]{number}[/]")


def rename_customer(
    customer: CustomerArgument,
    name: Annotated[str, typer.Argument(help="As in the contract.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """The same customer under another name."""
    about(
        home,
        customer,
        lambda desk, number: desk.directory.rename_customer(number, name, actor(by, "engineer")),
    )
    messages.print(f"{escape(customer)} is called {escape(name)} now.")


def add_number(
    customer: CustomerArgument,
    number: NumberArgument,
    by: ByOption,
    contact: Annotated[str, typer.Option(help="Who calls from it; without it unknown.")] = "",
    home: HomeOption = None,
) -> None:
    """Say that a number is this customer's: who calls from it is known from the next call on."""
    e164 = about(
        home, customer, lambda desk, owner: desk.directory.add_number(owner, number, actor(by, "engineer"), contact)
    )
    messages.print(f"{e164} is {customer} from now on.", markup=False)


def set_language(
    customer: CustomerArgument,
    number: NumberArgument,
    language: Annotated[Literal["nl", "en", "line"], typer.Argument(help="line: the language of the line.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """What a contact hears, where `line.language_choice` is on. Whoever calls changes it with a key."""
    wanted = "" if language == "line" else language
    about(home, customer, lambda desk, owner: desk.directory.set_language(owner, number, wanted, actor(by, "engineer")))
    messages.print(f"{number}: {language}.", markup=False)


def remove_number(customer: CustomerArgument, number: NumberArgument, by: ByOption, home: HomeOption = None) -> None:
    """Who calls from this number is unknown from now on."""
    about(home, customer, lambda desk, owner: desk.directory.remove_number(owner, number, actor(by, "engineer")))
    messages.print(f"{number} is nobody's from now on.", markup=False)


def add_crucial(
    customer: CustomerArgument,
    place: Annotated[str, typer.Argument(help="A place of work, as people there say it.")],
    by: ByOption,
    number: Annotated[str, typer.Option(help="Of the phone there: who calls from it calls from that place.")] = "",
    home: HomeOption = None,
) -> None:
    """A place that this customer calls crucial: trouble there is never proposed as CAT I (R-083b)."""
    kept = about(
        home, customer, lambda desk, owner: desk.crucial_places.add(owner, place, actor(by, "engineer"), number)
    )
    messages.print(f"“{kept.place}” is crucial to {customer} from now on.", markup=False)


def remove_crucial(
    customer: CustomerArgument,
    place: Annotated[str, typer.Argument(help="As `customer list` shows it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """The place is as any other from now on."""
    about(home, customer, lambda desk, owner: desk.crucial_places.remove(owner, place, actor(by, "engineer")))
    messages.print(f"“{place}” is a place as any other from now on.", markup=False)


def list_engineers(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """All engineers with their line and phones, also who left."""
    from dataclasses import asdict

    found = ask_desk(settings_of(home), lambda desk: desk.rota.everybody())
    if as_json:
        return print_json([asdict(one) for one in found])
    for one in found:
        left = " (left)" if one.has_left else ""
        results.print(f"{escape(one.name)}, line {one.line}: {' '.join(one.numbers)}{left}")
    return None


def add_engineer(
    name: Annotated[str, typer.Argument(help="Full name.")],
    phone: Annotated[str, typer.Option(help="The phone that rings first; more with `rota phones`.")],
    by: ByOption,
    line: LineOption = 1,
    home: HomeOption = None,
) -> None:
    """Add an engineer, who can then be put on the rota and be given tickets."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.directory.add_engineer(name, phone, line, actor(by, "supervisor")))
    messages.print(f"{name} is an engineer of line {line}.", markup=False)


def set_line(
    name: Annotated[str, typer.Argument(help="Full name.")],
    line: Annotated[int, typer.Argument(help="1, 2 or 3.")],
    why: Annotated[str, typer.Option(help="The reason; kept with it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Move an engineer to another line (R-142)."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.directory.set_line(name, line, actor(by, "supervisor"), why))
    messages.print(f"{name} is of line {line} from now on.", markup=False)


def engineer_leaves(
    name: Annotated[str, typer.Argument(help="Full name.")],
    why: Annotated[str, typer.Option(help="The reason; kept with it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Say that an engineer works here no longer. Refused while duties or open tickets are still theirs."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.directory.engineer_leaves(name, actor(by, "supervisor"), why))
    messages.print(f"{name} works here no longer. An account is ended with `account disable`.", markup=False)


def engineer_returns(
    name: Annotated[str, typer.Argument(help="Full name.")],
    why: Annotated[str, typer.Option(help="The reason; kept with it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Say that an engineer who left works here again, with the line and the phones of before."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.directory.engineer_returns(name, actor(by, "supervisor"), why))
    messages.print(f"{name} works here again.", markup=False)
