"""What happened to tickets, for an outside system that keeps itself in step."""

from typing import Annotated

from pydantic import BaseModel, Field

from ari_app.desk.actor import WORKING
from ari_app.desk.feed import Feed, UnknownPlace
from ari_app.desk.happenings import Happening
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import tell_next, unknown_place
from ari_app.web.api.values import Cursor, Limit, Query

feed = Group("events")


class From(Query):
    """`after` is a place that the feed gave; without it the beginning."""

    after: Cursor = ""
    limit: Annotated[Limit, Field(description="At most so many.")] = 100


class Happenings(BaseModel):
    """Keep `after` and ask again from there. `is_all`: there is no more now."""

    items: tuple[Happening, ...]
    after: str
    is_all: bool


class Place(BaseModel):
    after: str


@feed.get("/events", roles=WORKING)
async def list_events(asked: Asked, query: From) -> Happenings:
    """What happened to tickets behind a place, in order. Each has an id that stays the same: whoever gets it twice knows."""
    try:
        found = await Feed(asked.desk.store, asked.clock).read(query.after, query.limit)
    except UnknownPlace as wrong:
        raise unknown_place(query.after) from wrong
    if not found.is_all:
        tell_next(asked, found.after)
    return Happenings(items=found.happenings, after=found.after, is_all=found.is_all)


@feed.get("/events/now", roles=WORKING)
async def newest_place(asked: Asked) -> Place:
    """The place behind all that happened so far: take it, read the tickets, then ask for events from there."""
    return Place(after=await Feed(asked.desk.store, asked.clock).newest())
