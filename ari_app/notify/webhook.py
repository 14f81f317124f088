"""Signed events to other programs, as Standard Webhooks 1.0 says: headers webhook-id, -timestamp and -signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

import httpx2

from ari_app.channel_settings import WebhookSettings
from ari_app.clock import Clock
from ari_app.notify.answers import send
from ari_app.notify.message import Message
from ari_app.notify.secrets import read_signing_secret


class Webhook:
    """`clock`: real time, which receivers compare with their own."""

    def __init__(self, settings: WebhookSettings, client: httpx2.AsyncClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock

    async def deliver(self, message: Message) -> None:
        """Only "gone" (410) is final: a receiver that is wrong today may be mended tomorrow."""
        body = body_of(message)
        keys = [read_signing_secret(file) for file in self._settings.secret_files]
        headers = signed_headers(keys, message.id, self._clock.now(), body)
        await send(self._client, "POST", self._settings.url, is_final=_is_gone, headers=headers, content=body.encode())


def body_of(message: Message) -> str:
    """`{"type": ..., "timestamp": ..., "data": {...}}`; the same at each try."""
    event = {"type": message.event_type, "timestamp": message.written_at.isoformat(), "data": dict(message.event)}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str)


def signed_headers(keys: Sequence[bytes], id: str, at: datetime, body: str) -> dict[str, str]:
    """One signature for each key, the newest key first."""
    seconds = int(at.timestamp())
    signed = f"{id}.{seconds}.{body}".encode()
    signatures = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys]
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _is_gone(status: int) -> bool:
    return status == HTTPStatus.GONE
