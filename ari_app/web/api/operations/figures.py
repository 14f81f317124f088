"""The figures of a period."""

from typing import Annotated

from pydantic import Field

from ari_app.desk.figures import FiguresView, Period
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.customers import found_customer
from ari_app.web.api.scopes import OVERSEEING
from ari_app.web.api.values import Id, Query

figures = Group("figures")


class FiguresWanted(Query):
    """The running local month, and those before it that make up the period."""

    period: Period = "year"
    customer_id: Annotated[Id | None, Field(description="Without it: of all.")] = None


@figures.get("/figures", roles=OVERSEEING)
async def read_figures(asked: Asked, query: FiguresWanted) -> FiguresView:
    """Promises kept by clock, level and category (net and gross), calls, proposals against decisions, seconds to accept."""
    if query.customer_id is not None:
        await found_customer(asked, query.customer_id)
    return await asked.desk.figures.read(query.period, query.customer_id)
