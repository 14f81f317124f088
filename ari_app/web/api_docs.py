"""The document of the API for programs and for people: one JSON, and a page made from it. Nothing of it is anybody's secret."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aiohttp import web

from ari_app.web.api.openapi import document
from ari_app.web.api.problems import KINDS
from ari_app.web.api.table import OPERATIONS
from ari_app.web.languages import _
from ari_app.web.rendering import TEMPLATES

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what a value may be. `link`: the name of a schema on the page; `is_code`: as it is typed."""

    text: str
    link: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A field, a parameter, a header. `place`: path, query or header; "" for a field."""

    name: str
    is_needed: bool
    kind: tuple[Part, ...]
    said: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation on the page."""

    id: str
    method: str
    path: str
    summary: str
    said: str
    values: tuple[Value, ...]
    body: tuple[Part, ...]
    answer: tuple[Part, ...]
    refusals: tuple[str, ...]


@cache
def _made() -> tuple[dict[str, Any], bytes]:
    """The document and its text: the same for every line, and a third of a second of work."""
    made = document(OPERATIONS)
    return made, json.dumps(made, separators=(",", ":")).encode()


class ApiDocs:
    """`GET /api/openapi.json` and `GET /api/docs`, both sent packed: half a megabyte that repeats itself."""

    def __init__(self) -> None:
        self._document, self._written = _made()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/openapi.json", self.as_json, name="api-document"),
            web.get("/api/docs", self.as_page, name="api-docs"),
        ]

    async def as_json(self, _request: web.Request) -> web.Response:
        response = web.Response(body=self._written, content_type="application/json")
        response.enable_compression()
        return response

    async def as_page(self, request: web.Request) -> web.Response:
        schemas = self._document["components"]["schemas"]
        context = {
            "page": "api-docs",
            "origin": request.url.origin(),
            "said": self._document["info"]["description"],
            "groups": _grouped(self._document),
            "schemas": [
                (name, one.get("description", ""), tuple(_fields(one)), tuple(_kind(one)))
                for name, one in schemas.items()
            ],
            "problems": KINDS.values(),
        }
        response = request.app[TEMPLATES].page(request, "api_docs.html", context)
        response.enable_compression()
        return response


def _grouped(found: Mapping[str, Any]) -> list[tuple[str, list[Shown]]]:
    """(group, its operations in the order of the table)."""
    all_of_them = [
        (told["tags"], _shown(method, path, told))
        for path, methods in found["paths"].items()
        for method, told in methods.items()
        if method in _METHODS
    ]
    return [(tag["name"], [one for tags, one in all_of_them if tag["name"] in tags]) for tag in found["tags"]]


def _shown(method: str, path: str, told: Mapping[str, Any]) -> Shown:
    body: Mapping[str, Any] = told.get("requestBody", {}).get("content", {})
    good = next(answer for status, answer in told["responses"].items() if status < "300")
    return Shown(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        said=told["description"],
        values=tuple(_parameter(one) for one in told["parameters"]),
        body=tuple(part for one in body.values() for part in _kind(one["schema"])),
        answer=tuple(part for one in good.get("content", {}).values() for part in _kind(one["schema"])),
        refusals=tuple(status for status in told["responses"] if status >= "400"),
    )


def _parameter(told: Mapping[str, Any]) -> Value:
    schema = told["schema"]
    said = told.get("description") or schema.get("description", "")
    return Value(told["name"], told["required"], tuple(_kind(schema)), said, told["in"])


def _fields(schema: Mapping[str, Any]) -> Iterator[Value]:
    needed = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield Value(name, name in needed, tuple(_kind(field)), field.get("description", ""))


def _kind(schema: Mapping[str, Any]) -> Iterator[Part]:
    """What a value may be, piece by piece, in Dutch where it is words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield Part(name, link=name)
    elif "const" in schema or "enum" in schema:
        yield from _between(
            [(Part(str(one) or '""', is_code=True),) for one in schema.get("enum", [schema.get("const")])]
        )
    elif "anyOf" in schema:
        yield from _between([tuple(_kind(one)) for one in schema["anyOf"]])
    elif schema.get("type") == "array":
        yield Part(_("lijst van "))
        yield from _kind(schema.get("items", {}))
    else:
        yield Part(f"{schema.get('type') or _('alles')}{_bounds(schema)}")
        if "pattern" in schema:
            yield Part(f" {schema['pattern']}", is_code=True)


def _between(choices: list[tuple[Part, ...]]) -> Iterator[Part]:
    for place, choice in enumerate(choices):
        yield from (Part(_(" of ")), *choice) if place else choice


def _bounds(schema: Mapping[str, Any]) -> str:
    told = [f" ({schema['format']})"] if "format" in schema else []
    told += [_(", hoogstens %(count)s tekens", count=schema["maxLength"])] if "maxLength" in schema else []
    told += [_(", vanaf %(least)s", least=schema["minimum"])] if "minimum" in schema else []
    told += [_(", tot en met %(most)s", most=schema["maximum"])] if "maximum" in schema else []
    return "".join(told)
