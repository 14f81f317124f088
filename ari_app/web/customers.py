"""Customers: the list, and the page of one with contract, numbers, PIN, services, exclusions, tickets and statement."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date
from typing import Any

from aiohttp import web

from ari_app.clock import Clock
from ari_app.desk import Desk
from ari_app.desk.actor import Actor
from ari_app.desk.refusal import Refused
from ari_app.desk.statement import Statement
from ari_app.web.acting import acting
from ari_app.web.contract_bar import bar_of
from ari_app.web.customer_commands import COMMANDS, Command
from ari_app.web.dutch import sentence
from ari_app.web.forms import Form, form_of, in_reach, text_of
from ari_app.web.languages import _, mark, translated
from ari_app.web.rendering import TEMPLATES
from ari_app.web.seeing import as_seen
from ari_app.web.spreadsheet import as_dutch_csv
from ari_app.web.words import AMSTERDAM
from ari_app.web.work_labels import ACTIVITIES
from sla.billing import Activity
from sla.contract import add_months
from sla.terms import LEVEL_0

TICKETS_SHOWN = 12
CUSTOMER = "/customers/{id:[0-9]{1,9}}"
_COLUMNS = tuple(map(mark, ("ticket", "soort", "begin", "eenheden", "berekend", "euro", "waarom")))
#: Far enough back for who asks for a year.
MONTHS_OFFERED = 13


class CustomerPages:
    """Every button is one command of the desk, in `customer_commands.COMMANDS`."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        buttons = [web.post(f"{CUSTOMER}/{one.path}", self._pressed(one), name=one.name) for one in COMMANDS]
        return [
            web.get("/customers", self.overview, name="customers"),
            web.post("/customers", self.add, name="customer-add"),
            web.get(CUSTOMER, self.show, name="customer"),
            web.get(f"{CUSTOMER}/statement", self.statement, name="customer-statement"),
            *buttons,
        ]

    async def overview(self, request: web.Request) -> web.Response:
        """By name; `q` is a part of a name, a customer number or a phone number."""
        return await self._list_page(request)

    async def add(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            number = await self._desk.directory.add_customer(text_of(form, "name"), acting(request))
        except Refused as refused:
            return await self._list_page(request, refused=sentence(refused), status=409)
        raise web.HTTPSeeOther(f"/customers/{number}")

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, {})

    async def statement(self, request: web.Request) -> web.Response:
        """Of one month, "2026-11"; as a page, or with `format=csv` as a file."""
        try:
            month = in_reach(date.fromisoformat(f"{request.query.get('month', '')}-01"))
        except ValueError:
            raise web.HTTPNotFound from None
        customer_id = _id_of(request)
        try:
            found = await self._desk.statement(customer_id, month.year, month.month, acting(request))
        except Refused:
            raise web.HTTPNotFound from None
        if request.query.get("format") == "csv":
            name = f"uren-{customer_id}-{month:%Y-%m}.csv"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return web.Response(
                text=as_dutch_csv(_rows(found)), content_type="text/csv", charset="utf-8", headers=headers
            )
        context = {"page": "customers", "statement": found, "id": customer_id, "month": f"{month:%Y-%m}"}
        this_month = self._clock.now().astimezone(AMSTERDAM).date().replace(day=1)
        context["before"] = f"{add_months(month, -1):%Y-%m}"
        context["after"] = f"{add_months(month, 1):%Y-%m}" if month < this_month else ""
        return request.app[TEMPLATES].page(request, "customer_statement.html", context)

    def _pressed(self, command: Command) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def press(request: web.Request) -> web.Response:
            form: Form = await form_of(request)
            by = acting(request)
            try:
                shown_once = await command.run(self._desk, _id_of(request), form, by)
            except Refused as refused:
                kept = {"refused": sentence(refused), "pressed": command.path, "typed": _typed(form)}
                return await self._page(request, kept, status=409)
            except ValueError as mistake:
                return await self._page(request, {"refused": _("Kan niet: %(mistake)s.", mistake=mistake)}, status=409)
            if shown_once:
                return await self._page(request, {"shown_once": shown_once})
            raise web.HTTPSeeOther(f"/customers/{_id_of(request)}{command.anchor}")

        return press

    async def _list_page(self, request: web.Request, *, refused: str = "", status: int = 200) -> web.Response:
        wanted = request.query.get("q", "").strip().casefold()
        digits = "" if any(map(str.isalpha, wanted)) else "".join(filter(str.isdigit, wanted)).lstrip("0")
        found = [
            one
            for one in await self._desk.directory.customers()
            if wanted in one.name.casefold()
            or wanted == str(one.id)
            or (len(digits) > 3 and any(digits in number for number, _ in one.numbers))
        ]
        context = {
            "page": "customers",
            "customers": found,
            "levels": await self._desk.customer_pages.levels(),
            "open_tickets": await self._desk.customer_pages.open_by_customer(),
            "q": request.query.get("q", ""),
            "refused": refused,
        }
        return request.app[TEMPLATES].page(request, "customers.html", context, status=status)

    async def _page(self, request: web.Request, more: dict[str, Any], *, status: int = 200) -> web.Response:
        customer_id, now = _id_of(request), self._clock.now()
        facts = await self._desk.customer_pages.of(customer_id, TICKETS_SHOWN)
        if facts is None:
            raise web.HTTPNotFound
        today = now.astimezone(AMSTERDAM).date()
        contracts = await self._desk.contracts.of(customer_id)
        context: dict[str, Any] = {
            "page": "customer",
            "id": customer_id,
            "facts": facts,
            "tickets": [as_seen(request, ticket) for ticket in facts.tickets],
            "standing": await self._desk.customer_pages.standing(customer_id),
            "contracts": [(one, bar_of(one, today)) for one in contracts],
            "offers": [offer for one in contracts for offer in await self._desk.contracts.offers(one.id)],
            "meter": await self._meter(contracts, today),
            "numbers": await self._numbers(customer_id, facts.last_calls),
            "pin": await self._desk.pins.facts(customer_id),
            "services": await self._desk.services.of(customer_id),
            "contacts": await self._desk.contacts.of(customer_id),
            "equipment": await self._desk.equipment.of(customer_id),
            "maintenance": [
                one
                for one in await self._desk.maintenance.all(20, customer_id)
                if one.notice.ends_at > now and not one.cancelled_at
            ],
            "proposals": [one for one in await self._desk.exclusions.proposals() if self._is_of(one.who, customer_id)],
            "exclusions": await self._desk.customer_pages.exclusions(customer_id),
            "months": _months(today),
            "today": today,
            "charged": await self._charged(request, customer_id, today),
            "refused": "",
            "shown_once": None,
            "levels": [key for key in self._desk.days.terms.agreement.levels if key != LEVEL_0],
            "pressed": "",
            "typed": {},
            **more,
        }
        return request.app[TEMPLATES].page(request, "customer.html", context, status=status)

    def _is_of(self, who: Any, customer_id: int) -> bool:
        return bool(who.customer_id == customer_id)

    async def _meter(self, contracts: Any, today: date) -> Any:
        """Of the contract that holds; None without one."""
        held = next((one for one in contracts if one.is_valid and one.kind == "voip"), None)
        return await self._desk.contracts.change_meter(held.id, today.year, today.month) if held else None

    async def _numbers(self, customer_id: int, last_calls: Any) -> list[dict[str, Any]]:
        """Each with what happens when it calls."""
        mine = next(one for one in await self._desk.directory.customers() if one.id == customer_id)
        rows = []
        for number, contact in mine.numbers:
            caller = await self._desk.who_is(number)
            rows.append(
                {
                    "number": number,
                    "contact": contact,
                    "language": caller.language,
                    "last": last_calls.get(number),
                    "happens": _happens(caller),
                }
            )
        return rows

    async def _charged(self, request: web.Request, customer_id: int, today: date) -> Statement | None:
        """This month's; None for who may not see it."""
        try:
            by: Actor = acting(request)
            return await self._desk.statement(customer_id, today.year, today.month, by)
        except Refused:
            return None


