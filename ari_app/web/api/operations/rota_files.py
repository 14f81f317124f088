"""The rota as people look at it: a week with its holes, who could fill one, and calendar files."""

from datetime import date, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field

from ari_app.desk.actor import DECIDING
from ari_app.desk.rota_calendar import LARGEST_FILE
from ari_app.desk.rota_import import import_calendar
from ari_app.desk.rota_week import Candidate, WeekView
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.problems import Problem, mistakes_of_the_sender
from ari_app.web.api.scopes import Scope
from ari_app.web.api.values import Day, Instant, Query, ShortText
from routing.rota import Duty

rota_files = Group("rota as calendar")

LONGEST_HOLE = timedelta(days=31)


class WeekWanted(Query):
    first: Annotated[Day | None, Field(description="The first of seven days; without it this Monday.")] = None


class Hole(Query):
    """`since` included, `until` not."""

    since: Instant
    until: Instant


class CalendarWanted(Query):
    engineer: Annotated[ShortText | None, Field(description="Full name; without it the whole rota.")] = None
    days: Annotated[int, Field(ge=1, le=400, description="How far ahead.")] = 180


class WhyImported(Query):
    why: Annotated[ShortText, Field(min_length=1, description="Kept with the change.")]


@rota_files.get("/rota/week")
async def read_rota_week(asked: Asked, query: WeekWanted) -> WeekView:
    """Seven days of calamity hours with who is first, and how the hours of the quarter are shared."""
    return await asked.desk.rota_weeks.week(query.first or _monday(asked))


@rota_files.get("/rota/candidates")
async def list_candidates(asked: Asked, query: Hole) -> list[Candidate]:
    """Who could take this time: the fewest hours as first stands first, who can't stands last with why."""
    if not timedelta() < query.until - query.since <= LONGEST_HOLE:
        raise Problem("invalid", "until must lie after since, and at most a month later. Choose another span.")
    first = query.since.astimezone(asked.desk.rota.zone).date()
    week = await asked.desk.rota_weeks.week(first - timedelta(days=first.weekday()))
    return await asked.desk.rota_weeks.candidates(query.since, query.until, week.shares)


@rota_files.get("/rota/calendar", media_type="text/calendar", can_be_refused=True)
async def read_rota_calendar(asked: Asked, query: CalendarWanted) -> web.StreamResponse:
    """The rota as a calendar file (iCalendar), without phone numbers."""
    file = await asked.desk.rota.calendar(query.engineer, timedelta(days=query.days))
    return web.Response(body=file, content_type="text/calendar", charset="utf-8")


@rota_files.post(
    "/rota/import", Scope.ROTA_WRITE, status=201, roles=DECIDING, takes_file=True, most_bytes=LARGEST_FILE + 1024
)
async def import_rota(asked: Asked, query: WhyImported, file: bytes) -> list[Duty]:
    """Shifts of a calendar file become overrides: all of them, or with a mistake none. Gives those that were not there."""
    with mistakes_of_the_sender():
        return await import_calendar(asked.desk.rota, file, asked.clock.now(), query.why, asked.by)


def _monday(asked: Asked) -> date:
    today = asked.clock.now().astimezone(asked.desk.rota.zone).date()
    return today - timedelta(days=today.weekday())
