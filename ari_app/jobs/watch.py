"""The watch: due clocks are noticed exactly once, and told. Every service on a database runs it."""

from collections.abc import Awaitable, Callable

import structlog

from ari_app.desk import Desk
from ari_app.desk.notify.notifications import Notifications
from ari_app.desk.outbox import Delivery, Outbox
from ari_app.jobs.ticks import Work
from ari_app.notify.message import DeliveryFailed

log = structlog.get_logger()

WATCH_EVERY = 5.0
#: Tickets in a transaction: short enough for calls that want to write in between.
AT_ONCE = 20

Channel = Callable[[Delivery], Awaitable[None]]


#: What the log shows of a notice: no text, which may name people.
_LOGGED = frozenset({"clock", "since", "is_late", "clause"})


def watching(desk: Desk, outbox: Outbox) -> Work:
    """The work of one tick: look until nothing is due, then tell until nothing waits."""

    async def watch() -> None:
        await look_until_nothing_is_due(desk)
        await deliver(outbox, telling_people(desk.notifications))

    return watch


def telling_people(notifications: Notifications) -> Channel:
    """From the outbox to the ladders of those to tell; a line of the log for each, also when nobody can be told."""

    async def channel(delivery: Delivery) -> None:
        steps = await notifications.spread(delivery.id)
        if not steps:
            log.warning("Nobody can be told of a notice", action="notice_untold", key=delivery.key, kind=delivery.kind)
        await tell_the_log(delivery)

    return channel


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
    shown = {name: value for name, value in delivery.payload.items() if name in _LOGGED}
    log.warning("Something asks for attention", action="notice", kind=delivery.kind, ticket=delivery.ticket, **shown)


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