def _happens(caller: Any) -> str:
    """On the calamity line; in phone hours everybody gets the desk."""
    if caller.excluded:
        return _("herkend; uitgesloten van de calamiteitenlijn, kan wel inspreken")
    if caller.requires_pin:
        return _("herkend; op de calamiteitenlijn ook klantnummer en PIN")
    if caller.has_sla:
        return _("herkend; op de calamiteitenlijn gaat de engineer over")
    return _("herkend; geen SLA: de calamiteitenlijn vraagt klantnummer en PIN")


def _months(today: date) -> list[str]:
    """This one first, as "2026-11"."""
    first = today.year * 12 + today.month - 1
    return [f"{(first - back) // 12}-{(first - back) % 12 + 1:02}" for back in range(MONTHS_OFFERED)]


def _rows(found: Statement) -> Iterator[Sequence[object]]:
    yield [translated(name) for name in _COLUMNS]
    for line in found.costs:
        begin = line.began_at.astimezone(AMSTERDAM)
        yield [
            line.ticket,
            ACTIVITIES[Activity(line.activity)],
            f"{begin:%d-%m-%Y %H:%M}",
            line.units,
            line.charged_units,
            line.amount,
            "; ".join(line.why),
        ]


def _typed(form: Form) -> dict[str, str]:
    """To show it again: what was refused is not typed twice."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _id_of(request: web.Request) -> int:
    return int(request.match_info["id"])
