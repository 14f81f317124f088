"""`meldlijn tickets`: each command of the desk is a sub-command, made from its signature, so that none is out of reach."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape
from typer.core import TyperGroup

from ari_app.cli.common import HomeOption, JsonOption, print_json, refusals_end, results, settings_of
from ari_app.cli.ticket_options import OPTIONS, AsOption, ByOption, TicketArgument, actor, given_value
from ari_app.cli.ticket_words import print_standing
from ari_app.cli.tickets import ask_desk, list_tickets, open_ticket, print_queue, show_ticket

if TYPE_CHECKING:
    from ari_app.desk import Desk
    from ari_app.desk.command_list import DeskCommand

#: What typer asks for in place of what the desk wants; `given_value` makes the one of the other.
_ASKED: Mapping[object, object] = {
    datetime: str,
    datetime | None: str | None,
    Decimal: str,
    timedelta: int,
}


class TicketGroup(TyperGroup):
    """Loads the desk's commands only when one of them is asked for: `meldlijn --help` must not wait for a database."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_commands()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        asked = _commands().get(cmd_name) if found is None else None
        return found if asked is None else _as_click(asked)


def add_to(app: typer.Typer) -> None:
    tickets = typer.Typer(help="What came in, and what is done with it.", no_args_is_help=True, cls=TicketGroup)
    tickets.command("list")(list_tickets)
    tickets.command("show")(show_ticket)
    tickets.command("queue")(print_queue)
    tickets.command("open")(open_ticket)
    app.add_typer(tickets, name="tickets")


def _commands() -> Mapping[str, DeskCommand]:
    from ari_app.desk.command_list import desk_commands

    return desk_commands()


def _as_click(command: DeskCommand) -> Any:
    app = typer.Typer(add_completion=False)
    app.command(command.name, help=_help(command), rich_help_panel=command.heading)(_entry(command))
    return typer.main.get_command(app)


def _help(command: DeskCommand) -> str:
    """What the desk says about it, with the names of options for those of parameters."""
    said = escape(inspect.getdoc(command.function) or "")
    return re.sub(
        r"`(\w+)`", lambda name: OPTIONS[name[1]][0].partition("/")[0] if name[1] in OPTIONS else name[0], said
    )


def _entry(command: DeskCommand) -> Callable[..., None]:
    """What typer calls: its signature is the command's own, with the options that all commands share."""

    def run(
        ticket: str,
        by: str,
        role: Literal["supervisor", "engineer", "customer"],
        home: Any,
        as_json: bool,
        **given: Any,
    ) -> None:
        settings = settings_of(home)
        with refusals_end(settings, as_json):
            who = actor(by, role)

            async def give(desk: Desk) -> tuple[object, Any]:
                wanted = {
                    one.name: await given_value(one, given[one.name], desk, settings) for one in command.parameters()
                }
                answer = await desk.change(ticket, who, command.function, **wanted)
                return answer, await desk.ticket(ticket)

            answer, view = ask_desk(settings, give)
        if as_json:
            from ari_app.desk.views import to_json

            return print_json(to_json(view))
        if answer:
            results.print(escape(str(answer)))
        return print_standing(view)

    shared = {"ticket": TicketArgument, "by": ByOption, "role": AsOption, "home": HomeOption, "as_json": JsonOption}
    defaults = {"role": "engineer", "home": None, "as_json": False}
    own = [one.replace(kind=_KEYWORD, default=_default(one), annotation=_asked(one)) for one in command.parameters()]
    others = [
        inspect.Parameter(name, _KEYWORD, default=defaults.get(name, inspect.Parameter.empty), annotation=annotation)
        for name, annotation in shared.items()
    ]
    run.__signature__ = inspect.Signature([others[0], *own, *others[1:]])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in (*own, *others)}
    return run


_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def _default(parameter: inspect.Parameter) -> object:
    """What may be None may be left out."""
    from ari_app.desk.command_list import may_be_none

    is_needed = parameter.default is inspect.Parameter.empty
    return None if is_needed and may_be_none(parameter) else parameter.default


def _asked(parameter: inspect.Parameter) -> object:
    from ari_app.desk.command_list import may_be_none

    spelled, meaning = OPTIONS[parameter.name]
    asked = _ASKED.get(parameter.annotation, parameter.annotation)
    if parameter.name == "engineer_id":
        asked = str | None if may_be_none(parameter) else str
    return Annotated[asked, typer.Option(spelled, help=escape(meaning))]
