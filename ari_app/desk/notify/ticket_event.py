"""What a webhook gets of something that happened to a ticket, made when it is sent: no copy of it lies in the outbox."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.channel_settings import WebhookSettings
from ari_app.clock import Clock
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.feed import Feed
from ari_app.desk.field_map import MapMistakes, read_map
from ari_app.desk.numbers import ticket_number
from ari_app.desk.reading import read_ticket
from ari_app.desk.views import to_json
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.tables import TicketRow


class EventNotMade(Exception):
    """The event can't be made now; the message says why, in Dutch."""


class TicketEvent:
    """Reads only."""

    def __init__(self, store: Store, days: DaysInForce, clock: Clock) -> None:
        self._feed = Feed(store, clock)
        self._days = days
        self._clock = clock

    async def of(self, session: AsyncSession, told: OutboxRow, hook: WebhookSettings | None) -> dict[str, Any]:
        """The happening as the feed tells it, and as `fields` the ticket as it is now in the words of the hook's map. What
        was erased since is left out. Raises EventNotMade."""
        id = str(told.payload["event"]["id"])
        happening = await self._feed.happening(session, id)
        event: dict[str, Any] = {"id": id, "ticket": ticket_number(told.ticket_id)}
        if happening is not None:
            event = {name: value for name, value in to_json(happening).items() if name != "type"}
        if hook is not None and hook.field_map:
            event["fields"] = await self._fields(session, told, hook.field_map)
        return event

    async def _fields(self, session: AsyncSession, told: OutboxRow, map_name: str) -> dict[str, Any]:
        try:
            wanted = read_map(map_name)
        except (MapMistakes, OSError, UnicodeDecodeError) as why:
            raise EventNotMade(f"De veldenlijst {map_name} kan niet worden gebruikt: {why}.") from why
        row = await session.get_one(TicketRow, told.ticket_id)
        return wanted.of(await read_ticket(session, row, await self._days.read(session), self._clock.now()))
