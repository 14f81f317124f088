"""The rota: who is on duty, patterns, overrides, swaps, and the secret addresses of calendars."""

from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.actor import DECIDING
from ari_app.desk.rota import OverrideView
from ari_app.desk.rota_links import LinkView
from ari_app.desk.rota_swaps import Period, SwapView
from ari_app.desk.rota_warnings import RotaWarning
from ari_app.store.rota_tables import LinkPurpose, RotaChangeRow
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.problems import Problem
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Body, Day, Id, Instant, Page, Paged, Query, ShortText, Text
from routing.rota import Duty, Engineer

rota = Group("rota")

LONGEST_SPAN = timedelta(days=366)
Position = Annotated[int, Field(ge=1, le=9, description="1 rings first.")]
Name = Annotated[ShortText, Field(description="Full name of an engineer.")]


class Span(Query):
    """`since` included, `until` not; at most a year. Without them two weeks from now."""

    since: Instant | None = None
    until: Instant | None = None


class Moment(Query):
    at: Annotated[Instant | None, Field(description="Without it now.")] = None


class Pattern(Body):
    """Engineers take the position in turn; what was planned for it before ends there. Day and time are local."""

    position: Position = 1
    engineers: Annotated[list[Name], Field(min_length=1, max_length=50)]
    first_day: Day
    hand_over_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:30"])]
    weeks: Annotated[int, Field(ge=1, le=52)] = 1


class Override(Body):
    """This engineer takes this position, whatever the pattern says."""

    engineer: Name
    position: Position = 1
    starts_at: Instant
    ends_at: Instant
    why: Text


class Shift(Body):
    starts_at: Instant
    ends_at: Instant
    position: Position = 1

    def period(self) -> Period:
        return Period(self.starts_at, self.ends_at, self.position)


class SwapAsked(Body):
    """`giver` asks `taker` to take a shift, maybe for one in return. Until the taker accepts nothing changes."""

    giver: Name
    taker: Name
    given: Shift
    in_return: Shift | None = None


class SwapAnswer(Body):
    is_accepted: bool


class NewLink(Body):
    """A calendar to subscribe to, or the page on which an engineer takes the duty. A newer address ends the older."""

    purpose: LinkPurpose
    engineer: Annotated[ShortText | None, Field(description="Without it the whole rota (calendar only).")] = None


class LinkOf(Body):
    """Of whom the address is."""

    purpose: LinkPurpose
    engineer: Annotated[ShortText | None, Field(description="Without it the whole rota (calendar only).")] = None


class Link(BaseModel):
    """Shown this once: whoever has the address may use it."""

    path: str


class Why(Body):
    why: Text


class Change(BaseModel):
    """Who changed what in the rota."""

    at: datetime
    by: str
    what: str
    why: str
    detail: dict[str, str | int | list[str] | None]


@rota.get("/rota")
async def list_duties(asked: Asked, query: Span) -> tuple[Duty, ...]:
    """Who holds which position, in order of time; never two for one position at once."""
    since = query.since or asked.clock.now()
    until = query.until or since + timedelta(days=14)
    if not timedelta() < until - since <= LONGEST_SPAN:
        raise Problem("invalid", "until must lie after since, and at most a year later. Choose another span.")
    return await asked.desk.rota.duties_between(since, until)


@rota.get("/rota/on-duty")
async def on_duty(asked: Asked, query: Moment) -> tuple[Engineer, ...]:
    """Whose phones ring at a moment, first one first."""
    return await asked.desk.on_duty(query.at)


@rota.get("/rota/warnings")
async def list_rota_warnings(asked: Asked) -> list[RotaWarning]:
    """What is wrong with the coming two weeks: holes in calamity hours, and engineers who can't be rung."""
    return list(await asked.desk.rota_warnings.check())


@rota.get("/rota/changes")
async def list_rota_changes(asked: Asked, query: Paged) -> Page[Change]:
    """Newest first."""
    rows = await asked.desk.rota.changes(query.limit + 1, place(query.after, "rota-changes"))
    return page(asked, "rota-changes", [(row.id or 0, _change(row)) for row in rows], query.limit)


