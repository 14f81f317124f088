"""What time does to the rota: hand-shakes become due, and holes come near. Every service on a database runs it."""

from ari_app.desk import Desk
from ari_app.jobs.ticks import Work

ROTA_EVERY = 60.0


def looking_after(desk: Desk) -> Work:
    """The work of one tick. What it tells goes into the outbox, once."""

    async def look() -> None:
        await desk.handshake.look()
        await desk.rota_warnings.look()

    return look
