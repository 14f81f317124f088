"""A program that uses the API, with a token of an account of any role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

ROOT = "/api/v1"


@dataclass
class Program:
    """Sends its token with every request; the last answer's headers stay in `headers`."""

    client: TestClient[Any, Any]
    token: str
    headers: Mapping[str, str] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, body: Any = None, status: int = 200, **headers: str
    ) -> dict[str, Any] | list[Any] | None:
        """The JSON of the answer, whose status must be `status`. `If_Match="..."` is the header If-Match."""
        answer = await self.send(method, path, body, headers)
        text = await answer.text()
        assert answer.status == status, f"{method} {path}: {answer.status} {text}"
        self.headers = answer.headers
        return await answer.json(content_type=None) if text else None

    async def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.token}"} | named
        return await self.client.request(method, ROOT + path, json=body, headers=given)

    async def get(self, path: str, status: int = 200, **headers: str) -> Any:
        return await self.ask("GET", path, None, status, **headers)

    async def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        return await self.ask("POST", path, body, status, **headers)

    async def command(self, number: str, name: str, body: Any, status: int = 200, version: str = "*") -> Any:
        return await self.post(f"/tickets/{number}/commands/{name}", body, status, If_Match=version)
