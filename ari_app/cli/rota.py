"""`meldlijn rota`: who is on duty, and who said so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from ari_app.cli import rota_files, rota_swaps
from ari_app.cli.common import HomeOption, JsonOption, messages, print_json, refusals_end, results, settings_of
from ari_app.cli.rota_words import (
    WHEN,
    ByOption,
    EndOption,
    PositionOption,
    StartOption,
    duty_json,
    instant,
    supervisor,
)
from ari_app.cli.ticket_words import local
from ari_app.cli.tickets import ask_desk

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from routing.rota import Duty, Engineer

WhyOption = Annotated[str, typer.Option(help="Why; kept with the change.")]


def add_to(app: typer.Typer) -> None:
    rota = typer.Typer(help="Who is on duty, and who said so.", no_args_is_help=True)
    for command in (show, who, set_pattern, override, remove, phones, check, handshake, changes):
        rota.command(command.__name__.replace("_", "-"))(command)
    rota_swaps.add_to(rota)
    rota_files.add_to(rota)
    app.add_typer(rota, name="rota")


def show(
    start: Annotated[str | None, typer.Option("--from", help=WHEN)] = None,
    days: Annotated[int, typer.Option(min=1, max=400)] = 14,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The shifts of the coming days, and the overrides with their numbers."""
    from rich.table import Table

    from ari_app.setting_up import clock_of

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        begin = clock_of(settings).now() if start is None else instant(settings, start)
        shifts = ask_desk(settings, lambda desk: desk.rota.duties_between(begin, begin + timedelta(days=days)))
        overrides = ask_desk(settings, lambda desk: desk.rota.overrides())
    if as_json:
        numbered = [{"number": one.number, **duty_json(one.duty)} for one in overrides]
        return print_json({"shifts": [duty_json(shift) for shift in shifts], "overrides": numbered})
    table = Table("position", "engineer", "from", "until", "")
    for shift in shifts:
        kind = "override" if shift.is_override else ""
        name = escape(shift.engineer.name)
        table.add_row(f"{shift.position}", name, local(shift.starts_at), local(shift.ends_at), kind)
    results.print(table)
    for one in overrides:
        duty = one.duty
        when = f"{local(duty.starts_at)} to {local(duty.ends_at)}"
        results.print(f"override {one.number}: {escape(duty.engineer.name)} at position {duty.position}, {when}")
    return None


