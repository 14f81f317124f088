"""`meldlijn audit list` and `check`: who did what, and whether the record of it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import WHEN, instant
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.audit import AuditView


def add_to(app: typer.Typer) -> None:
    audit = typer.Typer(help="Who did what, when and from where.", no_args_is_help=True)
    audit.command("list")(list_entries)
    audit.command("check")(check)
    app.add_typer(audit, name="audit")


def list_entries(
    who: Annotated[str, typer.Option(help="The name of an account.")] = "",
    what: Annotated[str, typer.Option(help="A command or event, such as login_failed or confirm_category.")] = "",
    ticket: Annotated[str, typer.Option(help="For example T-1001.")] = "",
    customer: Annotated[str, typer.Option(help="By name.")] = "",
    since: Annotated[str, typer.Option(help=WHEN)] = "",
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=100_000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who did what, newest first; what changed by it stands on the ticket itself."""
    from ari_app.desk.audit import Asked
    from ari_app.desk.views import to_json

    settings = settings_of(home)

    async def look(desk: Desk) -> list[AuditView]:
        customer_id = await desk.contracts.customer(customer) if customer else None
        begin = instant(settings, since) if since else None
        return await desk.audit.entries(Asked(who, what, ticket, customer_id, begin), limit)

    with refusals_end(settings, as_json):
        found = ask_desk(settings, look)
    if as_json:
        return print_json([to_json(one) for one in found])
    for one in found:
        about = " ".join(part for part in (one.ticket, one.customer, one.detail) if part)
        results.print(f"{one.at.isoformat(timespec='seconds')}  {one.who or '-'}  {one.what}  {about}  {one.origin}",
                      markup=False)  # fmt: skip
    return None


def check(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Walk along the chain of all entries. Keep the printed end elsewhere: with it a later check sees what was cut off."""
    found = ask_desk(settings_of(home), lambda desk: desk.audit.check())
    if as_json:
        print_json({"entries": found.entries, "broken_at": found.broken_at, "end": found.end})
    if found.broken_at is not None:
        fail(f"Entry {found.broken_at} does not follow from the one before it: something was changed or taken away.")
    if not as_json:
        messages.print(f"All {found.entries} entries are as they were written; the chain ends in {found.end or '-'}.")
