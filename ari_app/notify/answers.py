"""What the answer of a receiver means: it has it, again later, or never."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx2

from ari_app.notify.message import DeliveryFailed

#: The receiver does not want this message, however often it is sent.
NEVER = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
LONGEST_WAIT = timedelta(hours=1)
MOST_BYTES = 64 * 1024
#: Of each wait for the other side.
SECONDS = httpx2.Timeout(15.0, connect=8.0)
#: Of all of it: whoever answers a letter at a time is not waited for either.
LONGEST = timedelta(seconds=20)


def new_client() -> httpx2.AsyncClient:
    """Follows nobody elsewhere: only the hosts of the settings are ever asked. No proxy of the environment either."""
    return httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False)


async def send(
    client: httpx2.AsyncClient,
    method: str,
    url: str,
    *,
    is_final: Callable[[int], bool] = NEVER.__contains__,
    **request: Any,
) -> str:
    """The first part of the answer's text. `is_final`: a status after which trying again does not help. Raises DeliveryFailed."""
    host = httpx2.URL(url).host
    try:
        async with asyncio.timeout(LONGEST.total_seconds()), client.stream(method, url, **request) as answer:
            text = await _beginning(answer)
    except TimeoutError:
        raise DeliveryFailed(f"{host} is niet klaar binnen {LONGEST.seconds} seconden.") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as failure:
        raise DeliveryFailed(_why(host, failure)) from None
    status = answer.status_code
    if answer.is_success:
        return text
    if answer.is_redirect:
        raise DeliveryFailed(f"{host} stuurt door naar een ander adres ({status}); dat volgen we niet.")
    why = f"{host} weigerde het bericht ({status})."
    raise DeliveryFailed(why, permanent=is_final(status), again_in=_asked_wait(answer.headers.get("Retry-After", "")))


def _why(host: str, failure: Exception) -> str:
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"Het certificaat van {host} klopt niet: {cause.verify_message}."
        cause = cause.__cause__ or cause.__context__
    return f"{host} antwoordt niet ({type(failure).__name__})."


async def _beginning(answer: httpx2.Response) -> str:
    read = b""
    async for part in answer.aiter_bytes():
        read += part
        if len(read) >= MOST_BYTES:
            break
    return read[:MOST_BYTES].decode(errors="replace")


def _asked_wait(header: str) -> timedelta | None:
    """In seconds; a date is not obeyed, and nobody makes us wait for a day."""
    return min(timedelta(seconds=int(header)), LONGEST_WAIT) if header.isascii() and header.isdigit() else None
