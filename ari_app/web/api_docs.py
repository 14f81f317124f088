"""The document of the API for programs and for people: one JSON, and pages made from it, one for each part. Nothing of it is
anybody's secret."""

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


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the API with its page. `schemas`: what its operations send and get, and what is inside of that."""

    slug: str
    name: str
    operations: tuple[Shown, ...]
    schemas: tuple[str, ...]


class ApiDocs:
    """`GET /api/openapi.json`, `GET /api/docs` with all operations in short, and a page for each part. Sent packed."""

    def __init__(self) -> None:
        self._document, self._written = _made()
        self._chapters = {one.slug: one for one in _chapters(self._document)}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/openapi.json", self.as_json, name="api-document"),
            web.get("/api/docs", self.as_page, name="api-docs"),
            web.get("/api/docs/{part}", self.as_chapter, name="api-docs-part"),
        ]

    async def as_json(self, _request: web.Request) -> web.Response:
        response = web.Response(body=self._written, content_type="application/json")
        response.enable_compression()
        return response

    async def as_page(self, request: web.Request) -> web.Response:
        context = {
            "page": "api-docs",
            "origin": request.url.origin(),
            "said": self._document["info"]["description"],
            "chapters": self._chapters.values(),
            "problems": KINDS.values(),
        }
        return _packed(request.app[TEMPLATES].page(request, "api_docs.html", context))

    async def as_chapter(self, request: web.Request) -> web.Response:
        chapter = self._chapters.get(request.match_info["part"])
        if chapter is None:
            raise web.HTTPNotFound
        schemas = self._document["components"]["schemas"]
        context = {
            "page": "api-docs",
            "chapter": _chapter(chapter.name, self._document),
            "chapters": self._chapters.values(),
            "schemas": [
                (name, one.get("description", ""), tuple(_fields(one)), tuple(_kind(one)))
                for name, one in schemas.items()
                if name in chapter.schemas
            ],
        }
        return _packed(request.app[TEMPLATES].page(request, "api_docs_part.html", context))


def _packed(response: web.Response) -> web.Response:
    response.enable_compression()
    return response


def _chapters(found: Mapping[str, Any]) -> list[Chapter]:
    return [_chapter(tag["name"], found) for tag in found["tags"]]


def _chapter(name: str, found: Mapping[str, Any]) -> Chapter:
    """In the words of the language that is asked for; its operations in the order of the table."""
    told = [
        (method, path, operation)
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS and name in operation["tags"]
    ]
    used = _used([operation for _method, _path, operation in told], found["components"]["schemas"])
    return Chapter(name.replace(" ", "-"), name, tuple(_shown(*one) for one in told), tuple(used))


def _used(start: Any, schemas: Mapping[str, Any]) -> set[str]:
    """Names of the schemas that are named somewhere in `start`, or in one of those."""
    known: set[str] = set()
    todo = [start]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            name = str(one.get("$ref", "")).partition("#/components/schemas/")[2]
            if name and name not in known:
                known.add(name)
                todo.append(schemas[name])
            todo += one.values()
    return known


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
