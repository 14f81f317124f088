"""The hand-shake: who becomes first in line shows that the phone works, by keypad or page. Without it the second goes first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ari_app.clock import Clock
from ari_app.desk.refusal import Refused
from ari_app.desk.rota import in_words
from ari_app.desk.rota_reading import RULE, read_duties
from ari_app.desk.telling import SUPERVISOR, tell_once
from ari_app.store.database import Store
from ari_app.store.rota_tables import HandshakeRow, HandshakeState, RotaChangeRow
from ari_app.store.statements import Asks
from routing.rota import Duty, Engineer, on_duty, shift_at

#: So long before its start a duty can be taken.
EARLY = timedelta(hours=12)
#: A shift that began longer ago is not asked about any more, so nothing older needs to be read.
AROUND = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class DutyOffer:
    """The shift of an engineer as first in line, running or at hand."""

    shift: Duty
    is_taken: bool
    #: Before this moment; then the second goes first. None: nobody is asked.
    due_at: datetime | None = None
    #: Who goes first then, or when this engineer passes it on; None: there is no second.
    second: Engineer | None = None
    is_missed: bool = False


class Handshake:
    """`within`: how long after the start of a shift it may be taken before the second goes first; zero: nobody is asked."""

    def __init__(self, store: Store, zone: ZoneInfo, clock: Clock, within: timedelta) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock
        self._within = within

    async def offer(self, engineer_id: int, at: datetime | None = None) -> DutyOffer | None:
        """None: this engineer is not first in line, and will not be within twelve hours."""
        async with self._store.reading() as session:
            now = at or self._clock.now()
            shift = await self._shift_of(session, engineer_id, now)
            if shift is None:
                return None
            row = (await session.exec(_of(shift))).first()
            order = on_duty(await read_duties(session, shift.starts_at, shift.ends_at), shift.starts_at)
        state = row.state if row else None
        # Of a shift whose first minutes this line did not see nobody is asked: its moment is past and nothing follows.
        due_at = shift.starts_at + self._within
        is_asked = bool(self._within) and (now < due_at or row is not None)
        second = next((one for one in order if one.id != engineer_id), None)
        return DutyOffer(
            shift, state is HandshakeState.TAKEN, due_at if is_asked else None, second, state is HandshakeState.MISSED
        )

    async def take(self, engineer_id: int, by_way: str, at: datetime | None = None) -> Duty:
        """`by_way`: "keypad", "page", or who gave the command. Also late: then this engineer is first again. Raises Refused."""
        now = at or self._clock.now()
        async with self._store.session() as session:
            shift = await self._shift_of(session, engineer_id, now)
            if shift is None:
                hours = EARLY // timedelta(hours=1)
                raise Refused(f"Kan vanaf {hours} uur voordat u als eerste dienst heeft; dat is nu niet zo", RULE)
            await self._add_row(session, shift)
            row = await _row_of(session, shift)
            assert row is not None
            if row.state is not HandshakeState.TAKEN:
                row.state, row.taken_at, row.taken_by = HandshakeState.TAKEN, now, by_way
                name = shift.engineer.name
                session.add(RotaChangeRow(at=now, actor=name, what="duty_taken", why=by_way, detail=in_words(shift)))
        return shift

    async def pass_on(self, engineer_id: int) -> Duty:
        """This engineer can't: the second goes first at once, and the supervisor is told. Raises Refused."""
        now = self._clock.now()
        async with self._store.session() as session:
            shift = await self._shift_of(session, engineer_id, now)
            if shift is None:
                raise Refused("Kan zolang u als eerste aan de beurt bent, of dat binnenkort bent", RULE)
            second = next((one.name for one in on_duty(await read_duties(session, shift.starts_at, shift.ends_at),
                                                       max(now, shift.starts_at)) if one.id != engineer_id), None)  # fmt: skip
            if second is None:
                raise Refused("Kan nadat er een tweede in het rooster staat: bel de supervisor", RULE)
            await self._add_row(session, shift)
            row = await _row_of(session, shift)
            assert row is not None
            if row.state is not HandshakeState.MISSED:
                row.state, row.ends_at = HandshakeState.MISSED, shift.ends_at
                name = shift.engineer.name
                session.add(RotaChangeRow(at=now, actor=name, what="duty_passed_on", detail=in_words(shift)))
                text = f"{name} kan niet en geeft de dienst door. {second} wordt nu het eerst gebeld."
                await tell_once(session, f"duty:{_key(shift)}:passed", "duty_passed_on", SUPERVISOR, text, now)
        return shift

    async def look(self) -> None:
        """The work of a tick: asks the first in line at the start of a shift, and puts the second first when nobody answered.

        A shift whose first minutes this line did not see (it was off, or its clock was set) is left as it is.
        """
        if not self._within:
            return
        now = self._clock.now()
        async with self._store.session() as session:
            duties = await read_duties(session, now - AROUND, now + AROUND)
            shift = shift_at(duties, now)
            if shift is None:
                return
            row = await _row_of(session, shift)
            if row is None and now < shift.starts_at + self._within:
                await self._add_row(session, shift)
                await self._ask(session, shift, now)
            elif row is not None and row.state is HandshakeState.ASKED and now >= row.due_at:
                row.state, row.ends_at = HandshakeState.MISSED, shift.ends_at
                second = next((one.name for one in on_duty(duties, now)[1:]), None)
                await self._tell(session, shift, second, now)

    async def _shift_of(self, session: Asks, engineer_id: int, now: datetime) -> Duty | None:
        duties = await read_duties(session, now - AROUND, now + AROUND)
        edges = {edge for duty in duties for edge in (duty.starts_at, duty.ends_at) if now < edge <= now + EARLY}
        found = (shift_at(duties, moment) for moment in (now, *sorted(edges)))
        return next((shift for shift in found if shift and shift.engineer.id == engineer_id), None)

    async def _add_row(self, session: AsyncSession, shift: Duty) -> None:
        """Another service may have added it in this moment: then that one stands."""
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        row = HandshakeRow(
            engineer_id=shift.engineer.id,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            due_at=shift.starts_at + self._within,
        )
        connection = await session.connection()
        await connection.execute(insert(HandshakeRow).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing())

    async def _ask(self, session: AsyncSession, shift: Duty, now: datetime) -> None:
        until = (shift.starts_at + self._within).astimezone(self._zone)
        text = f"{shift.engineer.name}, neem uw dienst voor {until:%H:%M}: bel de lijn en druk op 1, of open uw dienstpagina."
        await tell_once(
            session, f"duty:{_key(shift)}:asked", "duty_to_take", f"engineer:{shift.engineer.id}", text, now
        )

    async def _tell(self, session: AsyncSession, shift: Duty, second: str | None, now: datetime) -> None:
        begin = shift.starts_at.astimezone(self._zone)
        order = f"{second} wordt nu het eerst gebeld." if second else "Er is geen tweede: laat iemand invallen."
        text = f"{shift.engineer.name} nam de dienst van {begin:%d-%m-%Y %H:%M} niet. {order}"
        await tell_once(session, f"duty:{_key(shift)}:missed", "duty_not_taken", SUPERVISOR, text, now)


def _key(shift: Duty) -> str:
    return f"{shift.engineer.id}:{shift.starts_at.isoformat()}"


def _of(shift: Duty) -> SelectOfScalar[HandshakeRow]:
    mine = col(HandshakeRow.engineer_id) == shift.engineer.id, col(HandshakeRow.starts_at) == shift.starts_at
    return select(HandshakeRow).where(*mine)


async def _row_of(session: AsyncSession, shift: Duty) -> HandshakeRow | None:
    """For who changes it: the row is ours until the end of the transaction."""
    return (await session.exec(_of(shift).with_for_update())).first()
