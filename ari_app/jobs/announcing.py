"""The tick of the announcements: calls hear what was read last, and wait for no voice."""

from collections.abc import Awaitable, Callable

from ari_app.desk.announcements import Announcements
from ari_app.jobs.ticks import Work

ANNOUNCEMENTS_EVERY = 5.0


def announcing(announcements: Announcements, speak: Callable[[str, str], Awaitable[str | None]]) -> Work:
    """The work of one tick: `speak` keeps what it has spoken once, by text and language."""

    async def read() -> None:
        for announcement in await announcements.read():
            await speak(announcement.text, "nl")
            if announcement.text_en:
                await speak(announcement.text_en, "en")

    return read
