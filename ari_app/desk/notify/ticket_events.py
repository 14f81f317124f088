"""What happens to tickets goes to the webhooks that ask for it: once to each, in order for each ticket.

Theory of operation. Whatever happens to a ticket is a row that is only added, in the transaction that makes it so: these
rows are an outbox already, and the feed tells them in order. Here a place in the feed is kept. Moving it on and writing what
is to be sent is one transaction, for which the place must still be the one that was read: of several services one does it. So
nothing that happened is left out or told twice, no command has to think of it, and what was rolled back never happened.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.channel_settings import WebhookSettings
from ari_app.clock import Clock
from ari_app.desk.feed import Feed
from ari_app.desk.happenings import Happening
from ari_app.desk.notify.ladder import Rules
from ari_app.desk.notify.spreading import spread, wants
from ari_app.desk.numbers import ticket_row_id
from ari_app.desk.telling import tell_webhooks
from ari_app.store.database import Store
from ari_app.store.telling_tables import FeedPlaceRow

PLACE = "webhooks"
AT_ONCE = 100
#: Notices are in the feed too, but go their own way through the outbox, as fast as those to people.
_TICKET = "ticket"


class TicketEvents:
    """Of a line with these webhooks."""

    def __init__(self, store: Store, clock: Clock, rules: Rules, webhooks: Mapping[str, WebhookSettings]) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._feed = Feed(store, clock)
        self._webhooks = webhooks
        self._is_asked = any(_may_want(hook.kinds) for hook in webhooks.values())

    async def follow(self) -> bool:
        """Writes what is to be sent of what happened since the last time. False: that was all for now.

        The first time it begins with what happens from then on. Without a webhook for tickets it does nothing.
        """
        if not self._is_asked:
            return False
        async with self._store.reading() as session:
            row = await session.get(FeedPlaceRow, PLACE)
        if row is None:
            await self._begin()
            return False
        stretch = await self._feed.read(row.place, AT_ONCE)
        if stretch.after == row.place:
            return False
        async with self._store.session() as session:
            if not await self._move(session, row.place, stretch.after):
                return False  # another service was first
            for one in stretch.happenings:
                await self._write(session, one)
        return not stretch.is_all

    async def _begin(self) -> None:
        place = FeedPlaceRow(name=PLACE, place=await self._feed.newest(), moved_at=self._clock.now())
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        async with self._store.session() as session:
            connection = await session.connection()
            await connection.execute(insert(FeedPlaceRow).values(place.model_dump()).on_conflict_do_nothing())

    async def _move(self, session: AsyncSession, before: str, after: str) -> bool:
        still = update(FeedPlaceRow).where(col(FeedPlaceRow.name) == PLACE, col(FeedPlaceRow.place) == before)
        moved = await session.exec(still.values(place=after, moved_at=self._clock.now()))
        return bool(moved.rowcount)

    async def _write(self, session: AsyncSession, one: Happening) -> None:
        is_of_ticket = one.type.partition(".")[0] == _TICKET
        if not is_of_ticket or not any(wants(hook.kinds, one.type) for hook in self._webhooks.values()):
            return
        key, ticket_id = f"{one.ticket}:{one.id}", ticket_row_id(one.ticket) or 0
        row = await tell_webhooks(session, key, one.type, {"id": one.id}, one.recorded_at, ticket_id)
        if row is not None:
            await spread(session, row, self._rules, self._webhooks, self._clock.now())


def _may_want(kinds: tuple[str, ...]) -> bool:
    """Whether some event of a ticket can be among them."""
    return not kinds or any(fnmatchcase(_TICKET, one.partition(".")[0]) for one in kinds)
