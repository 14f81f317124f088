"""All about telling people, as the line, its pages and the command line ask for it."""

import random
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import structlog
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.channel_settings import AddressKind, NotifySettings
from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.days_in_force import DaysInForce
from ari_app.desk.notify.ladder import Rules
from ari_app.desk.notify.people import read_people
from ari_app.desk.notify.preferences import RULE, Preferences, read_preferences, write_preferences
from ari_app.desk.notify.spreading import spread
from ari_app.desk.notify.subjects import NATURES, subject_of
from ari_app.desk.notify.tellings import Tellings
from ari_app.desk.notify.ticket_event import TicketEvent
from ari_app.desk.notify.ticket_events import TicketEvents
from ari_app.desk.notify.views import (
    ChannelFacts,
    NoticeOutView,
    read_facts,
    read_given_up,
    read_newest,
    read_of_person,
)
from ari_app.desk.refusal import Refused
from ari_app.desk.telling import tell_once
from ari_app.store.acting import tell
from ari_app.store.database import Store
from ari_app.store.outbox_tables import OutboxRow
from ari_app.store.telling_tables import TellingRow

log = structlog.get_logger()

#: Of the numbers that the audit trail names.
MOST_LETTERS = 200


class Notifications:
    """`jitter` gives a number in [0, 1): by chance, unless a test says which."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        days: DaysInForce,
        settings: NotifySettings,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        after = timedelta(minutes=settings.escalate_after_minutes)
        self._rules = Rules(settings.ways(), after, days.terms.agreement.zone)
        made = TicketEvent(store, days, clock)
        self.tellings = Tellings(store, clock, settings, jitter, made, self._rules.zone)
        self.ticket_events = TicketEvents(store, clock, self._rules, settings.webhooks)

    @property
    def ways(self) -> Mapping[str, AddressKind]:
        """The channels to people, and which address of a person each needs."""
        return self._rules.ways

    async def spread(self, outbox_id: int) -> int:
        """Writes the ladder of one row of the outbox and gives how many steps it has; 0: nobody is told."""
        async with self._store.session() as session:
            row = await session.get_one(OutboxRow, outbox_id)
            return await spread(session, row, self._rules, self._settings.webhooks, self._clock.now())

    async def take(self, outbox_id: int, by: Actor) -> None:
        """`by` sees to it: nobody else is told. Raises Refused when somebody else took it, naming who."""
        by.must_be_ours("R-100")
        async with self._store.session() as session:
            row = await session.get(OutboxRow, outbox_id, with_for_update=True)
            if row is None or not NATURES[subject_of(row.kind)].asks:
                raise Refused("Kan alleen voor een melding die om iemand vraagt", "R-100")
            if row.taken_at is not None and row.taken_by != by.name:
                raise Refused(f"Al opgepakt door {row.taken_by}", "R-100")
            row.taken_at, row.taken_by = row.taken_at or self._clock.now(), by.name

    async def given_up(self, limit: int, below: int | None = None) -> list[NoticeOutView]:
        """Newest first, from below the one with this id on."""
        async with self._store.reading() as session:
            return await read_given_up(session, limit, below)

    async def newest(self, limit: int, below: int | None = None) -> list[NoticeOutView]:
        """From below the one with this id on."""
        async with self._store.reading() as session:
            return await read_newest(session, limit, below)

    async def of_person(self, person: str, limit: int) -> list[NoticeOutView]:
        """`person`: "account:3"."""
        async with self._store.reading() as session:
            return await read_of_person(session, person, limit)

    async def channel_facts(self) -> dict[str, ChannelFacts]:
        """By channel: when it delivered last, and what waits or was given up."""
        async with self._store.reading() as session:
            return await read_facts(session)

    async def count_given_up(self) -> int:
        """Steps, not notices."""
        async with self._store.reading() as session:
            dead = select(func.count()).select_from(TellingRow).where(col(TellingRow.dead_at).is_not(None))
            return (await session.exec(dead)).one()

    async def try_again(self, by: Actor, ids: Collection[int] | None = None) -> int:
        """What was given up waits anew, as if it was never tried; `ids` of steps, None: all. Gives how many."""
        by.must_supervise(RULE)
        dead = select(TellingRow).where(col(TellingRow.dead_at).is_not(None))
        async with self._store.session() as session:
            rows = (await session.exec(dead if ids is None else dead.where(col(TellingRow.id).in_(ids)))).all()
            if ids is not None and len(rows) != len(set(ids)):
                raise Refused("Kan alleen voor wat is opgegeven: dit wacht al of is aangekomen", RULE)
            for row in rows:
                row.dead_at, row.attempts, row.next_try_at = None, 0, self._clock.now()
            told = sorted({row.outbox_id for row in rows})
            tell(f"melding {', '.join(map(str, told))}"[:MOST_LETTERS])
        log.info("What was given up is tried again", action="telling_again", tellings=len(rows), by=by.name)
        return len(rows)

    async def preferences(self, account_id: int) -> Preferences:
        async with self._store.reading() as session:
            return await read_preferences(session, account_id)

    async def set_preferences(self, account_id: int, wanted: Preferences, by: Actor) -> None:
        """Raises Refused, and then nothing is changed."""
        by.must_be_ours(RULE)
        async with self._store.session() as session:
            await write_preferences(session, account_id, wanted, self.ways)

    async def test(self, person: str, by: Actor) -> int:
        """A test message by every channel of `person` ("account:3"), sent within seconds; gives by how many."""
        by.must_be_ours(RULE)
        now = self._clock.now()
        key = f"test:{person}:{secrets.token_hex(8)}"
        async with self._store.session() as session:
            text = f"Dit is een proefmelding van Meldlijn, gevraagd door {by.name}. Je hoeft niets te doen."
            await tell_once(session, key, "test", person, text, now)
            row = (await session.exec(select(OutboxRow).where(OutboxRow.key == key))).one()
            row.delivered_at = now
            steps = await spread(session, row, self._rules, {}, now)
            if not steps:
                raise Refused(await self._why_nothing(session, person), RULE)
        return steps

    async def addresses_of(self, name: str) -> dict[str, str]:
        """Channel to address of an account or engineer by name, whatever its case. Raises Refused."""
        async with self._store.reading() as session:
            people = await read_people(session)
        wanted = name.strip().casefold()
        for person in people:
            if person.name.casefold() == wanted:
                known = {channel: person.addresses.get(kind) for channel, kind in self.ways.items()}
                return {channel: address for channel, address in known.items() if address}
        raise Refused(f"{name!r} is niet bekend: kies {', '.join(person.name for person in people)}", RULE)

    async def _why_nothing(self, session: AsyncSession, person: str) -> str:
        if not self.ways:
            return "Kan nadat een beheerder een kanaal heeft ingesteld (notify in meldlijn.toml)"
        known = {one.key for one in await read_people(session)}
        if person not in known:
            return "Kan alleen voor een persoon die bekend is"
        return f"Kan nadat een adres is ingevuld voor {', '.join(self.ways)}"
