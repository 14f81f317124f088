"""The audit trail as a page and as CSV, for auditor and administrator."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.audit import Asked, AuditView
from ari_app.store.tables import Role
from ari_app.web.audit_words import kind_in_words, what_in_words
from ari_app.web.languages import _, mark, translated
from ari_app.web.permissions import ROLE_NL
from ari_app.web.rendering import TEMPLATES
from ari_app.web.spreadsheet import plain
from ari_app.web.words import AMSTERDAM
from sla.calendar import parse_date

ROWS = 50
_FIELDS = ("who", "what", "ticket", "customer", "since", "until")
_COLUMNS = tuple(map(mark, ("nummer", "tijdstip", "wie", "rol", "wat", "ticket", "klant", "vanaf", "bijzonderheden")))


@dataclass(frozen=True, slots=True)
class _Form:
    """What the visitor filled in, and what is wrong with it."""

    filled: Mapping[str, str]
    asked: Asked
    mistakes: Mapping[str, str]

    @property
    def is_wrong(self) -> bool:
        return any(self.mistakes.values())


class AuditPages:
    """`GET /audit` and `GET /audit.csv`."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/audit", self.show, name="audit"),
            web.get("/audit.csv", self.as_csv, name="audit-csv"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Newest first, fifty at a time; `before` is the number of the last entry of the page before."""
        form = await self._form(request)
        before = request.query.get("before", "")
        last = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
        found = [] if form.is_wrong else await self._desk.audit.entries(form.asked, ROWS + 1, last)
        given = {name: text for name, text in form.filled.items() if text}
        context = {
            "page": "audit",
            "entries": found[:ROWS],
            "kinds": [(kind, kind_in_words(kind)) for kind in await self._desk.audit.kinds()],
            "customers": await self._desk.directory.customers(),
            "filled": form.filled,
            "mistakes": form.mistakes,
            "csv": f"/audit.csv?{urlencode(given)}",
            "older": f"/audit?{urlencode({**given, 'before': found[ROWS - 1].id})}" if len(found) > ROWS else "",
            "newest": f"/audit?{urlencode(given)}" if last else "",
        }
        return request.app[TEMPLATES].page(request, "audit.html", context, status=400 if form.is_wrong else 200)

    async def as_csv(self, request: web.Request) -> web.StreamResponse:
        """All that match, in the words of the page; times in Amsterdam with their offset."""
        form = await self._form(request)
        if form.is_wrong:
            raise web.HTTPBadRequest
        today = self._clock.now().astimezone(AMSTERDAM).date()
        headers = {"Content-Disposition": f'attachment; filename="logboek-{today}.csv"'}
        answer = web.StreamResponse(headers=headers)
        answer.content_type, answer.charset = "text/csv", "utf-8"
        await answer.prepare(request)
        if request.method == "HEAD":
            return answer
        await answer.write(_line(map(translated, _COLUMNS)))
        async for entry in self._desk.audit.everything(form.asked):
            await answer.write(_line(_cells(entry)))
        await answer.write_eof()
        return answer

    async def _form(self, request: web.Request) -> _Form:
        filled = {name: request.query.get(name, "").strip()[:200] for name in _FIELDS}
        mistakes = dict.fromkeys(_FIELDS, "")
        days: dict[str, datetime | None] = {"since": None, "until": None}
        for name in days:
            if filled[name]:
                try:
                    days[name] = datetime.combine(parse_date(filled[name]), time(), AMSTERDAM)
                except ValueError:
                    mistakes[name] = _(
                        "%(filled)s is geen dag. Schrijf bijvoorbeeld 2026-11-10.", filled=repr(filled[name])
                    )
        customers = {one.name: one.id for one in await self._desk.directory.customers()}
        if filled["customer"] and filled["customer"] not in customers:
            mistakes["customer"] = _(
                "Er is geen klant %(filled)s. Kies er een uit de lijst.", filled=repr(filled["customer"])
            )
        until = days["until"] + timedelta(days=1) if days["until"] else None
        asked = Asked(
            filled["who"], filled["what"], filled["ticket"], customers.get(filled["customer"]), days["since"], until
        )
        return _Form(filled, asked, mistakes)


def _cells(entry: AuditView) -> Iterator[str]:
    yield str(entry.id)
    yield entry.at.astimezone(AMSTERDAM).isoformat(timespec="seconds")
    yield entry.who
    yield ROLE_NL[Role(entry.role)] if entry.role in list(Role) else entry.role
    yield what_in_words(entry.what)
    yield from (entry.ticket, entry.customer, entry.origin, entry.detail)


def _line(cells: Iterator[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(map(plain, cells))
    return written.getvalue().encode()
