"""`meldlijn setup` and `db upgrade`."""

import asyncio

import typer

from ari_app.cli.common import HomeOption, messages, settings_of


def add_to(app: typer.Typer) -> None:
    app.command()(setup)
    database = typer.Typer(help="The database of the line.", no_args_is_help=True)
    database.command("upgrade")(upgrade_database)
    database.callback()(lambda: None)
    app.add_typer(database, name="db")


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
