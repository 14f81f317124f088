"""Answers that are kept for a day for who sends the same request again: nothing is done twice, whatever the network did.

Theory of operation. A row is added before the work begins; its key is taken from then on. When the work succeeded the answer is
written into it; when it was refused nothing happened, so the row goes and the key is free again. A failure, or a service that
is killed in the middle, leaves a row without an answer: nobody knows, so nothing is done again, and a person looks.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from ari_app.clock import Clock
from ari_app.desk.refusal import Refused
from ari_app.store.api_tables import ANSWERS_KEPT_FOR, ApiAnswerRow
from ari_app.store.database import Store
from ari_app.web.api.problems import Problem
from ari_app.web.api.tokens import Holder

#: No operation takes longer; after this a row without an answer is one of a service that was killed.
LONGEST_WORK = timedelta(minutes=2)
REPLAYED = "Idempotency-Replayed"
#: Said anew at each answer.
_OF_THE_MOMENT = ("RateLimit", "RateLimit-Policy", "Date", "Server", "Content-Length", "Content-Type")


@dataclass(frozen=True, slots=True)
class _Request:
    token_id: int
    key: str
    hash: str


class Answers:
    """Kept answers in the database of the line: of several services side by side only one does the work."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def once(
        self, request: web.Request, holder: Holder, key: str, work: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """The answer of `work`, or the one of before. Raises Problem for another request with this key, and for one that is
        being worked on."""
        asked = _Request(holder.token_id, key, await _hash(request, holder))
        before = await self._begin(asked)
        if before is not None:
            return self._again(before, asked)
        try:
            response = await work()
        except (Problem, Refused):
            await self._forget(asked)
            raise
        await self._keep(asked, response)
        return response

    async def _begin(self, asked: _Request) -> ApiAnswerRow | None:
        """None: this request is ours to do."""
        now = self._clock.now()
        row = ApiAnswerRow(token_id=asked.token_id, key=asked.key, request_hash=asked.hash, asked_at=now)
        try:
            async with self._store.session() as session:
                await session.exec(delete(ApiAnswerRow).where(col(ApiAnswerRow.asked_at) <= now - ANSWERS_KEPT_FOR))
                session.add(row)
        except IntegrityError:
            async with self._store.reading() as session:
                return await session.get(ApiAnswerRow, (asked.token_id, asked.key)) or row
        return None

    def _again(self, before: ApiAnswerRow, asked: _Request) -> web.Response:
        if not hmac.compare_digest(before.request_hash, asked.hash):
            raise Problem("key-reused", "Another request was sent with this key. Take a new key for a new request.")
        if before.status is None and self._clock.now() - before.asked_at < LONGEST_WORK:
            wait = {"Retry-After": "2"}
            raise Problem("in-progress", "Ask again with the same key in a few seconds.", headers=wait)
        if before.status is None:
            raise Problem(
                "outcome-unknown",
                "The service stopped while it worked on this. Look whether it was done; if not, send it with a new key.",
            )
        headers = {**before.headers, REPLAYED: "true"}
        body = {"body": before.body, "content_type": "application/json"} if before.body else {}
        return web.Response(status=before.status, headers=headers, **body)  # type: ignore[arg-type]

    async def _keep(self, asked: _Request, response: web.Response) -> None:
        headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_MOMENT}
        text = response.text or ""
        async with self._store.session() as session:
            await session.exec(
                update(ApiAnswerRow).where(_is(asked)).values(status=response.status, headers=headers, body=text)
            )

    async def _forget(self, asked: _Request) -> None:
        async with self._store.session() as session:
            await session.exec(delete(ApiAnswerRow).where(_is(asked)))


def _is(asked: _Request) -> ColumnElement[bool]:
    return and_(col(ApiAnswerRow.token_id) == asked.token_id, col(ApiAnswerRow.key) == asked.key)


async def _hash(request: web.Request, holder: Holder) -> str:
    """Keyed with the token, which stands nowhere: a short secret in a body can't be found by trying."""
    told = b"\0".join([request.method.encode(), request.raw_path.encode(), await request.read()])
    return hmac.new(holder.secret.encode(), told, "sha256").hexdigest()
