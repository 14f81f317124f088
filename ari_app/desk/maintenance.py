"""Planned maintenance: a notice with its five items, told before it begins (R-104, R-106), and heard by who calls."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ari_app.clock import Clock
from ari_app.desk.actor import Actor
from ari_app.desk.announcements import MOST_LETTERS
from ari_app.desk.maintenance_mails import (
    Concerned,
    MailView,
    mail_cancellation,
    mail_notice,
    read_concerned,
    read_mails,
)
from ari_app.desk.maintenance_words import Notice, as_cancellation, as_mail, in_words
from ari_app.desk.notify.views import Standing
from ari_app.desk.refusal import Refused, needs
from ari_app.store.announcement_tables import AnnouncementRow
from ari_app.store.database import Store
from ari_app.store.service_tables import MaintenanceRow, ServiceRow
from ari_app.store.tables import Customer

RULE, FIVE_ITEMS = "R-104", "R-106"


@dataclass(frozen=True, slots=True)
class MaintenanceView:
    """`customers` by name, none: everybody. `text` is what callers hear. `told_at` None: nobody wrote down yet that the
    customers were told. `mails` that were written, `to_mail` contacts who have none yet, `without_mail` customers that it
    concerns and that have no contact for it."""

    id: int
    notice: Notice
    customers: tuple[str, ...]
    text: str
    planned_by: str
    planned_at: datetime
    told_at: datetime | None
    told_by: str
    told_how: str
    cancelled_at: datetime | None
    cancelled_by: str
    why_cancelled: str
    mails: tuple[MailView, ...] = ()
    to_mail: tuple[str, ...] = ()
    without_mail: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Somebody wrote it down, or every mail arrived and nobody is without."""
        notices = [one for one in self.mails if not one.is_cancellation]
        all_arrived = bool(notices) and all(one.standing is Standing.DELIVERED for one in notices)
        return self.told_at is not None or (all_arrived and not self.without_mail and not self.to_mail)


