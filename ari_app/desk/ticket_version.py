"""Which version of a ticket somebody read: so that nobody decides about a ticket that meanwhile is another one."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from ari_app.desk.change import Change
from ari_app.desk.reading import read_ticket
from ari_app.desk.views import TicketView, to_json

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
ANY = "*"
#: These change by time alone, or are made from the rest; who listened changes nothing that is decided about.
_BY_TIME = ("deadlines", "next_deadline", "is_at_risk", "warnings", "counted_category", "clauses", "unheard")


class ChangedMeanwhile(Exception):
    """The ticket is no longer the one that was read; `version` is the present one."""

    def __init__(self, version: str) -> None:
        super().__init__("the ticket was changed meanwhile: read it again")
        self.version = version


def version_of(view: TicketView) -> str:
    """32 hexadecimal digits: of all facts of one ticket as `Desk.ticket` reads it. Time alone does not change it."""
    told = to_json(replace(view, work=replace(view.work, access=())))
    facts = {name: value for name, value in told.items() if name not in _BY_TIME}
    written = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def if_still(
    version: str, command: Callable[Concatenate[Change, Given], Awaitable[Answer]]
) -> Callable[Concatenate[Change, Given], Coroutine[Any, Any, Answer]]:
    """The command, for `Desk.change`: refused when the ticket, locked, is not that version. ANY: never refused so."""

    async def guarded(change: Change, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        await _must_be(change, version)
        return await command(change, *args, **kwargs)

    return guarded


async def _must_be(change: Change, version: str) -> None:
    if version == ANY:
        return
    present: Any = version_of(await read_ticket(change.session, change.ticket, change.terms, change.now))
    if present != version:
        raise ChangedMeanwhile(present)
