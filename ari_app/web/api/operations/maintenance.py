"""Planned maintenance: the five items of its notice, that the customers were told, and that it does not go on."""

from typing import Annotated

from pydantic import Field

from ari_app.desk.maintenance import MaintenanceView
from ari_app.desk.maintenance_words import Notice
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Id, Instant, Minutes, Page, Paged, ShortText, Text

maintenance = Group("maintenance")


class MaintenanceWanted(Paged):
    """`after`: the `next` of the page before."""

    customer_id: Annotated[Id | None, Field(description="Only what concerns this customer.")] = None


class NewMaintenance(Body):
    """The five items (R-106). Without customers: those who have one of the services, or everybody when nobody does."""

    contact: ShortText
    starts_at: Instant
    ends_at: Instant
    expected_minutes: Minutes
    services: Annotated[tuple[ShortText, ...], Field(max_length=50)]
    reason: Annotated[str, Field(max_length=600, pattern=r"^[^\x00]*$")]
    customers: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()


class HowTold(Body):
    how: Annotated[Text, Field(description="By what the customers know it, such as a mail of that day.")]


class WhyNot(Body):
    why: Text


@maintenance.get("/maintenance")
async def list_maintenance(asked: Asked, query: MaintenanceWanted) -> Page[MaintenanceView]:
    """The one that begins last comes first; what was cancelled is among them. `text` is what callers hear."""
    below = place(query.after, "maintenance")
    found = await asked.desk.maintenance.all(query.limit + 1, query.customer_id, below)
    return page(asked, "maintenance", [(one.id, one) for one in found], query.limit)


@maintenance.post("/maintenance", Scope.LINE_WRITE, status=201)
async def plan_maintenance(asked: Asked, body: NewMaintenance) -> MaintenanceView:
    """Plan maintenance (R-104, R-106): callers whom it concerns hear of it from now until its end."""
    return await _found(asked, await asked.desk.maintenance.plan(Notice(**dict(body)), asked.by))


@maintenance.post("/maintenance/{number}/told", Scope.LINE_WRITE)
async def mark_maintenance_told(asked: Asked, number: Id, body: HowTold) -> MaintenanceView:
    """The customers were told, which must be before it begins (R-104)."""
    await asked.desk.maintenance.mark_told(number, asked.by, body.how)
    return await _found(asked, number)


@maintenance.post("/maintenance/{number}/mail", Scope.LINE_WRITE)
async def mail_maintenance(asked: Asked, number: Id) -> MaintenanceView:
    """A mail with the five items to each contact whom it concerns and who gets notices; nobody gets it twice (R-104)."""
    await asked.desk.maintenance.mail(number, asked.by)
    return await _found(asked, number)


@maintenance.post("/maintenance/{number}/cancel", Scope.LINE_WRITE)
async def cancel_maintenance(asked: Asked, number: Id, body: WhyNot) -> MaintenanceView:
    """It does not go on: callers hear nothing of it any more, and it stays on record."""
    await asked.desk.maintenance.cancel(number, asked.by, body.why)
    return await _found(asked, number)


async def _found(asked: Asked, number: int) -> MaintenanceView:
    found = await asked.desk.maintenance.one(number)
    if found is None:
        raise Problem("not-found", f"There is no maintenance {number}.")
    return found
