"""One adapter for every gateway that takes a message by an HTTP request: SMS, ntfy, Matrix and their like."""

import json
import re
from collections.abc import Callable, Mapping
from string import Template
from urllib.parse import quote, quote_plus

import httpx2

from ari_app.channel_settings import GatewaySettings
from ari_app.notify.answers import send
from ari_app.notify.message import DeliveryFailed, Message
from ari_app.notify.secrets import read_secret

_WRITTEN: dict[str, Callable[[str], str]] = {
    "json": lambda value: json.dumps(value)[1:-1],
    "form": quote_plus,
    "text": lambda value: value,
}
_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "text": "text/plain; charset=utf-8"}


class Gateway:
    """Fills in what the settings ask, each value written as its place needs it."""

    def __init__(self, settings: GatewaySettings, client: httpx2.AsyncClient) -> None:
        self._settings = settings
        self._client = client

    async def deliver(self, message: Message) -> None:
        chosen, values = self._settings, _values(message, read_secret(self._settings.secret_file))
        headers = {"Content-Type": _TYPES[chosen.body_is]} if chosen.body else {}
        headers |= {name: fill(text, values, _in_header) for name, text in chosen.headers.items()}
        answer = await send(
            self._client,
            chosen.method,
            fill(chosen.url, values, lambda value: quote(value, safe="")),
            headers=headers,
            content=fill(chosen.body, values, _WRITTEN[chosen.body_is]).encode() if chosen.body else None,
        )
        if chosen.success and not re.search(chosen.success, answer):
            raise DeliveryFailed("De gateway nam het bericht aan, maar zegt niet dat het gelukt is.")


def fill(text: str, values: Mapping[str, str], written: Callable[[str], str]) -> str:
    """Every place filled in, each value `written` so that it can't break out of it."""
    return Template(text).substitute({name: written(value) for name, value in values.items()})


def _values(message: Message, secret: str) -> dict[str, str]:
    return {
        "to": message.to,
        "text": " ".join(part for part in (message.text, message.link) if part),
        "subject": message.subject,
        "id": message.id,
        "kind": message.kind,
        "ticket": message.ticket,
        "link": message.link,
        "secret": secret,
    }


def _in_header(value: str) -> str:
    """One line of ASCII: a header carries nothing else everywhere."""
    return " ".join(value.split()).encode("ascii", errors="replace").decode()
