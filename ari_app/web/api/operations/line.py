"""The line: announcements, holidays and hours, its settings, what asks for people, and what could not be told."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel

from ari_app.desk.actor import DECIDING
from ari_app.desk.announcements import Announcement
from ari_app.desk.days_shown import DayEffect, DayView, HolidayView
from ari_app.desk.notices import NoticeView
from ari_app.desk.opening_days import Holiday
from ari_app.desk.outbox import Delivery, Outbox
from ari_app.web.api.operation import Asked, Group
from ari_app.web.api.operations.paging import page, place
from ari_app.web.api.problems import mistakes_of_the_sender
from ari_app.web.api.scopes import OVERSEEING, Scope
from ari_app.web.api.values import Body, Day, Id, Instant, Page, Paged, Query, ShortText, Text, TicketNumber

line = Group("line")

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]$", examples=["08:30"])]


class NewAnnouncement(Body):
    """Told to callers within seconds. Without customers: to everybody. They may join the ticket as long as it is open."""

    text: Annotated[str, Field(min_length=1, max_length=600, pattern=r"^[^\x00]*$")]
    text_en: Annotated[str, Field(max_length=600, pattern=r"^[^\x00]*$")] = ""
    customers: Annotated[tuple[ShortText, ...], Field(max_length=1000, description="By name.")] = ()
    starts_at: Annotated[Instant | None, Field(description="Without it now.")] = None
    ends_at: Annotated[Instant | None, Field(description="Without it: until somebody ends it.")] = None
    ticket: TicketNumber | None = None


class Made(BaseModel):
    id: int


class FromDay(Query):
    first: Annotated[Day | None, Field(description="Without it today.")] = None
    days: Annotated[int, Field(ge=1, le=400)] = 14


class OfYear(Query):
    year: Annotated[int, Field(ge=1971, le=2100)]


class NewHoliday(Body):
    day: Day
    name: Annotated[ShortText, Field(min_length=1)]


class NewHolidays(Body):
    """What a holiday does is holiday_closes_desk and holiday_stops_contract_clock (A-08)."""

    days: Annotated[list[NewHoliday], Field(min_length=1, max_length=100)]


class Window(Body):
    opens: ClockTime
    closes: Annotated[ClockTime, Field(description="Excluded: closing time is closed. 24:00 is the next midnight.")]


class TriedHours(Body):
    """Hours of one date, local; no windows: closed all day. Clocks run in service hours."""

    kind: Literal["phone", "service"] = "phone"
    windows: Annotated[list[Window], Field(max_length=10)]


class OwnHours(TriedHours):
    """They replace what held before."""

    reason: Text


class Taken(BaseModel):
    """What was taken back, in Dutch."""

    revoked: list[str]


class Settings(RootModel[dict[str, Any]]):
    """By part and name, as docs/configuration.md has them. Secrets and addresses with passwords are left out."""


class Numbers(Body):
    """Which ones, by id; none: all that was given up."""

    ids: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()


@line.get("/announcements")
async def list_announcements(asked: Asked, query: Paged) -> Page[Announcement]:
    """The newest first, those that are over among them."""
    found = await asked.desk.announcements.all(query.limit + 1, place(query.after, "announcements"))
    return page(asked, "announcements", [(one.id, one) for one in found], query.limit)


@line.post("/announcements", Scope.LINE_WRITE, status=201, most_bytes=512 * 1024)
async def add_announcement(asked: Asked, body: NewAnnouncement) -> Made:
    """A known outage or planned maintenance, told to the callers whom it concerns (R-105)."""
    made = await asked.desk.announcements.add(
        body.text,
        asked.by,
        text_en=body.text_en,
        customers=body.customers,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        ticket=body.ticket,
    )
    return Made(id=made)


@line.post("/announcements/{number}/end", Scope.LINE_WRITE)
async def end_announcement(asked: Asked, number: Id) -> None:
    """Nobody hears it any more; it stays on record."""
    await asked.desk.announcements.end(number, asked.by)


@line.get("/hours")
async def read_hours(asked: Asked, query: FromDay) -> list[DayView]:
    """Every date with its service, calamity and phone hours, why they are so, and what nobody decided yet."""
    with mistakes_of_the_sender():
        return await asked.desk.opening_days.show(query.first, query.days)


@line.get("/holidays")
async def list_holidays(asked: Asked, query: OfYear) -> list[HolidayView]:
    """What a library names for the Netherlands beside what was approved. Nothing counts before that (A-08)."""
    return await asked.desk.opening_days.proposal(query.year)


@line.post("/holidays", Scope.LINE_WRITE, roles=DECIDING)
async def approve_holidays(asked: Asked, body: NewHolidays) -> list[date]:
    """Make dates holidays; gives those that were not before."""
    days = [Holiday(one.day, one.name) for one in body.days]
    return await asked.desk.opening_days.approve(days, asked.by)


@line.put("/hours/{day}", Scope.LINE_WRITE, roles=DECIDING)
async def set_hours_of_day(asked: Asked, day: Day, body: OwnHours) -> DayView:
    """Phone or service hours of one date: they win from weekday and holiday."""
    windows = [(one.opens, one.closes) for one in body.windows]
    with mistakes_of_the_sender():
        days = asked.desk.opening_days
        give = days.override if body.kind == "phone" else days.override_service
        await give(day, windows, body.reason, asked.by)
        return (await asked.desk.opening_days.show(day, 1))[0]


@line.post("/hours/{day}/effect", Scope.READ, roles=DECIDING)
async def try_hours_of_day(asked: Asked, day: Day, body: TriedHours) -> DayEffect:
    """What hours of its own would change on a date, and which open tickets would be planned anew. Saves nothing."""
    windows = [(one.opens, one.closes) for one in body.windows]
    with mistakes_of_the_sender():
        return await asked.desk.opening_days.effect(day, windows, body.kind)


@line.delete("/hours/{day}", Scope.LINE_WRITE, roles=DECIDING)
async def revoke_day(asked: Asked, day: Day) -> Taken:
    """Take back what was approved for a date, holiday and phone hours; the decision and its end are kept."""
    return Taken(revoked=await asked.desk.opening_days.revoke(day, asked.by))


@line.get("/settings", roles=OVERSEEING)
async def read_settings(asked: Asked) -> Settings:
    """The settings that this line runs with."""
    shown = asked.settings.model_dump(mode="json", exclude={"database", "home"})
    return Settings(_without_secrets(shown))


@line.get("/notices")
async def list_notices(asked: Asked, query: Paged) -> Page[NoticeView]:
    """What asks for people now: a broken promise first and the longest waiting first (A-16)."""
    found = await asked.desk.open_notices(query.limit + 1, place(query.after, "notices"))
    return page(asked, "notices", [(one.id, one) for one in found], query.limit)


@line.get("/outbox/dead", roles=OVERSEEING)
async def list_dead_letters(asked: Asked, query: Paged) -> Page[Delivery]:
    """What was given up after all tries, newest first: people must tell it themselves, or have it tried again."""
    found = await Outbox(asked.desk.store, asked.clock).dead(query.limit + 1, place(query.after, "dead"))
    return page(asked, "dead", [(one.id, one) for one in found], query.limit)


@line.get("/outbox/waiting", roles=OVERSEEING)
async def list_outbox(asked: Asked, query: Paged) -> Page[Delivery]:
    """What is still to be told, in the order of its writing."""
    found = await Outbox(asked.desk.store, asked.clock).waiting(query.limit + 1, place(query.after, "waiting") or 0)
    return page(asked, "waiting", [(one.id, one) for one in found], query.limit)


@line.post("/outbox/retry", Scope.LINE_WRITE, roles=DECIDING)
async def retry_dead_letters(asked: Asked, body: Numbers) -> list[Delivery]:
    """Try again what was given up; the line does so within seconds."""
    with mistakes_of_the_sender():
        return await Outbox(asked.desk.store, asked.clock).try_again(body.ids or None)


_SECRET = ("password", "secret", "token", "key", "tls_files")


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_secrets(inner)
            for name, inner in value.items()
            if not any(word in name for word in _SECRET) or name.endswith("_seconds")
        }
    return [_without_secrets(one) for one in value] if isinstance(value, list) else value
