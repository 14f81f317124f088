"""What the commands of a ticket ask for, in words, and how it is read."""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ari_app.cli.rota_words import WHEN, instant
from ari_app.command_words import MEANINGS

if TYPE_CHECKING:
    from ari_app.config import Settings
    from ari_app.desk import Desk
    from ari_app.desk.actor import Actor

TicketArgument = Annotated[str, typer.Argument(help="For example T-1001.", metavar="TICKET")]
ByOption = Annotated[str, typer.Option("--by", help="Who does this; the name is kept with it.")]
AsOption = Annotated[
    Literal["supervisor", "engineer", "customer"],
    typer.Option("--as", help="In which role. Who may use this command has the database in hand: nobody checks it."),
]

#: Spelled otherwise than the parameter: `engineer_id` is `--engineer`.
_SPELLED: dict[str, str] = {
    "began_at": "--from",
    "begins_at": "--from",
    "ended_at": "--to",
    "ends_at": "--to",
    "engineer_id": "--engineer",
    "entry_id": "--entry",
    "event_id": "--event",
    "has_alternative": "--alternative/--no-alternative",
    "is_caused": "--caused/--not-caused",
    "is_crucial_place": "--crucial-place/--no-crucial-place",
    "is_exception": "--exception/--no-exception",
    "is_intermediary_call": "--intermediary-call/--no-intermediary-call",
    "task_id": "--task",
}
#: What a terminal adds to, or says otherwise than, the desk.
_SAID: dict[str, str] = {
    "at": f"When it was. {WHEN} Without it now.",
    "began_at": WHEN,
    "begins_at": f"{WHEN} Without it now.",
    "ended_at": WHEN,
    "ends_at": f"{WHEN} Without it: it still goes on.",
    "engineer_id": "By name.",
    "entry_id": "Number of the time entry; `tickets show` tells it.",
    "event_id": "Number of the event; `tickets show` tells it.",
    "reason": "Which one; why in words goes with --why.",
    "task_id": "Number of the task; `tickets show` tells it.",
    "travel": "Minutes there and back in one sum; 0 only with --why-no-travel.",
}

#: How a parameter of the desk's commands is spelled, and what it means.
OPTIONS: dict[str, tuple[str, str]] = {
    name: (_SPELLED.get(name, f"--{name.replace('_', '-')}"), _SAID.get(name, meaning))
    for name, meaning in MEANINGS.items()
}


def actor(name: str, role: Literal["supervisor", "engineer", "customer"]) -> Actor:
    """Raises ValueError without a name."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    if not name.strip():
        raise ValueError("--by is empty: give the name of who does this")
    return Actor(name.strip(), None if role == "customer" else Role(role))


def administrator(by: str) -> Actor:
    """Who may use this command has the database of the line in hand: no role is asked."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    return Actor(by, Role.ADMINISTRATOR)


async def given_value(parameter: inspect.Parameter, text: Any, desk: Desk, settings: Settings) -> Any:
    """What the desk wants, from what the person wrote. Raises ValueError, and Refused for an unknown engineer."""
    if text is None:
        return None
    if parameter.name == "engineer_id":
        return (await desk.rota.engineer(text)).id
    if parameter.annotation in (datetime, datetime | None):
        return instant(settings, text)
    if parameter.annotation is timedelta:
        return timedelta(minutes=text)
    if parameter.annotation is Decimal:
        return _euro(text)
    return text


def _euro(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount: write it as 250.00") from None
