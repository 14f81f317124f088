"""The figures of a period."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ari_app.desk.figures import Period
from ari_app.desk.figures_views import FiguresView
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import found_customer
from ari_app.web.api.scopes import OVERSEEING
from ari_app.web.api.values import Id, Month, Query

figures = Group("figures")


class FiguresWanted(Query):
    """A local month, and those before it that make up the period."""

    period: Period = "year"
    until: Annotated[
        Month | None, Field(description="The last month. Without it, or later than that, the running one.")
    ] = None
    customer_id: Annotated[Id | None, Field(description="Without it: of all.")] = None


@figures.get("/figures", roles=OVERSEEING)
async def read_figures(asked: Asked, query: FiguresWanted) -> FiguresView:
    """Promises kept by clock, level and category (net and gross), calls, proposals against decisions, seconds to accept."""
    if query.customer_id is not None:
        await found_customer(asked, query.customer_id)
    until = date.fromisoformat(f"{query.until}-01") if query.until else None
    return await asked.desk.figures.read(query.period, query.customer_id, until)
