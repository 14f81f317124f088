"""`meldlijn billing hours`: the hours of a customer, for who asks for them (R-089)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    day_of,
    print_json,
    print_sources,
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.ticket_options import ByOption, actor
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.statement import Statement


def hours(
    customer: Annotated[str, typer.Option(help="By name.")],
    month: Annotated[str, typer.Option(help="Such as 2026-03.")],
    by: ByOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every hour that was worked for a customer in a month, as it was, what it costs with why, and the outage in minutes."""
    from ari_app.desk.views import to_json

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        first, who = day_of(f"{month}-01", "--month"), actor(by, "engineer")

        async def look(desk: Desk) -> Statement:
            return await desk.statement(await desk.contracts.customer(customer), first.year, first.month, who)

        found = ask_desk(settings, look)
    if as_json:
        return print_json(to_json(found))
    _print(found)
    return print_sources(found.clauses)


def _print(found: Statement) -> None:
    from rich.table import Table

    hours = Table("ticket", "engineer", "activity", "from", "until", "note")
    for one in found.hours:
        cells = (one.ticket, one.engineer, one.activity, local(one.began_at), local(one.ended_at), one.note)
        hours.add_row(*map(escape, cells))
    costs = Table("ticket", "activity", "from", "units", "charged", "amount", "why")
    for line in found.costs:
        amount = "tarief nog niet ingesteld (A-03)" if line.amount is None else f"€ {line.amount}"
        units = (str(line.units), str(line.charged_units))
        costs.add_row(line.ticket, line.activity, local(line.began_at), *units, amount, escape(" ".join(line.why)))
    results.print(f"[bold]{escape(found.customer)}[/] {found.year}-{found.month:02}", hours, costs, sep="\n")
    more = "" if found.is_complete else ", en regels zonder tarief (A-03)"
    results.print(f"berekend: € {found.charged}{more}")
    for outage in found.outages.of_tickets:
        until = local(outage.ended_at) if outage.ended_at else "nog bezig"
        service = outage.service or "dienst niet genoemd"
        results.print(
            f"uitval: {outage.ticket}, {service}, {local(outage.began_at)} tot {until}: {outage.minutes} minuten",
            markup=False,
        )
    for service, minutes in found.outages.by_service:
        results.print(
            f"uitval in deze maand, {service or 'dienst niet genoemd'}: {minutes} minuten (R-003)", markup=False
        )
