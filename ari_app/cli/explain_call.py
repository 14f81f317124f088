"""`meldlijn explain-call`: what a call would be like, without a call."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape

from ari_app.cli.calls import running_home
from ari_app.cli.common import HomeOption, JsonOption, fail, messages, print_json, print_sources, results, settings_of

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from ari_app.config import Settings
    from ari_app.desk.explanation import Explanation
    from ari_app.simulator.simulator import Behaviour

ANY, ANONYMOUS = "any", "anonymous"


def add_to(app: typer.Typer) -> None:
    app.command("explain-call")(explain_call)


def explain_call(
    from_number: Annotated[
        str, typer.Option("--from", help="The caller's number, anonymous, or any: one of each kind of caller.")
    ],
    at: Annotated[
        str | None,
        typer.Option(
            help="Such as 2026-11-21T09:10, local unless it has an offset; or any: the telling moments of a year. Without it now."
        ),
    ] = None,
    dtmf: Annotated[
        str, typer.Option(help="Keys, one for each moment at which the line waits for one; # also ends a message.")
    ] = "",
    engineers: Annotated[
        Literal["no-answer", "accept", "decline", "busy", "voicemail-box"],
        typer.Option(help="What engineers on duty do. With no-answer all who would be rung are shown."),
    ] = "no-answer",
    desk: Annotated[Literal["no-answer", "answer"], typer.Option(help="What the desk does.")] = "no-answer",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the script of a call against virtual phones: what is said and asked, the route and why, who rings, clocks, costs.

    Reads the line's database and writes nothing. A time between two prompts is estimated from their length. The route is one
    of desk, on_duty, voicemail, closed, announcement, duty; docs/operations.md has them all, and the JSON. Exit code 1 when a
    caller would reach neither a person nor voicemail.
    """
    from ari_app.simulator.simulator import Behaviour, SimulationFailed
    from ari_app.simulator.virtual_time import run_virtually

    settings = _quiet_settings(running_home(home))
    if settings.database is None and not (settings.home / "meldlijn.db").is_file():
        fail(f"There is no line in {settings.home}. Run `meldlijn setup`, or name its folder with --home.")
    does = Behaviour(_keys(dtmf), engineers, desk)
    try:
        if ANY in (from_number, at):
            many = run_virtually(_many(settings, from_number, at, does))
            return _print_many(settings, many, as_json=as_json)
        one = run_virtually(_one(settings, from_number, _instant(settings, at), does))
    except (SimulationFailed, ValueError) as why:
        fail(str(why))
    agreement = settings.agreement()
    clauses = agreement.clauses_in(*one.reasons())
    if as_json:
        print_json({**one.to_json(), "clauses": [asdict(clause) for clause in clauses]})
    else:
        _print_one(one, agreement.zone)
        print_sources(clauses)
    raise typer.Exit(1 if one.is_dead_end else 0)


Row = tuple[str, str, "Explanation"]


async def _one(settings: Settings, number: str, at: datetime, does: Behaviour) -> Explanation:
    from ari_app.simulator.simulator import Simulator

    async with Simulator.open(settings) as simulator:
        return await simulator.call(_raw(number), at, does)


async def _many(settings: Settings, number: str, at: str | None, does: Behaviour) -> list[Row]:
    """(kind of caller, what happens at the moment, explanation)."""
    from ari_app.simulator.everyone import Moment, kinds_of_callers, moments_of_a_year
    from ari_app.simulator.simulator import Simulator

    now = _instant(settings, None if at == ANY else at)
    async with Simulator.open(settings) as simulator:
        callers = await kinds_of_callers(simulator.desk, now) if number == ANY else [(number, _raw(number))]
        moments = await moments_of_a_year(simulator.desk, now) if at == ANY else [Moment(now, "")]
        return [
            (kind, moment.why, await simulator.call(raw, moment.at, does))
            for moment in moments
            for kind, raw in callers
        ]