def who(
    at: Annotated[str | None, typer.Option(help=WHEN)] = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Whose phones ring now, or at a moment, first one first."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        moment = None if at is None else instant(settings, at)
        present = ask_desk(settings, lambda desk: desk.on_duty(moment))
    if as_json:
        return print_json([engineer_json(engineer) for engineer in present])
    for place, engineer in enumerate(present, 1):
        results.print(f"{place}. {escape(engineer.name)}, line {engineer.line}: {' '.join(engineer.numbers)}")
    if not present:
        messages.print("Nobody is on duty at that moment.")
    return None


def set_pattern(
    engineers: Annotated[list[str], typer.Argument(help="Names, in turn.")],
    first_day: Annotated[str, typer.Option("--first-day", help="Date of the first hand-over; its weekday is kept.")],
    by: ByOption,
    hand_over: Annotated[str, typer.Option(help="Local time of the hand-over.")] = "08:00",
    position: PositionOption = 1,
    weeks: Annotated[int, typer.Option(help="How long a turn lasts.")] = 1,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Engineers take a position in turn, from a date on. What was planned by pattern for it ends there."""
    from datetime import time

    from sla.calendar import parse_date

    settings = settings_of(home)
    with refusals_end(settings, as_json):
        day, at = parse_date(first_day), time.fromisoformat(hand_over)
        pattern = ask_desk(
            settings, lambda desk: desk.rota.set_pattern(position, engineers, day, at, supervisor(by), weeks)
        )
    begins = pattern.hand_over(0)
    if as_json:
        names = [engineer.name for engineer in pattern.engineers]
        return print_json({"position": position, "engineers": names, "begins": begins.isoformat(), "weeks": weeks})
    return results.print(
        f"Position {position} from {local(begins)} on: {escape(', '.join(one.name for one in pattern.engineers))} in turn."
    )


def override(
    engineer: Annotated[str, typer.Argument(help="Name.")],
    start: StartOption,
    end: EndOption,
    why: WhyOption,
    by: ByOption,
    position: PositionOption = 1,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One engineer has a position for a while, whatever the pattern says."""
    settings = settings_of(home)
    with refusals_end(settings, as_json):
        begins, ends = instant(settings, start), instant(settings, end)
        new = ask_desk(settings, lambda desk: _override(desk, engineer, begins, ends, position, why, by))
    if as_json:
        return print_json([duty_json(duty) for duty in new])
    return messages.print("Done." if new else "That override was there already.")


def remove(
    number: Annotated[int, typer.Argument(help="Of the override, as `meldlijn rota show` says.")],
    why: WhyOption,
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Take an override back; what is past of it stays."""
    settings = settings_of(home)
    with refusals_end(settings):
        gone = ask_desk(settings, lambda desk: desk.rota.remove_override(number, why, supervisor(by)))
    messages.print(f"The override of {escape(gone.engineer.name)} ends.")


def phones(
    engineer: Annotated[str, typer.Argument(help="Name.")],
    numbers: Annotated[list[str], typer.Argument(help="In ringing order: mobile, home.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """The phones of an engineer, in the order in which they ring."""
    settings = settings_of(home)
    with refusals_end(settings):
        found = ask_desk(settings, lambda desk: desk.rota.set_phones(engineer, numbers, supervisor(by)))
    results.print(f"{escape(found.name)}: {' '.join(found.numbers)}")


def check(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What is wrong with the rota of the next 14 days. Exit code 1 when something is; a low line or a long run is only shown."""
    from ari_app.desk.rota_warnings import ONLY_SHOWN

    settings = settings_of(home)
    found = ask_desk(settings, lambda desk: desk.rota_warnings.check())
    if as_json:
        rows = [
            {
                "kind": one.kind.value,
                "from": one.starts_at.isoformat(),
                "until": one.ends_at.isoformat(),
                "why": one.why,
            }
            for one in found
        ]
        print_json(rows)
    else:
        for one in found:
            results.print(f"{one.kind.value}: {escape(one.why)}")
        if not found:
            messages.print("The rota of the next 14 days is complete.")
    if any(one.kind not in ONLY_SHOWN for one in found):
        raise typer.Exit(1)


def handshake(
    engineer: Annotated[str, typer.Argument(help="Who takes the duty.")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Take the duty for an engineer who confirmed it by another way."""
    settings = settings_of(home)
    with refusals_end(settings):
        shift = ask_desk(settings, lambda desk: _take(desk, engineer, by))
    results.print(f"{escape(shift.engineer.name)} took the duty of {local(shift.starts_at)} to {local(shift.ends_at)}.")


def changes(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Who changed what in the rota, newest first."""
    rows = ask_desk(settings_of(home), lambda desk: desk.rota.changes(limit))
    if as_json:
        return print_json([row.model_dump() for row in rows])
    for row in rows:
        results.print(f"{local(row.at)} {escape(row.actor)}: {row.what} {escape(row.why)} {escape(str(row.detail))}")
    return None


def engineer_json(engineer: Engineer) -> dict[str, Any]:
    return {"id": engineer.id, "name": engineer.name, "numbers": list(engineer.numbers), "line": engineer.line}


async def _override(
    desk: Desk, name: str, begins: datetime, ends: datetime, position: int, why: str, by: str
) -> list[Duty]:
    from routing.rota import Duty

    engineer = await desk.rota.engineer(name)
    return await desk.rota.override([Duty(engineer, begins, ends, position)], why, supervisor(by))


async def _take(desk: Desk, name: str, by: str) -> Duty:
    return await desk.handshake.take((await desk.rota.engineer(name)).id, by)