class Maintenance:
    """All instants are aware; all commands raise Refused and then change nothing."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo, *, can_mail: bool) -> None:
        """`can_mail`: the line has a mail server."""
        self._store = store
        self._clock = clock
        self._zone = zone
        self._can_mail = can_mail

    async def plan(self, notice: Notice, by: Actor) -> int:
        """Gives its number. Callers hear of it from now until its end."""
        by.must_be_ours(RULE)
        checked, now = self._checked(notice), self._clock.now()
        text = in_words(checked, self._zone)
        if len(text) > MOST_LETTERS:
            raise Refused(
                f"Kan nadat de tekst korter is dan {MOST_LETTERS} tekens; dit zijn er {len(text)}", FIVE_ITEMS
            )
        async with self._store.session() as session:
            concerned = await _concerned(session, checked)
            announcement = AnnouncementRow(
                text=text,
                customer_ids=concerned,
                starts_at=now,
                ends_at=checked.ends_at.astimezone(UTC),
                made_by=by.name,
                made_at=now,
            )
            session.add(announcement)
            await session.flush()
            row = MaintenanceRow(
                contact=checked.contact,
                starts_at=checked.starts_at.astimezone(UTC),
                ends_at=checked.ends_at.astimezone(UTC),
                expected_minutes=checked.expected_minutes,
                services=list(checked.services),
                reason=checked.reason,
                customer_ids=concerned,
                announcement_id=announcement.id,
                planned_by=by.name,
                planned_at=now,
            )
            session.add(row)
            await session.flush()
            return row.id or 0

    async def mark_told(self, number: int, by: Actor, how: str) -> None:
        """The customers were told; that must be before it begins (R-104)."""
        by.must_be_ours(RULE)
        way, now = needs(how, "is ingevuld hoe de klanten het weten", RULE), self._clock.now()
        async with self._store.session() as session:
            row = await _row(session, number)
            if row.starts_at <= now:
                raise Refused("Kan alleen voordat het onderhoud begint: daarna is de klant niet vooraf ingelicht", RULE)
            row.told_at, row.told_by, row.told_how = now, by.name, way

    async def mail(self, number: int, by: Actor) -> int:
        """Writes a mail with the five items to each contact whom it concerns and who gets notices; gives to how many. Nobody
        gets it twice, and none goes out once it began (R-104)."""
        by.must_be_ours(RULE)
        if not self._can_mail:
            raise Refused("Kan nadat een beheerder mail heeft ingesteld (notify.mail.host in meldlijn.toml)", RULE)
        now = self._clock.now()
        async with self._store.session() as session:
            row = await _row(session, number)
            if row.starts_at <= now:
                raise Refused("Kan alleen voordat het onderhoud begint: daarna is de klant niet vooraf ingelicht", RULE)
            concerned = await read_concerned(session, row.customer_ids)
            if not concerned.to_mail:
                raise Refused(
                    "Kan nadat bij een klant een contactpersoon is aangewezen die onderhoud per mail krijgt", RULE
                )
            return await mail_notice(session, row, as_mail(_notice(row), self._zone), concerned, now)

    async def cancel(self, number: int, by: Actor, why: str) -> None:
        """Callers hear nothing of it any more, and who got the mail gets another; the row stays."""
        by.must_be_ours(RULE)
        reason, now = needs(why, "de reden is ingevuld", RULE), self._clock.now()
        async with self._store.session() as session:
            row = await _row(session, number)
            if row.ends_at <= now:
                raise Refused(f"Onderhoud {number} is al voorbij", RULE)
            row.cancelled_at, row.cancelled_by, row.why_cancelled = now, by.name, reason
            await mail_cancellation(session, row, as_cancellation(_notice(row), self._zone, reason), now)
            heard = None if row.announcement_id is None else await session.get(AnnouncementRow, row.announcement_id)
            if heard is not None and (heard.ends_at is None or heard.ends_at > now):
                heard.starts_at, heard.ends_at, heard.ended_by = min(heard.starts_at, now), now, by.name

    async def one(self, number: int) -> MaintenanceView | None:
        """None: there is no such maintenance."""
        async with self._store.reading() as session:
            row = await session.get(MaintenanceRow, number)
            return None if row is None else (await self._views(session, [row]))[0]

    async def all(self, limit: int, customer_id: int | None = None, below: int | None = None) -> list[MaintenanceView]:
        """The one that begins last comes first, from below the one with number `below` on; `customer_id`: only what concerns
        this customer."""
        begin, row_id = col(MaintenanceRow.starts_at), col(MaintenanceRow.id)
        last_first = select(MaintenanceRow).order_by(begin.desc(), row_id.desc())
        async with self._store.reading() as session:
            if below is not None:
                last = sa.select(begin).where(row_id == below).scalar_subquery()
                last_first = last_first.where(or_(begin < last, and_(begin == last, row_id < below)))
            rows = (await session.exec(last_first if customer_id else last_first.limit(limit))).all()
            of_them = [
                row for row in rows if customer_id is None or not row.customer_ids or customer_id in row.customer_ids
            ]
            return await self._views(session, of_them[:limit])

    async def _views(self, session: AsyncSession, rows: Sequence[MaintenanceRow]) -> list[MaintenanceView]:
        names = dict((await session.exec(select(Customer.id, Customer.name))).all())
        mails = await read_mails(session, rows)
        concerned = {row.id: await read_concerned(session, row.customer_ids) for row in rows}
        return [self._view(row, names, mails.get(row.id or 0, ()), concerned[row.id]) for row in rows]

    def _checked(self, notice: Notice) -> Notice:
        services = tuple(dict.fromkeys(one.strip() for one in notice.services if one.strip()))
        if not services:
            raise Refused("Kan nadat is ingevuld om welke diensten het gaat", FIVE_ITEMS)
        if notice.starts_at <= self._clock.now():
            raise Refused("Kan alleen voor onderhoud dat nog moet beginnen: de klant hoort het vooraf", RULE)
        frame = notice.ends_at - notice.starts_at
        if frame <= timedelta(0):
            raise Refused("Kan nadat het einde na het begin ligt", FIVE_ITEMS)
        if not timedelta(0) < timedelta(minutes=notice.expected_minutes) <= frame:
            minutes = int(frame.total_seconds()) // 60
            raise Refused(f"Kan nadat de verwachte duur 1 tot {minutes} minuten is: zo lang is het tijdvak", FIVE_ITEMS)
        contact = needs(notice.contact, "een contactpersoon is ingevuld", FIVE_ITEMS)
        reason = needs(notice.reason, "de reden is ingevuld", FIVE_ITEMS)
        return Notice(
            contact, notice.starts_at, notice.ends_at, notice.expected_minutes, services, reason, notice.customers
        )

    def _view(
        self, row: MaintenanceRow, names: dict[int | None, str], mails: tuple[MailView, ...], concerned: Concerned
    ) -> MaintenanceView:
        notice, written = _notice(row), {one.whom for one in mails}
        whom = [f"{contact.name} ({customer})" for contact, customer in concerned.to_mail]
        return MaintenanceView(
            id=row.id or 0,
            notice=notice,
            customers=tuple(names.get(one, f"klant {one}") for one in row.customer_ids),
            text=in_words(notice, self._zone),
            planned_by=row.planned_by,
            planned_at=row.planned_at,
            told_at=row.told_at,
            told_by=row.told_by,
            told_how=row.told_how,
            cancelled_at=row.cancelled_at,
            cancelled_by=row.cancelled_by,
            why_cancelled=row.why_cancelled,
            mails=mails,
            to_mail=tuple(one for one in whom if one not in written),
            without_mail=concerned.without,
        )


def _notice(row: MaintenanceRow) -> Notice:
    return Notice(
        row.contact,
        row.starts_at,
        row.ends_at,
        row.expected_minutes,
        tuple(row.services),
        row.reason,
        tuple(row.customer_ids),
    )


async def _concerned(session: AsyncSession, notice: Notice) -> list[int]:
    """Those that were named, or else those who have one of the services; none: everybody hears it."""
    if notice.customers:
        known = set(await session.exec(select(Customer.id).where(col(Customer.id).in_(notice.customers))))
        if unknown := set(notice.customers) - known:
            raise Refused(f"Klant {min(unknown)} is niet bekend", RULE)
        return sorted(set(notice.customers))
    return await _having(session, notice.services)


async def _having(session: AsyncSession, services: Collection[str]) -> list[int]:
    wanted = {name.casefold() for name in services}
    rows = await session.exec(select(ServiceRow))
    return sorted({row.customer_id for row in rows if row.name.casefold() in wanted})


async def _row(session: AsyncSession, number: int) -> MaintenanceRow:
    row = await session.get(MaintenanceRow, number, with_for_update=True)
    if row is None or row.cancelled_at is not None:
        raise Refused(f"Onderhoud {number} bestaat niet of gaat niet door", RULE)
    return row
