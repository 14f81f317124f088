"""Takes shifts of a calendar file into the rota, as overrides: all of them or none."""

from datetime import datetime

from ari_app.desk.actor import Actor
from ari_app.desk.rota import Rota
from ari_app.desk.rota_calendar import CalendarMistakes, from_calendar
from routing.rota import Duty


async def import_calendar(rota: Rota, file: bytes, now: datetime, why: str, by: Actor) -> list[Duty]:
    """Gives the shifts that were not there before; importing a file twice adds nothing. Only engineers that exist.
    A shift that is over is left out.

    Raises CalendarMistakes with a line for each mistake, or Refused.
    """
    shifts = from_calendar(file, rota.zone)
    engineers = {engineer.name.casefold(): engineer for engineer in await rota.engineers()}
    unknown = sorted({shift.name for shift in shifts if shift.name.casefold() not in engineers})
    if unknown:
        known = ", ".join(engineer.name for engineer in engineers.values()) or "nobody yet"
        raise CalendarMistakes(
            f"nothing was imported.\nno engineer is called {', '.join(map(repr, unknown))}: there is {known}"
        )
    duties = [
        Duty(engineers[shift.name.casefold()], shift.starts_at, shift.ends_at, shift.position)
        for shift in shifts
        if shift.ends_at > now
    ]
    return await rota.override(duties, why, by, what="import")
