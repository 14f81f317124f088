"""The watch: due clocks are noticed exactly once, and told. Every service on a database runs it."""

from collections.abc import Awaitable, Callable

import structlog

from ari_app.desk import Desk
from ari_app.desk.outbox import Delivery, Outbox
from ari_app.jobs.ticks import Work

log = structlog.get_logger()

WATCH_EVERY = 5.0
#: Tickets in a transaction: short enough for calls that want to write in between.
AT_ONCE = 20

Channel = Callable[[Delivery], Awaitable[None]]


class DeliveryFailed(Exception):
    """A channel could not deliver; the message says why. `permanent`: trying again does not help."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


def watching(desk: Desk, outbox: Outbox) -> Work:
    """The work of one tick: look until nothing is due, then tell until nothing waits."""

    async def watch() -> None:
        await look_until_nothing_is_due(desk)
        await deliver(outbox, tell_the_log)

    return watch


async def look_until_nothing_is_due(desk: Desk) -> int:
    """Gives how many tickets were judged again; after a stop of the service these are all that it missed."""
    total = 0
    while looked := await desk.look_again(AT_ONCE):
        total += looked
    return total


async def deliver(outbox: Outbox, channel: Channel) -> int:
    """Tells what waits and gives how much was told. What a channel can't deliver now is tried again later."""
    told = 0
    while claimed := await outbox.claim(AT_ONCE):
        for delivery in claimed:
            told += await _deliver_one(outbox, channel, delivery)
    return told


async def tell_the_log(delivery: Delivery) -> None:
    """The channel that is always there: one line for each notice."""
    log.warning("A clock asks for attention", action="notice", kind=delivery.kind, **delivery.payload)


async def _deliver_one(outbox: Outbox, channel: Channel, delivery: Delivery) -> bool:
    try:
        await channel(delivery)
    except DeliveryFailed as failure:
        await outbox.failed(delivery, str(failure), permanent=failure.permanent)
        return False
    except Exception as failure:  # a fault in a channel must not keep back what comes after
        log.exception("A channel failed", action="channel_failed", ticket=delivery.ticket, kind=delivery.kind)
        await outbox.failed(delivery, repr(failure), permanent=False)
        return False
    await outbox.delivered(delivery)
    return True
