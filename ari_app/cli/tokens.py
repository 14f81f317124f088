"""`meldlijn token`: what programs show to the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import HomeOption, JsonOption, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk import Desk
    from ari_app.web.api.tokens import Tokens

ByOption = Annotated[str, typer.Option("--by", help="Who does this; the name is kept with it.")]


def add_to(app: typer.Typer) -> None:
    tokens = typer.Typer(help="Tokens of programs that use the API.", no_args_is_help=True)
    for command, name in ((create, "create"), (list_tokens, "list"), (revoke, "revoke")):
        tokens.command(name)(command)
    app.add_typer(tokens, name="token")


def create(
    name: Annotated[str, typer.Argument(help="What it is for, such as the name of the program.")],
    account: Annotated[str, typer.Option(help="Whose: the token may never do more than the role of this account.")],
    scope: Annotated[list[str], typer.Option(help="read, tickets:write, rota:write ...; may be given again.")],
    by: ByOption,
    days: Annotated[int, typer.Option(help="How long it holds.", min=1, max=366)] = 90,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it, this once: the database keeps only its hash."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        made, token = ask_desk(settings, lambda desk: _of(settings, desk).create(account, name, scope, by, days))
    if as_json:
        return print_json({**to_json(made), "token": token})
    results.print(f"token [bold]{token}[/] (shown this once), until {local(made.expires_at)}")
    return None


def list_tokens(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tokens by their first letters, with when each was last used."""
    from rich.table import Table

    from ari_app.desk.views import to_json

    settings = settings_of(home)
    found = ask_desk(settings, lambda desk: _of(settings, desk).all(account))
    if as_json:
        return print_json(to_json(found))
    table = Table("token", "name", "account", "scopes", "made", "until", "last used")
    for one in found:
        until = f"revoked {local(one.revoked_at)}" if one.revoked_at else local(one.expires_at)
        used = local(one.last_used_at) if one.last_used_at else "-"
        cells = (f"{one.prefix}...", one.name, one.account, " ".join(one.scopes), local(one.made_at), until, used)
        table.add_row(*map(escape, cells))
    return results.print(table)


def revoke(
    prefix: Annotated[str, typer.Argument(help="Its first letters, as `token list` shows them.", metavar="TOKEN")],
    by: ByOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """From the next request on it opens nothing."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        over = ask_desk(settings, lambda desk: _of(settings, desk).revoke(prefix.removesuffix("..."), by))
    if as_json:
        return print_json(to_json(over))
    return results.print(f"{escape(over.name)} of {escape(over.account)} is revoked.")


def _of(settings: Settings, desk: Desk) -> Tokens:
    from ari_app.setting_up import clock_of
    from ari_app.web.api.tokens import Tokens

    return Tokens(desk.store, clock_of(settings))
