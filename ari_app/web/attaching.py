"""Files with a ticket: taken in by their content, given out as a download that no browser opens by itself."""

from urllib.parse import quote

from aiohttp import BodyPartReader, web

from ari_app.desk import Desk
from ari_app.desk.attachment_types import LARGEST, NotTaken
from ari_app.desk.refusal import Refused
from ari_app.web.acting import acting
from ari_app.web.dutch import sentence
from ari_app.web.forms import as_browsers_send
from ari_app.web.languages import _
from ari_app.web.pages import TICKET_NUMBER
from ari_app.web.ticket_pages import TicketPages

_PIECE = 64 * 1024


class Attaching:
    """`POST /tickets/{number}/attachments` and `GET /tickets/{number}/attachments/{id}`."""

    def __init__(self, desk: Desk, pages: TicketPages) -> None:
        self._desk = desk
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        files = f"/tickets/{{number:{TICKET_NUMBER}}}/attachments"
        return [
            web.post(files, self.add, name="attach"),
            web.get(f"{files}/{{id:[0-9]{{1,12}}}}", self.download, name="attachment"),
        ]

    async def add(self, request: web.Request) -> web.Response:
        """What is refused is named, and the page stays as it was."""
        number = request.match_info["number"]
        try:
            sent = await _sent_file(request)
            if sent is None:
                return await self._pages.page_with(request, _("Kies eerst een bestand."))
            name, content = sent
            await self._desk.attachments.add(number, name, content, acting(request))
        except (NotTaken, Refused) as refused:
            return await self._pages.page_with(request, sentence(refused))
        raise web.HTTPSeeOther(f"/tickets/{number}#bijlagen")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The access entry is written before the first byte goes out: no entry, no file (R-113)."""
        by = acting(request)
        opened = await self._desk.attachments.open(request.match_info["number"], int(request.match_info["id"]), by)
        if opened is None or not opened[1].is_file():
            raise web.HTTPNotFound
        attachment, file = opened
        return web.FileResponse(
            file,
            headers={
                "Content-Type": attachment.media_type,
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name)}",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cache-Control": "no-store",
            },
        )


async def _sent_file(request: web.Request) -> tuple[str, bytes] | None:
    """Name and content of the first file of the form, None without one; never more than one byte too much is read."""
    if request.content_type != "multipart/form-data":
        return None
    with as_browsers_send():
        parts = await request.multipart()
        while (part := await parts.next()) is not None:
            if isinstance(part, BodyPartReader) and part.filename:
                return part.filename, await _content(part)
    return None


async def _content(part: BodyPartReader) -> bytes:
    content = bytearray()
    while (piece := await part.read_chunk(_PIECE)) and len(content) <= LARGEST:
        content += piece
    return bytes(content)
