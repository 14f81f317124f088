"""The terms together with the days that people approved. One value for routing, planning and pages of a process.

Theory of operation. Rows of the calendar are only added or marked as revoked, so two small numbers of each table tell whether
anything changed. Every transaction that judges asks for them first and reads the days again when they differ: a day
approved in another process counts from the next transaction on, without a restart.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from ari_app.config import Settings
from ari_app.desk.planning import Terms, terms_of
from ari_app.store.calendar_tables import HolidayRow, PhoneHoursRow, ServiceHoursRow
from ari_app.store.statements import Asks, ask
from sla.agreed_hours import AgreedHours, OwnHours
from sla.calendar import parse_windows

_COUNTED: list[Any] = [
    sa.select(counted).scalar_subquery()
    for row in (HolidayRow, PhoneHoursRow, ServiceHoursRow)
    for counted in (sa.func.coalesce(sa.func.max(col(row.id)), 0), sa.func.count(col(row.revoked_at)))
]
_STATE = sa.select(*(counted.label(f"count_{at}") for at, counted in enumerate(_COUNTED)))
_APPROVED = sa.select(col(HolidayRow.day)).where(col(HolidayRow.revoked_at).is_(None))
_OTHER_HOURS = sa.select(col(PhoneHoursRow.day), col(PhoneHoursRow.windows)).where(
    col(PhoneHoursRow.revoked_at).is_(None)
)
_OWN_SERVICE = sa.select(
    col(ServiceHoursRow.day),
    col(ServiceHoursRow.windows),
    col(ServiceHoursRow.reason),
    col(ServiceHoursRow.approved_by),
).where(col(ServiceHoursRow.revoked_at).is_(None))
_NO_ROWS = (0,) * len(_COUNTED)


class DaysInForce:
    """Knows the settings' holidays from the start, and the rows once `read` was called."""

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigurationError when the settings name an agreement that can't be used."""
        self._settings = settings
        self._state: tuple[int, ...] = _NO_ROWS
        self.terms = terms_of(settings)

    async def read(self, session: Asks) -> Terms:
        """The terms as the rows are now. Not for a transaction that changes those rows itself: it may be rolled back."""
        (found,) = await ask(session, _STATE)
        state = tuple(getattr(found, f"count_{at}") for at in range(len(_COUNTED)))
        if state != self._state:
            days = await _holidays(session), await _phone_hours(session), await _own_service(session)
            self.terms = terms_of(self._settings, *days)
            self._state = state
        return self.terms

    @property
    def hours(self) -> AgreedHours:
        """As last read; every call and every page reads before it asks."""
        return self.terms.hours

    def is_phone_time(self, at: datetime) -> bool:
        return self.hours.is_phone_time(at)

    def is_calamity_time(self, at: datetime) -> bool:
        return self.hours.is_calamity_time(at)

    def is_service_time(self, at: datetime) -> bool:
        return self.hours.is_service_time(at)


async def _holidays(session: Asks) -> set[date]:
    return {row.day for row in await ask(session, _APPROVED)}


async def _phone_hours(session: Asks) -> Mapping[str, object]:
    return {row.day.isoformat(): row.windows for row in await ask(session, _OTHER_HOURS)}


async def _own_service(session: Asks) -> Mapping[date, OwnHours]:
    return {
        row.day: OwnHours(parse_windows(row.windows, row.day.isoformat()), row.reason, row.approved_by)
        for row in await ask(session, _OWN_SERVICE)
    }
