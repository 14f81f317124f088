"""Fields of a form as a page needs them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from aiohttp import web

from ari_app.web.dutch import RefusedHere
from ari_app.web.languages import _
from ari_app.web.words import AMSTERDAM

Day = TypeVar("Day", date, datetime)
Form = Mapping[str, Any]
#: Of moments and days that people fill in: beyond them calendars end.
FIRST_YEAR, LAST_YEAR = 1971, 2199
_EUROS = re.compile(r"[0-9]{1,7}([.,][0-9]{1,2})?")


async def form_of(request: web.Request) -> Any:
    """A Form that has `getall` too, as aiohttp gives it. Raises HTTPBadRequest for what no browser sends."""
    with as_browsers_send():
        return await request.post()


@contextmanager
def as_browsers_send() -> Iterator[None]:
    """A body in another alphabet than it says, or a form that begins nowhere, is a bad request and no fault of ours."""
    try:
        yield
    except (ValueError, LookupError, web.RequestPayloadError) as wrong:
        raise web.HTTPBadRequest from wrong


def in_reach(day: Day) -> Day:
    """Raises ValueError for a year in which no report can be."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"choose a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def text_of(form: Form, name: str) -> str:
    """Without blanks around it; "" when it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def number_of(form: Form, name: str, label: str, rule: str) -> int:
    """Raises Refused, naming the field as people see it."""
    text = text_of(form, name)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RefusedHere(_("Kan nadat %(label)s is ingevuld als een heel getal", label=label), rule)
    return int(text)


def moment_of(form: Form, name: str, label: str, rule: str) -> datetime:
    """Local time as a browser writes it, "2026-12-05T08:00". Raises Refused."""
    try:
        return in_reach(datetime.fromisoformat(text_of(form, name))).replace(tzinfo=AMSTERDAM)
    except ValueError:
        raise RefusedHere(_("Kan nadat %(label)s is ingevuld als dag en tijd", label=label), rule) from None


def day_of(form: Form, name: str, label: str, rule: str) -> date:
    try:
        return in_reach(date.fromisoformat(text_of(form, name)))
    except ValueError:
        raise RefusedHere(_("Kan nadat %(label)s is ingevuld als datum", label=label), rule) from None


def time_of(form: Form, name: str, label: str, rule: str) -> time:
    try:
        return time.fromisoformat(text_of(form, name))
    except ValueError:
        raise RefusedHere(_("Kan nadat %(label)s is ingevuld, zoals 22:00", label=label), rule) from None


def euros_of(form: Form, name: str, label: str, rule: str) -> Decimal | None:
    """With a comma or a point; None when nothing is filled in."""
    text = text_of(form, name)
    if text and not _EUROS.fullmatch(text):
        raise RefusedHere(_("Kan nadat %(label)s is ingevuld als bedrag, zoals 14,50", label=label), rule)
    return Decimal(text.replace(",", ".")) if text else None
