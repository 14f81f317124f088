"""What could not be told to people."""

from sqlalchemy.exc import SQLAlchemyError

from ari_app.config import Settings
from ari_app.desk.outbox import Outbox
from ari_app.doctor.finding import Finding, warning, well
from ari_app.setting_up import clock_of, open_desk


async def check_outbox(settings: Settings) -> list[Finding]:
    try:
        async with open_desk(settings) as desk:
            dead = await Outbox(desk.store, clock_of(settings)).count_dead()
            untold = await desk.notifications.count_given_up()
    except SQLAlchemyError:
        found = "not known: the database can't be asked"
        return [warning("outbox", found, "First do what stands at `database`; then run the doctor again.")]
    if untold:
        remedy = "Look at `meldlijn notify list` or the page Meldingen: tell those people, repair the way, then `notify retry`."
        return [warning("outbox", f"{untold} messages to people are given up", remedy)]
    if not dead:
        return [well("outbox", "nothing was given up")]
    remedy = (
        "Look at `meldlijn outbox list`: tell those people yourself, or repair the way and `meldlijn outbox retry`."
    )
    return [warning("outbox", f"{dead} could not be told to people and are given up", remedy)]
