"""The document of the API, OpenAPI 3.1: made from the table that the routes are made from."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from ari_app.web.api.operation import FILE, Operation
from ari_app.web.api.problems import KINDS, MEDIA_TYPE, ProblemOut
from ari_app.web.api.scopes import Scope

VERSION = "1"
_REF = "#/components/schemas/{model}"
_INTRODUCTION = """What pages and desk commands of Meldlijn can do, for programs.

* Send `Authorization: Bearer` and a token: `meldlijn token create`, or your own page of tokens. No cookie counts here.
* Instants are ISO 8601 with an offset; answers give UTC. Amounts are texts in euro. Days and months are local (Europe/Amsterdam).
* Every refusal is `application/problem+json` (RFC 9457). What the desk refuses comes with its rule and clause, in Dutch.
* Lists come in pages: `next`, and the header Link. Unknown fields and parameters are refused.
* Commands on a ticket ask for `If-Match` with the ETag of the ticket that you read, or `*`.
* A POST may carry `Idempotency-Key`: sent again within a day it does nothing twice, and gives the same answer.
"""
_STATUS = {200: "Done.", 201: "Made.", 204: "Done; there is nothing to tell."}


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """For all of these operations."""
    schemas, definitions = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.full_path, {})[operation.method.lower()] = _operation(operation, schemas)
    told = {
        "openapi": "3.1.0",
        "info": {"title": "Meldlijn", "version": VERSION, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(one.group for one in operations)],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": {kind: _problem(kind, schemas["problem"]) for kind in map(str, _problem_statuses())},
            "headers": _HEADERS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _scopes()}},
        },
    }
    return {name: _plain_pairs(value) for name, value in told.items()}


def _plain_pairs(value: Any) -> Any:
    """A pair of two equal kinds as a list of two: every generator of programs understands that."""
    if isinstance(value, list):
        return [_plain_pairs(one) for one in value]
    if not isinstance(value, dict):
        return value
    first, *others = value.get("prefixItems") or [None]
    if first is not None and all(one == first for one in others):
        value = {name: inner for name, inner in value.items() if name != "prefixItems"} | {"items": first}
    return {name: _plain_pairs(inner) for name, inner in value.items()}


def _schemas(operations: Iterable[Operation]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each part of each operation by its key, and the definitions that they share."""
    parts: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [("problem", "serialization", TypeAdapter(ProblemOut))]
    for one in operations:
        parts += [(f"{one.name}/{name}", "validation", type_) for name, type_ in one.parameters.items()]
        if one.body is not None:
            parts.append((f"{one.name} body", "validation", TypeAdapter(one.body)))
        if one.query is not None:
            parts.append((f"{one.name} query", "validation", TypeAdapter(one.query)))
        if one.answer is not None:
            parts.append((f"{one.name} answer", "serialization", one.answer))
    found, defined = TypeAdapter.json_schemas(parts, ref_template=_REF)
    return {key: schema for (key, _mode), schema in found.items()}, defined.get("$defs", {})


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": _described(operation),
        "tags": [operation.group],
        "parameters": [*_parameters(operation, schemas), *_header_parameters(operation)],
        "responses": _responses(operation, schemas),
        "x-scope": operation.scope.value,
        "x-roles": sorted(role.value for role in operation.roles),
    }
    if operation.body is not None:
        schema = schemas[f"{operation.name} body"]
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if operation.takes_file:
        told["requestBody"] = {"required": True, "content": {FILE: {"schema": {"type": "string", "format": "binary"}}}}
    return told


def _described(operation: Operation) -> str:
    roles = ", ".join(sorted(operation.roles))
    return f"{operation.description}\n\nScope `{operation.scope}`; for {roles}."


def _parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": schemas[f"{operation.name}/{name}"]}
        for name in operation.parameters
    ]
    if operation.query is None:
        return path
    query = TypeAdapter(operation.query).json_schema(ref_template=_REF)
    required = query.get("required", [])
    return path + [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(schema)}
        for name, schema in query["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out, never null."""
    others = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default") or value is not None}
    rest.pop("anyOf", None)
    if not others:
        return rest if "anyOf" not in schema else {}
    return {**rest, **others[0]} if len(others) == 1 else {**rest, "anyOf": others}


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if operation.needs_version:
        said = "The ETag of the ticket that you read, or * to change it whatever it is."
        pattern = r'^(\*|"[0-9a-f]{16,64}")$'
        found.append(_header("If-Match", said, pattern, is_required=True))
    if operation.takes_idempotency_key:
        said = "Sent again within a day with the same key, nothing is done twice."
        found.append(_header("Idempotency-Key", said, r"^[!-~]{1,200}$", is_required=False))
    return found


def _header(name: str, said: str, pattern: str, *, is_required: bool) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": is_required, "description": said, "schema": schema}


def _responses(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
    good: dict[str, Any] = {"description": _STATUS[operation.status], "headers": headers}
    if operation.answer is not None:
        good["content"] = {"application/json": {"schema": schemas[f"{operation.name} answer"]}}
    if operation.media_type:
        good["content"] = {
            operation.media_type: {"schema": {"type": "string", "contentMediaType": operation.media_type}}
        }
    found = {str(200 if operation.media_type else operation.status): good}
    if operation.media_type:
        found["206"] = {**good, "description": "The range that was asked for."}
    return found | {str(one): {"$ref": f"#/components/responses/{one}"} for one in _refusals(operation)}


def _refusals(operation: Operation) -> list[int]:
    found = {400, 401, 403, 422, 429, 500}
    found |= {404} if operation.parameters or operation.query or operation.changes else set()
    found |= {413} if operation.changes else set()
    found |= {415} if operation.body is not None or operation.takes_file else set()
    found |= {409} if operation.can_be_refused or operation.takes_idempotency_key else set()
    found |= {412, 428} if operation.needs_version else set()
    found |= {416} if operation.media_type else set()
    found |= {503} if operation.name == "explain_call" else set()
    return sorted(found)


def _problem_statuses() -> list[int]:
    return sorted({kind.status for kind in KINDS.values()} | {416})


def _problem(status: str, schema: dict[str, Any]) -> dict[str, Any]:
    titles = [kind.title for kind in KINDS.values() if str(kind.status) == status]
    return {"description": "; ".join(titles) or "No such range", "content": {MEDIA_TYPE: {"schema": schema}}}


def _scopes() -> str:
    return (
        f"A token of one account, with scopes: {', '.join(Scope)}. What the role of the account may not, no token may."
    )


_HEADERS: dict[str, Any] = {
    "RateLimit": {
        "description": "r: requests that are left; t: seconds until all are there again.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "q: requests of a token; w: in so many seconds.",
        "schema": {"type": "string"},
    },
}
