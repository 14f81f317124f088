"""The page of one ticket: its actions, clocks and history. Whatever changes it is a command of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.for_pages import Preview
from ari_app.desk.opened_ticket import OpenedTicket
from ari_app.desk.refusal import Refused
from ari_app.desk.views import TicketView
from ari_app.web import lanes
from ari_app.web.accounts import VISITOR
from ari_app.web.acting import acting
from ari_app.web.actions import BY_COMMAND, COMMANDS, Action, all_fields, offered_on, shelves, trials
from ari_app.web.calling import Calling
from ari_app.web.fields import Field, Mistyped, Offered, fields_of, filled, values_of
from ari_app.web.forms import form_of
from ari_app.web.languages import translated
from ari_app.web.pages import TICKET_NUMBER
from ari_app.web.permissions import why_not
from ari_app.web.rendering import TEMPLATES
from ari_app.web.seeing import as_seen
from ari_app.web.timeline import SHOWN, timeline
from ari_app.web.words import local_input
from sla.billing import Activity
from sla.terms import Kind

#: Commands that may cost the customer something: what, is shown before.
PREVIEWED = ("book-time", "correct-time", "leave")
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Form:
    """The form that is open. `refused` "" = nothing was refused yet."""

    action: Action
    fields: tuple[Field, ...]
    refused: str = ""
    preview: Preview | None = None
    is_previewed: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person filled in so far, and what came of it."""

    doing: str = ""
    given: Mapping[str, str] | None = None
    mistakes: Mapping[str, str] | None = None
    refused: str = ""
    #: Why a file was not taken.
    not_attached: str = ""


