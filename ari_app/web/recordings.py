"""The sound of a ticket: only for who is logged in, only from the recordings folder, every play written down."""

import asyncio
from pathlib import Path

import structlog
from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import DECIDING
from ari_app.web.accounts import VISITOR
from ari_app.web.gate import GATE
from ari_app.web.listening import Listening, inside
from ari_app.web.seeing import why_silent
from transcription.audio import AudioError
from transcription.rendition import KINDS, media_type, rendition

_log = structlog.get_logger()


class Recordings:
    """`GET /recordings/{number}`: the whole file, or the ranges that a player asks for (206); `?as=mp3` or `opus`: small."""

    def __init__(self, desk: Desk, clock: Clock, folder: Path) -> None:
        self._desk = desk
        self._clock = clock
        self._folder = folder
        self._listening = Listening()

    async def play(self, request: web.Request) -> web.StreamResponse:
        """The access entry is written before the first byte goes out: no entry, no sound (R-113)."""
        number = request.match_info["number"]
        ticket = await self._desk.ticket(number)
        if ticket is None or ticket.voicemail is None:
            raise web.HTTPNotFound
        if silent := why_silent(request, ticket):
            return await request.app[GATE].refuse(request, silent, DECIDING)
        path = inside(self._folder, ticket.voicemail.recording)
        if path is None:
            _log.error("Recording is not in the recordings folder", action="recording_missing", ticket=number)
            raise web.HTTPNotFound
        kind = request.query.get("as")
        if kind not in (None, *KINDS):
            raise web.HTTPBadRequest(text=f"There is no rendition {kind!r}; there are {', '.join(KINDS)}.")
        visitor, now = request[VISITOR], self._clock.now()
        if request.method == "GET" and self._listening.is_new(visitor.session, number, now):
            await self._desk.log_play(number, visitor.username, now)
        if request.method == "GET":
            self._listening.opened(visitor.session, number, now)
        if kind:
            return await _small(path, kind)
        return web.FileResponse(path, headers={"Cache-Control": "no-store", "Content-Type": "audio/wav"})


async def _small(path: Path, kind: str) -> web.Response:
    """Made for this answer only: a second copy would outlive the term of the recording."""
    try:
        made = await asyncio.to_thread(rendition, path, kind)
    except AudioError as faulty:
        raise web.HTTPUnprocessableEntity(text=str(faulty)) from faulty
    return web.Response(body=made, headers={"Cache-Control": "no-store", "Content-Type": media_type(kind)})
