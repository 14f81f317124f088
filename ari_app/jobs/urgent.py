"""The tick of the urgent messages. Every service on a database runs it."""

from ari_app.desk.urgent import UrgentMessages
from ari_app.jobs.ticks import Work

URGENT_EVERY = 5.0
#: Messages in a transaction: short enough for calls that want to write in between.
AT_ONCE = 20


def telling_of(urgent: UrgentMessages) -> Work:
    """The work of one tick: every message takes the step that is due."""

    async def tell() -> None:
        while await urgent.tell(AT_ONCE):
            pass

    return tell
