"""`meldlijn setup`, `db upgrade`, `account create`, `account link` and `account role`."""

import asyncio
from typing import Annotated

import typer

from ari_app.cli.common import HomeOption, fail, messages, refusals_end, results, settings_of

ROLES = "supervisor, engineer, manager, auditor or administrator; docs/roles.md says what each may."


def add_to(app: typer.Typer) -> None:
    app.command()(setup)
    database = typer.Typer(help="The database of the line.", no_args_is_help=True)
    database.command("upgrade")(upgrade_database)
    database.callback()(lambda: None)
    app.add_typer(database, name="db")
    accounts = typer.Typer(help="Who may log in to the pages.", no_args_is_help=True)
    accounts.command("create")(create_account)
    accounts.command("link")(link_account)
    accounts.command("role")(set_role)
    app.add_typer(accounts, name="account")


def setup(home: HomeOption = None) -> None:
    """Make everything that a line needs and that is not there yet: database, prompts, one account. Nothing is started."""
    from ari_app.setting_up import first_account, prepare_home

    settings = settings_of(home)
    password = asyncio.run(prepare_home(settings))
    if password:
        messages.print(f"Account for the pages: name {first_account(settings)}, password {password} (shown this once)")
    messages.print(f"The line in {settings.home} is set up.")


def upgrade_database(home: HomeOption = None) -> None:
    """Bring the tables to the version of this program."""
    from ari_app.store.schema import upgrade

    settings = settings_of(home)
    upgrade(settings.database_url)
    messages.print("The database is up to date.")


def create_account(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    role: Annotated[str, typer.Option(help=ROLES)] = "supervisor",
    engineer: Annotated[str, typer.Option(help="Who this is in the rota, by full name.")] = "",
    home: HomeOption = None,
) -> None:
    """Make an account for the pages and print its password once."""
    from ari_app.setting_up import create_account as create

    settings = settings_of(home)
    with refusals_end(settings):
        password = asyncio.run(create(settings, name, role, engineer))
    if password is None:
        fail(f"There is an account {name!r} already. Choose another name.")
    results.print(f"password [bold]{password}[/] (shown this once)")


def link_account(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    engineer: Annotated[str, typer.Option(help="Who this is in the rota, by full name; empty: nobody.")],
    home: HomeOption = None,
) -> None:
    """Say which engineer an account is, so that the desk knows the engineer's line."""
    from ari_app.setting_up import link_account as link

    settings = settings_of(home)
    with refusals_end(settings):
        asyncio.run(link(settings, name, engineer))
    messages.print(f"The account {name!r} is {engineer or 'no engineer of the rota'} from now on.", markup=False)


def set_role(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    role: Annotated[str, typer.Argument(help=ROLES)],
    home: HomeOption = None,
) -> None:
    """Give an account another role; it holds from the next click."""
    from ari_app.setting_up import set_role as give

    settings = settings_of(home)
    with refusals_end(settings):
        asyncio.run(give(settings, name, role))
    messages.print(f"The account {name!r} is {role} from now on.", markup=False)
