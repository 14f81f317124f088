"""The figures of a period: one page, and the same as CSV."""

import csv
import io

from aiohttp import web

from ari_app.desk import Desk
from ari_app.desk.figures import MONTHS, FiguresView, Period
from ari_app.web import figures_words as told
from ari_app.web.languages import Words, _
from ari_app.web.rendering import TEMPLATES

PERIODS = Words({"month": "Maand", "quarter": "Kwartaal", "year": "Jaar"})


class FiguresPage:
    """`GET /figures` and `GET /figures.csv`, with `?period=month|quarter|year&customer=NUMBER`."""

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
        period, customer = _asked(request)
        figures = await self._desk.figures.read(period, customer)
        customers = await self._desk.for_pages.customers()
        if customer is not None and all(one.id != customer for one in customers):
            raise web.HTTPNotFound
        context = {
            "page": "figures",
            "periods": PERIODS,
            "period": period,
            "customer": customer,
            "customers": customers,
            "figures": figures,
            "tiles": told.tiles(figures),
            "rows": told.rows(figures),
            "trend": told.trend(figures),
            "matrix": told.matrix(figures),
            "waits": told.waits(figures),
            "calls": told.calls(figures),
        }
        return request.app[TEMPLATES].page(request, "figures.html", context)

    async def as_csv(self, request: web.Request) -> web.Response:
        """Semicolons and a mark for the coding, as a Dutch spreadsheet opens it."""
        period, customer = _asked(request)
        figures = await self._desk.figures.read(period, customer)
        name = f"cijfers-{figures.first:%Y-%m}-{figures.last:%Y-%m}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(
            text="\ufeff" + _written(figures), content_type="text/csv", charset="utf-8", headers=headers
        )


def _asked(request: web.Request) -> tuple[Period, int | None]:
    """What can't be read is the year of all customers."""
    period, customer = request.query.get("period", "year"), request.query.get("customer", "")
    is_number = customer.isdecimal() and len(customer) < 10
    return period if period in MONTHS else "year", int(customer) if is_number else None


def _written(figures: FiguresView) -> str:
    file = io.StringIO()
    out = csv.writer(file, delimiter=";", lineterminator="\r\n")
    out.writerow(
        [
            _("onderdeel"),
            _("maand"),
            _("klok"),
            _("niveau"),
            _("categorie"),
            _("aantal"),
            _("op tijd netto"),
            _("op tijd bruto"),
        ]
    )
    for one in sorted(figures.kept, key=lambda one: (one.month, one.clock, one.level, str(one.category))):
        on_time = one.judged - one.net_late, one.judged - one.gross_late
        names = told.CLOCKS[one.clock], told.level(one.level), str(one.category or _("onbeoordeeld"))
        out.writerow([_("naleving"), f"{one.month:%Y-%m}", *names, one.judged, *on_time])
    for month in figures.calls:
        for what in ("total", "desk", "engineer", "message", "missed"):
            out.writerow(
                [_("oproepen"), f"{month.month:%Y-%m}", told.CALLS[what], "", "", getattr(month, what), "", ""]
            )
    for taken, count in figures.accepted:
        out.writerow([_("seconden tot aannemen"), "", str(taken), "", "", count, "", ""])
    for cell in figures.decided:
        out.writerow(
            [
                _("voorstel en besluit"),
                "",
                told.outcome(cell.proposal),
                told.outcome(cell.decision),
                "",
                cell.count,
                "",
                "",
            ]
        )
    return file.getvalue()
