"""What the commands of a ticket ask for, in words, and how it is read."""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ari_app.cli.rota_words import WHEN, instant

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

#: How a parameter of the desk's commands is spelled, and what it means.
OPTIONS: dict[str, tuple[str, str]] = {
    "activity": ("--activity", "What was done; travel belongs to `leave`."),
    "allowed_by_customer": ("--allowed-by-customer", "Authorised employee of the customer who allowed it."),
    "allowed_by_engineer": ("--allowed-by-engineer", "Engineer of ours who allowed it."),
    "answer": ("--answer", "What the customer said."),
    "asked": ("--asked", "What the reporter asked for."),
    "at": ("--at", f"When it was. {WHEN} Without it now."),
    "began_at": ("--from", WHEN),
    "begins_at": ("--from", f"{WHEN} Without it now."),
    "category": ("--category", "III is the gravest."),
    "customer": ("--customer", 'By name; "" is an unknown one.'),
    "ended_at": ("--to", WHEN),
    "ends_at": ("--to", f"{WHEN} Without it: it still goes on."),
    "engineer_id": ("--engineer", "By name."),
    "entry_id": ("--entry", "Number of the time entry; `tickets show` tells it."),
    "event_id": ("--event", "Number of the event; `tickets show` tells it."),
    "evidence": ("--evidence", "What proves it."),
    "fact": ("--fact", "Which one."),
    "has_alternative": ("--alternative/--no-alternative", "Is there another way to work, or did we offer one?"),
    "how": ("--how", "By which way: mail, phone, portal ..."),
    "impediment": ("--impediment", "How far the customer's business is hindered."),
    "into": ("--into", "The earlier ticket of this customer."),
    "is_caused": ("--caused/--not-caused", "Did the customer cause it?"),
    "is_crucial_place": ("--crucial-place/--no-crucial-place", "Is it a crucial place of work? Without it: unknown."),
    "is_exception": ("--exception/--no-exception", "One or a few persons, by our own judgement (R-054)."),
    "is_intermediary_call": (
        "--intermediary-call/--no-intermediary-call",
        "A call with a third party for the customer.",
    ),
    "kind": ("--kind", "What the ticket is about."),
    "level": ("--level", 'A level of the agreement, such as premium; "" is Level 0.'),
    "missing": ("--missing", "What is not clear."),
    "note": ("--note", "What was done."),
    "outcome": ("--outcome", "What it is; cannot_judge leaves it to somebody else."),
    "path": ("--path", "The file or folder."),
    "phone_number": ("--phone-number", "A telephone number, in any way of writing."),
    "plan": ("--plan", "The Resolution Plan."),
    "problem": ("--problem", 'The problem record, such as T-1005; "" takes it away.'),
    "purpose": ("--purpose", "What was done with it: read, copied, changed ..."),
    "question": ("--question", "As it was sent to the customer."),
    "reason": ("--reason", "Which one; why in words goes with --why."),
    "scope": ("--scope", "How far the agreement covers it."),
    "seen": ("--seen", "The mark of the last decision that you saw; without it nobody looks whether another decided."),
    "sent_to": ("--sent-to", "To whom the question went."),
    "service": ("--service", "The service that is bought from us."),
    "solution": ("--solution", "What solved it."),
    "task_id": ("--task", "Number of the task; `tickets show` tells it."),
    "text": ("--text", "The words."),
    "to_line": ("--to-line", "2 or 3."),
    "told_to": ("--told-to", "Who at the customer was told."),
    "travel": ("--travel", "Minutes there and back in one sum; 0 only with --why-no-travel."),
    "up_to": ("--up-to", "At most so many euros for this ticket, such as 250.00."),
    "value": ("--value", 'What was said; "" when it was not.'),
    "what": ("--what", "What must be done."),
    "who": ("--who", "The person at the customer who agreed."),
    "why": ("--why", "The reason; kept with it."),
    "why_no_travel": ("--why-no-travel", "Why there was no travel."),
}


def actor(name: str, role: Literal["supervisor", "engineer", "customer"]) -> Actor:
    """Raises ValueError without a name."""
    from ari_app.desk.actor import Actor
    from ari_app.store.tables import Role

    if not name.strip():
        raise ValueError("--by is empty: give the name of who does this")
    return Actor(name.strip(), None if role == "customer" else Role(role))


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
