"""Asterisk's own description of its interface as the judge of what we send, what we understand, and what the fake says.

The description (`/ari/api-docs/*.json`, Swagger 1.1) is asked from the running server, so that it is that of this version.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiohttp

RESOURCES = ("applications", "asterisk", "bridges", "channels", "endpoints", "events", "playbacks", "recordings")
_SCALARS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "long": int,
    "double": (int, float),
    "boolean": bool,
    "object": dict,
}


class ApiDocs:
    """`wrong_with_request` and `wrong_with_event` return mistakes as sentences; none: it is as documented."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self.operations = [
            (operation["httpMethod"], _pattern(api["path"]), api["path"], operation)
            for document in documents.values()
            for api in document["apis"]
            for operation in api["operations"]
        ]
        self.models: dict[str, Any] = {}
        for document in documents.values():
            self.models |= document.get("models", {})
        #: By subtype: the type it extends.
        self.parents = {child: name for name, model in self.models.items() for child in model.get("subTypes", ())}

    @classmethod
    async def fetch(cls, url: str, user: str, password: str) -> "ApiDocs":
        """From the server whose ARI is at `url`."""
        headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        documents = {}
        async with aiohttp.ClientSession(headers=headers, trust_env=False) as session:
            for name in RESOURCES:
                async with session.get(f"{url}/api-docs/{name}.json") as answer:
                    assert answer.status == 200, f"no api-docs of {name}: {answer.status}"
                    documents[name] = await answer.json(content_type=None)
        return cls(documents)

    def wrong_with_request(self, method: str, path: str, query: Mapping[str, str], body: Any) -> list[str]:
        found = [operation for verb, pattern, _, operation in self.operations if verb == method and pattern.match(path)]
        if not found:
            return [f"there is no {method} {path}"]
        parameters = {parameter["name"]: parameter for parameter in found[0].get("parameters", ())}
        given = {**query, **(_body_parameters(body, parameters))}
        where = f"{method} {path}"
        wrong = [f"{where}: no parameter {name!r}" for name in given if name not in parameters]
        for name, parameter in parameters.items():
            if name in given:
                wrong += [f"{where}: {why}" for why in _wrong_with_parameter(parameter, given[name])]
            elif parameter.get("required") and parameter["paramType"] != "path":
                wrong.append(f"{where}: {name!r} is required")
        return wrong

    def wrong_with_event(self, message: Mapping[str, Any]) -> list[str]:
        """A type that the documents do not know is wrong too."""
        kind = message.get("type", "")
        if kind not in self.models:
            return [f"there is no event {kind!r}"]
        return self.wrong_with_model(kind, message, kind)

    def wrong_with_model(self, name: str, value: Any, where: str) -> list[str]:
        if not isinstance(value, Mapping):
            return [f"{where} is {value!r}, not a {name}"]
        properties = self._properties(name)
        wrong = [f"{where}.{key} is not in the documents" for key in value if key not in properties]
        for key, described in properties.items():
            if key in value:
                wrong += self._wrong_with_value(described, value[key], f"{where}.{key}")
            elif described.get("required"):
                wrong.append(f"{where}.{key} is missing")
        return wrong

    def _properties(self, name: str) -> dict[str, Any]:
        inherited = self._properties(self.parents[name]) if name in self.parents else {}
        return {**inherited, **self.models[name]["properties"]}

    def _wrong_with_value(self, described: Mapping[str, Any], value: Any, where: str) -> list[str]:
        kind = described["type"]
        if several := re.fullmatch(r"List\[(\w+)\]", kind):
            if not isinstance(value, list):
                return [f"{where} is {value!r}, not a list"]
            return [why for one in value for why in self._wrong_with_value({"type": several[1]}, one, where)]
        if kind == "Date":
            return _wrong_with_date(value, where)
        if kind in self.models:
            return self.wrong_with_model(kind, value, where)
        if not isinstance(value, _SCALARS[kind]) or (kind != "boolean" and isinstance(value, bool)):
            return [f"{where} is {value!r}, not a {kind}"]
        allowed = (described.get("allowableValues") or {}).get("values")
        return [f"{where} is {value!r}, not one of {allowed}"] if allowed and value not in allowed else []


def _pattern(path: str) -> re.Pattern[str]:
    """`/channels/{channelId}/play` as a regular expression; a name stands for one path segment."""
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$")


def _body_parameters(body: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON body holds query parameters by name, or is itself the one body parameter (eventFilter)."""
    if body is None:
        return {}
    whole = [name for name, one in parameters.items() if one["paramType"] == "body" and one["dataType"] == "object"]
    return {whole[0]: body} if whole else dict(body)


def _wrong_with_parameter(parameter: Mapping[str, Any], value: Any) -> list[str]:
    name, kind = parameter["name"], parameter["dataType"]
    allowed = parameter.get("allowableValues") or {}
    values = value if isinstance(value, list) else [value]
    if len(values) > 1 and not parameter.get("allowMultiple"):
        return [f"{name} may be given once, not {values!r}"]
    if kind in ("int", "long") and not all(re.fullmatch(r"-?\d+", str(one)) for one in values):
        return [f"{name} is {value!r}, not a whole number"]
    if kind == "boolean" and not all(str(one) in ("true", "false") for one in values):
        return [f"{name} is {value!r}, not true or false"]
    if allowed.get("valueType") == "LIST" and not all(one in allowed["values"] for one in values):
        return [f"{name} is {value!r}, not one of {allowed['values']}"]
    if allowed.get("valueType") == "RANGE" and not all(_in_range(int(one), allowed) for one in values):
        return [f"{name} is {value!r}, outside {allowed}"]
    return []


def _in_range(value: int, allowed: Mapping[str, Any]) -> bool:
    low, high = allowed.get("min"), allowed.get("max")
    return (low is None or value >= int(low)) and (high is None or value <= int(high))


def _wrong_with_date(value: Any, where: str) -> list[str]:
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z")
    except (TypeError, ValueError):
        return [f"{where} is {value!r}, not a date as Asterisk writes it"]
    return []
