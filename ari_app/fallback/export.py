"""Keeps the plan of the dialplan up to date: at each change of the rota, the hours or the settings, and every hour."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk import Desk
from ari_app.fallback.plan import Manner, Period, calamity_periods, desk_periods, write_plan

log = structlog.get_logger()

EXPORT_EVERY = 30.0
AHEAD = timedelta(days=14)
_RENEW_AFTER = timedelta(hours=1)


class PlanExport:
    """Writes `file`. Its time is the system's own, also in demo mode: the dialplan knows no other."""

    def __init__(self, desk: Desk, settings: Settings, file: Path) -> None:
        self._desk = desk
        self._settings = settings
        self._file = file
        self._made_at = datetime.fromtimestamp(0).astimezone()
        self._rows = ""

    async def export(self, now: datetime | None = None) -> bool:
        """Writes the plan from `now` on when it differs or is an hour old; True: it was written. Raises what the database raises:
        then the last plan stays."""
        now = now or SystemClock().now()
        plan = write_plan(self._manner(now), await self._periods(now) if self._settings.fallback.rings else ())
        rows = plan.partition("\n")[2]
        if rows == self._rows and now - self._made_at < _RENEW_AFTER and self._file.exists():
            return False
        draft = self._file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(plan, encoding="ascii")
        draft.replace(self._file)
        self._made_at, self._rows = now, rows
        log.info("Asterisk has a plan for when we are away", action="plan_exported", periods=rows.count("\n"))
        return True

    def _manner(self, now: datetime) -> Manner:
        line = self._settings.line
        return Manner(
            made_at=now,
            good_until=now + timedelta(days=self._settings.fallback.good_for_days),
            service_number=line.service_number,
            ring_for=max(1, round(line.ring_for_seconds)),
            accept_within=max(1, round(line.accept_within_seconds)),
            desk_ring_for=max(1, round(line.desk_ring_for_seconds)),
        )

    async def _periods(self, now: datetime) -> list[Period]:
        # From a fixed point on: else the period that runs would differ each time.
        begin = now.replace(minute=0, second=0, microsecond=0)
        end = begin + AHEAD
        hours = await self._desk.opening_days.hours()
        duties = await self._desk.rota.duties_between(begin, end)
        line = self._settings.line
        return [
            *calamity_periods(duties, hours.calamity.windows(begin, end), frozenset(line.dial_countries)),
            *desk_periods(line.desk_endpoints, line.desk_strategy == "together", hours.phone.windows(begin, end)),
        ]
