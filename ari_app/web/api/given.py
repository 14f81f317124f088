"""What a request brings: read, checked against the operation, and refused with every mistake."""

import re
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ari_app.web.api.operation import FILE, Operation
from ari_app.web.api.problems import Mistake, Problem, invalid

_ETAG = re.compile(r'"([0-9a-f]{16,64})"')
_KEY = re.compile(r"[!-~]{1,200}")


async def read_given(request: web.Request, operation: Operation) -> dict[str, Any]:
    """The keyword arguments of the operation. Raises Problem."""
    given: dict[str, Any] = {}
    for name, type_ in operation.parameters.items():
        try:
            given[name] = type_.validate_strings(request.match_info[name])
        except ValidationError as wrong:
            raise Problem("not-found", f"{request.match_info[name][:80]!r} is no {name}.") from wrong
    query = _once_each(request)
    if operation.query is not None:
        try:
            given["query"] = operation.query.model_validate_strings(query)
        except ValidationError as wrong:
            raise invalid("query", wrong) from wrong
    elif query:
        raise _unknown_query(next(iter(query)))
    if operation.takes_file:
        given["file"] = await _file(request, operation)
    elif operation.body is not None:
        given["body"] = await _body(request, operation, operation.body)
    elif operation.changes and await _read(request, operation):
        raise Problem("bad-request", "This operation takes no body. Leave it out.")
    return given


def version_given(request: web.Request, operation: Operation) -> str:
    """What If-Match names; "" where it is not asked for. Raises Problem."""
    if not operation.needs_version:
        return ""
    said = request.headers.get("If-Match")
    if said is None:
        raise Problem("if-match-needed", "Read the ticket, and send its ETag as If-Match; * changes it whatever it is.")
    if said.strip() == "*":
        return "*"
    found = _ETAG.fullmatch(said.strip())
    if found is None:
        wrong = Mistake(
            place="header",
            pointer="/If-Match",
            what="no ETag of a ticket",
            value=said[:80],
            what_to_do="Send the ETag as the ticket's answer had it, with its quotes.",
        )
        raise Problem("bad-request", "If-Match is no ETag of a ticket.", [wrong])
    return found[1]


def key_given(request: web.Request, operation: Operation) -> str | None:
    """The Idempotency-Key, when there is one. Raises Problem."""
    said = request.headers.get("Idempotency-Key")
    if said is None or operation.method != "POST":
        return None
    if not operation.takes_idempotency_key:
        raise Problem("bad-request", "This answer is not kept (a file or a secret): leave Idempotency-Key out.")
    if not _KEY.fullmatch(said):
        raise Problem("bad-request", "An Idempotency-Key has 1 to 200 letters, digits or signs, and no blanks.")
    return said


async def _file(request: web.Request, operation: Operation) -> bytes:
    if request.content_type != FILE:
        raise Problem("no-file", f"Content-Type is {request.content_type!r}: send the bytes of the file as {FILE}.")
    return await _read(request, operation)


async def _read(request: web.Request, operation: Operation) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as large:
        raise Problem("too-large", f"Send less than {operation.most_bytes // 1024} KiB.") from large
    except web.RequestPayloadError as wrong:
        raise Problem("bad-request", "The body can't be read as Content-Encoding says, or it broke off.") from wrong


async def _body(request: web.Request, operation: Operation, model: type[BaseModel]) -> BaseModel:
    if request.content_type != "application/json":
        raise Problem("not-json", f"Content-Type is {request.content_type!r}: send application/json.")
    try:
        return model.model_validate_json(await _read(request, operation))
    except ValidationError as wrong:
        raise invalid("body", wrong) from wrong


def _once_each(request: web.Request) -> dict[str, str]:
    for name in request.query:
        if len(request.query.getall(name)) > 1:
            raise _bad_query(name, "it stands there more than once", "Give it once.")
    return dict(request.query)


def _unknown_query(name: str) -> Problem:
    return _bad_query(name, "this operation has no parameter of that name", "Leave it out.")


def _bad_query(name: str, what: str, advice: str) -> Problem:
    wrong = Mistake(place="query", pointer=f"/{name[:80]}", what=what, what_to_do=advice)
    return Problem("invalid", f"query {wrong.pointer}: {what}. {advice}", [wrong])
