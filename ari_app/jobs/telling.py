"""The tick that sends what must be told. Every service on a database runs it; each step is sent by one."""

import asyncio

import structlog

from ari_app.desk.notify.tellings import EVERYTHING, Some, Telling, Tellings
from ari_app.desk.notify.ticket_events import TicketEvents
from ari_app.jobs.ticks import Work
from ari_app.notify.channels import Channels
from ari_app.notify.message import DeliveryFailed

log = structlog.get_logger()

TELL_EVERY = 2.0
#: Three rounds of the slowest channel end well within a lease.
AT_ONCE, SIDE_BY_SIDE = 20, 8


def following(events: TicketEvents) -> Work:
    """The work of one tick: what happened to tickets is written down for the webhooks, until nothing new is there."""

    async def follow() -> None:
        while await events.follow():
            pass

    return follow


def sending(tellings: Tellings, channels: Channels) -> dict[str, tuple[float, Work]]:
    """For each channel a tick of its own: one that is slow, or has much to send, keeps back nothing but what is its own. One
    more for what waits for a channel that is not there."""

    def send(some: Some) -> Work:
        async def tick() -> None:
            await send_what_waits(tellings, channels, some)

        return tick

    of_channels = {f"tell by {name}": (TELL_EVERY, send(Some(only=name))) for name in channels}
    return {**of_channels, "tell by no channel": (TELL_EVERY, send(Some(but_for=tuple(channels))))}


async def send_what_waits(tellings: Tellings, channels: Channels, some: Some = EVERYTHING) -> int:
    """Sends until nothing waits whose time has come; gives how much was delivered. What a channel can't deliver now is tried
    again later."""
    slots, sent = asyncio.Semaphore(SIDE_BY_SIDE), 0
    while claimed := await tellings.claim(AT_ONCE, some):
        sent += sum(await asyncio.gather(*(_send_one(tellings, channels, one, slots) for one in claimed)))
    return sent


async def _send_one(tellings: Tellings, channels: Channels, telling: Telling, slots: asyncio.Semaphore) -> bool:
    async with slots:
        failure = await _failure_of(channels, telling)
    if failure is not None:
        log.warning(
            "A message was not delivered",
            action="telling_failed",
            telling=telling.id,
            channel=telling.channel,
            attempt=telling.attempt,
            why=str(failure),
        )
        await tellings.failed(telling, failure)
        return False
    log.info("Somebody was told", action="told", telling=telling.id, channel=telling.channel, kind=telling.message.kind)
    await tellings.sent(telling)
    return True


async def _failure_of(channels: Channels, telling: Telling) -> DeliveryFailed | None:
    channel = channels.get(telling.channel)
    if channel is None:
        return DeliveryFailed(f"Het kanaal {telling.channel} staat niet in de instellingen van deze machine.")
    try:
        await channel.deliver(telling.message)
    except DeliveryFailed as failure:
        return failure
    except Exception as failure:  # a fault in a channel must not keep back what comes after
        log.error("A channel failed", action="channel_failed", channel=telling.channel, error=type(failure).__name__)
        return DeliveryFailed(f"In het kanaal ging iets mis ({type(failure).__name__}).")
    return None
