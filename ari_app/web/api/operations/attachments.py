"""Files with a ticket: sent as they are, given out as they came."""

from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from pydantic import Field

from ari_app.desk.actor import WORKING
from ari_app.desk.attachment_types import LARGEST, NotTaken
from ari_app.desk.attachments import AttachmentView
from ari_app.web.api.operation import FILE, Asked, Group
from ari_app.web.api.operations.tickets import found_ticket
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Id, Query, ShortText, TicketNumber

attachments = Group("attachments")


class Named(Query):
    name: Annotated[ShortText, Field(min_length=1, description="Of the file; its ending must be that of its content.")]


@attachments.get("/tickets/{number}/attachments", roles=WORKING)
async def list_attachments(asked: Asked, number: TicketNumber) -> tuple[AttachmentView, ...]:
    """In order of adding."""
    await found_ticket(asked, number)
    return await asked.desk.attachments.of_ticket(number)


@attachments.post(
    "/tickets/{number}/attachments",
    Scope.TICKETS_WRITE,
    status=201,
    takes_file=True,
    most_bytes=LARGEST + 1024,
)
async def add_attachment(asked: Asked, number: TicketNumber, query: Named, file: bytes) -> AttachmentView:
    """Add a file: pdf, png, jpg, gif, txt, log, csv, eml, docx or xlsx, at most 10 MB, told by its content."""
    await found_ticket(asked, number)
    try:
        made = await asked.desk.attachments.add(number, query.name, file, asked.by)
    except NotTaken as why:
        raise Problem("invalid", str(why)) from why
    return next(one for one in await asked.desk.attachments.of_ticket(number) if one.id == made)


@attachments.get("/tickets/{number}/attachments/{attachment_id}", roles=WORKING, media_type=FILE)
async def download_attachment(asked: Asked, number: TicketNumber, attachment_id: Id) -> web.StreamResponse:
    """The bytes of a file. Every request is written down as access (R-113, R-114)."""
    opened = await asked.desk.attachments.open(number, attachment_id, asked.by)
    if opened is None or not opened[1].is_file():
        raise Problem("not-found", f"{number} has no attachment {attachment_id}.")
    attachment, file = opened
    named = f"attachment; filename*=UTF-8''{quote(attachment.name)}"
    return web.FileResponse(
        file, headers={"Content-Type": FILE, "Content-Disposition": named, "Cache-Control": "no-store"}
    )
