"""Whether messages become text: workers that live, and messages that were given up."""

from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from ari_app.clock import SystemClock
from ari_app.config import Settings
from ari_app.desk.workers import Workers
from ari_app.doctor.finding import Finding, warning, well
from ari_app.setting_up import is_line_running, open_desk

#: A living worker was seen this lately, also when its machine's clock is a little off.
SEEN_WITHIN = timedelta(minutes=2)


async def check_work(settings: Settings) -> list[Finding]:
    """A line that does not run needs no workers."""
    try:
        async with open_desk(settings) as desk:
            parked = await desk.hear_again.count_parked()
            workers = await Workers(desk.store, SystemClock()).all()
    except SQLAlchemyError:
        found = "not known: the database can't be asked"
        return [warning("messages", found, "First do what stands at `database`; then run the doctor again.")]
    now = SystemClock().now()
    living = sum(now - one.seen_at < SEEN_WITHIN for one in workers)
    found = f"{living} workers, {parked} messages parked" if parked else f"{living} workers, no message parked"
    if parked:
        remedy = "Look at `meldlijn work parked`: listen to them, do what the reason says, and `meldlijn work retry`."
        return [warning("messages", found, remedy)]
    if not living and is_line_running(settings.home):
        remedy = "Messages wait for their text. Look in the log for `worker_ended`; or start `meldlijn worker`."
        return [warning("messages", "the line runs and no worker lives", remedy)]
    return [well("messages", found)]
