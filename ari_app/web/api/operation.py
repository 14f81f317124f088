"""One operation of the API: a function with types, and what it takes to be allowed to call it.

The signature says everything: a parameter named in the path is read from there, `query` from behind the question mark, `body`
from the JSON; what comes back is the answer. Checks, documents and tests are made from it.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel, TypeAdapter

from ari_app.clock import Clock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.desk.actor import WORKING, Actor
from ari_app.desk.explanation import Explains
from ari_app.desk.may_hear import MayHear
from ari_app.desk.views import TicketView
from ari_app.store.tables import Role
from ari_app.web.api.scopes import ALL, Scope
from ari_app.web.api.tokens import Holder
from ari_app.web.signing_in.register import Register

ROOT = "/api/v1"
#: How a file is sent, whatever it is: its name or content says the rest.
FILE = "application/octet-stream"
#: Of a body, unless an operation says otherwise.
MOST_BYTES = 64 * 1024
Function = TypeVar("Function", bound=Callable[..., Awaitable[Any]])


@dataclass
class Asked:
    """What an operation has beside the values of the request; it may add headers to the answer."""

    desk: Desk
    clock: Clock
    settings: Settings
    holder: Holder
    request: web.Request
    register: Register
    #: As If-Match says: the version of the ticket, "*" for any; "" where it is not asked for.
    version: str = ""
    #: None: no call can be explained here.
    explains: Explains | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        return self.holder.actor

    def as_seen(self, ticket: TicketView) -> TicketView:
        """Without what callers said, where that is not for who asks."""
        return MayHear(self.settings.access.hear_roles).seen_by(self.holder.listener, ticket)


@dataclass(frozen=True)
class Operation:
    """`name` is unique and stays the same: programs are generated from it."""

    name: str
    method: str
    path: str
    group: str
    function: Callable[..., Awaitable[Any]]
    scope: Scope
    roles: frozenset[Role]
    summary: str
    description: str
    parameters: dict[str, TypeAdapter[Any]]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    answer: TypeAdapter[Any] | None
    #: 200, 201 or 204.
    status: int
    #: Changes a ticket: needs If-Match.
    needs_version: bool = False
    #: Its answer holds a secret, so it is not kept for who asks again.
    is_secret: bool = False
    #: It may be refused by the desk, or by a state that it meets.
    can_be_refused: bool = False
    #: Media type of an answer that is no JSON.
    media_type: str | None = None
    #: A file is sent in place of JSON; the function gets it as `file`.
    takes_file: bool = False
    most_bytes: int = MOST_BYTES

    @property
    def full_path(self) -> str:
        return ROOT + self.path

    @property
    def takes_idempotency_key(self) -> bool:
        return self.method == "POST" and not self.is_secret and not self.takes_file

    @property
    def changes(self) -> bool:
        return self.method != "GET"


class Group:
    """Operations that stand together in the documents."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.operations: list[Operation] = []

    def get(self, path: str, scope: Scope = Scope.READ, **more: Any) -> Callable[[Function], Function]:
        return self._adding("GET", path, scope, 200, more)

    def post(self, path: str, scope: Scope, status: int = 200, **more: Any) -> Callable[[Function], Function]:
        return self._adding("POST", path, scope, status, {"can_be_refused": True, **more})

    def put(self, path: str, scope: Scope, **more: Any) -> Callable[[Function], Function]:
        return self._adding("PUT", path, scope, 200, {"can_be_refused": True, **more})

    def patch(self, path: str, scope: Scope, **more: Any) -> Callable[[Function], Function]:
        return self._adding("PATCH", path, scope, 200, {"can_be_refused": True, **more})

    def delete(self, path: str, scope: Scope, **more: Any) -> Callable[[Function], Function]:
        return self._adding("DELETE", path, scope, 200, {"can_be_refused": True, **more})

    def _adding(
        self, method: str, path: str, scope: Scope, status: int, more: dict[str, Any]
    ) -> Callable[[Function], Function]:
        def add(function: Function) -> Function:
            self.operations.append(operation_of(function, method, path, self.name, scope, status, **more))
            return function

        return add


def operation_of(
    function: Callable[..., Awaitable[Any]],
    method: str,
    path: str,
    group: str,
    scope: Scope,
    status: int,
    **more: Any,
) -> Operation:
    """Reads the signature. `more` are fields of Operation that say otherwise."""
    hints = get_type_hints(function, include_extras=True)
    named = re.findall(r"{(\w+)}", path)
    said = inspect.getdoc(function) or ""
    answer: Any = hints.get("return")
    has_answer = answer is not None and answer is not type(None)
    given: dict[str, Any] = {
        "name": function.__name__,
        "roles": ALL if method == "GET" else WORKING,
        "summary": said.split("\n")[0].rstrip("."),
        "description": said,
        "body": hints.get("body"),
        "answer": TypeAdapter(answer) if has_answer and not more.get("media_type") else None,
    }
    return Operation(
        method=method,
        path=path,
        group=group,
        function=function,
        scope=scope,
        parameters={name: TypeAdapter(hints[name]) for name in named},
        query=hints.get("query"),
        status=status if has_answer else 204,
        **(given | more),
    )