def _print_many(settings: Settings, rows: list[Row], *, as_json: bool) -> None:
    from rich.table import Table

    dead = [row for row in rows if row[2].is_dead_end]
    if as_json:
        print_json([{"caller": kind, "moment": why, **one.to_json()} for kind, why, one in rows])
    else:
        zone = settings.agreement().zone
        table = Table("at", "moment", "caller", "route", "ends in", "rings", "why")
        for kind, why, one in rows:
            rings = ", ".join(dict.fromkeys(rung.who for rung in one.rings))
            end = f"[red]{one.ends_in}[/]" if one.is_dead_end else one.ends_in
            last = one.why[-1] if one.why else ""
            at = f"{one.at.astimezone(zone):%a %d-%m-%Y %H:%M:%S}"
            table.add_row(at, escape(why), kind, one.route, end, escape(rings), escape(last))
        results.print(table)
        messages.print(f"{len(rows)} calls, {len(dead)} dead ends.")
    raise typer.Exit(1 if dead else 0)


def _print_one(one: Explanation, zone: tzinfo) -> None:
    who = one.customer or "nobody we know"
    results.print(
        f"[bold]{one.number or 'anonymous'}[/] ({escape(who)}, {one.level}), {one.at.astimezone(zone):%a %d-%m-%Y %H:%M:%S}"
    )
    results.print(f"route [bold]{one.route}[/], ends in [bold]{one.ends_in}[/] after {one.seconds:.0f} s")
    for why in one.why:
        results.print(f"  {escape(why)}")
    if one.on_duty:
        results.print(f"on duty: {escape(', '.join(one.on_duty))}")
    for _at, line in sorted(_lines(one), key=lambda line: line[0]):
        results.print(line)
    _print_ticket(one, zone)
    if one.error:
        results.print(f"[red]the script crashed:[/] {escape(one.error)}")


def _lines(one: Explanation) -> list[tuple[float, str]]:
    """What happened, each with its second."""
    said = [
        (line.at, f"{line.at:6.1f} s  {escape(line.to)} hears [bold]{line.prompt or 'a text'}[/]: {escape(line.text)}")
        for line in one.said
    ]
    asked = [
        (line.at, f"{line.at:6.1f} s  caller is asked for a key, and presses {line.keys or 'nothing'}")
        for line in one.questions
    ]
    rung = [
        (line.at, f"{line.at:6.1f} s  {escape(line.who)} {line.number} rings: {line.result}. {escape(line.why)}")
        for line in one.rings
    ]
    return said + asked + rung


def _print_ticket(one: Explanation, zone: tzinfo) -> None:
    if one.ticket:
        results.print(f"ticket: {one.ticket.kind}, {one.ticket.level}, {escape(one.ticket.summary)}")
        for clock in one.ticket.clocks:
            due = f"{clock.due_at.astimezone(zone):%a %d-%m-%Y %H:%M}" if clock.due_at else "-"
            results.print(f"  {clock.clock}: {clock.state}, due {due} ({clock.rule})")
    if one.costs:
        amount = "rate not given yet" if one.costs.amount is None else f"€ {one.costs.amount}"
        results.print(
            f"costs of {one.costs.minutes} minutes of {one.costs.activity}: {amount}. {escape(one.costs.why[0])}"
        )


def _quiet_settings(home: Any) -> Settings:
    """The calls of a table would bury it under their logs."""
    import logging

    import structlog

    settings = settings_of(home)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return settings


def _instant(settings: Settings, text: str | None) -> datetime:
    if text is None:
        from ari_app.setting_up import clock_of

        return clock_of(settings).now()
    from ari_app.cli.rota_words import instant

    return instant(settings, text)


def _raw(number: str) -> str:
    return "" if number == ANONYMOUS else number


def _keys(dtmf: str) -> str:
    if wrong := [key for key in dtmf if key not in "0123456789*#ABCD"]:
        fail(f"{wrong[0]!r} in --dtmf is no key of a phone. Use 0 to 9, * and #.")
    return dtmf
