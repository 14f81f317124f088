"""`meldlijn account`: who may log in to the pages. Also the way in when nobody can log in any more."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ari_app.cli.acting import at_the_terminal
from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of

if TYPE_CHECKING:
    from ari_app.web.signing_in.register import Register

Answer = TypeVar("Answer")
ROLES = "supervisor, engineer, manager, auditor or administrator; docs/roles.md says what each may."
NameArgument = Annotated[str, typer.Argument(help="The name to log in with.")]


def add_to(app: typer.Typer) -> None:
    accounts = typer.Typer(help="Who may log in to the pages.", no_args_is_help=True)
    accounts.command("create")(create)
    accounts.command("list")(list_accounts)
    accounts.command("link")(link)
    accounts.command("role")(set_role)
    accounts.command("reset")(reset)
    accounts.command("disable")(disable)
    accounts.command("enable")(enable)
    accounts.command("end-sessions")(end_sessions)
    accounts.command("revoke-tokens")(revoke_tokens)
    app.add_typer(accounts, name="account")


def create(
    name: NameArgument,
    role: Annotated[str, typer.Option(help=ROLES)] = "supervisor",
    engineer: Annotated[str, typer.Option(help="Who this is in the rota, by full name.")] = "",
    home: HomeOption = None,
) -> None:
    """Make an account for the pages and print its password once."""
    from ari_app.web.signing_in.register import NameTaken

    try:
        password = _ask(home, lambda register: register.create(name, role, engineer))
    except NameTaken:
        fail(f"There is an account {name!r} already. Choose another name.")
    results.print(f"password [bold]{password}[/] (shown this once)")


def list_accounts(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Who may log in, as what, and when they last did."""
    from ari_app.desk.views import to_json

    found = _ask(home, lambda register: register.all())
    if as_json:
        return print_json([to_json(one) for one in found])
    for one in found:
        marks = [("disabled", one.is_disabled), ("second factor", one.has_totp), ("OpenID", one.is_from_outside)]
        last = one.logged_in_at.isoformat(timespec="minutes") if one.logged_in_at else "never logged in"
        told = [one.username, one.role, one.engineer, *(word for word, holds in marks if holds), last]
        results.print("  ".join(part for part in told if part), markup=False)
    return None


def link(
    name: NameArgument,
    engineer: Annotated[str, typer.Option(help="Who this is in the rota, by full name; empty: nobody.")],
    home: HomeOption = None,
) -> None:
    """Say which engineer an account is, so that the desk knows the engineer's line."""
    _ask(home, lambda register: register.link(name, engineer))
    _say(f"The account {name!r} is {engineer or 'no engineer of the rota'} from now on.")


def set_role(name: NameArgument, role: Annotated[str, typer.Argument(help=ROLES)], home: HomeOption = None) -> None:
    """Give an account another role; it holds from the next click."""
    _ask(home, lambda register: register.set_role(name, role))
    _say(f"The account {name!r} is {role} from now on.")


def reset(
    name: NameArgument,
    totp: Annotated[
        bool, typer.Option("--totp", help="Also without the second factor, for who lost the phone.")
    ] = False,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Also revoke its tokens: somebody else may have known the password.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Give an account a new password and print it once; it is logged out everywhere. Its tokens go on, unless you say so."""
    by = getpass.getuser()
    password = _ask(home, lambda register: register.reset(name, also_totp=totp, also_tokens=tokens, by=by))
    results.print(f"password [bold]{password}[/] (shown this once)")


def disable(name: NameArgument, home: HomeOption = None) -> None:
    """Let nobody log in with this account any more, and log it out everywhere. What it did stays on record."""
    _ask(home, lambda register: register.disable(name))
    _say(f"The account {name!r} is disabled.")


def enable(name: NameArgument, home: HomeOption = None) -> None:
    """Let somebody log in again with an account that was disabled."""
    _ask(home, lambda register: register.enable(name))
    _say(f"The account {name!r} may log in again.")


def end_sessions(name: NameArgument, home: HomeOption = None) -> None:
    """Log an account out in every browser, at once."""
    _ask(home, lambda register: register.end_sessions(name))
    _say(f"The account {name!r} is logged out everywhere.")


def revoke_tokens(name: NameArgument, home: HomeOption = None) -> None:
    """Let no program in with a token of this account any more."""
    count = _ask(home, lambda register: register.revoke_tokens(name, getpass.getuser()))
    _say(f"{count} tokens of {name!r} open nothing from now on.")


def _ask(home: Path | None, question: Callable[[Register], Awaitable[Answer]]) -> Answer:
    """One question to the register. Ends the command with what is wrong."""
    from ari_app.setting_up import open_register
    from ari_app.store.schema import check

    settings = settings_of(home)
    if not check(settings.database_url).is_current:
        fail(f"The database of {settings.home} is not up to date. Run `meldlijn db upgrade`.")

    async def ask() -> Answer:
        async with open_register(settings) as register:
            return await question(register)

    with at_the_terminal(settings), refusals_end(settings):
        return asyncio.run(ask())


def _say(sentence: str) -> None:
    messages.print(sentence, markup=False)