class TicketPages:
    """`/tickets/{number}` and what is done there."""

    def __init__(self, desk: Desk, clock: Clock, calling: Calling) -> None:
        self._desk = desk
        self._clock = clock
        self._calling = calling

    def routes(self) -> list[web.RouteDef]:
        ticket = f"/tickets/{{number:{TICKET_NUMBER}}}"
        return [
            web.get(ticket, self.show, name="ticket"),
            web.get(f"{ticket}/voicemail", self.voicemail, name="ticket-voicemail"),
            web.post(f"{ticket}/do/{{command:[a-z-]{{1,40}}}}", self.give, name="ticket-command"),
            web.get(f"{ticket}/preview/{{command:[a-z-]{{1,40}}}}", self.preview, name="ticket-preview"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """`?do=` opens the form of a command, with what else stands in the address filled in; `?toon=` filters."""
        doing = request.query.get("do", "")
        given = {name: value for name, value in request.query.items() if name not in ("do", "toon", "done")}
        return await self._page(request, Typed(doing if doing in BY_COMMAND else "", given or None))

    async def give(self, request: web.Request) -> web.Response:
        """Gives the command. What can't be done stands with its form again, and nothing that was typed is lost."""
        number, name = request.match_info["number"], request.match_info["command"]
        if name not in COMMANDS:
            raise web.HTTPNotFound
        given = {key: value for key, value in (await form_of(request)).items() if isinstance(value, str)}
        try:
            values = values_of(COMMANDS[name], await self._fields(request, name), given)
            await self._desk.change(number, acting(request), COMMANDS[name].function, **values)
        except Mistyped as mistyped:
            return await self._page(request, Typed(name, given, mistyped.mistakes), status=422)
        except Refused as refused:
            return await self._page(request, Typed(name, given, refused=str(refused)), status=409)
        raise web.HTTPSeeOther(f"/tickets/{number}?done={name}")

    async def preview(self, request: web.Request) -> web.Response:
        """A piece of the page: what the command would cost, as it is filled in now."""
        number, name = request.match_info["number"], request.match_info["command"]
        if name not in PREVIEWED:
            raise web.HTTPNotFound
        fields = await self._fields(request, name)
        preview = await self._cost(number, name, fields, dict(request.query), acting(request))
        return request.app[TEMPLATES].page(request, "preview.html", {"preview": preview})

    async def voicemail(self, request: web.Request) -> web.Response:
        """A piece of a list: the message of one ticket, with its words and its sound."""
        found = await self._desk.ticket(request.match_info["number"])
        if found is None or found.voicemail is None:
            raise web.HTTPNotFound
        ticket = as_seen(request, found)
        return request.app[TEMPLATES].page(request, "voicemail.html", {"ticket": ticket})

    async def page_with(self, request: web.Request, not_attached: str) -> web.Response:
        """The page again, with why a file was not taken."""
        return await self._page(request, Typed(not_attached=not_attached), status=422)

    async def _page(self, request: web.Request, typed: Typed, *, status: int = 200) -> web.Response:
        now, by = self._clock.now(), acting(request)
        async with self._desk.for_pages.opened(request.match_info["number"], by) as opened:
            if opened is None:
                raise web.HTTPNotFound
            view, around = opened.view, opened.around
            fields = all_fields(self._offered(opened))
            refusals = await opened.refusals(trials(fields, now))
        shown = request.query.get("toon", "alles")
        form = await self._form(view, typed, fields, by) if typed.doing else None
        done = request.query.get("done", "")
        context: dict[str, Any] = {
            "page": "ticket",
            "ticket": as_seen(request, view),
            "around": around,
            "shelves": shelves(view, fields, refusals, why_not(request[VISITOR].role, "ticket-command", "POST")),
            "form": form,
            "done": translated(BY_COMMAND[done].label) if done in BY_COMMAND else "",
            "reopened_clock": self._desk.days.terms.agreement.settings.reopened_clock,
            "clocks": {
                one.clock: lanes.draw(around.outlook.pieces.get(one.clock, ()), now, one.due_at)
                for one in view.deadlines
            },
            "timeline": timeline(
                view, around, opened.attachments, opened.call_backs, now, shown if shown in SHOWN else "alles"
            ),
            "shown": shown if shown in SHOWN else "alles",
            "filters": SHOWN,
            "attachments": opened.attachments,
            "not_attached": typed.not_attached,
            **self._calling.shown(request, opened),
        }
        return request.app[TEMPLATES].page(request, "ticket.html", context, status=status)

    async def _form(
        self, view: TicketView, typed: Typed, fields: Mapping[str, tuple[Field, ...]], by: Actor
    ) -> Form | None:
        name = typed.doing
        if name not in BY_COMMAND:
            return None
        start = self._start(view, fields[name], by)
        given = typed.given if typed.given is not None else {}
        form = Form(BY_COMMAND[name], filled(start, given, typed.mistakes or {}), typed.refused)
        if name not in PREVIEWED:
            return form
        as_it_stands = {one.name: one.value for one in form.fields}
        preview = await self._cost(view.number, name, fields[name], as_it_stands, by)
        return replace(form, preview=preview, is_previewed=True)

    def _start(self, view: TicketView, fields: tuple[Field, ...], by: Actor) -> tuple[Field, ...]:
        """What most people would fill in: themselves, the quarter of an hour that just passed."""
        now = self._clock.now()
        activity = Activity.CALAMITY_SERVICE if view.kind is Kind.CALAMITY else Activity.REMOTE_SUPPORT
        engineers = {name: value for one in fields if one.name == "engineer_id" for value, name in one.choices}
        assigned = next((value for name, value in engineers.items() if name.startswith(f"{view.assignee},")), "")
        usual = {
            "engineer_id": str(by.engineer_id or assigned or next(iter(engineers.values()), "")),
            "activity": activity.value,
            "began_at": local_input(now - _QUARTER),
            "ended_at": local_input(now),
            "category": str(view.category or view.proposed_category or ""),
            "level": view.level,
            "kind": view.kind.value,
            "scope": view.scope.value,
        }
        return tuple(replace(one, value=one.value or usual.get(one.name, "")) for one in fields)

    async def _cost(
        self, number: str, name: str, fields: tuple[Field, ...], given: Mapping[str, str], by: Actor
    ) -> Preview:
        try:
            values = values_of(COMMANDS[name], fields, given)
        except Mistyped:
            return Preview((), "")
        return await self._desk.for_pages.preview(number, by, COMMANDS[name].function, values)

    async def _fields(self, request: web.Request, name: str) -> tuple[Field, ...]:
        async with self._desk.for_pages.opened(request.match_info["number"], acting(request)) as opened:
            if opened is None:
                raise web.HTTPNotFound
        return fields_of(COMMANDS[name], self._offered(opened))

    def _offered(self, opened: OpenedTicket) -> Offered:
        return offered_on(opened.view, opened.engineers, opened.around.levels, self._clock.now())
