"""Tickets as the visitor may see them. Every page that shows what callers said asks here."""

from dataclasses import replace

from aiohttp import web

from ari_app.desk.may_hear import MayHear
from ari_app.desk.ticket_lines import TicketLine
from ari_app.desk.views import TicketView
from ari_app.web.accounts import VISITOR

MAY_HEAR = web.AppKey("may_hear", MayHear)


def as_seen(request: web.Request, ticket: TicketView) -> TicketView:
    """Without the words and the drawing of the sound where those are not for this visitor; `hidden_because` says why."""
    return request.app[MAY_HEAR].seen_by(request[VISITOR].listener, ticket)


def line_as_seen(request: web.Request, line: TicketLine) -> TicketLine:
    """The same of a line of a list."""
    why = request.app[MAY_HEAR].why_not(request[VISITOR].listener, line)
    if not why or line.voicemail is None:
        return line
    return replace(line, voicemail=replace(line.voicemail, words=(), evidence=()), summary="", hidden_because=why)


def why_silent(request: web.Request, ticket: TicketView) -> str:
    """Why this visitor may not hear the recordings of this ticket; "": they may."""
    return request.app[MAY_HEAR].why_not(request[VISITOR].listener, ticket)
