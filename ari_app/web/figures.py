"""The figures of a period: one page, and the same as CSV."""

from collections.abc import Sequence
from datetime import date

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.figures import MONTHS, Period
from ari_app.desk.figures_views import months_before
from ari_app.desk.for_pages import CustomerName
from ari_app.web import figures_words as told
from ari_app.web.figures_csv import rows
from ari_app.web.languages import Words
from ari_app.web.rendering import TEMPLATES
from ari_app.web.spreadsheet import as_dutch_csv
from ari_app.web.words import AMSTERDAM

#: Three years back; others are asked for in the address.
MONTHS_OFFERED = 36
#: No line is older.
EARLIEST = date(2000, 1, 1)
PERIODS = Words({"month": "Maand", "quarter": "Kwartaal", "year": "Jaar"})


class FiguresPage:
    """`GET /figures` and `GET /figures.csv`, with `?period=month|quarter|year&until=2026-10&customer=NUMBER`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/figures", self.show, name="figures"),
            web.get("/figures.csv", self.as_csv, name="figures-csv"),
        ]

    async def let_go(self, _app: web.Application) -> None:
        """For `on_cleanup`: what is counted for the next visitor ends before the database is closed."""
        await self._desk.figures.rest()

    async def show(self, request: web.Request) -> web.Response:
        """All customers, or one."""
        period, customer, until = _asked(request)
        customers = await self._desk.for_pages.customers()
        _named(customers, customer)
        figures = await self._desk.figures.read(period, customer, until)
        running = figures.counted_at.astimezone(AMSTERDAM).date().replace(day=1)
        context = {
            "page": "figures",
            "periods": PERIODS,
            "period": period,
            "months": _offered(running, figures.last),
            "running": running,
            "customer": customer,
            "customers": customers,
            "figures": figures,
            "span": told.span(figures),
            "tiles": told.tiles(figures),
            "rows": told.rows(figures),
            "trend": told.trend(figures),
            "matrix": told.matrix(figures),
            "waits": told.waits(figures),
            "calls": told.calls(figures),
        }
        return request.app[TEMPLATES].page(request, "figures.html", context)

    async def as_csv(self, request: web.Request) -> web.Response:
        """The same, for a spreadsheet."""
        period, customer, until = _asked(request)
        name = _named(await self._desk.for_pages.customers(), customer)
        figures = await self._desk.figures.read(period, customer, until)
        whose = f"{customer}-" if customer is not None else ""
        file = f"cijfers-{whose}{figures.first:%Y-%m}-{figures.last:%Y-%m}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        text = as_dutch_csv(rows(figures, name))
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


def _named(customers: Sequence[CustomerName], customer: int | None) -> str:
    """ "" for all. Raises HTTPNotFound for one that is not there."""
    if customer is None:
        return ""
    for one in customers:
        if one.id == customer:
            return one.name
    raise web.HTTPNotFound


def _offered(running: date, chosen: date) -> list[date]:
    """The newest first; the one that is shown is among them."""
    months = [months_before(running, back) for back in range(MONTHS_OFFERED)]
    return months if chosen in months else [*months, chosen]


def _asked(request: web.Request) -> tuple[Period, int | None, date | None]:
    """What can't be read is the year up to now of all customers."""
    period, customer = request.query.get("period", "year"), request.query.get("customer", "")
    is_number = customer.isdecimal() and len(customer) < 10
    return period if period in MONTHS else "year", int(customer) if is_number else None, _month(request)


def _month(request: web.Request) -> date | None:
    try:
        return max(EARLIEST, date.fromisoformat(f"{request.query.get('until', '')}-01"))
    except ValueError:
        return None
