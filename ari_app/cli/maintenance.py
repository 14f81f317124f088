"""`meldlijn maintenance`: planned maintenance with its five items (R-106), and who was told (R-104)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import WHEN, instant
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.maintenance import MaintenanceView

NumberArgument = Annotated[int, typer.Argument(help="As `maintenance list` shows it.")]


def add_to(app: typer.Typer) -> None:
    maintenance = typer.Typer(help="Planned maintenance, and who was told of it.", no_args_is_help=True)
    maintenance.command("plan")(plan)
    maintenance.command("list")(list_all)
    maintenance.command("mail")(mail)
    maintenance.command("told")(told)
    maintenance.command("cancel")(cancel)
    app.add_typer(maintenance, name="maintenance")


def plan(  # noqa: PLR0913 - each option of a command is an argument
    contact: Annotated[str, typer.Option(help="Whom customers ask: a name and a number.")],
    begins: Annotated[str, typer.Option("--from", help=WHEN)],
    until: Annotated[str, typer.Option("--until", help=WHEN)],
    minutes: Annotated[int, typer.Option(help="How long the work itself takes, within that time.")],
    service: Annotated[list[str], typer.Option(help="What it is about, once for each.")],
    reason: Annotated[str, typer.Option(help="Why it is done.")],
    by: ByOption,
    customer: Annotated[
        list[str] | None,
        typer.Option(help="By name, once for each. Without it those who have such a service, else everybody."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Plan maintenance: callers hear of it from now on. Prints its number; then tell the customers with `maintenance mail`."""
    from ari_app.desk.maintenance_words import Notice

    settings = settings_of(home)
    with refusals_end(settings):
        starts_at, ends_at = instant(settings, begins), instant(settings, until)

        async def ask(desk: Desk) -> int:
            customers = tuple([await desk.contracts.customer(name) for name in customer or ()])
            notice = Notice(contact, starts_at, ends_at, minutes, tuple(service), reason, customers)
            return await desk.maintenance.plan(notice, actor(by, "engineer"))

        results.print(str(ask_desk(settings, ask)))


def list_all(
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(help="How many, the one that begins last first.", min=1, max=1000)] = 20,
    as_json: JsonOption = False,
) -> None:
    """Maintenance that is planned, that was, and that was cancelled, with the mails about it."""
    from ari_app.desk.views import to_json

    found = ask_desk(settings_of(home), lambda desk: desk.maintenance.all(limit))
    if as_json:
        return print_json(to_json(found))
    for one in found:
        for line in _lines(one):
            results.print(line, markup=False)
    return None


def mail(number: NumberArgument, by: ByOption, home: HomeOption = None) -> None:
    """Write a mail to each contact whom it concerns and who gets notices. Nobody gets it twice; none goes once it began."""
    settings = settings_of(home)
    with refusals_end(settings):
        written = ask_desk(settings, lambda desk: desk.maintenance.mail(number, actor(by, "engineer")))
    messages.print(
        f"{written} mails are written; a running line sends them. `maintenance list` tells what came of them."
    )


def told(
    number: NumberArgument,
    how: Annotated[str, typer.Option(help="By which way the customers know.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Write down that the customers were told by another way, before it begins (R-104)."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.maintenance.mark_told(number, actor(by, "engineer"), how))
    messages.print(f"Written down: the customers know of maintenance {number}.")


def cancel(
    number: NumberArgument,
    why: Annotated[str, typer.Option(help="The reason; who got the mail reads it.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """It does not take place: callers hear nothing of it any more, and who got the mail gets another."""
    settings = settings_of(home)
    with refusals_end(settings):
        ask_desk(settings, lambda desk: desk.maintenance.cancel(number, actor(by, "engineer"), why))
    messages.print(f"Maintenance {number} is cancelled.")


def _lines(one: MaintenanceView) -> list[str]:
    notice = one.notice
    cancelled = f"  cancelled by {one.cancelled_by}: {one.why_cancelled}" if one.cancelled_at else ""
    known = "  told" if one.is_told else "  not told to everybody yet"
    whom = ", ".join(one.customers) or "everybody"
    lines = [f"{one.id}  {local(notice.starts_at)} - {local(notice.ends_at)}  {whom}{cancelled or known}"]
    lines.append(f"  {one.text}")
    if one.told_at:
        lines.append(f"  told by {one.told_by}, {local(one.told_at)}: {one.told_how}")
    for mail in one.mails:
        what = "cancellation" if mail.is_cancellation else "mail"
        why = f": {mail.why}" if mail.why else ""
        lines.append(f"  {what} to {mail.whom}: {mail.standing.value} {local(mail.at)}{why}")
    if one.without_mail and not one.cancelled_at:
        lines.append(f"  without an address: {', '.join(one.without_mail)}")
    return lines