def _change(row: RotaChangeRow) -> Change:
    return Change(at=row.at, by=row.actor, what=row.what, why=row.why, detail=row.detail)


@rota.post("/rota/patterns", Scope.ROTA_WRITE, status=201, roles=DECIDING)
async def set_pattern(asked: Asked, body: Pattern) -> tuple[Duty, ...]:
    """Engineers take a position in turn; gives the first weeks of it."""
    hour, minute = map(int, body.hand_over_at.split(":"))
    pattern = await asked.desk.rota.set_pattern(
        body.position, body.engineers, body.first_day, time(hour, minute), asked.by, body.weeks
    )
    begins = pattern.hand_over(0)
    return tuple(pattern.duties(begins, begins + timedelta(weeks=body.weeks * len(body.engineers))))


@rota.get("/rota/overrides")
async def list_overrides(asked: Asked) -> list[OverrideView]:
    """Those that are not over, in order of time."""
    return await asked.desk.rota.overrides()


@rota.post("/rota/overrides", Scope.ROTA_WRITE, status=201, roles=DECIDING)
async def add_override(asked: Asked, body: Override) -> list[Duty]:
    """Gives what was not there yet."""
    engineer = await asked.desk.rota.engineer(body.engineer)
    duty = Duty(engineer, body.starts_at, body.ends_at, body.position, is_override=True)
    return await asked.desk.rota.override([duty], body.why, asked.by)


@rota.post("/rota/overrides/{number}/remove", Scope.ROTA_WRITE, roles=DECIDING)
async def remove_override(asked: Asked, number: Id, body: Why) -> Duty:
    """From now on the pattern holds again; what is past of it stays."""
    return await asked.desk.rota.remove_override(number, body.why, asked.by)


@rota.get("/rota/swaps")
async def list_swaps(asked: Asked, query: Paged) -> Page[SwapView]:
    """Newest first."""
    found = await asked.desk.swaps.list(query.limit + 1, place(query.after, "swaps"))
    return page(asked, "swaps", [(one.number, one) for one in found], query.limit)


@rota.post("/rota/swaps", Scope.ROTA_WRITE, status=201)
async def ask_swap(asked: Asked, body: SwapAsked) -> SwapView:
    """One engineer asks another to take a shift."""
    back = body.in_return.period() if body.in_return else None
    return await asked.desk.swaps.ask(body.giver, body.taker, body.given.period(), asked.by, back)


@rota.post("/rota/swaps/{number}/answer", Scope.ROTA_WRITE)
async def answer_swap(asked: Asked, number: Id, body: SwapAnswer) -> SwapView:
    """Accepted: both shifts change hands at once. Refused: all stays as it is."""
    return await asked.desk.swaps.answer(number, body.is_accepted, asked.by)


@rota.post("/rota/swaps/{number}/withdraw", Scope.ROTA_WRITE)
async def withdraw_swap(asked: Asked, number: Id) -> SwapView:
    """Who asked takes the question back; all stays as it is."""
    return await asked.desk.swaps.withdraw(number, asked.by)


@rota.post("/rota/links", Scope.ROTA_WRITE, status=201, roles=DECIDING, is_secret=True)
async def make_link(asked: Asked, body: NewLink) -> Link:
    """A secret address: an iCal calendar, or a page to take the duty."""
    token = await asked.desk.rota_links.make(body.purpose, body.engineer, asked.by)
    return Link(path=f"/rota/{token}.ics" if body.purpose is LinkPurpose.CALENDAR else f"/duty/{token}")


@rota.get("/rota/links", roles=DECIDING)
async def list_links(asked: Asked) -> list[LinkView]:
    """The addresses that open something now, newest first; what they are is not known any more."""
    return await asked.desk.rota_links.list()


@rota.post("/rota/links/revoke", Scope.ROTA_WRITE, roles=DECIDING)
async def revoke_link(asked: Asked, body: LinkOf) -> list[LinkView]:
    """The address opens nothing any more; gives those that are left."""
    await asked.desk.rota_links.revoke(body.purpose, body.engineer, asked.by)
    return await asked.desk.rota_links.list()
