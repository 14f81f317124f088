"""`meldlijn hours`: which days are holidays, which have hours of their own, who said so, and what follows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from ari_app.cli.common import (
    HomeOption,
    JsonOption,
    messages,
    print_json,
    print_sources,
    refusals_end,
    results,
    settings_of,
)
from ari_app.cli.ticket_words import AMSTERDAM
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from datetime import date

    from ari_app.desk import Desk
    from ari_app.desk.actor import Actor
    from ari_app.desk.opening_days import Holiday

ByOption = Annotated[str, typer.Option("--by", help="Who decides this; the name is kept with the decision.")]
DayArgument = Annotated[str, typer.Argument(help="A date, such as 2027-04-27.")]
CLOSED = "closed"


def add_to(app: typer.Typer) -> None:
    hours = typer.Typer(help="Holidays, and service or phone hours of single dates.", no_args_is_help=True)
    for command in (propose, approve, revoke, override, show):
        hours.command(command.__name__)(command)
    app.add_typer(hours, name="hours")


def propose(
    year: Annotated[int, typer.Option(help="Such as 2027.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the library `holidays` names for the Netherlands, beside what is approved. Nothing counts before that."""
    from rich.table import Table

    settings = settings_of(home)
    with refusals_end(settings):
        views = ask_desk(settings, lambda desk: desk.opening_days.proposal(year))
    if as_json:
        return print_json([asdict(view) for view in views])
    table = Table("date", "", "name", "kind", "approved by")
    for view in views:
        approved = view.approved_by or "nobody yet"
        table.add_row(f"{view.day}", f"{view.day:%a}", escape(view.name), view.kind or "-", escape(approved))
    results.print(table)
    return print_sources(clause for view in views for clause in view.clauses)


def approve(
    by: ByOption,
    days: Annotated[list[str] | None, typer.Argument(help="Dates, such as 2027-04-27.")] = None,
    all_of: Annotated[int | None, typer.Option(help="All public holidays of this year that are still to come.")] = None,
    not_these: Annotated[list[str] | None, typer.Option("--except", help="A date of `--all-of` to leave out.")] = None,
    name: Annotated[str | None, typer.Option(help="How a date is called that the library does not name.")] = None,
    home: HomeOption = None,
) -> None:
    """Make dates holidays. What that does is holiday_closes_desk and holiday_stops_contract_clock (A-08)."""
    from ari_app.setting_up import clock_of

    settings = settings_of(home)
    with refusals_end(settings):
        chosen = [_named(_day(day), name) for day in days or ()]
        left_out = {_day(day) for day in not_these or ()}
        if all_of is not None:
            chosen += _all_of(all_of, left_out, clock_of(settings).now().astimezone(AMSTERDAM).date())
        if not chosen:
            raise ValueError("no date to approve: name dates, or a year with `--all-of` that has some to come")
        new = ask_desk(settings, lambda desk: desk.opening_days.approve(chosen, _supervisor(by)))
    names = {holiday.day: holiday.name for holiday in chosen}
    for day in new:
        results.print(f"{day:%a %d-%m-%Y} {escape(names[day])}", highlight=False)
    messages.print(f"{len(new)} approved, {len(names) - len(new)} were approved already.")


def revoke(
    day: DayArgument,
    by: ByOption,
    only: Annotated[
        Literal["holiday", "phone_hours", "service_hours"] | None, typer.Option(help="Without it all of them.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Take back what was approved for a date; the decision and its end are kept."""
    settings = settings_of(home)
    with refusals_end(settings):
        on = _day(day)
        for what in ask_desk(settings, lambda desk: desk.opening_days.revoke(on, _supervisor(by), only)):
            results.print(f"{on:%a %d-%m-%Y} {escape(what)}", highlight=False)


def override(
    day: DayArgument,
    windows: Annotated[list[str], typer.Argument(help="Such as 08:30-12:00 13:00-15:00, or closed.")],
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why; shown with the hours, and with each clock that runs by them.")],
    of: Annotated[
        Literal["phone", "service"],
        typer.Option(help="phone: when people answer. service: when the clocks of the agreement run; before that day."),
    ] = "phone",
    home: HomeOption = None,
) -> None:
    """Give a date hours of its own; they win from weekday and holiday, and replace those of before. Phone and service
    hours are changed apart; you are warned when a phone is answered outside service hours."""
    settings = settings_of(home)

    async def replace(desk: Desk) -> None:
        days = desk.opening_days
        command = days.override_service if of == "service" else days.override
        await command(on, pairs, reason, _supervisor(by))

    with refusals_end(settings):
        on, pairs = _day(day), [] if windows == [CLOSED] else [_window(window) for window in windows]
        ask_desk(settings, replace)
    show(first=day, days=1, home=home)


def show(
    first: Annotated[str | None, typer.Option("--from", help="A date; without it today.")] = None,
    days: Annotated[int, typer.Option(help="How many.", min=1, max=400)] = 14,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The hours of each day: service, calamity and phone, why they are so, and what is still to be decided."""
    from rich.table import Table

    settings = settings_of(home)
    with refusals_end(settings):
        begin = None if first is None else _day(first)
        views = ask_desk(settings, lambda desk: desk.opening_days.show(begin, days))
    if as_json:
        return print_json([asdict(view) for view in views])
    table = Table("date", "service", "calamity", "phone", "why")
    for view in views:
        hours = (_text(windows) for windows in (view.service, view.calamity, view.phone))
        table.add_row(f"{view.day:%a %d-%m-%Y}", *hours, escape(" ".join(view.why)))
    results.print(table)
    for warning in dict.fromkeys(warning for view in views for warning in view.warnings):
        results.print(f"[yellow]let op[/] {escape(warning)}")
    return print_sources(clause for view in views for clause in view.clauses)


def _supervisor(name: str) -> Actor:
    """Who may use this command has the database of the line in hand: no role is asked."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    return Actor(name, Role.SUPERVISOR)


def _named(day: date, name: str | None) -> Holiday:
    from ari_app.desk.days_shown import BY_HAND
    from ari_app.desk.opening_days import Holiday
    from ari_app.desk.proposed_days import proposed_days

    found = next((one for one in proposed_days(day.year) if one.day == day), None)
    if name is None and found is None:
        raise ValueError(f"{day} has no name in the library `holidays`: give it one with --name")
    return Holiday(day, name or (found.name if found else ""), found.source if found else BY_HAND)


def _all_of(year: int, left_out: set[date], today: date) -> list[Holiday]:
    from ari_app.desk.opening_days import Holiday
    from ari_app.desk.proposed_days import proposed_days

    public = {one.day: one for one in proposed_days(year) if one.kind == "public"}
    if unknown := left_out - set(public):
        raise ValueError(f"--except names {', '.join(map(str, sorted(unknown)))}: no public holiday of {year}")
    return [Holiday(day, one.name, one.source) for day, one in public.items() if day > today and day not in left_out]


def _day(text: str) -> date:
    from sla.calendar import parse_date

    return parse_date(text)


def _window(text: str) -> list[str]:
    if text.count("-") != 1:
        raise ValueError(f"{text!r} is no window: write it as 08:30-12:00, or {CLOSED} for the whole day")
    return text.split("-")


def _text(windows: tuple[tuple[str, str], ...]) -> str:
    return " ".join(f"{opens}-{closes}" for opens, closes in windows) or "-"
