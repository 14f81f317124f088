"""Every command of the desk on a ticket, made from its own signature: nothing about a single command stands here."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from inspect import Parameter, getdoc
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter, create_model

from ari_app.command_words import MEANINGS
from ari_app.desk.actor import DECIDING, WORKING
from ari_app.desk.command_list import DeskCommand, desk_commands, may_be_none
from ari_app.desk.for_pages import Preview
from ari_app.desk.ticket_version import ChangedMeanwhile, if_still
from ari_app.desk.views import TicketView
from ari_app.web.api.operation import Asked, Operation
from ari_app.web.api.operations.tickets import found_ticket, ticket_now
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Euro, Id, Instant, Minutes, Text, TicketNumber

#: What a program sends in place of what the desk wants: the same, in bounds that both databases can hold.
_IN_BOUNDS: dict[object, object] = {str: Text, int: Id, datetime: Instant, Decimal: Euro, timedelta: Minutes}
_PATH = "/tickets/{number}/commands/"
#: Commands that may cost the customer something: what, can be asked before.
PREVIEWED = ("book-time", "correct-time", "leave")
#: What only a supervisor decides, whatever the state of the ticket. A test holds this to what the commands themselves say.
OF_SUPERVISORS = frozenset(
    {"allow-hosted-hours", "allow-outside-hours", "confirm-clarifying", "confirm-excuse", "override-approval"}
)


class Done(BaseModel):
    """The ticket as it is now. `answer`: what the desk says about it in Dutch, when it has something to say."""

    answer: str | None
    ticket: TicketView


def command_operations() -> list[Operation]:
    """In the order of their names."""
    return [_operation(command) for _, command in sorted(desk_commands().items())]


def preview_operations() -> list[Operation]:
    """Of the commands whose costs are shown before they are given."""
    return [_preview(desk_commands()[name]) for name in PREVIEWED]


def _preview(command: DeskCommand) -> Operation:
    said = f"What `{command.name}` would add to the costs of a ticket. It is really done and then taken back."
    return replace(
        _operation(command),
        name=f"preview_{command.name.replace('-', '_')}",
        path=f"{_PATH}{command.name}/preview",
        function=_previewing(command),
        scope=Scope.READ,
        summary=f"What {command.name} would add to the costs of a ticket",
        description=said,
        answer=TypeAdapter(Preview),
        needs_version=False,
        can_be_refused=False,
    )


def _previewing(command: DeskCommand) -> Callable[..., Awaitable[Preview]]:
    async def look(asked: Asked, number: str, body: Body) -> Preview:
        await found_ticket(asked, number)
        return await asked.desk.for_pages.preview(number, asked.by, command.function, _values(command, body))

    return look


def _operation(command: DeskCommand) -> Operation:
    said = getdoc(command.function) or ""
    return Operation(
        name=command.name.replace("-", "_"),
        method="POST",
        path=_PATH + command.name,
        group="ticket commands",
        function=_function(command),
        scope=Scope.TICKETS_WRITE,
        roles=DECIDING if command.name in OF_SUPERVISORS else WORKING,
        summary=said.split("\n")[0].rstrip("."),
        description=said,
        parameters={"number": TypeAdapter(TicketNumber)},
        query=None,
        body=_body(command),
        answer=TypeAdapter(Done),
        status=200,
        needs_version=True,
        can_be_refused=True,
    )


def _function(command: DeskCommand) -> Callable[..., Awaitable[Done]]:
    async def give(asked: Asked, number: str, body: Body) -> Done:
        await found_ticket(asked, number)
        given = _values(command, body)
        try:
            answer = await asked.desk.change(number, asked.by, if_still(asked.version, command.function), **given)
        except ChangedMeanwhile as changed:
            told = "Read the ticket again, and decide about it as it is now."
            raise Problem("changed", told, headers={"ETag": f'"{changed.version}"'}) from changed
        return Done(answer=None if answer is None else str(answer), ticket=await ticket_now(asked, number))

    return give


def _values(command: DeskCommand, body: Body) -> dict[str, Any]:
    """What was sent, as the desk wants it."""
    given: dict[str, Any] = {name: getattr(body, name) for name in type(body).model_fields}
    lengths = {_name(one): one.name for one in command.parameters() if one.annotation is timedelta}
    return given | {desk: timedelta(minutes=given.pop(sent)) for sent, desk in lengths.items()}


def _body(command: DeskCommand) -> type[Body]:
    fields: dict[str, Any] = {_name(one): (_type(one), _default(one)) for one in command.parameters()}
    name = "".join(part.capitalize() for part in command.name.split("-"))
    return create_model(name, __base__=Body, __doc__=getdoc(command.function), **fields)


def _name(parameter: Parameter) -> str:
    """A length of time goes in minutes, and says so."""
    return f"{parameter.name}_minutes" if parameter.annotation is timedelta else parameter.name


def _type(parameter: Parameter) -> Any:
    inner = [one for one in get_args(parameter.annotation) if one is not type(None)]
    wanted: Any = inner[0] if may_be_none(parameter) else parameter.annotation
    bounded: Any = _IN_BOUNDS.get(wanted, wanted)
    said = Field(description=MEANINGS.get(parameter.name))
    return Annotated[bounded | None if may_be_none(parameter) else bounded, said]


def _default(parameter: Parameter) -> object:
    """What may be null may be left out, as at the terminal."""
    if parameter.default is not Parameter.empty:
        return parameter.default
    return None if may_be_none(parameter) else ...
